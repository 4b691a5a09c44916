"""The albedo space: principal components of procedural skins in log RGB, packed into bytes."""

from collections.abc import Callable

import cv2
import numpy as np

from storyface_assets.lib.heads.build import skin_detail
from storyface_assets.lib.heads.build.head_source import HeadSource
from storyface_assets.lib.heads.build.parts_paint import paint_parts
from storyface_assets.lib.heads.build.skin_regions import skin_regions
from storyface_assets.lib.heads.build.skin_tones import (
    PARAMETER_NAMES,
    log_albedo,
    parameter_vector,
    random_skin,
)
from storyface_assets.lib.heads.build.texture_space import TextureSpace
from storyface_assets.lib.heads.build.wheel import AnnyData
from storyface_assets.lib.heads.model import N_ALBEDO
from storyface_assets.lib.srgb import linear_to_srgb

#: The basis is smooth: a quarter of the atlas's resolution is enough.
BASIS_SIZE = 256
#: Least step of a packed component in log RGB: finer ones would only fill the file.
_STEP = 0.004


def build_albedo(
    coarse: TextureSpace,
    fine: TextureSpace,
    source: HeadSource,
    data: AnnyData,
    skins: int = 400,
    seed: int = 20261122,
    say: Callable[[str], None] = lambda line: None,
) -> dict[str, np.ndarray]:
    """Arrays of ``albedo.npz``.

    Args:
        coarse: the atlas at ``BASIS_SIZE``.
        fine: the atlas at full size.
        source: topology.
        data: the wheel's data, for hm08's masks.
        skins: how many to sample.
        seed: of the skins and of the detail.
        say: gets a line of progress now and then.
    """
    regions = skin_regions(coarse, data)
    rng = np.random.default_rng(seed)
    people = [random_skin(rng) for _ in range(skins)]
    inside = coarse.outer
    logs = np.stack(
        [log_albedo(p, coarse, regions, seed + i)[inside] for i, p in enumerate(people)]
    )
    say(f"painted {skins} skins")
    mean = logs.mean(0)
    centred = (logs - mean).reshape(skins, -1)
    gram = (centred @ centred.T).astype(np.float64) / (skins - 1)
    values, vectors = np.linalg.eigh(gram)
    values, vectors = values[::-1][:N_ALBEDO], vectors[:, ::-1][:, :N_ALBEDO]
    # Rows are one standard deviation each.
    basis = (vectors.T @ centred) / np.sqrt(skins - 1)
    sign = np.sign(basis.sum(1, keepdims=True))
    basis = (basis * sign).reshape(N_ALBEDO, -1, 3)
    codes = vectors * sign.T * np.sqrt(skins - 1)
    say(f"kept {values.sum() / np.trace(gram):.4f} of the variance")
    parameters = np.stack([parameter_vector(p) for p in people])
    design = np.column_stack([parameters, np.ones(skins)])
    to_code, *_ = np.linalg.lstsq(design, codes, rcond=None)
    packed, scale = _bytes(np.stack([_spread(component, inside) for component in basis]))
    fine_regions = skin_regions(fine, data)
    return {
        "mean": _spread(mean, inside).astype(np.float16),
        "basis": packed,
        "basis_scale": scale,
        "parameter_names": np.array(PARAMETER_NAMES),
        "parameter_to_code": to_code.astype(np.float32),
        "beard": _mask(cv2.resize(fine_regions["beard"], (BASIS_SIZE, BASIS_SIZE))),
        "face": _mask(cv2.resize(fine_regions["face"], (BASIS_SIZE, BASIS_SIZE))),
        "brows_thin": _mask(skin_detail.brow_mask(fine, seed, 330, 14.0)),
        "brows_full": _mask(skin_detail.brow_mask(fine, seed, 700, 25.0)),
        "lash_line": _mask(skin_detail.lash_line(fine)),
        "freckles": _mask(
            skin_detail.freckle_mask(fine, fine_regions["cheeks"], fine_regions["nose"], seed)
        ),
        "wrinkles": _mask(skin_detail.wrinkle_mask(fine)),
        "pores": np.clip(np.rint(skin_detail.pore_tile(seed) * 32), -127, 127).astype(np.int8),
        "stubble": _mask(skin_detail.stubble_tile(seed)),
        **_parts(fine, source),
    }


def _parts(fine: TextureSpace, source: HeadSource) -> dict[str, np.ndarray]:
    """The strip of small islands, sRGB bytes, and which rows of the atlas it takes."""
    paint = paint_parts(fine, source)
    painted = paint.max(2) > 0
    top = int(np.nonzero(painted.any(1))[0][0])
    strip, known = paint[top:], painted[top:]
    # Grow the islands, so that filtering at their border finds their own colour.
    for _ in range(6):
        weight = cv2.blur(known.astype(np.float32), (3, 3))
        grown = cv2.blur(np.where(known[..., None], strip, 0), (3, 3))
        fill = ~known & (weight > 0)
        strip = np.where(fill[..., None], grown / np.maximum(weight, 1e-6)[..., None], strip)
        known = known | fill
    return {
        "parts": np.rint(linear_to_srgb(strip) * 255).astype(np.uint8),
        "parts_top": np.array(top),
    }


def _spread(values: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Put values ``(n, 3)`` of the texels inside back, and grow them over the rest."""
    full = np.zeros((*inside.shape, 3), np.float32)
    full[inside] = values
    known = inside.copy()
    while not known.all():
        weight = cv2.blur(known.astype(np.float32), (5, 5))
        grown = cv2.blur(full * known[..., None], (5, 5))
        fill = ~known & (weight > 0)
        full[fill] = grown[fill] / weight[fill][:, None]
        known |= fill
    return full


def _bytes(basis: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Components → int8 and their scales ``(50,)``."""
    scale = np.maximum(np.abs(basis).max((1, 2, 3)) / 127, _STEP)
    return np.rint(basis / scale[:, None, None, None]).astype(np.int8), scale.astype(np.float32)


def _mask(mask: np.ndarray) -> np.ndarray:
    return np.rint(np.clip(mask, 0, 1) * 255).astype(np.uint8)
