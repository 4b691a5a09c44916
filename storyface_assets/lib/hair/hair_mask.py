"""Which pixels of an aligned portrait are hair: colour statistics, then GrabCut."""

from dataclasses import dataclass

import cv2
import numpy as np

from storyface_assets.lib.hair.portrait_frame import EYE_DISTANCE as E
from storyface_assets.lib.hair.portrait_frame import PortraitFrame

#: Cheeks, nose bridge and chin: skin in every portrait (MediaPipe numbers).
_SKIN_POINTS = (50, 280, 101, 330, 118, 347, 6, 197, 195, 117, 346, 151, 9)


@dataclass(frozen=True)
class HairMask:
    """Segmentation of a portrait frame.

    Attributes:
        hair: bool mask.
        person: bool mask, hair included.
        skin_lab: mean CIELAB of the face's skin.
        contrast: how far hair and skin lie apart, in standard deviations of the skin.
    """

    hair: np.ndarray
    person: np.ndarray
    skin_lab: np.ndarray
    contrast: float


def segment_hair(frame: PortraitFrame) -> HairMask:
    """Split a portrait into background, skin or clothes, and hair."""
    lab = cv2.cvtColor(frame.rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    person = _person(frame, lab)
    skin = _skin_samples(frame, lab)
    mean = np.median(skin, 0)
    spread = np.maximum(1.4826 * np.median(np.abs(skin - mean), 0), (4.0, 2.0, 2.5))
    likeness = _skin_distance(lab, mean, spread)
    hair = _cut_out(frame, lab, person, likeness, mean)
    apart = float(np.median(likeness[hair])) if hair.any() else 0.0
    return HairMask(hair, person, mean, apart)


def _skin_samples(frame: PortraitFrame, lab: np.ndarray) -> np.ndarray:
    mask = np.zeros(frame.seen.shape, np.uint8)
    for index in _SKIN_POINTS:
        x, y = frame.landmarks[index]
        cv2.circle(mask, (round(float(x)), round(float(y))), 6, 1, -1)
    return lab[mask.astype(bool) & frame.seen]


def _skin_distance(lab: np.ndarray, mean: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """Robust distance from the skin's colour; shade (darker, same hue) counts less."""
    off = (lab - mean) / spread
    light = np.where(off[..., 0] < 0, 0.45 * off[..., 0], 0.6 * off[..., 0])
    return np.sqrt(light**2 + off[..., 1] ** 2 + off[..., 2] ** 2)


def _person(frame: PortraitFrame, lab: np.ndarray) -> np.ndarray:
    """Foreground by the given mask, or by how unlike the photo's border a pixel is."""
    height, width = frame.seen.shape
    trimap = np.full((height, width), cv2.GC_PR_BGD, np.uint8)
    y, x = np.mgrid[0:height, 0:width]
    middle = float(frame.landmarks[:, 0].mean())
    brow, chin = frame.y(9), frame.y(152)
    head = ((x - middle) / (1.15 * E)) ** 2 + ((y - brow) / (1.35 * E)) ** 2 < 1
    body = (y > chin) & (np.abs(x - middle) < 0.5 * E + 1.1 * (y - chin))
    trimap[head | body] = cv2.GC_PR_FGD
    if frame.person is not None:
        trimap[:] = np.where(frame.person > 0.5, cv2.GC_PR_FGD, cv2.GC_PR_BGD)
        trimap[frame.person < 0.02] = cv2.GC_BGD
    far = ((x - middle) / (2.3 * E)) ** 2 + ((y - brow) / (2.2 * E)) ** 2 > 1
    trimap[far & (y < chin)] = cv2.GC_BGD
    trimap[frame.face] = cv2.GC_FGD
    neck = (y > chin) & (y < chin + 0.5 * E) & (np.abs(x - middle) < 0.35 * E)
    trimap[neck] = cv2.GC_FGD
    trimap[~frame.seen] = cv2.GC_BGD
    return _grab(frame.rgb, trimap)


def _cut_out(
    frame: PortraitFrame,
    lab: np.ndarray,
    person: np.ndarray,
    likeness: np.ndarray,
    skin: np.ndarray,
) -> np.ndarray:
    """GrabCut hair out of the person, seeded by what is unlike skin above and beside the face."""
    height, width = frame.seen.shape
    y, x = np.mgrid[0:height, 0:width]
    face = frame.face
    chin, brow = frame.y(152), frame.y(9)
    off_middle = np.abs(x - float(frame.landmarks[:, 0].mean()))
    around = person & ~face
    inner = cv2.erode(person.astype(np.uint8), np.ones((7, 7), np.uint8)).astype(bool)
    above = inner & (y < frame.y(10) - 0.12 * E) & (off_middle < 0.8 * E)
    beside = inner & ~face & (y < frame.y(127)) & (y > frame.y(10)) & (off_middle < 1.1 * E)
    seeds = np.zeros((height, width), bool)
    for zone in (above, beside):
        if _looks_like_hair(frame, lab, zone, skin):
            seeds |= zone & (likeness > max(2.0, 0.6 * float(np.median(likeness[zone]))))
    if seeds.sum() < 60:
        return np.zeros((height, width), bool)
    colour = np.median(lab[seeds], 0)
    spread = np.maximum(lab[seeds].std(0), (6.0, 3.0, 4.0))
    alike = np.sqrt((((lab - colour) / spread) ** 2).mean(-1)) < 1.3
    forehead = face & (y < brow - 0.1 * E)
    trimap = np.full((height, width), cv2.GC_BGD, np.uint8)
    trimap[around & (y < chin + 1.6 * E)] = cv2.GC_PR_BGD
    trimap[forehead] = cv2.GC_PR_BGD
    upper = (around & (y < brow)) | forehead
    trimap[upper & (likeness > 2.5)] = cv2.GC_PR_FGD
    trimap[around & alike & (likeness > 2.5) & (y < chin + 1.6 * E)] = cv2.GC_PR_FGD
    trimap[seeds] = cv2.GC_FGD
    hair = _grab(frame.rgb, trimap) & person
    hair &= cv2.GaussianBlur(likeness.astype(np.float32), (0, 0), 2.0) > 2.2
    # Locks beside the neck lie in shade: as the hair above in hue, but darker.
    off = (lab - colour) / spread
    shaded = (off[..., 0] < 1.5) & (np.abs(off[..., 1:]) < 3.5).all(-1) & (likeness > 3.5)
    locks = around & shaded & (y > frame.y(127)) & (y < chin + 1.2 * E)
    locks &= (off_middle > 0.45 * E) | (y < chin)  # not the shadow under the chin
    # A forehead that shines is as bright as skin and has no streaks.
    hair &= ~((streaks(frame) < 7) & (lab[..., 0] > skin[0] - 8))
    return _attached(hair | locks, seeds & hair)


def _looks_like_hair(
    frame: PortraitFrame, lab: np.ndarray, zone: np.ndarray, skin: np.ndarray
) -> bool:
    """Hair is darker than the face's skin, or less red and streaked; a bald head is neither."""
    if zone.sum() < 40:
        return False
    off = np.median(lab[zone], 0) - skin
    return bool(off[0] < -15 or (off[1] < -3 and streaks(frame)[zone].mean() > 10))


def streaks(frame: PortraitFrame) -> np.ndarray:
    """Mean absolute Laplacian of the grey picture around each pixel, in grey levels."""
    grey = cv2.cvtColor(frame.rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return cv2.GaussianBlur(np.abs(cv2.Laplacian(grey, cv2.CV_32F)), (0, 0), 2.5)


def _grab(rgb: np.ndarray, trimap: np.ndarray) -> np.ndarray:
    sure = np.isin(trimap, (cv2.GC_BGD, cv2.GC_PR_BGD)).any()
    if not sure or not np.isin(trimap, (cv2.GC_FGD, cv2.GC_PR_FGD)).any():
        return np.isin(trimap, (cv2.GC_FGD, cv2.GC_PR_FGD))
    cv2.setRNGSeed(7)
    background, foreground = np.zeros((1, 65)), np.zeros((1, 65))
    mask = trimap.copy()
    bgr = np.ascontiguousarray(rgb[..., ::-1])
    cv2.grabCut(bgr, mask, (0, 0, 1, 1), background, foreground, 4, cv2.GC_INIT_WITH_MASK)
    return np.isin(mask, (cv2.GC_FGD, cv2.GC_PR_FGD))


def _attached(mask: np.ndarray, seed: np.ndarray) -> np.ndarray:
    """The parts of a mask that hang together with its seed."""
    closed = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
    _, labels = cv2.connectedComponents(closed)
    return mask & np.isin(labels, np.unique(labels[seed & (labels > 0)]))
