"""DECA's codes: what one photo says of a head, its camera and its light."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Final

import torch
from torch import Tensor

from storyface_assets.lib.errors import BadInput

#: Length of each code, in the order in which the encoder gives them.
CODE_SIZES: Final = {
    "shape": 100,
    "albedo": 50,
    "expression": 50,
    "pose": 6,
    "camera": 3,
    "light": 27,
}
N_CODES: Final = sum(CODE_SIZES.values())
N_DETAIL: Final = 128
#: Where the expression is among the codes.
EXPRESSION: Final = slice(
    CODE_SIZES["shape"] + CODE_SIZES["albedo"],
    CODE_SIZES["shape"] + CODE_SIZES["albedo"] + CODE_SIZES["expression"],
)
_BANDS: Final = 9


@dataclass(frozen=True, eq=False)
class Codes:
    """Codes of B photos.

    Attributes:
        shape: ``(B, 100)`` who it is.
        albedo: ``(B, 50)`` skin colour (``tex`` in the release).
        expression: ``(B, 50)``.
        pose: ``(B, 6)`` axis-angle radians: the whole head, the jaw.
        camera: ``(B, 3)`` scale and translation x, y of an orthographic camera.
        light: ``(B, 9, 3)`` spherical harmonics, RGB.
    """

    shape: Tensor
    albedo: Tensor
    expression: Tensor
    pose: Tensor
    camera: Tensor
    light: Tensor

    def __post_init__(self) -> None:
        """Refuse codes that do not belong together.

        Raises:
            BadInput: names the code of another shape.
        """
        for name, value in self._named():
            size = CODE_SIZES[name]
            wanted = (len(self.shape), *((_BANDS, size // _BANDS) if name == "light" else (size,)))
            if value.shape != wanted:
                problem = f"has shape {tuple(value.shape)}, not {wanted}."
                raise BadInput("DECA codes", name, problem, "Give codes of one encoder and batch.")

    @classmethod
    def split(cls, vector: Tensor) -> "Codes":
        """Codes from what the encoder gives ``(B, 236)``; views of it.

        Raises:
            BadInput: another length.
        """
        if vector.ndim != 2 or vector.shape[1] != N_CODES:
            problem = f"have shape {tuple(vector.shape)}, not (B, {N_CODES})."
            mend = f"Give an encoder of {N_CODES} outputs ({_sizes()})."
            raise BadInput("DECA codes", "", problem, mend)
        parts = dict(zip(CODE_SIZES, vector.split(list(CODE_SIZES.values()), 1), strict=True))
        parts["light"] = parts["light"].unflatten(1, (_BANDS, -1))
        return cls(**parts)

    def vector(self) -> Tensor:
        """``(B, 236)``: what :meth:`split` takes."""
        return torch.cat([value.flatten(1) for _, value in self._named()], 1)

    @property
    def jaw(self) -> Tensor:
        """``(B, 3)`` axis-angle radians."""
        return self.pose[:, 3:]

    def __len__(self) -> int:
        return len(self.shape)

    def __getitem__(self, rows: slice | Tensor | Sequence[int]) -> "Codes":
        """Codes of some photos, in the order asked for; always a batch."""
        if isinstance(rows, int):
            raise TypeError("codes stay a batch: ask for codes[n : n + 1]")
        return Codes(**{name: value[rows] for name, value in self._named()})

    def _named(self) -> Iterator[tuple[str, Tensor]]:
        return ((field.name, getattr(self, field.name)) for field in fields(self))


def _sizes() -> str:
    return ", ".join(f"{name} {size}" for name, size in CODE_SIZES.items())
