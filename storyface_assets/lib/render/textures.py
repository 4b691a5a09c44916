"""Textures of a scene: every mip level of every texture packed into one flat array."""

from dataclasses import dataclass

import cv2
import numpy as np
from numba import njit

MAX_LEVELS = 6


@dataclass(frozen=True)
class TexturePack:
    """Mip chains.

    Attributes:
        texels: ``(n, 4)`` uint8 sRGB + alpha of all levels, row by row.
        offset: ``(textures, MAX_LEVELS)`` int64 first texel of each level.
        width: ``(textures, MAX_LEVELS)`` int32.
        height: ``(textures, MAX_LEVELS)`` int32.
    """

    texels: np.ndarray
    offset: np.ndarray
    width: np.ndarray
    height: np.ndarray


def _mip_chain(texture: np.ndarray) -> list[np.ndarray]:
    """The texture and its halvings, until ``MAX_LEVELS`` or 8 texels a side."""
    if texture.shape[2] == 3:
        opaque = np.full((*texture.shape[:2], 1), 255, np.uint8)
        texture = np.concatenate([texture, opaque], 2)
    levels = [np.ascontiguousarray(texture)]
    while len(levels) < MAX_LEVELS:
        h, w = levels[-1].shape[:2]
        if min(h, w) >= 16:
            # Colour weighted by alpha, else transparent texels bleed into thin strands.
            image = levels[-1].astype(np.float32)
            alpha = image[..., 3:] / 255.0 + 1e-3
            size = (w // 2, h // 2)
            colour = cv2.resize(image[..., :3] * alpha, size, interpolation=cv2.INTER_AREA)
            weight = cv2.resize(alpha, size, interpolation=cv2.INTER_AREA)[..., None]
            alpha_small = cv2.resize(image[..., 3], size, interpolation=cv2.INTER_AREA)[..., None]
            small = np.concatenate([colour / weight, alpha_small], 2)
            levels.append(np.rint(np.clip(small, 0, 255)).astype(np.uint8))
        else:
            levels.append(levels[-1])
    return levels


def pack_textures(textures: list[np.ndarray]) -> TexturePack:
    """Pack ``(h, w, 3 or 4)`` uint8 sRGB textures with their mip levels."""
    chains = [_mip_chain(t) for t in textures]
    shape = (len(chains), MAX_LEVELS)
    offset, width, height = (np.zeros(shape, t) for t in (np.int64, np.int32, np.int32))
    start, flat = 0, []
    for i, chain in enumerate(chains):
        for level, image in enumerate(chain):
            offset[i, level] = start
            height[i, level], width[i, level] = image.shape[:2]
            flat.append(image.reshape(-1, 4))
            start += len(flat[-1])
    return TexturePack(np.concatenate(flat), offset, width, height)


@njit(cache=True, fastmath=True, nogil=True)
def sample_rgba(texels, offset, width, height, u, v):  # type: ignore[no-untyped-def]
    """Bilinear RGBA (0–255) of one mip level at (u, v); (0, 0) is the lower left, edges clamp."""
    x = u * width - 0.5
    y = (1.0 - v) * height - 0.5
    x = min(max(x, 0.0), width - 1.001)
    y = min(max(y, 0.0), height - 1.001)
    ix, iy = int(x), int(y)
    fx, fy = np.float32(x - ix), np.float32(y - iy)
    a = offset + iy * width + ix
    b = a + width
    one = np.float32(1.0)
    w00, w10 = (one - fx) * (one - fy), fx * (one - fy)
    w01, w11 = (one - fx) * fy, fx * fy
    red = w00 * texels[a, 0] + w10 * texels[a + 1, 0] + w01 * texels[b, 0] + w11 * texels[b + 1, 0]
    green = (
        w00 * texels[a, 1] + w10 * texels[a + 1, 1] + w01 * texels[b, 1] + w11 * texels[b + 1, 1]
    )
    blue = w00 * texels[a, 2] + w10 * texels[a + 1, 2] + w01 * texels[b, 2] + w11 * texels[b + 1, 2]
    alpha = (
        w00 * texels[a, 3] + w10 * texels[a + 1, 3] + w01 * texels[b, 3] + w11 * texels[b + 1, 3]
    )
    return red, green, blue, alpha
