"""Textures of a scene: every mip level of every texture packed into one flat array."""

from dataclasses import dataclass

import cv2
import numpy as np

from storyface_assets.lib.render.colour import decode_bytes
from storyface_assets.lib.render.jit import inlined, kernel

MAX_LEVELS = 6


@dataclass(frozen=True)
class TexturePack:
    """Mip chains.

    Attributes:
        texels: ``(n, 4)`` uint8 of all levels, row by row: 255 times the square root of linear
            RGB, so that a square decodes it and dark tones keep their steps, then 255 times alpha.
        mips: ``(textures · MAX_LEVELS, 3)`` int64 first texel, width, height of each level.
    """

    texels: np.ndarray
    mips: np.ndarray

    @property
    def packed(self) -> np.ndarray:
        """``(n,)`` uint32: the four channels of a texel in one number, red lowest."""
        return self.texels.view("<u4")[:, 0]


def _mip_chain(texture: np.ndarray) -> list[np.ndarray]:
    """The texture and its halvings, until ``MAX_LEVELS`` or 8 texels a side."""
    linear = np.ones((*texture.shape[:2], 4), np.float32)
    linear[..., :3] = decode_bytes(texture[..., :3])
    if texture.shape[2] == 4:
        linear[..., 3] = texture[..., 3] / np.float32(255.0)
    levels = [linear]
    while len(levels) < MAX_LEVELS:
        h, w = levels[-1].shape[:2]
        if min(h, w) >= 16:
            # Colour weighted by alpha, else transparent texels bleed into thin strands.
            weighted = levels[-1].copy()
            weighted[..., 3] += 1e-3
            weighted[..., :3] *= weighted[..., 3:]
            small = cv2.resize(weighted, (w // 2, h // 2), interpolation=cv2.INTER_AREA)
            alpha = small[..., 3:]
            levels.append(np.concatenate([small[..., :3] / alpha, alpha - 1e-3], 2))
        else:
            levels.append(levels[-1])
    return levels


def pack_textures(textures: list[np.ndarray]) -> TexturePack:
    """Pack ``(h, w, 3 or 4)`` uint8 sRGB textures with their mip levels."""
    chains = [_mip_chain(t) for t in textures]
    mips = np.zeros((len(chains) * MAX_LEVELS, 3), np.int64)
    levels = [level for chain in chains for level in chain]
    start = 0
    for i, level in enumerate(levels):
        mips[i] = start, level.shape[1], level.shape[0]
        start += level.shape[0] * level.shape[1]
    texels = np.concatenate([level.reshape(-1, 4) for level in levels])
    texels[:, :3] = np.sqrt(texels[:, :3])
    return TexturePack(np.rint(np.clip(texels, 0, 1) * 255).astype(np.uint8), mips)


@kernel
def choose_mips(screen, faces, texture_of, texel_edges, boxes, mips, solidity):  # type: ignore[no-untyped-def]
    """The mip level of each face, and how solid the thin ones are.

    The level goes by the side along which the texture is squeezed most, so that strands seen from
    the side do not flicker.

    Args:
        screen: ``(N, 3)`` pixel x, y in the first two columns.
        faces: ``(F, 3)``.
        texture_of: ``(F,)``.
        texel_edges: ``(F, 3)`` length of each side in texels of the largest level.
        boxes: ``(F, 4)``; faces that are not seen (x1 < x0) are skipped.
        mips: out ``(F,)`` texture · MAX_LEVELS + level.
        solidity: out ``(F,)`` 0–1: width of the face in pixels where it is less than one; pixel
            centres hit such a face by chance.
    """
    for f in range(faces.shape[0]):
        if boxes[f, 2] < boxes[f, 0]:
            continue
        i, j, k = faces[f, 0], faces[f, 1], faces[f, 2]
        ax, ay = screen[j, 0] - screen[i, 0], screen[j, 1] - screen[i, 1]
        bx, by = screen[k, 0] - screen[i, 0], screen[k, 1] - screen[i, 1]
        cx, cy = bx - ax, by - ay
        sides = (ax * ax + ay * ay, cx * cx + cy * cy, bx * bx + by * by)
        squeeze = longest = np.float32(1e-6)
        for n in range(3):
            longest = max(longest, sides[n])
            texels = texel_edges[f, n]
            squeeze = max(squeeze, texels * texels / max(sides[n], np.float32(0.05)))
        level = 0
        while squeeze > 3.0 and level < MAX_LEVELS - 1:
            squeeze *= np.float32(0.25)
            level += 1
        width = abs(ax * by - ay * bx) / np.sqrt(longest)
        solidity[f] = min(np.float32(1.0), width)
        mips[f] = texture_of[f] * MAX_LEVELS + level


@inlined
def byte_of(texel, shift):  # type: ignore[no-untyped-def]
    """One channel of an int32 of ``TexturePack.packed``, 0–255."""
    return np.float32(np.int32(np.int32(texel >> np.int32(shift)) & np.int32(255)))
