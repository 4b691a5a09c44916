"""A sheet in a file is what people judge a step by; the one in the UI is its small copy."""

import dagster as dg
import numpy as np

from storyface_assets.lib.images import encode_preview
from storyface_assets.previews.kept_sheets import newest_sheets, sheet_metadata

KEY = dg.AssetKey(["dataset", "crops"])


def test_the_whole_sheet_is_handed_out_and_without_the_cache_the_small_one(tmp_path):
    noise = np.random.default_rng(0).integers(0, 255, (400, 600, 3), np.uint8)

    @dg.asset(key=KEY, group_name="dataset")
    def crops() -> dg.MaterializeResult:
        pictures = [("a", noise), ("b", noise[:200])]
        return dg.MaterializeResult(metadata={**sheet_metadata(tmp_path, KEY, "faces", pictures)})

    defs, instance = dg.Definitions([crops]), dg.DagsterInstance.ephemeral()
    assert dg.materialize([crops], instance=instance).success
    whole = dict(newest_sheets(instance, defs, "dataset", tmp_path))
    assert list(whole) == ["1 crops faces 1.jpg", "1 crops faces 2.jpg"]
    assert list(whole.values()) == [encode_preview(p, 4_000_000) for p in (noise, noise[:200])]
    small = dict(newest_sheets(instance, defs, "dataset", tmp_path / "none"))
    assert list(small) == list(whole) and all(len(jpeg) < 30_000 for jpeg in small.values())
