"""What lens, sensor and file do to a picture."""

from dataclasses import dataclass

import cv2
import numpy as np

from storyface_assets.lib.srgb import linear_to_srgb, srgb_to_linear


@dataclass(frozen=True)
class Shooting:
    """One exposure.

    Attributes:
        blur: standard deviation of the defocus, pixels.
        motion: length (pixels) and direction (radians) of the camera's shake.
        exposure: factor on linear light.
        balance: factors on red and blue.
        vignette: darkening of the corners, 0–1.
        noise: sensor noise, standard deviation of sRGB 0–255.
        contrast: slope about the middle grey.
        quality: of the JPEG file.
        seed: of the noise.
    """

    blur: float = 0.0
    motion: tuple[float, float] = (0.0, 0.0)
    exposure: float = 1.0
    balance: tuple[float, float] = (1.0, 1.0)
    vignette: float = 0.0
    noise: float = 0.0
    contrast: float = 1.0
    quality: int = 92
    seed: int = 0


def random_shooting(rng: np.random.Generator) -> Shooting:
    """A telephone's or camera's picture, mostly sharp and well exposed."""
    shaken = rng.random() < 0.08
    return Shooting(
        blur=float(rng.gamma(1.2, 0.35)) if rng.random() < 0.7 else 0.0,
        motion=(float(rng.uniform(2, 6)) if shaken else 0.0, float(rng.uniform(0, np.pi))),
        exposure=float(2.0 ** np.clip(rng.normal(0, 0.3), -0.8, 0.7)),
        balance=(float(np.exp(rng.normal(0, 0.06))), float(np.exp(rng.normal(0, 0.07)))),
        vignette=float(rng.uniform(0, 0.45)) if rng.random() < 0.5 else 0.0,
        noise=float(rng.gamma(1.3, 1.6)),
        contrast=float(np.exp(rng.normal(0, 0.07))),
        quality=int(rng.integers(58, 97)),
        seed=int(rng.integers(2**31)),
    )


def shoot(picture: np.ndarray, shooting: Shooting) -> np.ndarray:
    """The picture as the camera hands it over.

    Args:
        picture: ``(H, W, 3)`` uint8 sRGB.
        shooting: the exposure.

    Returns:
        ``(H, W, 3)`` uint8 sRGB.
    """
    h, w = picture.shape[:2]
    linear = _TO_LINEAR[picture]
    if shooting.blur > 0.15:
        linear = cv2.GaussianBlur(linear, (0, 0), shooting.blur)
    if shooting.motion[0] > 1:
        linear = cv2.filter2D(linear, -1, _streak(*shooting.motion))
    gain = np.array([shooting.balance[0], 1.0, shooting.balance[1]]) * shooting.exposure
    linear = linear * gain.astype(np.float32)
    if shooting.vignette:
        y, x = np.mgrid[0:h, 0:w].astype(np.float32)
        r2 = ((x / w - 0.5) ** 2 + (y / h - 0.5) ** 2) * 2.0
        linear *= (1.0 - shooting.vignette * r2)[..., None]
    srgb: np.ndarray = linear_to_srgb(linear, np.inf).astype(np.float32) * 255
    srgb = 128 + shooting.contrast * (np.minimum(srgb, 300) - 128)
    rng = np.random.default_rng(shooting.seed)
    if shooting.noise:
        grain = rng.standard_normal(srgb.shape, np.float32)
        # Neighbouring pixels share noise after the camera's demosaicing.
        grain = cv2.GaussianBlur(grain, (0, 0), 0.6) * 2.0
        srgb += shooting.noise * grain
    return np.clip(np.rint(srgb), 0, 255).astype(np.uint8)


def jpeg(picture: np.ndarray, quality: int) -> bytes:
    """A JPEG file of ``(H, W, 3)`` uint8 sRGB."""
    ok, data = cv2.imencode(
        ".jpg", np.ascontiguousarray(picture[..., ::-1]), [cv2.IMWRITE_JPEG_QUALITY, quality]
    )
    if not ok:
        raise OSError("OpenCV could not encode a JPEG file")
    return bytes(data.tobytes())


def _streak(length: float, direction: float) -> np.ndarray:
    size = 2 * int(np.ceil(length / 2)) + 3
    kernel = np.zeros((size, size), np.float32)
    middle = size // 2
    reach = 0.5 * length * np.array([np.cos(direction), np.sin(direction)])
    ends = [tuple(int(round(v)) for v in middle + sign * reach) for sign in (-1, 1)]
    cv2.line(kernel, ends[0], ends[1], 1.0)
    return kernel / kernel.sum()


_TO_LINEAR = srgb_to_linear(np.arange(256) / 255.0).astype(np.float32)
