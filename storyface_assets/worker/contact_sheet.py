"""Renders the contact sheet of the docs: six people, each with the five expressions.

``python -m storyface_assets.worker.contact_sheet [--data data] [--out docs/contact_sheet.jpg]``
"""

import argparse
from pathlib import Path

import cv2
import numpy as np

from storyface_assets.lib.characters.synthetic import SyntheticPerson, synthetic_character
from storyface_assets.lib.hair import build_accessories
from storyface_assets.lib.heads.albedo import AlbedoModel
from storyface_assets.lib.heads.attributes import Attributes
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.render import FrameState, HeadRenderer
from storyface_assets.vocabulary import FACE_EXPRESSIONS

#: Rendered size of one picture and its size on the sheet.
_RENDERED, _CELL = (520, 560), (260, 280)
_MAX_BYTES = 400_000

PEOPLE = (
    SyntheticPerson(
        Attributes(gender=0.2, age_years=8, african=0, asian=1, caucasian=0),
        melanin=0.2,
        hair_style="bowl",
        hair_colour="black",
        brow_weight=0.0,
        shirt_colour=(226, 178, 84),
        seed=1,
    ),
    SyntheticPerson(
        Attributes(gender=0, age_years=25, african=0, asian=1, caucasian=0),
        melanin=0.22,
        hair_style="long",
        hair_colour="dark_brown",
        brow_weight=0.15,
        lips=0.75,
        shirt_colour=(150, 70, 82),
        seed=2,
    ),
    SyntheticPerson(
        Attributes(gender=1, age_years=35, african=1, asian=0, caucasian=0, muscle=0.6),
        melanin=0.85,
        hair_style="crop",
        hair_colour="black",
        brow_weight=0.6,
        shirt_colour=(70, 120, 120),
        seed=3,
    ),
    SyntheticPerson(
        Attributes(gender=0, age_years=45, african=0, asian=0, caucasian=1),
        melanin=0.12,
        hair_style="bob",
        hair_colour="blond",
        brow_colour=(120, 92, 60),
        iris_colour=(84, 122, 158),
        freckles=0.3,
        wrinkles=0.25,
        shirt_colour=(86, 104, 150),
        seed=4,
    ),
    SyntheticPerson(
        Attributes(gender=1, age_years=28, african=0, asian=0.3, caucasian=0.7),
        melanin=0.3,
        hair_style="short",
        hair_colour="brown",
        brow_weight=0.6,
        iris_colour=(92, 112, 70),
        stubble=0.3,
        shirt_colour=(196, 196, 190),
        seed=5,
    ),
    SyntheticPerson(
        Attributes(gender=1, age_years=76, african=0, asian=0.8, caucasian=0.2, weight=0.45),
        melanin=0.35,
        hair_style="receding",
        hair_colour="grey",
        brow_colour=(130, 124, 118),
        brow_weight=0.7,
        wrinkles=0.9,
        shirt_colour=(96, 110, 98),
        seed=6,
    ),
)


def contact_sheet(data_dir: Path, people: tuple[SyntheticPerson, ...] = PEOPLE) -> np.ndarray:
    """A row a person, a column an expression of ``FACE_EXPRESSIONS``.

    Args:
        data_dir: the data folder with ``open_models/open_head``.
        people: who is on it.

    Returns:
        ``(len(people) · 280, 5 · 260, 3)`` uint8 sRGB.
    """
    head_dir = data_dir / "open_models" / "open_head"
    model = OpenHead.load(head_dir / "head.npz")
    albedo = AlbedoModel.load(head_dir / "albedo.npz")
    rows = []
    for person in people:
        character = synthetic_character(person, model, albedo)
        accessories = build_accessories(model, character)
        renderer = HeadRenderer(model, character, accessories, _RENDERED, fraction=0.68)
        states = [FrameState(character.expressions[name]) for name in FACE_EXPRESSIONS]
        frames = [
            cv2.resize(f, _CELL, interpolation=cv2.INTER_AREA) for f in renderer.render_many(states)
        ]
        rows.append(np.hstack(frames))
    return np.vstack(rows)


def write_jpeg(path: Path, picture: np.ndarray, max_bytes: int = _MAX_BYTES) -> None:
    """Write the best JPEG that fits.

    Args:
        path: where to.
        picture: ``(H, W, 3)`` uint8 sRGB.
        max_bytes: most bytes.
    """
    for quality in range(92, 40, -4):
        flags = [cv2.IMWRITE_JPEG_QUALITY, quality]
        _, encoded = cv2.imencode(".jpg", picture[..., ::-1], flags)
        if len(encoded) <= max_bytes:
            break
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encoded.tobytes())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("data"), help="the data folder")
    parser.add_argument("--out", type=Path, default=Path("docs/contact_sheet.jpg"))
    arguments = parser.parse_args()
    write_jpeg(arguments.out, contact_sheet(arguments.data))
