"""Colours read off a portrait: irises, brows, shirt."""

from dataclasses import dataclass

import cv2
import numpy as np

from storyface_assets.lib.fit.light import LUMINANCE
from storyface_assets.lib.landmarks.face import CHIN, LEFT_IRIS, RIGHT_IRIS, Face
from storyface_assets.lib.landmarks.mesh import LEFT_LIDS, RIGHT_LIDS
from storyface_assets.lib.srgb import linear_to_srgb, srgb_to_linear

Colour = tuple[int, int, int]

_RIGHT_BROW = (46, 53, 52, 65, 55, 107, 66, 105, 63, 70)
_LEFT_BROW = (276, 283, 282, 295, 285, 336, 296, 334, 293, 300)
#: Ring of the iris between pupil and limbus, in iris radii.
_IRIS_RING = (0.45, 0.85)
#: The renderer lightens an iris by about half, as if it lay in the lids' shade; what the photo
#: shows lies there already.
_IRIS_SHADE = 0.85
#: Mirrored light takes colour from an iris; the film's warm lamps take more from a blue one.
_IRIS_CHROMA = 1.5
_BROWN_EYES: Colour = (70, 48, 32)
_BLUE_SHIRT: Colour = (96, 112, 140)
#: Linear. Whiter cloth would be the brightest thing in a film, below white subtitles.
_WHITEST_SHIRT = 0.45


@dataclass(frozen=True)
class PhotoColours:
    """sRGB 0–255 colours that the photo shows beside the skin."""

    iris: Colour
    brow: Colour
    shirt: Colour


def photo_colours(rgb: np.ndarray, face: Face) -> PhotoColours:
    """Read the colours off.

    Args:
        rgb: ``(H, W, 3)`` uint8.
        face: its landmarks.
    """
    linear = srgb_to_linear(np.arange(256) / 255)[rgb]
    return PhotoColours(
        _iris_colour(linear, face), _brow_colour(linear, face), _shirt_colour(rgb, linear, face)
    )


def _to_bytes(linear: np.ndarray) -> Colour:
    red, green, blue = np.rint(linear_to_srgb(linear) * 255).astype(int).tolist()
    return red, green, blue


def _polygon(size: tuple[int, int], outline: np.ndarray) -> np.ndarray:
    mask = np.zeros(size, np.uint8)
    cv2.fillPoly(mask, [np.round(outline).astype(np.int32)], 1)
    return mask > 0


def _iris_colour(linear: np.ndarray, face: Face) -> Colour:
    """Median of the ring between pupil and limbus, without the lids' shade and the glints."""
    height, width = linear.shape[:2]
    ys, xs = np.mgrid[:height, :width]
    found = []
    for iris, lids in ((RIGHT_IRIS, RIGHT_LIDS), (LEFT_IRIS, LEFT_LIDS)):
        centre, rim = face.landmarks[iris][0, :2], face.landmarks[iris][1:, :2]
        radius = np.linalg.norm(rim - centre, axis=1).mean()
        away = np.hypot(xs - centre[0], ys - centre[1]) / max(radius, 1e-6)
        outline = face.landmarks[[*lids[:9], *reversed(lids[9:])], :2]
        ring = (away > _IRIS_RING[0]) & (away < _IRIS_RING[1])
        # The upper third lies in the lashes' shade.
        ring &= _polygon(linear.shape[:2], outline) & (ys > centre[1] - 0.35 * radius)
        found.append(linear[ring])
    pixels = np.concatenate(found)
    if len(pixels) < 12:
        return _BROWN_EYES
    bright = pixels.sum(1)
    low, high = np.quantile(bright, [0.15, 0.85])
    middle = pixels[(bright >= low) & (bright <= high)]
    seen = np.maximum(np.median(middle, 0), 1e-3)
    grey = float(seen @ LUMINANCE)
    return _to_bytes(np.clip(grey * (seen / grey) ** _IRIS_CHROMA * _IRIS_SHADE, 0, 1))


def _brow_colour(linear: np.ndarray, face: Face) -> Colour:
    """Mean of the darkest quarter inside the brows: hair, not the skin between."""
    mask = np.zeros(linear.shape[:2], bool)
    for brow in (_RIGHT_BROW, _LEFT_BROW):
        mask |= _polygon(linear.shape[:2], face.landmarks[list(brow), :2])
    pixels = linear[mask]
    if len(pixels) < 8:
        return (50, 38, 32)
    bright = pixels.sum(1)
    return _to_bytes(pixels[bright <= np.quantile(bright, 0.25)].mean(0))


def _shirt_colour(rgb: np.ndarray, linear: np.ndarray, face: Face) -> Colour:
    """Median of the person below the neck, where it is not skin."""
    height, width = rgb.shape[:2]
    chin, unit = face.landmarks[CHIN, :2], face.interocular
    top, bottom = (int(chin[1] + k * unit) for k in (0.6, 2.0))
    left, right = (int(chin[0] + k * unit) for k in (-1.6, 1.6))
    rows, columns = slice(max(top, 0), min(bottom, height)), slice(max(left, 0), min(right, width))
    if rows.stop - rows.start < 4 or columns.stop - columns.start < 4:
        return _BLUE_SHIRT
    person = cv2.resize(face.person, (width, height))[rows, columns]
    lab = cv2.cvtColor(rgb[rows, columns], cv2.COLOR_RGB2LAB).astype(np.float32)
    cheeks = face.landmarks[[50, 280, 205, 425], :2].round().astype(int)
    skin = cv2.cvtColor(
        rgb[cheeks[:, 1].clip(0, height - 1), cheeks[:, 0].clip(0, width - 1)][None],
        cv2.COLOR_RGB2LAB,
    )[0].astype(np.float32)
    tint = np.linalg.norm(lab[..., 1:] - np.median(skin[:, 1:], 0), axis=-1)
    cloth = (person > 0.8) & (tint > 10)
    if cloth.sum() < 50:
        return _BLUE_SHIRT
    colour = np.median(linear[rows, columns][cloth], 0)
    return _to_bytes(colour * min(1.0, _WHITEST_SHIRT / max(float(colour.max()), 1e-6)))
