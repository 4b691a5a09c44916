"""Checks of the person: the photo, the look and the head."""

import json

import numpy as np

from storyface_assets.checks.factories import Verdict, book_check
from storyface_assets.lib.characters import Look, Portrait
from storyface_assets.lib.characters.emotion_faces import EmotionFaces
from storyface_assets.lib.hair import STYLES
from storyface_assets.lib.heads.character import CharacterHead
from storyface_assets.lib.heads.detail_window import DETAIL_SIZE
from storyface_assets.lib.heads.export import broken_files
from storyface_assets.lib.heads.model import N_ALBEDO, N_EXPRESSION, N_SHAPE
from storyface_assets.lib.heads.wrinkles import PHOTO
from storyface_assets.lib.store import Folder
from storyface_assets.vocabulary import FACE_EXPRESSIONS

#: Pixels between the outer eye corners below which the photo's texture is blurred on the head.
_EYE_DISTANCE = 90
#: Degrees from which one cheek has to be made up.
_FRONTAL = 20
#: Mean distance of the inner landmarks over the eye distance: wanted, and surely wrong.
_GOOD_FIT, _BROKEN_FIT = 0.02, 0.08
#: Standard deviations of the shape code that no real head has.
_WILD_SHAPE = 8.0
#: Millimetres: no wrinkle is deeper.
_DEEPEST = 4.0


def face_is_large_enough(folder: Folder) -> Verdict:
    """The face has enough pixels for a sharp texture."""
    distance = Portrait.load(folder.path).face.interocular
    return Verdict(
        distance >= _EYE_DISTANCE, f"{distance:.0f} pixels between the eyes", {"pixels": distance}
    )


def face_is_frontal(folder: Folder) -> Verdict:
    """The face looks at the camera, so that both cheeks are in the photo."""
    face = Portrait.load(folder.path).face
    yaw, pitch = face.yaw_degrees, face.pitch_degrees
    return Verdict(
        abs(yaw) <= _FRONTAL and abs(pitch) <= _FRONTAL,
        f"turned {yaw:.0f}°, nodding {pitch:.0f}°",
        {"yaw": yaw, "pitch": pitch},
    )


def landmarks_are_in_the_photo(folder: Folder) -> Verdict:
    """All 478 landmarks are finite, and nearly all of them inside the photo."""
    portrait = Portrait.load(folder.path)
    points = portrait.face.landmarks
    height, width = portrait.rgb.shape[:2]
    inside = (points[:, :2] >= 0).all(1) & (points[:, :2] < (width, height)).all(1)
    passed = points.shape == (478, 3) and bool(np.isfinite(points).all()) and inside.mean() > 0.9
    return Verdict(bool(passed), f"{inside.mean():.0%} inside", {"inside": float(inside.mean())})


def look_is_known(folder: Folder) -> Verdict:
    """The hair style is one that can be built."""
    look = Look.load(folder.path)
    return Verdict(look.hair.style in STYLES, f"{look.hair.style}, rgb{look.hair.colour}")


def faces_read_as_meant(folder: Folder) -> Verdict:
    """Each face that StarGAN made reads as the expression that it was asked for."""
    faces = EmotionFaces.load(folder.path)
    others = {n: f["reads as"] for n, f in faces.facts().items() if not faces.reads_as_meant(n)}
    told = ", ".join(f"{name} reads as {read}" for name, read in others.items())
    return Verdict(not others, told or "all five", {"others": len(others)})


def head_is_whole(folder: Folder) -> Verdict:
    """Every code has its length and finite values, and there are five expressions."""
    head = CharacterHead.load(folder.path)
    lengths = (len(head.shape), len(head.albedo)) == (N_SHAPE, N_ALBEDO)
    faces = set(head.expressions) == set(FACE_EXPRESSIONS) and all(
        code.shape == (N_EXPRESSION,) for code in head.expressions.values()
    )
    codes = [head.shape, head.albedo, *head.expressions.values()]
    finite = all(bool(np.isfinite(code).all()) for code in codes)
    return Verdict(lengths and faces and finite, f"{len(head.expressions)} expressions")


def wrinkles_are_skin_deep(folder: Folder) -> Verdict:
    """Every expression and the photo have a displacement map, or none; none is over 4 mm deep."""
    maps = CharacterHead.load(folder.path).displacement
    if not maps:
        return Verdict(True, "smooth")
    whole = set(maps) == {*FACE_EXPRESSIONS, PHOTO} and all(
        map_.shape == (DETAIL_SIZE, DETAIL_SIZE) for map_ in maps.values()
    )
    deepest = 1000 * max(float(np.abs(map_).max()) for map_ in maps.values())
    return Verdict(
        whole and deepest <= _DEEPEST, f"up to {deepest:.2f} mm", {"millimetres": deepest}
    )


def fit_is_not_broken(folder: Folder) -> Verdict:
    """The fitted head lies on the photo's landmarks, and its shape is a possible one."""
    residual = _residual(folder)
    wild = float(np.abs(CharacterHead.load(folder.path).shape).max())
    return Verdict(
        residual <= _BROKEN_FIT and wild <= _WILD_SHAPE,
        f"residual {residual:.3f} of the eye distance, largest shape coefficient {wild:.1f} σ",
        {"residual": residual, "largest coefficient": wild},
    )


def fit_is_close(folder: Folder) -> Verdict:
    """The landmark residual is at most .02 of the eye distance."""
    residual = _residual(folder)
    return Verdict(
        residual <= _GOOD_FIT, f"{residual:.4f} of the eye distance", {"residual": residual}
    )


def head_files_are_whole(folder: Folder) -> Verdict:
    """The GLB is whole with all its morph targets, and every OBJ finds its materials."""
    faults = broken_files(folder.path)
    return Verdict(not faults, "; ".join(faults) or "all there", {"faults": len(faults)})


def _residual(folder: Folder) -> float:
    facts = json.loads((folder.path / "fit.json").read_text("utf-8"))
    return float(facts["landmark_residual"])


PEOPLE_CHECKS = [
    book_check("portrait", landmarks_are_in_the_photo, blocking=True),
    book_check("portrait", face_is_large_enough, blocking=False),
    book_check("portrait", face_is_frontal, blocking=False),
    book_check("character", look_is_known, blocking=True),
    book_check("emotion_faces", faces_read_as_meant, blocking=False),
    book_check("heads", head_is_whole, blocking=True),
    book_check("heads", wrinkles_are_skin_deep, blocking=True),
    book_check("heads", fit_is_not_broken, blocking=True),
    book_check("heads", fit_is_close, blocking=False),
    book_check("head_files", head_files_are_whole, blocking=True),
]
