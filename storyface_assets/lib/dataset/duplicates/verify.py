"""Whether two photos are one picture, changed, or two pictures that look alike.

Hashes see neither a small smile nor who somebody is. So the two pictures are laid over each other
to a fraction of a pixel (a map from the landmarks, refined by ECC: Evangelidis & Psarakis 2008),
their brightness is matched, and the *worst* small window decides: copies differ little everywhere,
another expression differs much in one place.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from storyface_assets.lib.dataset.decoding import decode_photo
from storyface_assets.lib.dataset.duplicates.hashes import LONG_SIDE, landmarks_in
from storyface_assets.lib.dataset.face_readings import RECIPE as FACES_RECIPE
from storyface_assets.lib.dataset.photo_source import NotRead, PhotoSource
from storyface_assets.lib.errors import BadInput

STEP: Final = "same_picture"
#: Pixels on the longer side that pictures are compared at, if both have as many.
SIDE: Final = 192
#: Grey levels (RMS in the worst window, at the contrast of the picture with more of it).
MOST_DIFFERENCE: Final = 3.5
#: The worst window over the middle one: an even difference is noise or compression.
MOST_UNEVEN: Final = 4.5
#: The most a side may be cut, as a share of the picture; a copy of a copy is cut twice.
MOST_CUT: Final = 0.15
#: A first look at this size, on the landmarks alone, spares most pairs that are not the same the
#: refining: from so many grey levels in the worst window there is no hope.
_ROUGH_SIDE: Final = 64
_HOPELESS: Final = 14.0
#: Standard deviation of the blur before comparing: below it is JPEG's and the sensor's noise.
_BLUR: Final = 1.2
#: Windows along the longer side.
_WINDOWS: Final = 12
#: Pixels with a channel beyond these lost what they showed and are left out.
_DARKEST, _BRIGHTEST = 6, 243
#: The least share of pixels that must be left to compare; and with those that are cut off alike in
#: both pictures (a white wall, a black night), which agree.
_LEAST_COMPARED, _LEAST_KNOWN = 0.08, 0.25
#: At most 30 steps, or until the correlation grows by less than this.
_ECC: Final = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 30, 1e-4)
RECIPE: Final = (
    f"2 {LONG_SIDE} {SIDE} {MOST_DIFFERENCE} {MOST_UNEVEN} {MOST_CUT} faces {FACES_RECIPE}"
)


@dataclass(frozen=True, eq=False)
class SmallPicture:
    """A decoded photo, small, with where its face is.

    Attributes:
        rgb: ``(H, W, 3)`` uint8.
        landmarks: ``(478, 2)`` pixels of ``rgb``, or ``None``.
    """

    rgb: np.ndarray
    landmarks: np.ndarray | None


@dataclass(frozen=True)
class Comparison:
    """How two pictures differ.

    Attributes:
        same: whether they are one picture.
        difference: RMS grey levels in the worst window.
        uneven: that over the middle window's (plus half a level).
        reason: why they are not the same, "" if they are.
    """

    same: bool
    difference: float
    uneven: float
    reason: str


def compare_pictures(first: SmallPicture, second: SmallPicture) -> Comparison:
    """Decide whether two pictures are copies of one: resized, recompressed, brighter, cropped."""
    if first.landmarks is not None and second.landmarks is not None:
        a, b = _at_side(first, _ROUGH_SIDE), _at_side(second, _ROUGH_SIDE)
        rough = _differences(a, b, _guess(a, b), 1.0)
        if rough is not None and rough[0] > _HOPELESS:
            return Comparison(False, *rough, "differs at first sight")
    side = min(SIDE, max(first.rgb.shape[:2]), max(second.rgb.shape[:2]))
    a, b = _at_side(first, side), _at_side(second, side)
    to_second = _guess(a, b)
    try:
        cv2.setNumThreads(1)
        _, warped = cv2.findTransformECC(_grey(a), _grey(b), to_second, cv2.MOTION_AFFINE, _ECC)
        to_second = np.asarray(warped, np.float32)
    except cv2.error:  # it does not converge: nothing fits anywhere
        return Comparison(False, 255.0, 255.0, "cannot be aligned")
    if not _is_slight_crop(to_second, a.rgb.shape, b.rgb.shape):
        return Comparison(False, 255.0, 255.0, "another part")
    found = _differences(a, b, to_second, _BLUR)
    if found is None:
        return Comparison(False, 255.0, 255.0, "too little to compare")
    if found[0] > MOST_DIFFERENCE:
        return Comparison(False, *found, "differs in a place")
    if found[1] > MOST_UNEVEN:
        return Comparison(False, *found, "differs unevenly")
    return Comparison(True, *found, "")


def verify_pair(key: str, arguments: tuple[str, str, tuple[str, str], tuple[str, str]]) -> Any:
    """:func:`compare_pictures` of two photos, for ``work_on_each``.

    Args:
        key: both SHA-256, see :func:`pair_key`.
        arguments: the set's folder, the cache folder, and SHA-256 and name of each photo.

    Returns:
        ``[same, difference, uneven, reason]``.
    """
    root, cache_dir, first, second = arguments
    try:
        pictures = [_small_picture(root, cache_dir, *photo) for photo in (first, second)]
    except NotRead:
        raise
    except BadInput as fault:  # it was readable when it was hashed
        return [False, 255.0, 255.0, fault.field or "cannot be read"]
    found = compare_pictures(*pictures)
    return [found.same, round(found.difference, 3), round(found.uneven, 3), found.reason]


def pair_key(first: str, second: str) -> str:
    """Key of a pair of SHA-256 sums, the same for both orders."""
    return "-".join(sorted((first, second)))


@lru_cache(maxsize=256)
def _small_picture(root: str, cache_dir: str, sha256: str, photo: str) -> SmallPicture:
    decoded = decode_photo(PhotoSource(Path(root)).read(photo), LONG_SIDE, photo)
    return SmallPicture(decoded.rgb, landmarks_in(sha256, cache_dir, decoded.scale))


def _at_side(picture: SmallPicture, side: int) -> SmallPicture:
    height, width = picture.rgb.shape[:2]
    factor = side / max(height, width)
    size = max(1, round(width * factor)), max(1, round(height * factor))
    rgb = cv2.resize(picture.rgb, size, interpolation=cv2.INTER_AREA)
    marks = picture.landmarks
    if marks is not None:
        marks = (marks + 0.5) * (np.array(size) / (width, height)) - 0.5
    return SmallPicture(rgb, marks)


def _guess(a: SmallPicture, b: SmallPicture) -> np.ndarray:
    """``(2, 3)`` float32 map of a's pixels to b's: a scale and a shift an axis."""
    matrix = np.zeros((2, 3), np.float32)
    for axis in (0, 1):
        if a.landmarks is None or b.landmarks is None:
            length = a.rgb.shape[1 - axis], b.rgb.shape[1 - axis]
            matrix[axis, axis] = length[1] / length[0]
            continue
        x, y = a.landmarks[:468, axis], b.landmarks[:468, axis]
        scale = np.cov(x, y)[0, 1] / max(float(x.var(ddof=1)), 1e-6)
        matrix[axis, axis], matrix[axis, 2] = scale, y.mean() - scale * x.mean()
    return matrix


def _is_slight_crop(to_second: np.ndarray, a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    """Whether a map turns nothing and no side of either picture lies far outside the other."""
    if max(abs(to_second[0, 1]), abs(to_second[1, 0])) > 0.02:
        return False
    for axis, (length_a, length_b) in enumerate(zip(a[1::-1], b[1::-1], strict=True)):
        scale, start = float(to_second[axis, axis]), float(to_second[axis, 2])
        if not 0.5 < scale * length_a / length_b < 2.0:
            return False
        # Where the second picture's two sides lie in the first, in shares of the first.
        low, high = -start / (scale * length_a), (length_b - start) / (scale * length_a)
        if max(abs(low), abs(high - 1.0)) > MOST_CUT:
            return False
    return True


def _differences(
    a: SmallPicture, b: SmallPicture, to_second: np.ndarray, blur: float
) -> tuple[float, float] | None:
    """RMS of the worst window, and over the middle one's; ``None`` if little is comparable."""
    height, width = a.rgb.shape[:2]
    inverse = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    laid = cv2.warpAffine(
        _grey(b), to_second, (width, height),
        flags=inverse, borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    dark, bright = _cut_off(a.rgb)
    beside = np.dstack([*_cut_off(b.rgb), np.ones(b.rgb.shape[:2], np.float32)])
    dark_b, bright_b, inside_b = cv2.split(
        cv2.warpAffine(beside, to_second, (width, height), flags=inverse)
    )
    clear = (dark + bright + dark_b + bright_b < 0.001) & (inside_b > 0.999)
    alike = (dark * dark_b + bright * bright_b > 0.25) & (inside_b > 0.999)
    # JPEG spreads a colour over a few pixels, so the neighbours of a cut-off one are off too.
    mask = cv2.erode(
        clear.astype(np.float32), np.ones((5, 5)), borderType=cv2.BORDER_CONSTANT, borderValue=0
    )
    if mask.mean() < _LEAST_COMPARED or (clear | alike).mean() < _LEAST_KNOWN:
        return None
    # What was cut off must not spread into its neighbours by the blur.
    share = np.maximum(cv2.GaussianBlur(mask, (0, 0), blur), 1e-3)
    x, y = (cv2.GaussianBlur(p * mask, (0, 0), blur) / share for p in (laid, _grey(a)))
    inside = mask > 0
    # A brightness curve of degree two: gain, offset, and some of a gamma.
    curve = np.polynomial.Polynomial.fit(x[inside][::3], y[inside][::3], 2)
    contrast = float(y[inside].std()), float(x[inside].std())
    residual = (y - curve(x)).astype(np.float32) * max(1.0, contrast[1] / max(contrast[0], 1.0))
    window = max(max(height, width) // _WINDOWS, 4)
    weight, mean, square = (
        cv2.boxFilter(p, -1, (window, window), borderType=cv2.BORDER_CONSTANT)
        for p in (mask, residual * mask, residual**2 * mask)
    )
    seen = weight > 0.5
    if not seen.any():
        return None
    # The window's own mean is taken out: a shade across the picture is not another expression.
    variance = square[seen] / weight[seen] - (mean[seen] / weight[seen]) ** 2
    rms = np.sqrt(np.maximum(variance, 0.0))
    worst = float(rms.max())
    return worst, worst / (float(np.median(rms)) + 0.5)


def _grey(picture: SmallPicture) -> np.ndarray:
    return cv2.cvtColor(picture.rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)


def _cut_off(rgb: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """1 where a channel is cut off at the dark end, and at the bright end; ``(H, W)`` float32."""
    dark, bright = rgb.min(2) <= _DARKEST, rgb.max(2) >= _BRIGHTEST
    return dark.astype(np.float32), bright.astype(np.float32)
