"""Skin colour as a linear model, and the full texture of a person's head.

The model is linear in log RGB (see ``build/skin_tones.py``); the code has unit variance. Fine
detail (brows, freckles, stubble …) is laid over it by :class:`SkinStyle`.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np
import torch

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.heads.eyes import paint_eyes
from storyface_assets.lib.heads.model import N_ALBEDO
from storyface_assets.lib.heads.model_file import read_model
from storyface_assets.lib.srgb import linear_to_srgb, srgb_to_linear

TEXTURE_SIZE = 1024
#: What full freckles, wrinkles and lash line do to log RGB.
_FRECKLE = np.array([-0.22, -0.42, -0.46], np.float32)
_WRINKLE = np.array([-0.26, -0.36, -0.36], np.float32)
_LASH_LINE = np.array([-1.5, -1.6, -1.6], np.float32)
#: Random codes stay within this many standard deviations: beyond, tones turn unlike skin.
_NATURAL = 0.8
_PORES = 0.018


@dataclass(frozen=True)
class SkinStyle:
    """Detail over the smooth skin.

    Attributes:
        brow_colour: sRGB 0–255.
        brow_weight: 0 = thin, 1 = bushy; negative values fade the brows out (−1 = none).
        iris_colour: sRGB 0–255.
        freckles: 0–1.
        wrinkles: 0–1; up to 3 for very deep ones.
        stubble: 0–1.
        pores: 0–1.
        lash_line: 0–1, darkness of the lids' edges.
    """

    brow_colour: tuple[int, int, int] = (50, 38, 32)
    brow_weight: float = 0.45
    iris_colour: tuple[int, int, int] = (70, 48, 32)
    freckles: float = 0.0
    wrinkles: float = 0.0
    stubble: float = 0.0
    pores: float = 1.0
    lash_line: float = 1.0


class AlbedoModel:
    """50 numbers → the colour of a head's skin."""

    def __init__(self, arrays: dict[str, np.ndarray]) -> None:
        self.mean = arrays["mean"].astype(np.float32)  # (S, S, 3) log linear RGB
        scale = arrays["basis_scale"].astype(np.float32)[:, None, None, None]
        self.basis = arrays["basis"].astype(np.float32) * scale  # (50, S, S, 3)
        self.parameter_names = tuple(str(n) for n in arrays["parameter_names"])
        self._parameter_to_code = arrays["parameter_to_code"]
        self._parts, self._parts_top = arrays["parts"], int(arrays["parts_top"])
        masks = ("beard", "face", "brows_thin", "brows_full", "lash_line", "freckles", "wrinkles")
        self._masks = {n: arrays[n].astype(np.float32) / 255 for n in (*masks, "stubble")}
        self._pores = arrays["pores"].astype(np.float32) / 32
        if len(self.basis) != N_ALBEDO:
            raise BadInput("albedo.npz", "basis", "has the wrong length.", "Rebuild it.")

    @classmethod
    def load(cls, path: Path) -> "AlbedoModel":
        """Read the model from ``albedo.npz``.

        Raises:
            BadInput: the file is missing or is not such an archive.
        """
        return read_model(path, "an albedo model", cls)

    def code_for(self, **parameters: float) -> np.ndarray:
        """Code ``(50,)`` float32 of a skin described in words.

        Args:
            parameters: any of ``parameter_names`` (``melanin``, ``blood``, ``lips``, ``beard`` …),
                0 … 1; those not given take their mean.

        Raises:
            KeyError: a parameter has no such name.
        """
        if unknown := set(parameters) - set(self.parameter_names):
            raise KeyError(f"no skin parameter {sorted(unknown)}; there are {self.parameter_names}")
        middle = {"yellow": 0.0, "beard": 0.0}
        values = [parameters.get(n, middle.get(n, 0.45)) for n in self.parameter_names]
        return (np.array([*values, 1.0]) @ self._parameter_to_code).astype(np.float32)

    def random_code(self, rng: np.random.Generator) -> np.ndarray:
        """A natural random code ``(50,)``: normal, clipped to ±.8 standard deviations."""
        return np.clip(rng.normal(size=N_ALBEDO), -_NATURAL, _NATURAL).astype(np.float32)

    def linear(self, code: np.ndarray) -> np.ndarray:
        """Smooth skin ``(S, S, 3)`` float32 linear RGB of a code ``(50,)``."""
        log = self.mean + np.tensordot(np.asarray(code, np.float32), self.basis, 1)
        return np.exp(np.minimum(log, -0.02))

    def texture(self, code: np.ndarray, style: SkinStyle | None = None) -> np.ndarray:
        """The whole atlas of a person ``(1024, 1024, 3)`` uint8 sRGB.

        Args:
            code: ``(50,)`` skin.
            style: detail and colours of brows and eyes.
        """
        style = style or SkinStyle()
        size, masks = (TEXTURE_SIZE, TEXTURE_SIZE), self._masks
        log = np.log(cv2.resize(self.linear(code), size, interpolation=cv2.INTER_CUBIC))
        log += style.freckles * masks["freckles"][..., None] * _FRECKLE
        log += style.wrinkles * masks["wrinkles"][..., None] * _WRINKLE
        log += style.lash_line * masks["lash_line"][..., None] * _LASH_LINE
        tiles = TEXTURE_SIZE // len(self._pores)
        log += (_PORES * style.pores) * np.tile(self._pores, (tiles, tiles))[..., None]
        skin = np.exp(np.minimum(log, -0.01))
        brow = srgb_to_linear(np.array(style.brow_colour, np.float32) / 255)
        stubble = style.stubble * self.beard * np.tile(masks["stubble"], (tiles, tiles))
        for mask, colour in ((0.75 * stubble, 0.8 * brow), (self._brows(style.brow_weight), brow)):
            skin += mask[..., None] * (colour - skin)
        paint_eyes(skin, srgb_to_linear(np.array(style.iris_colour) / 255))
        srgb = np.rint(linear_to_srgb(skin) * 255).astype(np.uint8)
        strip, top = self._parts, self._parts_top
        srgb[top:] = np.where(strip.max(2, keepdims=True) > 0, strip, srgb[top:])
        return srgb

    @cached_property
    def beard(self) -> np.ndarray:
        """Where beards grow, ``(1024, 1024)`` float32 0–1."""
        size = (TEXTURE_SIZE, TEXTURE_SIZE)
        return np.asarray(cv2.resize(self._masks["beard"], size))

    def _brows(self, weight: float) -> np.ndarray:
        thin, full = self._masks["brows_thin"], self._masks["brows_full"]
        if weight < 0:
            return thin * max(1 + weight, 0.0)
        return thin + min(weight, 1.0) * np.maximum(full - thin, 0)

    @cached_property
    def _image(self) -> torch.Tensor:
        """Mean and basis as one image ``(1, 51 * 3, S, S)`` for sampling."""
        stack = np.concatenate([self.mean[None], self.basis]).transpose(0, 3, 1, 2)
        return torch.from_numpy(np.ascontiguousarray(stack)).reshape(1, -1, *self.mean.shape[:2])

    def log_at(self, uv: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Mean ``(N, 3)`` and basis ``(50, N, 3)`` of log RGB at atlas points ``(N, 2)``.

        ``torch.exp(mean + einsum("bk,knd->bnd", codes, basis))`` is the linear colour; for points
        that do not move, keep these two.
        """
        grid = torch.stack([uv[:, 0] * 2 - 1, 1 - uv[:, 1] * 2], 1)[None, None].float()
        sampled = torch.nn.functional.grid_sample(self._image, grid, align_corners=False)
        sampled = sampled[0, :, 0].reshape(1 + N_ALBEDO, 3, -1).permute(0, 2, 1)
        return sampled[0], sampled[1:]

    def linear_torch(self, codes: torch.Tensor, uv: torch.Tensor) -> torch.Tensor:
        """Linear RGB ``(B, N, 3)`` of codes ``(B, 50)`` at ``(N, 2)``; differentiable in codes."""
        mean, basis = self.log_at(uv)
        return torch.exp(mean + torch.einsum("bk,knd->bnd", codes, basis))
