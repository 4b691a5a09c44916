"""The same picture of a person with another hair colour, gender or age: only that differs."""

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from storyface_assets.lib.stargan.label_vectors import ATTRIBUTES
from storyface_assets.lib.studio import celeba
from storyface_assets.lib.studio.acting import act, manner_of
from storyface_assets.lib.studio.celeba_session import CANVAS, attributes_of, camera_of
from storyface_assets.lib.studio.lens import jpeg, shoot
from storyface_assets.lib.studio.moments import random_intensity, random_moment
from storyface_assets.lib.studio.options import StudioOptions
from storyface_assets.lib.studio.people import (
    GREY_BROW,
    OLD,
    Sitter,
    brow_colour,
    of_age,
    of_gender,
)
from storyface_assets.lib.studio.seeds import rng_of
from storyface_assets.lib.studio.stage import Models, Stage

#: Whose pairs are made: people whom the other pictures of the set train on.
TRAINING: Final = 0
_QUALITY = 95
_HAIR = ("black", "blond", "brown")
_GREYS = ("grey", "white")
#: Years that somebody may become; who is younger than the middle becomes old.
_YOUNG, _OLD, _MIDDLE = (18, 34), (OLD, 76), 45
_EXPRESSIONS = ("neutral", "neutral", "happy")


def variants_of(sitter: Sitter, rng: np.random.Generator) -> dict[str, Sitter]:
    """The person as they might be: in each other hair colour, of the other gender and age.

    ``grey`` is an old person with grey hair, whatever the person's age is.
    """
    low, high = _YOUNG if sitter.age >= _MIDDLE else _OLD
    made: dict[str, Sitter] = {}
    if sitter.person.hair_style != "bald":
        others = [colour for colour in _HAIR if colour != sitter.person.hair_colour]
        made |= {colour: _dyed(sitter, colour, rng) for colour in others}
    was_male = sitter.gender == "male"
    made["gender"] = replace(
        sitter,
        gender="female" if was_male else "male",
        person=of_gender(not was_male, sitter.person, rng),
    )
    for name, (least, most) in (("age", (low, high)), ("grey", _OLD)):
        years = int(rng.integers(least, most + 1))
        made[name] = replace(sitter, age=years, person=of_age(years, sitter.person, rng))
    if sitter.person.hair_style == "bald":
        return made
    made["grey"] = _dyed(made["grey"], _GREYS[int(rng.integers(len(_GREYS)))], rng)
    if sitter.person.hair_colour in _GREYS and made["age"].age < _MIDDLE:
        made["age"] = _dyed(made["age"], _HAIR[int(rng.integers(len(_HAIR)))], rng)
    return made


def photograph_attribute_pairs(
    options: StudioOptions, sitter: Sitter, stage: Stage, models: Models, root: Path
) -> list[dict[str, Any]]:
    """Write a person's scenes, as they are and in every variant, in CelebA's aligned geometry.

    Args:
        options: how many scenes.
        sitter: the person.
        stage: that renders them as they are.
        models: of the others.
        root: folder of the pairs.

    Returns:
        ``person``, ``scene``, ``variant``, ``photo`` (POSIX path below ``root``) and the five
        attributes (−1 or 1) and the ``mesh`` of each; nothing for people who are not of the
        training part.
    """
    if celeba.partition_of(sitter.index) != TRAINING or not options.attribute_pairs:
        return []
    root.mkdir(parents=True, exist_ok=True)
    others = variants_of(sitter, rng_of(options.seed, "attribute pairs", sitter.index))
    looks = {"as_is": sitter, **others}
    stages = {"as_is": stage}
    stages |= {name: Stage(models, one, CANVAS) for name, one in others.items()}
    manner = manner_of(options.seed, sitter.cast, sitter.index)
    rows = []
    for scene in range(options.attribute_pairs):
        rng = rng_of(options.seed, "attribute pairs", sitter.index, scene)
        expression = _EXPRESSIONS[int(rng.integers(len(_EXPRESSIONS)))]
        code = act(manner, expression, random_intensity(rng), rng)
        moment = random_moment(rng)
        move = None
        for name, one in stages.items():
            # Eyes lie on eyes, and one frame for the whole scene, backdrop on backdrop: a man's
            # larger head beside a woman's would teach that nothing is where it was.
            take = moment.take(one, code, camera_of(one, moment, code))
            move = celeba.align(take.pupils, celeba.EYES) if move is None else move
            take = take.warped(move, celeba.SIZE)
            rgb = shoot(take.rgb, moment.shooting)
            photo = f"{sitter.identity[:16]}_{scene:02d}_{name}.jpg"
            (root / photo).write_bytes(jpeg(rgb, _QUALITY))
            known = attributes_of(looks[name], code, moment.shooting.blur)
            marks = {a: 1 if known[a] else -1 for a in ATTRIBUTES}
            row = {"person": sitter.identity, "scene": scene, "variant": name, "photo": photo}
            rows.append(row | marks | {"mesh": take.flat_points()})
    return rows


def _dyed(sitter: Sitter, colour: str, rng: np.random.Generator) -> Sitter:
    brow = GREY_BROW if colour in _GREYS else brow_colour(colour, rng)
    person = replace(sitter.person, hair_colour=colour, brow_colour=brow)
    return replace(sitter, person=person)
