"""The best photo of each group of near duplicates."""

import pandas as pd

from storyface_assets.lib.dataset.duplicates.groups import keep_best
from storyface_assets.lib.dataset.schema import GROUPED, UNIQUE, require_columns
from storyface_assets.lib.errors import BadInput


def deduplicate(table: pd.DataFrame, grouped: pd.DataFrame) -> pd.DataFrame:
    """Keep one photo of each picture; photos that cannot be decoded are not kept.

    Args:
        table: rows with ``photo``, ``sha256`` and ``bytes``, and labels if they are known.
        grouped: rows with ``sha256`` and the columns of ``schema.GROUPED``, for all of them.

    Returns:
        The rows with ``group``, ``sharpness``, the columns of ``schema.UNIQUE``, ``kept`` and
        ``reason``.

    Raises:
        BadInput: columns are missing, or photos that were not compared.
    """
    require_columns(table, {"photo": "str", "sha256": "str", "bytes": "int64"}, "label_filtered")
    require_columns(grouped, {"sha256": "str", **GROUPED}, "near_duplicates")
    unknown = int((~table["sha256"].isin(grouped["sha256"])).sum())
    if unknown:
        mend = "Materialize near_duplicates again."
        raise BadInput("near_duplicates", "", f"{unknown} photos were not compared.", mend)
    facts = grouped.drop_duplicates("sha256")[["sha256", *GROUPED]]
    old = [name for name in GROUPED if name in table]
    merged = table.drop(columns=old).merge(facts, on="sha256", how="left", validate="many_to_one")
    result = keep_best(merged.set_index(table.index))
    fault = result["problem"].to_numpy(dtype=object)
    result.loc[fault != "", "kept"] = False
    result.loc[fault != "", "reason"] = fault[fault != ""]
    return result.drop(columns=["problem", "pixels"]).astype(dict(UNIQUE))
