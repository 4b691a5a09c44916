"""Lashes are sheets of triangles; how solid they are says where single hairs end."""

from collections.abc import Sequence

import numpy as np

#: Opacity of the lower lashes over that of the upper: they are few and thin. As a dense sheet they
#: are a grey smear below the eye.
_LOWER_LASHES = 0.3


def lash_opacity(lashes: np.ndarray, skin: np.ndarray, eyes: Sequence[np.ndarray]) -> np.ndarray:
    """Opacity of lash vertices: solid at the lid, gone at the tip.

    Args:
        lashes: ``(N, 3)`` points of the lashes, metres.
        skin: ``(M, 3)`` points of the skin.
        eyes: points of each eyeball.

    Returns:
        ``(N,)`` float32 0–1.
    """
    if len(lashes) == 0:
        return np.zeros(0, np.float32)
    # At the root lashes touch the skin; the distance to it grows towards the tip.
    near = skin[np.linalg.norm(skin - lashes.mean(0), axis=1) < 0.05 + np.ptp(lashes, axis=0).max()]
    gap = np.linalg.norm(lashes[:, None] - near[None], axis=2).min(1)
    along = np.clip(gap / max(float(np.percentile(gap, 95)), 1e-6), 0.0, 1.0)
    opacity = 0.9 * (1.0 - along) ** 0.8
    for eye in eyes:
        centre = eye.mean(0)
        own = np.sign(lashes[:, 0]) == np.sign(centre[0])
        opacity[own & (lashes[:, 1] < centre[1])] *= _LOWER_LASHES
    return opacity.astype(np.float32)
