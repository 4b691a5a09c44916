"""Completing a partly seen texture so that no seam shows: push-pull of the difference to a base.

What the photo shows and the base texture differ by a smooth field near the border; carried on
into the unseen part, that field makes the border vanish (the membrane of Farbman et al. 2009,
"Coordinates for instant image cloning", solved by the pull-push pyramid of Gortler et al. 1996).
"""

import cv2
import numpy as np

from storyface_assets.lib.fit.sampling import resample


def pull_push(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Fill a picture smoothly from where its weight is high.

    Args:
        values: ``(H, W, C)`` float32, sides a power of two.
        weights: ``(H, W)`` float32 0..1 trust in each value.

    Returns:
        ``(H, W, C)`` float32: the values where the weight is 1, their continuation elsewhere.
    """
    height, width = weights.shape
    if max(height, width) <= 1:
        return values
    # Pull: weighted means, whose trust saturates, so a half-seen block is as good as a seen one.
    half = (width // 2, height // 2)
    mass = cv2.resize(weights, half, interpolation=cv2.INTER_AREA)
    mean = cv2.resize(values * weights[..., None], half, interpolation=cv2.INTER_AREA)
    mean = mean.reshape(half[1], half[0], -1) / np.maximum(mass, 1e-6)[..., None]
    coarse = pull_push(mean, np.minimum(mass * 4, 1))
    # Push: the coarse answer where this level does not know.
    filled = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    filled = filled.reshape(height, width, -1)
    return filled + (values - filled) * weights[..., None]


#: Trust in "no difference to the base" where nothing is seen; it takes over at about 2⁶ texels
#: from what is seen.
_BASE_TRUST = 4.0**-6
#: Largest log difference that is carried on into what is not seen: a shift of the light is, the
#: dark edge of hair is not.
_CARRIED = 0.15
#: Likewise where a beard grows: it goes on under the chin, where no front photo shows it.
_CARRIED_BEARD = 1.2


def complete(
    seen: np.ndarray,
    weights: np.ndarray,
    base: np.ndarray,
    mirror: np.ndarray,
    beard: np.ndarray | None = None,
) -> np.ndarray:
    """Blend what was seen over a base texture.

    Args:
        seen: ``(H, W, 3)`` float32 log colours where the photo shows the surface.
        weights: ``(H, W)`` float32 0..1 how well.
        base: ``(H, W, 3)`` float32 log colours of a whole texture.
        mirror: ``(H, W, 2)`` texel x, y of each texel's mirror partner.
        beard: ``(H, W)`` float32 0..1 where beards grow; ``None`` for nowhere.

    Returns:
        ``(H, W, 3)`` float32 log colours.
    """
    difference = (seen - base) * (weights > 0)[..., None]
    # The other side stands in for what is not seen, as far as it is seen itself.
    other = resample(difference * weights[..., None], mirror)
    other_weight = resample(weights, mirror)
    borrowed = (1 - weights) * other_weight
    total = weights + borrowed
    mixed = difference * weights[..., None]
    mixed += other * ((1 - weights)[..., None])
    mixed /= np.maximum(total, 1e-6)[..., None]
    total = np.clip(total, 0, 1)
    most = np.full_like(weights, _CARRIED) if beard is None else _most_carried(beard)
    most = most[..., None]
    carried = pull_push(np.clip(mixed, -most, most), np.maximum(total, _BASE_TRUST))
    if beard is not None:
        # What flowed out of the beard's region is a beard no more.
        carried = np.clip(carried, -most, most)
    return base + carried + (mixed - carried) * total[..., None]


def _most_carried(beard: np.ndarray) -> np.ndarray:
    """Largest log difference to carry on at each texel, from where beards grow."""
    most: np.ndarray = _CARRIED + np.clip(beard, 0, 1) * (_CARRIED_BEARD - _CARRIED)
    return most
