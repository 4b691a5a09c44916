"""Assets, one folder a group: typed inputs → one library call → typed output with metadata.

The folder, the group and the first part of the asset key are the same word.
"""

import warnings

from dagster import BetaWarning, PreviewWarning

# Observed sources and checks per partition carry these marks; Dagster is pinned exactly.
warnings.filterwarnings("ignore", category=BetaWarning)
warnings.filterwarnings("ignore", category=PreviewWarning)
