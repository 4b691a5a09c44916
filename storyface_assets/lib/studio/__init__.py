"""The studio: photos of people who never lived, in the layouts of AI-Hub 82 and CelebA.

People, faces, rooms, light and camera are drawn from seeds: person ``i`` of seed ``S`` is always
the same, with every number of workers. What is wrong with the set (labels, boxes, copies, files)
is planted at stated rates and written to ``truth.parquet``, which only checks and tests read.
"""

from storyface_assets.lib.studio.options import FaultRates, StudioOptions, default_head_dir
from storyface_assets.lib.studio.produce import produce

__all__ = ["FaultRates", "StudioOptions", "default_head_dir", "produce"]
