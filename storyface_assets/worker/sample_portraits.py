"""Renders the portraits of the three sample books from the open head.

``python -m storyface_assets.worker.sample_portraits [--data data]`` writes
``data/books/<slug>/portrait.jpg``; the same code gives the same pictures.
"""

import argparse
from pathlib import Path

from PIL import Image

from storyface_assets.lib.characters.synthetic import SyntheticPerson, synthetic_character
from storyface_assets.lib.hair import build_accessories
from storyface_assets.lib.heads.albedo import AlbedoModel
from storyface_assets.lib.heads.attributes import Attributes
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.render import render_portrait

PEOPLE = {
    "miun-agi-ori": SyntheticPerson(  # a child
        Attributes(gender=0.2, age_years=7.5, african=0, asian=1, caucasian=0, weight=0.55),
        melanin=0.14,
        hair_style="bowl",
        hair_colour="dark_brown",
        brow_weight=0.1,
        freckles=0.25,
        lips=0.55,
        shirt_colour=(226, 178, 84),
        individuality=0.22,
        seed=2,
    ),
    "byeori-deun-jumeoni": SyntheticPerson(  # a young woman
        Attributes(gender=0.0, age_years=24, african=0, asian=1, caucasian=0),
        melanin=0.17,
        hair_style="long",
        hair_colour="black",
        brow_weight=0.2,
        lips=0.8,
        shirt_colour=(150, 70, 82),
        seed=4,
    ),
    "barami-meomun-bitjaru": SyntheticPerson(  # an old man
        Attributes(gender=1.0, age_years=74, african=0, asian=0.9, caucasian=0.1, weight=0.4),
        melanin=0.28,
        hair_style="crop",
        hair_colour="grey",
        brow_colour=(128, 122, 116),
        brow_weight=0.7,
        wrinkles=0.9,
        stubble=0.25,
        lips=0.35,
        shirt_colour=(96, 110, 98),
        seed=3,
    ),
}
_SIZE = 768


def write_portraits(data_dir: Path) -> list[Path]:
    """Write every sample book's ``portrait.jpg``; returns their paths."""
    head_dir = data_dir / "open_models" / "open_head"
    model = OpenHead.load(head_dir / "head.npz")
    albedo = AlbedoModel.load(head_dir / "albedo.npz")
    written = []
    for slug, person in PEOPLE.items():
        character = synthetic_character(person, model, albedo)
        picture = render_portrait(model, character, build_accessories(model, character), _SIZE)
        path = data_dir / "books" / slug / "portrait.jpg"
        Image.fromarray(picture).save(path, quality=92, optimize=True)
        written.append(path)
    return written


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("data"), help="the data folder")
    for path in write_portraits(parser.parse_args().data):
        print(path)
