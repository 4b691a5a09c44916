"""One person's head, ready to be posed and rendered: codes, texture, hair, colours."""

import json
import zlib
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import cv2
import numpy as np

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.heads.wrinkles import WrinkleBlend

#: Metres of a step of the displacement that is kept.
_STEP = 1e-6
_DISPLACEMENT = "displacement.npz"


@dataclass(frozen=True)
class HairSpec:
    """Hair as the wishes say or the photo shows.

    Attributes:
        style: a name from ``lib.hair.STYLES``; ``bald`` for none.
        colour: sRGB 0–255 of the mid-tone.
    """

    style: str = "short"
    colour: tuple[int, int, int] = (45, 33, 28)


@dataclass(frozen=True)
class CharacterHead:
    """Everything about one person that does not change from frame to frame.

    Attributes:
        shape: ``(100,)`` float32 shape code.
        albedo: ``(50,)`` float32 albedo code (what the fit found before the photo's texture).
        expressions: ``{expression: (50,)}`` for each of ``vocabulary.FACE_EXPRESSIONS``.
        texture: ``(H, W, 3)`` uint8 sRGB albedo in the head model's UV.
        hair: style and colour.
        brow_colour: sRGB 0-255.
        iris_colour: sRGB 0-255.
        shirt_colour: sRGB 0-255.
        light: ``(9, 3)`` spherical-harmonic light found in the photo.
        camera: ``(3,)`` translation of the head in the photo's camera, metres.
        gender: 0 = female … 1 = male.
        age: years, roughly.
        displacement: ``{expression: (256, 256)}`` float32 metres that the skin stands out, over
            ``detail_window.WINDOW``; ``photo``: as it does in the photo and so in the texture.
            Empty for a smooth head.
    """

    shape: np.ndarray
    albedo: np.ndarray
    expressions: dict[str, np.ndarray]
    texture: np.ndarray
    hair: HairSpec = field(default_factory=HairSpec)
    brow_colour: tuple[int, int, int] = (50, 38, 32)
    iris_colour: tuple[int, int, int] = (70, 48, 32)
    shirt_colour: tuple[int, int, int] = (96, 112, 140)
    light: np.ndarray = field(default_factory=lambda: np.zeros((9, 3), np.float32))
    camera: np.ndarray = field(default_factory=lambda: np.zeros(3, np.float32))
    gender: float = 0.5
    age: float = 30.0
    displacement: dict[str, np.ndarray] = field(default_factory=dict)

    @cached_property
    def wrinkles(self) -> WrinkleBlend | None:
        """Of any expression; ``None`` for a smooth head."""
        if not self.displacement:
            return None
        return WrinkleBlend(self.expressions, self.displacement)

    def save(self, folder: Path) -> None:
        """Write ``codes.npz``, ``texture.png`` and ``look.json`` into a folder.

        A wrinkled head's also gets ``displacement.npz``: int16 micrometres.

        Raises:
            BadInput: a displacement that is no number or more than 32 mm.
        """
        names = ("shape", "albedo", "light", "camera")
        arrays: dict[str, Any] = {name: getattr(self, name) for name in names}
        arrays |= {f"expression_{name}": code for name, code in self.expressions.items()}
        np.savez(folder / "codes.npz", **arrays)
        if not cv2.imwrite(str(folder / "texture.png"), self.texture[..., ::-1]):
            raise OSError(f"could not write {folder / 'texture.png'}")
        (folder / _DISPLACEMENT).unlink(missing_ok=True)
        if self.displacement:
            steps = {name: _steps(name, map_) for name, map_ in self.displacement.items()}
            np.savez_compressed(folder / _DISPLACEMENT, **steps)  # type: ignore[arg-type]
        look = {
            "hair": asdict(self.hair),
            "brow_colour": self.brow_colour,
            "iris_colour": self.iris_colour,
            "shirt_colour": self.shirt_colour,
            "gender": self.gender,
            "age": self.age,
        }
        (folder / "look.json").write_text(json.dumps(look, indent=1, default=int), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> "CharacterHead":
        """Read what :meth:`save` wrote.

        Raises:
            BadInput: a file is missing or broken.
        """
        try:
            look = json.loads((folder / "look.json").read_text("utf-8"))
            with np.load(folder / "codes.npz", allow_pickle=False) as archive:
                arrays = {n: archive[n] for n in archive.files}
            displacement = _read_displacement(folder / _DISPLACEMENT)
        except (OSError, ValueError, EOFError, BadZipFile, zlib.error) as error:
            raise BadInput(
                folder, "", f"is not a saved head ({error}).", "Materialize the book's heads again."
            ) from error
        texture = cv2.imread(str(folder / "texture.png"), cv2.IMREAD_COLOR)
        if texture is None:
            raise BadInput(
                folder / "texture.png", "", "cannot be read.", "Materialize the heads again."
            )
        prefix = "expression_"
        hair = look.pop("hair")
        head = cls(
            expressions={k[len(prefix) :]: v for k, v in arrays.items() if k.startswith(prefix)},
            texture=np.ascontiguousarray(texture[..., ::-1]),
            hair=HairSpec(hair["style"], tuple(hair["colour"])),
            displacement=displacement,
            **{k: v for k, v in arrays.items() if not k.startswith(prefix)},
        )
        look = {k: tuple(v) if isinstance(v, list) else v for k, v in look.items()}
        return replace(head, **look)


def _steps(name: str, displacement: np.ndarray) -> np.ndarray:
    steps = np.rint(displacement / _STEP)
    if not (np.abs(steps) < np.iinfo(np.int16).max).all():  # no number is not less, either
        problem = "is more than 32 mm somewhere, or no number."
        raise BadInput("head", f"displacement.{name}", problem, "Give metres.")
    return steps.astype(np.int16)


def _read_displacement(file: Path) -> dict[str, np.ndarray]:
    if not file.is_file():
        return {}
    with np.load(file, allow_pickle=False) as archive:
        return {name: archive[name] * np.float32(_STEP) for name in archive.files}
