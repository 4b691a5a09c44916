"""Every pixel format of a photo → 8-bit sRGB."""

import io

import numpy as np
from PIL import Image, ImageCms

_SIXTEEN_BIT = ("I;16", "I;16L", "I;16B", "I;16N", "I")


def to_srgb(image: Image.Image, notes: list[str]) -> Image.Image:
    """A decoded picture in mode RGB and the sRGB colour space, transparency laid on white.

    Args:
        image: decoded picture of any mode.
        notes: warnings are added here.
    """
    profile = image.info.get("icc_profile")
    if image.mode in _SIXTEEN_BIT:
        image, profile = _eight_bit(image), None
    if image.mode in ("P", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
    alpha = None
    if image.mode in ("RGBA", "RGBa", "LA", "La"):
        image = image.convert("RGBA" if image.mode.startswith("RGB") else "LA")
        alpha = image.getchannel("A")
        image = image.convert("RGB" if image.mode == "RGBA" else "L")
    if profile and image.mode in ("RGB", "L", "CMYK"):
        image = _by_profile(image, profile, notes)
    rgb = image.convert("RGB")
    if alpha is None:
        return rgb
    white = Image.new("RGB", rgb.size, "white")
    white.paste(rgb, mask=alpha)
    return white


def _eight_bit(image: Image.Image) -> Image.Image:
    """16-bit grey to 8 bit by scale (Pillow's own conversion clips everything above 255)."""
    values = np.asarray(image).astype(np.float32)
    return Image.fromarray(np.rint(values.clip(0, 65535) / 257).astype(np.uint8))


def _by_profile(image: Image.Image, profile: bytes, notes: list[str]) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        name = ImageCms.getProfileDescription(source)
        if "sRGB" in name:
            return image
        target = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        notes.append("The photo's colour profile cannot be used; colours may be a little off.")
        return image
    return converted if converted is not None else image
