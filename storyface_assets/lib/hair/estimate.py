"""Hair style and colour from one front photo."""

from dataclasses import dataclass

import cv2
import numpy as np

from storyface_assets.lib.hair.hair_mask import HairMask, segment_hair, streaks
from storyface_assets.lib.hair.portrait_frame import EYE_DISTANCE as E
from storyface_assets.lib.hair.portrait_frame import PortraitFrame, align
from storyface_assets.lib.heads.character import HairSpec
from storyface_assets.lib.srgb import linear_to_srgb, srgb_to_linear

#: Luminance of linear sRGB (ITU-R BT.709).
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


@dataclass(frozen=True)
class HairMeasures:
    """What the rules look at; shares are 0 to 1, lengths in outer-eye distances.

    Attributes:
        top: share of hair over the forehead, up to the top of the head.
        crown: height of the head's outline over the top of the face oval.
        temple: share of hair beside the face between the hairline's corners and the ears.
        fringe: share of hair on the upper forehead.
        jaw: share of hair beside the jaw, the fuller side.
        neck: share of hair beside the neck, the fuller side.
        width: width of the head with hair at the brows, over the face's own.
        curls: share of fine detail in the hair that does not run along it.
        outline: roughness of the outline over the head.
        sheen: how much lighter the top is than the sides, CIELAB L, when the top is as light as
            the face; else 0. Thin hair lets the scalp through.
        top_streaks: mean absolute Laplacian over the forehead, grey levels.
    """

    top: float
    crown: float
    temple: float
    fringe: float
    jaw: float
    neck: float
    width: float
    curls: float
    outline: float
    sheen: float
    top_streaks: float


def measure_hair(frame: PortraitFrame, mask: HairMask) -> HairMeasures:
    """Measure a segmented portrait."""
    hair, person = mask.hair, mask.person
    y, x = np.mgrid[0 : hair.shape[0], 0 : hair.shape[1]]
    off = x - float(frame.landmarks[[127, 356], 0].mean())
    half = float(np.ptp(frame.landmarks[[127, 356], 0])) / 2
    face, chin, top = frame.face, frame.y(152), frame.y(10)
    ear = frame.y(127) / 2 + frame.y(356) / 2
    mouth = frame.y(13)

    def share(zone: np.ndarray) -> float:
        return float(hair[zone].mean()) if zone.any() else 0.0

    def fuller(zone: np.ndarray) -> float:
        return max(share(zone & (off < 0)), share(zone & (off > 0)))

    middle = person & (np.abs(off) < 0.5 * half) & (y < top)
    outline = int(np.argmax(middle.any(1))) if middle.any() else int(top)
    temple = person & ~face & (y > top + 0.2 * E) & (y < ear) & (np.abs(off) < 1.6 * half)
    jaw = (y > mouth) & (y < chin) & (np.abs(off) > 0.98 * half) & (np.abs(off) < 1.35 * half)
    neck = (y > chin + 0.15 * E) & (y < chin + 0.6 * E) & (np.abs(off) > 0.62 * half)
    neck &= np.abs(off) < 1.3 * half
    at_brow = hair[int(frame.y(9)) - 6 : int(frame.y(9)) + 6].any(0)
    columns = np.flatnonzero(at_brow)
    width = float(np.ptp(columns)) / (2 * half) if len(columns) else 1.0
    return HairMeasures(
        top=share(middle),
        crown=(top - outline) / E,
        temple=share(temple),
        fringe=share(face & (y < top + 0.45 * (frame.y(9) - top))),
        jaw=fuller(jaw & ~face),
        neck=fuller(neck),
        width=width,
        curls=_curls(frame, hair),
        outline=_roughness(hair, int(ear)),
        sheen=_sheen(frame, mask, middle, temple),
        top_streaks=float(streaks(frame)[middle].mean()) if middle.any() else 0.0,
    )


def _sheen(frame: PortraitFrame, mask: HairMask, top: np.ndarray, side: np.ndarray) -> float:
    if top.sum() < 40 or side.sum() < 40:
        return 0.0
    light = cv2.cvtColor(frame.rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)[..., 0]
    over, beside = float(np.median(light[top])), float(np.median(light[side]))
    return over - beside if over > mask.skin_lab[0] - 6 else 0.0


def _curls(frame: PortraitFrame, hair: np.ndarray) -> float:
    """1 − coherence of the structure tensor (Bigün & Granlund 1987) inside the hair."""
    inner = cv2.erode(hair.astype(np.uint8), np.ones((7, 7), np.uint8)).astype(bool)
    if inner.sum() < 200:
        return 0.0
    grey = cv2.cvtColor(frame.rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)
    gx, gy = cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    xx, yy, xy = (cv2.GaussianBlur(a, (0, 0), 4.0) for a in (gx * gx, gy * gy, gx * gy))
    coherence = np.sqrt((xx - yy) ** 2 + 4 * xy**2) / (xx + yy + 1e-3)
    weight = (xx + yy)[inner]
    return float(1 - (coherence[inner] * weight).sum() / max(float(weight.sum()), 1e-6))


def _roughness(hair: np.ndarray, below: int) -> float:
    """Length of the upper outline over the length of the same outline smoothed, minus 1."""
    upper = hair.copy()
    upper[below:] = False
    contours, _ = cv2.findContours(upper.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return 0.0
    hull = max(contours, key=cv2.contourArea)
    smooth = cv2.convexHull(hull)
    return float(cv2.arcLength(hull, True) / max(cv2.arcLength(smooth, True), 1e-6) - 1)


def estimate_hair(
    rgb: np.ndarray,
    landmarks: np.ndarray,
    person: np.ndarray | None = None,
    gender: float | None = None,
) -> HairSpec:
    """Guess style and colour from a front photo.

    Args:
        rgb: ``(H, W, 3)`` uint8, upright.
        landmarks: ``(478, 3)`` MediaPipe landmarks, pixels.
        person: ``(h, w)`` probability of a person over the whole photo, if known; helps when the
            background is busy.
        gender: 0 = female … 1 = male, if known.
    """
    frame = align(rgb, landmarks, person)
    mask = segment_hair(frame)
    measures = measure_hair(frame, mask)
    return HairSpec(choose_style(measures, gender), hair_colour(frame, mask))


def choose_style(m: HairMeasures, gender: float | None = None) -> str:
    """Rules from measures to a style.

    The thresholds were set by looking at 24 people photographed from the front. What a front photo
    hides decides the hard cases: tied-back hair and a smooth short cut look alike.

    Args:
        m: the measures.
        gender: 0 = female … 1 = male, if known; settles that case.
    """
    if m.top < 0.25:
        return "receding" if m.temple > 0.35 else "bald"
    if m.sheen > 40 and m.top_streaks < 19:
        return "receding"
    bare, short = m.fringe < 0.1, m.jaw < 0.2
    # Hair that hardly adds to the outline is cropped, however rough its stubble looks.
    if bare and short and m.width < 1.1 and m.crown < 0.85:
        return "crop"
    # Curls pinned up high: rough at the edge, but combed to the crown below it.
    pinned = bare and short and m.crown > 1.0 and m.curls < 0.5
    if pinned and gender is not None and gender < 0.5:
        return "bun"
    if (m.curls > 0.44 and m.crown > 0.75) or m.outline > 0.8:
        return "afro" if short and m.crown > 0.95 else "curly"
    if m.jaw > 0.3:
        return "long" if m.neck > 0.12 else "bob"
    if m.fringe > 0.7:
        return "bowl"
    smooth = m.curls < 0.275 or (m.curls > 0.44 and m.crown < 0.75)
    tied = smooth and bare if gender is None else bare and gender < 0.5
    if tied:
        return "bun" if m.crown > 1.0 else "ponytail"
    return "crop" if m.crown < 0.55 and bare else "short"


def hair_colour(frame: PortraitFrame, mask: HairMask) -> tuple[int, int, int]:
    """Mid-tone of the hair, sRGB 0-255: the median in linear light without glints and gaps.

    Without hair it is the brows' colour.
    """
    area = cv2.erode(mask.hair.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
    if area.sum() < 150:
        area = _brows(frame)
    linear = srgb_to_linear(frame.rgb[area].astype(np.float32) / 255)
    light = linear @ _LUMINANCE
    # Glints are the lamp's colour and take saturation away: hue comes from the shaded half
    # (Marschner et al. 2003: the first highlight is white, what passes the strand is coloured).
    p10, p30, p40, p70 = np.percentile(light, (10, 30, 40, 70))
    shaded = linear[(light >= p10) & (light <= p40)].mean(0)
    middle = float(np.mean(light[(light >= p30) & (light <= p70)]))
    colour = shaded * (middle / max(float(shaded @ _LUMINANCE), 1e-4))
    r, g, b = np.rint(linear_to_srgb(colour) * 255).astype(int).tolist()
    return (r, g, b)


def _brows(frame: PortraitFrame) -> np.ndarray:
    mask = np.zeros(frame.seen.shape, np.uint8)
    for brow in ((70, 63, 105, 66, 107), (336, 296, 334, 293, 300)):
        line = np.rint(frame.landmarks[list(brow)]).astype(np.int32)
        cv2.polylines(mask, [line], False, 1, 5)
    return mask.astype(bool)
