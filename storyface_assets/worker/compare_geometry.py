"""DECA's encoder, fitting and both on unseen people, and with real photos on the same person.

``python -m storyface_assets.worker.compare_geometry --shots DIR [--data data] [--photos DIR]
[--without MODEL] [--out FILE.md]``

DIR of the shots is what ``head_shots`` stored; its test people are measured, or with ``--part
validation`` those by whom something is to be chosen, such as ``--expression-share``. DIR of the
photos, if given, holds ``NAME_neutral.jpg`` and ``NAME_smiling.jpg`` of the same people; nothing of
it but the figures is kept. MODEL is a folder with the encoder as it was before EMOCA's lesson,
which has a row of its own then.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from storyface_assets.lib.classifiers.ensemble import EmotionClassifier
from storyface_assets.lib.deca.coarse_reader import EXPRESSION_SHARE, CoarseReader
from storyface_assets.lib.deca.detail_reader import DETAIL_NAME, DetailReader
from storyface_assets.lib.deca.shot_set import PARTS, Part, load_shots, read_options
from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.geometry_measures.emotion_on_heads import emotion_on_heads
from storyface_assets.lib.geometry_measures.same_person import same_person
from storyface_assets.lib.geometry_measures.ways import ENCODER, heads_by_way, ways_report
from storyface_assets.lib.landmarks import FaceLandmarker
from storyface_assets.lib.studio.stage import Models

#: Of each person that are looked at; a photo takes a second by all ways.
_PHOTOS: Final = 4
_UNTAUGHT: Final = f"{ENCODER}, without EMOCA's lesson"


def compare(
    shots_dir: Path,
    data: Path,
    photos: Path | None,
    part: Part = "test",
    share: float | None = None,
    without: Path | None = None,
) -> str:
    """The tables, as Markdown.

    Args:
        shots_dir: see the module.
        data: with the models.
        photos: of real people, if there are any.
        part: whose photos.
        share: of the landmarks' weight against the told expression, if another than usual.
        without: a model that had no lesson, to be measured beside.

    Raises:
        BadInput: a model or photo cannot be read.
    """
    models_dir = data / "open_models"
    models, reader = (
        Models.load(models_dir / "open_head"),
        CoarseReader.load(models_dir / "face_geometry", expression_share=share or EXPRESSION_SHARE),
    )
    landmarker = FaceLandmarker(data / "cache")
    shots = load_shots(shots_dir, part).first_of_each(_PHOTOS)
    seed = read_options(shots_dir).seed
    beside = {_UNTAUGHT: CoarseReader.load(without)} if without else {}
    found = heads_by_way(shots, reader, models.head, landmarker, beside)
    parts = [_ways_table(ways_report(shots, found, models.head))]
    classifier = EmotionClassifier.load(models_dir / "image_emotion")
    there = (models_dir / "face_geometry" / DETAIL_NAME).is_file()
    detail = DetailReader.load(models_dir / "face_geometry") if there else None
    emotions = emotion_on_heads(shots, seed, found, models, classifier, landmarker, detail=detail)
    parts.append(_emotion_table(emotions))
    if photos is not None:
        parts.append(_same_table(same_person(photos, reader, models.head, landmarker)))
    return "\n".join(parts)


def _ways_table(report: Mapping[str, Mapping[str, Any]]) -> str:
    [first, *_] = report.values()
    lines = [
        f"{first['photos']} photos of {first['people']} people, scan-to-mesh on "
        f"{first['scans']} of them; no face was found in {first['missed']} more.",
        "",
        "| way | scan-to-mesh median, mean, std (mm) | 68 landmarks, of the eyes' distance | "
        "identity (mm) | expression (mm) |",
        "|---|---|---|---|---|",
    ]
    for way, one in report.items():
        scans = ", ".join(f"{one[f'scan_{name}']:.2f}" for name in ("median", "mean", "std"))
        rest = " | ".join(
            _with_interval(one, name, 3 if name == "landmark_error" else 2)
            for name in ("landmark_error", "shape_error", "expression_error")
        )
        lines.append(f"| {way} | {scans} | {rest} |")
    return "\n".join(lines) + "\n"


def _emotion_table(report: Mapping[str, Mapping[str, Any]]) -> str:
    [first, *_] = report.values()
    title = f"Emotion read on the head, {first['photos']} photos:"
    return _table(title, "head | as acted | as read in the photo", report, "accuracy", "agreement")


def _same_table(report: Mapping[str, Mapping[str, Any]]) -> str:
    [first, *_] = report.values()
    title = f"Real photos of {first['people']} people, neutral and smiling:"
    header = "way | same person nearest by shape | inner landmarks, of the eyes' distance"
    return _table(title, header, report, "found", "residual")


def _table(title: str, header: str, report: Mapping[str, Mapping[str, Any]], *names: str) -> str:
    """A row each entry of the report, a column each of its figures, with intervals."""
    lines = [title, "", f"| {header} |", "|" + "---|" * (1 + len(names))]
    for row, one in report.items():
        cells = " | ".join(_with_interval(one, name, 3) for name in names)
        lines.append(f"| {row} | {cells} |")
    return "\n".join(lines) + "\n"


def _with_interval(one: Mapping[str, Any], name: str, digits: int) -> str:
    low, high = one[f"{name}_low"], one[f"{name}_high"]
    return f"{one[name]:.{digits}f} ({low:.{digits}f}–{high:.{digits}f})"


def main() -> None:
    """Read the arguments, measure, print and write."""
    parser = argparse.ArgumentParser(description="Compare the ways from a photo to a head.")
    parser.add_argument("--shots", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--photos", type=Path)
    parser.add_argument("--part", choices=PARTS, default="test")
    parser.add_argument("--expression-share", type=float)
    parser.add_argument("--without", type=Path)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    text = compare(
        given.shots, given.data, given.photos, given.part, given.expression_share, given.without
    )
    print(text)
    if given.out:
        write_durably(given.out, text.encode())


if __name__ == "__main__":
    main()
