"""A corpus of a few stories in the layout of ``data/text``, of the shipped one's sentences."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

SHIPPED = Path(__file__).parents[3] / "data" / "text"
_HEADER = "story_id\torder\tsentence\temotion\tintensity\tfirst\tsecond"


def stories_of(name: str, count: int) -> list[list[str]]:
    """The rows of the first stories of a shipped table, without their ids."""
    rows = [line.split("\t", 1) for line in (SHIPPED / name).read_text("utf-8").splitlines()[1:]]
    stories = [[rest for _, rest in group] for _, group in groupby(rows, key=lambda row: row[0])]
    return stories[:count]


def small_corpus(folder: Path, train: int, test: int, twins: Sequence[Sequence[str]] = ()) -> Path:
    """A folder with training stories ``s0``, … and test stories ``t0``, ….

    Args:
        folder: made if it is not there.
        train: number of training stories.
        test: number of test stories.
        twins: rows of its table.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, letter, count in (("corpus.tsv", "s", train), ("corpus_test.tsv", "t", test)):
        stories = stories_of(name, count)
        lines = [f"{letter}{i}\t{row}" for i, rows in enumerate(stories) for row in rows]
        (folder / name).write_text("\n".join([_HEADER, *lines]) + "\n", "utf-8")
    rows = ["train\ttest\twhy", *("\t".join(row) for row in twins)]
    (folder / "twins.tsv").write_text("\n".join(rows) + "\n", "utf-8")
    return folder
