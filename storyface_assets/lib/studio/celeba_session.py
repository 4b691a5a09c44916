"""One person's pictures of the CelebA set and what their attributes are."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from storyface_assets.lib.heads.units import UNITS
from storyface_assets.lib.render.camera import Camera
from storyface_assets.lib.studio import celeba
from storyface_assets.lib.studio.acting import act, manner_of
from storyface_assets.lib.studio.lens import jpeg, shoot
from storyface_assets.lib.studio.moments import Moment, random_intensity, random_moment
from storyface_assets.lib.studio.options import StudioOptions
from storyface_assets.lib.studio.people import Sitter
from storyface_assets.lib.studio.scenes import pose_of
from storyface_assets.lib.studio.seeds import rng_of
from storyface_assets.lib.studio.stage import Stage

#: Frames are rendered this many times larger than they are saved.
CANVAS = (2 * celeba.SIZE[0], 2 * celeba.SIZE[1])
#: A bit of room around, so that alignment never runs off the frame.
_ROOM = 1.12
#: What celebrities are photographed with; the strong negative ones are rare there.
_EXPRESSIONS = {"neutral": 0.36, "happy": 0.46, "anger": 0.06, "panic": 0.06, "sadness": 0.06}
_SMILE = [UNITS.index(u) for u in ("mouthSmileLeft", "mouthSmileRight")]
_PARTED = {"jawOpen": 1.0, "mouthLowerDownLeft": 0.25, "mouthUpperUpLeft": 0.25}
_CURLY = ("curly", "afro")
#: Age below which CelebA's annotators say Young, and above which grey hair is expected.
_YOUNG = 45


def photograph_celebrity(
    options: StudioOptions, sitter: Sitter, stage: Stage, root: Path
) -> list[dict[str, Any]]:
    """Write a person's pictures.

    Returns:
        A record for each, see ``celeba.write_lists``.
    """
    folder = root / "img_align_celeba"
    folder.mkdir(parents=True, exist_ok=True)
    manner = manner_of(options.seed, sitter.cast, sitter.index)
    records = []
    for k in range(options.celeba_photos):
        rng = rng_of(options.seed, "celeba", sitter.index, "picture", k)
        names, share = zip(*_EXPRESSIONS.items(), strict=True)
        expression = names[int(rng.choice(len(names), p=share))]
        code = act(manner, expression, random_intensity(rng), rng)
        moment = random_moment(rng)
        target = celeba.EYES + rng.normal(0, 0.7, (2, 2))
        take = moment.take(stage, code, camera_of(stage, moment, code))
        take = take.warped(celeba.align(take.pupils, target), celeba.SIZE)
        shooting = replace(moment.shooting, blur=0.6 * moment.shooting.blur)
        name = celeba.picture_name(sitter.index * options.celeba_photos + k + 1)
        (folder / name).write_bytes(jpeg(shoot(take.rgb, shooting), max(shooting.quality, 75)))
        records.append(
            {
                "name": name,
                "identity": sitter.index + 1,
                "partition": celeba.partition_of(sitter.index),
                "attributes": attributes_of(sitter, code, shooting.blur),
                "landmarks": celeba.five_points(take.pupils, take.landmarks).tolist(),
            }
        )
    return records


def camera_of(stage: Stage, moment: Moment, code: np.ndarray) -> Camera:
    """A camera that has the eyes of the posed head nearly where CelebA has them."""
    width, height = stage.size
    _, eyes, _ = stage.face_points(code, pose_of(moment.angles))
    apart = float(np.linalg.norm(eyes[0] - eyes[1]))
    straight = Camera(moment.framing.fov_y_degrees)
    focal = straight.focal(height)
    goal = celeba.EYES * (width / celeba.SIZE[0])
    depth = focal * apart / (goal[1, 0] - goal[0, 0]) * _ROOM
    middle, wanted = eyes.mean(0), goal.mean(0)
    x = (wanted[0] - 0.5 * width) * depth / focal - middle[0]
    y = -(wanted[1] - 0.5 * height) * depth / focal - middle[1]
    return Camera(straight.fov_y_degrees, (float(x), float(y), float(-depth - middle[2])))


def attributes_of(sitter: Sitter, code: np.ndarray, blur: float) -> dict[str, bool]:
    """CelebA's 40 attributes of a picture.

    True facts of the person and the face decide what the studio knows; what it never makes
    (glasses, hats, jewellery, ties, beards) is −1, and so is what is a matter of taste
    (Attractive, Oval_Face, Pointy_Nose, Big_Nose, Arched_Eyebrows, Bags_Under_Eyes).

    Args:
        sitter: the person.
        code: ``(50,)`` expression.
        blur: of the lens, pixels.
    """
    person, style = sitter.person, sitter.person.hair_style
    colour = "" if style == "bald" else person.hair_colour
    smiling = float(code[_SMILE].mean()) > 0.42
    parted = sum(w * float(code[UNITS.index(u)]) for u, w in _PARTED.items())
    known = {
        "5_o_Clock_Shadow": 0.3 < person.stubble,
        "Bald": style == "bald",
        "Bangs": style == "bowl",
        "Big_Lips": person.attributes.african > 0.6,
        "Black_Hair": colour == "black",
        "Blond_Hair": colour == "blond",
        "Blurry": blur > 1.2,
        "Brown_Hair": colour in ("brown", "dark_brown"),
        "Bushy_Eyebrows": person.brow_weight > 0.7,
        "Chubby": person.attributes.weight > 0.8,
        "Gray_Hair": colour in ("grey", "white"),
        "Heavy_Makeup": sitter.gender == "female" and person.lips > 0.78,
        "High_Cheekbones": smiling,
        "Male": sitter.gender == "male",
        "Mouth_Slightly_Open": parted > 0.16,
        "Narrow_Eyes": float(code[UNITS.index("eyeBlinkLeft")]) > 0.3,
        "No_Beard": person.stubble < 0.55,
        "Pale_Skin": person.melanin < 0.06,
        "Receding_Hairline": style == "receding",
        "Smiling": smiling,
        "Straight_Hair": style not in (*_CURLY, "bald"),
        "Wavy_Hair": style in _CURLY,
        "Wearing_Lipstick": sitter.gender == "female" and person.lips > 0.66,
        "Young": sitter.age < _YOUNG,
    }
    return {name: bool(known.get(name, False)) for name in celeba.ATTRIBUTES}
