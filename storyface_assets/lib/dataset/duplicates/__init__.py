"""Near duplicates: found by hashes, verified by comparing pictures, grouped, the best one kept."""

from storyface_assets.lib.dataset.duplicates.deduplicate import deduplicate
from storyface_assets.lib.dataset.duplicates.near_duplicates import (
    NearDuplicatesReport,
    find_near_duplicates,
)
from storyface_assets.lib.dataset.duplicates.quality import duplicate_quality

__all__ = ["NearDuplicatesReport", "deduplicate", "duplicate_quality", "find_near_duplicates"]
