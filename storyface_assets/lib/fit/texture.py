"""Texture of a fitted head from the photo: sampled, freed of light, completed."""

from dataclasses import dataclass

import cv2
import numpy as np

from storyface_assets.lib.fit.atlas import TEXTURE_SIZE, Atlas
from storyface_assets.lib.fit.complete import complete
from storyface_assets.lib.fit.feature_warp import FOLLOWED, FeatureWarp, polygon_mask
from storyface_assets.lib.fit.landmark_sets import INNER_LIPS
from storyface_assets.lib.fit.light import LUMINANCE, shading
from storyface_assets.lib.fit.plain_skin import skin_tone, without_strangers
from storyface_assets.lib.fit.posed_head import PosedHead
from storyface_assets.lib.fit.sampling import resample, sample
from storyface_assets.lib.fit.skin_mask import SkinMask
from storyface_assets.lib.landmarks.face import Face
from storyface_assets.lib.landmarks.mesh import LEFT_LIDS, RIGHT_LIDS
from storyface_assets.lib.srgb import linear_to_srgb, srgb_to_linear

#: Below this cosine to the viewer a surface is seen too flatly to be sampled; full from the second.
_GRAZING = (0.30, 0.65)
#: So much flatter a beard may be seen: a goatee hangs on the chin's underside.
_BEARD_GRAZING = 0.22
#: How far around the eye opening and the open mouth nothing is sampled, in interocular distances.
_EYE_MARGIN, _MOUTH_MARGIN = 0.014, 0.010
_DARK = 2e-3


@dataclass(frozen=True, eq=False)
class PhotoSamples:
    """What the photo shows of the atlas' texels.

    Attributes:
        texels: ``(N,)`` flat texel indices.
        colours: ``(N, 3)`` float32 linear RGB.
        normals: ``(N, 3)`` unit, camera space.
        weights: ``(N,)`` 0..1 how well the texel is seen.
    """

    texels: np.ndarray
    colours: np.ndarray
    normals: np.ndarray
    weights: np.ndarray


def sample_photo(
    rgb: np.ndarray,
    face: Face,
    skin: SkinMask,
    posed: PosedHead,
    landmarks: np.ndarray,
    atlas: Atlas,
    faces: np.ndarray,
    beard: np.ndarray | None = None,
) -> PhotoSamples:
    """Look up the photo at every texel of the face.

    Args:
        rgb: ``(H, W, 3)`` uint8.
        face: landmarks of the photo.
        skin: its skin.
        posed: the fitted head.
        landmarks: ``(478, 2)`` the fitted head's landmarks, photo pixels.
        atlas: the texels.
        faces: ``(F, 3)`` the model's triangles.
        beard: ``(1024, 1024)`` float32 0..1 where beards grow.
    """
    surface = atlas.surface.where(atlas.face > 0)
    points = surface.interpolate(posed.vertices, faces)
    normals = surface.interpolate(posed.normals, faces)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True) + 1e-9
    pixels = posed.camera.project(points)
    facing = -(normals * points).sum(1) / np.linalg.norm(points, axis=1)
    if beard is not None:
        facing = facing + _BEARD_GRAZING * beard.ravel()[surface.pixels]
    weights = np.clip((facing - _GRAZING[0]) / (_GRAZING[1] - _GRAZING[0]), 0, 1)
    weights *= posed.visible(points, pixels) * atlas.face.ravel()[surface.pixels]
    followed = [i for i in FOLLOWED if np.isfinite(landmarks[i]).all()]
    warp = FeatureWarp(landmarks[followed], face.landmarks[followed, :2], face.interocular)
    pixels = warp(pixels)
    weights *= skin.at(pixels)
    weights *= 1 - sample(_openings(rgb.shape[:2], face), pixels)
    colours = srgb_to_linear(np.arange(256) / 255)[rgb].astype(np.float32)
    return PhotoSamples(surface.pixels, sample(colours, pixels), normals, weights)


def _openings(size: tuple[int, int], face: Face) -> np.ndarray:
    """Soft mask ``(H, W)`` of eyeballs, lash lines and the inside of the mouth."""
    xy = face.landmarks[:, :2]
    outlines = []
    for lids in (RIGHT_LIDS, LEFT_LIDS):
        lower, upper = lids[:9], lids[9:]
        outlines.append(xy[[*lower, *reversed(upper)]])
    eyes = polygon_mask(size, outlines, _EYE_MARGIN * face.interocular)
    mouth = polygon_mask(size, [xy[list(INNER_LIPS)]], _MOUTH_MARGIN * face.interocular)
    return np.maximum(eyes, mouth)


def texture_from_photo(
    samples: PhotoSamples,
    light: np.ndarray,
    base: np.ndarray,
    atlas: Atlas,
    beard: np.ndarray | None = None,
) -> np.ndarray:
    """Albedo texture of the person.

    Args:
        samples: what the photo shows.
        light: ``(9, 3)`` of the photo.
        base: ``(1024, 1024, 3)`` uint8 sRGB, a whole texture that resembles the person.
        atlas: the texels.
        beard: ``(1024, 1024)`` float32 0..1 where beards grow.

    Returns:
        ``(1024, 1024, 3)`` uint8 sRGB.
    """
    base_linear = srgb_to_linear(base / np.float32(255))
    bare = samples.colours / shading(light, samples.normals)[:, None]
    albedo = np.log(np.maximum(bare, _DARK))
    seen = np.zeros((TEXTURE_SIZE, TEXTURE_SIZE, 3), np.float32)
    weights = np.zeros((TEXTURE_SIZE, TEXTURE_SIZE), np.float32)
    seen.reshape(-1, 3)[samples.texels] = albedo
    weights.reshape(-1)[samples.texels] = samples.weights
    seen = _calm(seen, weights, atlas)
    weights = without_strangers(seen, weights, atlas.plain)
    log_base = np.log(np.maximum(base_linear, _DARK))
    everywhere = atlas.skin.astype(np.float32)
    tone = skin_tone(seen, weights, atlas.plain) - skin_tone(log_base, everywhere, atlas.plain)
    whole = complete(seen, weights, log_base + tone, atlas.mirror, beard)
    srgb = linear_to_srgb(np.exp(whole)) * 255
    texture = np.where(atlas.skin[..., None], srgb, base)
    texture = np.clip(np.rint(texture), 0, 255).astype(np.uint8)
    return texture.reshape(-1, 3)[atlas.nearest]


#: Blur that counts as light rather than as skin, texels; done on a picture this much smaller.
_LIGHT_SIGMA, _LIGHT_SHRINK = 40.0, 4
#: Log brightness above the surroundings that counts as a highlight, and what is left of it.
_HIGHLIGHT, _HIGHLIGHT_KEEP = 0.10, 0.35


def _calm(seen: np.ndarray, weights: np.ndarray, atlas: Atlas) -> np.ndarray:
    """Take out what the harmonics left: light from one side, and highlights."""
    bright = np.log(np.exp(seen) @ LUMINANCE)
    trust = np.maximum(_wide_blur(weights), 1e-4)
    smooth = _wide_blur(bright * weights) / trust
    other = resample(smooth, atlas.mirror)
    both = _wide_blur(weights * resample(weights, atlas.mirror)) / trust
    # Skin is alike left and right; a brightness that is not, over centimetres, is light.
    sided = 0.5 * (smooth - other) * np.clip(both, 0, 1)
    excess = np.maximum(bright - smooth - _HIGHLIGHT, 0)
    return seen - (sided + excess * (1 - _HIGHLIGHT_KEEP))[..., None]


def _wide_blur(picture: np.ndarray) -> np.ndarray:
    """Gaussian blur of ``_LIGHT_SIGMA`` texels."""
    size = picture.shape[::-1]
    small = (size[0] // _LIGHT_SHRINK, size[1] // _LIGHT_SHRINK)
    shrunk = cv2.resize(picture, small, interpolation=cv2.INTER_AREA)
    return cv2.resize(cv2.GaussianBlur(shrunk, (0, 0), _LIGHT_SIGMA / _LIGHT_SHRINK), size)
