"""Near duplicates: found by hashes, verified by comparing pictures, grouped, the best one kept."""

from storyface_assets.lib.dataset.duplicates.deduplicate import DedupReport, deduplicate
from storyface_assets.lib.dataset.duplicates.quality import duplicate_quality

__all__ = ["DedupReport", "deduplicate", "duplicate_quality"]
