"""dataset/general_sentences: sentences of the general emotion corpora, merged to six classes."""

from collections.abc import Iterable

import pandas as pd
from dagster import MarkdownMetadataValue, MaterializeResult, MetadataValue

from storyface_assets.assets.dataset.sources import TEXT_CORPORA
from storyface_assets.assets.declare import dataset_asset
from storyface_assets.lib.progress import Stopwatch
from storyface_assets.lib.text.corpora import read_corpora, report
from storyface_assets.previews.tables import markdown_table
from storyface_assets.resources.installation import Installation
from storyface_assets.vocabulary import POOL_RENDER

_SHOWN = 30


@dataset_asset(deps=[TEXT_CORPORA], kinds={"pandas", "table"}, code_version="1", pool=POOL_RENDER)
def general_sentences(installation: Installation) -> MaterializeResult[pd.DataFrame]:
    """AI-Hub's dialogues, KOTE, KPoEM and GoEmotions-Korean: text, emotion, corpus, split, group.

    Splits are the publishers' where there are some, else drawn by dialogue, poem or sentence. What
    is nearly in another split, or cannot be used, is a row with the reason and without a split.
    Corpora that are not there are told; without any the table is empty.
    """
    watch = Stopwatch()
    found = read_corpora(installation.settings.text_corpora_dir)
    table = found.table
    faulty = report.faulty_rows(table)
    return MaterializeResult(
        value=table,
        metadata={
            "rows": len(table),
            "kept": int(table["kept"].sum()),
            "classes": markdown_table(report.class_counts(table)),
            "nearly in another split": markdown_table(report.overlap_counts(table)),
            "reasons": markdown_table(report.reason_counts(table)),
            "bad rows": len(faulty),
            "some bad rows": markdown_table(faulty.head(_SHOWN)),
            "merge": markdown_table(report.merge_table()),
            "missing corpora": _listed(f"{name}: {why}" for name, why in found.missing.items()),
            "broken files": _listed(found.faults),
            "seconds of work": watch.seconds(),
        },
    )


def _listed(lines: Iterable[str]) -> MarkdownMetadataValue:
    return MetadataValue.md("\n".join(f"- {line}" for line in lines) or "none")
