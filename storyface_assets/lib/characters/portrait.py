"""The checked front photo of a book's character, with its face's landmarks."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.landmarks import Face

#: Thickness of landmark dots relative to the eye distance, so that they read in any size.
_DOT = 0.015


@dataclass(frozen=True, eq=False)
class Portrait:
    """A photo that has passed the checks.

    Attributes:
        rgb: ``(H, W, 3)`` uint8 sRGB, upright.
        face: the character's face in it.
        warnings: what a person should know, e.g. that a second face was left out.
    """

    rgb: np.ndarray
    face: Face
    warnings: tuple[str, ...] = ()

    def save(self, folder: Path) -> None:
        """Write ``photo.png``, ``face.npz`` and ``facts.json`` into a folder."""
        if not cv2.imwrite(str(folder / "photo.png"), self.rgb[..., ::-1]):
            raise OSError(f"could not write {folder / 'photo.png'}")
        np.savez_compressed(folder / "face.npz", **asdict(self.face))
        facts = self.facts()
        (folder / "facts.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1), "utf-8")

    def facts(self) -> dict[str, Any]:
        """Size (pixels), head angles (degrees), the face's score 0..1, warnings."""
        height, width = self.rgb.shape[:2]
        return {
            "width": width,
            "height": height,
            "score": round(float(self.face.score), 4),
            "eye_distance": round(self.face.interocular, 1),
            "yaw_degrees": round(self.face.yaw_degrees, 1),
            "pitch_degrees": round(self.face.pitch_degrees, 1),
            "roll_degrees": round(self.face.roll_degrees, 1),
            "warnings": list(self.warnings),
        }

    @classmethod
    def load(cls, folder: Path) -> "Portrait":
        """Read what :meth:`save` wrote.

        Raises:
            BadInput: a file of the three is missing or broken.
        """
        bgr = cv2.imread(str(folder / "photo.png"), cv2.IMREAD_COLOR)
        try:
            if bgr is None:
                raise ValueError("photo.png cannot be read")
            facts = json.loads((folder / "facts.json").read_text("utf-8"))
            with np.load(folder / "face.npz", allow_pickle=False) as arrays:
                parts = {name: arrays[name] for name in arrays.files}
            face = Face(**parts | {"score": float(parts["score"])})
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadInput(
                folder, "", f"is not a saved portrait ({error}).", "Materialize it again."
            ) from error
        return cls(np.ascontiguousarray(bgr[..., ::-1]), face, tuple(facts["warnings"]))

    def with_landmarks(self) -> np.ndarray:
        """The photo cut to the head with the landmarks drawn on, ``(h, w, 3)`` uint8."""
        picture = self.rgb.copy()
        radius = max(1, round(self.face.interocular * _DOT))
        for x, y in self.face.landmarks[:, :2]:
            cv2.circle(picture, (round(x), round(y)), radius, (60, 230, 150), -1, cv2.LINE_AA)
        return self._cut(picture)

    def close_up(self) -> np.ndarray:
        """The photo cut to the head, ``(h, w, 3)`` uint8."""
        return self._cut(self.rgb)

    def _cut(self, picture: np.ndarray) -> np.ndarray:
        x0, y0, x1, y1 = self.face.box
        margin = 0.35 * max(x1 - x0, y1 - y0)
        height, width = picture.shape[:2]
        rows = slice(max(0, round(y0 - margin)), min(height, round(y1 + margin)))
        columns = slice(max(0, round(x0 - margin)), min(width, round(x1 + margin)))
        return picture[rows, columns]
