"""Photos of every kind a person may have."""

import struct
import tracemalloc
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.images import open_photo
from storyface_assets.lib.images.photo import LONG_SIDE

# Four flat corners: where they end up tells turning from mirroring.
CORNERS = np.array([[[230, 30, 30], [30, 200, 30]], [[30, 30, 220], [240, 240, 240]]], np.uint8)


@pytest.fixture
def picture() -> np.ndarray:
    """``(120, 160, 3)``: red, green over blue, white."""
    return np.repeat(np.repeat(CORNERS, 60, 0), 80, 1)


def corners(rgb: np.ndarray) -> np.ndarray:
    height, width = rgb.shape[:2]
    rows, columns = [height // 4, 3 * height // 4], [width // 4, 3 * width // 4]
    return rgb[np.ix_(rows, columns)]


def near(rgb: np.ndarray, tolerance: float = 8) -> bool:
    return bool(np.abs(corners(rgb).astype(int) - CORNERS).max() <= tolerance)


def save(picture, path: Path, mode: str = "RGB", **options) -> Path:
    Image.fromarray(picture).convert(mode).save(path, **options)
    return path


@pytest.mark.parametrize("name", ["a.jpg", "a.jpeg", "A.JPG", "a.png", "a.webp"])
def test_common_photos(tmp_path, picture, name):
    """A kind of photo that cannot be used at all."""
    photo = open_photo(save(picture, tmp_path / name, quality=95))
    assert photo.rgb.shape == (120, 160, 3) and photo.rgb.dtype == np.uint8
    assert near(photo.rgb) and photo.warnings == ()


def test_extension_does_not_matter(tmp_path, picture):
    """A PNG that somebody renamed to .jpg refused."""
    path = save(picture, tmp_path / "a.png")
    assert near(open_photo(path.rename(tmp_path / "a.jpg")).rgb)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", ["jpg", "png", "webp"])
def test_exif_rotation_is_applied(tmp_path, picture, orientation, suffix):
    """A face lying on its side, which no detector finds."""
    transposed = {
        1: picture,
        2: picture[:, ::-1],
        3: picture[::-1, ::-1],
        4: picture[::-1],
        5: picture.transpose(1, 0, 2),
        6: np.rot90(picture, 1),
        7: picture[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(picture, -1),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / f"a.{suffix}"
    Image.fromarray(np.ascontiguousarray(transposed)).save(path, exif=exif, quality=95)
    photo = open_photo(path)
    assert photo.rgb.shape == (120, 160, 3)
    assert near(photo.rgb)


def test_damaged_exif_does_not_stop_a_photo(tmp_path, picture):
    """An EXIF block cut off by some editor."""
    path = save(
        picture, tmp_path / "a.jpg", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff\x01", quality=95
    )
    assert near(open_photo(path).rgb)


def swapped_profile() -> bytes:
    """A colour profile whose red is blue."""
    data = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = data.replace(b"rXYZ", b"....").replace(b"bXYZ", b"rXYZ").replace(b"....", b"bXYZ")
    return data.replace("sRGB".encode("utf-16-be"), "bgrs".encode("utf-16-be"))


def test_cmyk_jpeg(tmp_path, picture):
    """A print shop's photo in inverted colours."""
    photo = open_photo(save(picture, tmp_path / "a.jpg", "CMYK", quality=95))
    assert near(photo.rgb, 12) and photo.warnings == ()


def test_cmyk_with_a_profile_of_another_kind(tmp_path, picture):
    """An RGB profile left in a file that was converted to CMYK."""
    path = tmp_path / "a.jpg"
    save(picture, path, "CMYK", quality=95, icc_profile=swapped_profile())
    photo = open_photo(path)
    assert near(photo.rgb, 12)
    assert "colour profile" in photo.warnings[0]


@pytest.mark.parametrize("mode", ["L", "LA", "1"])
def test_greyscale(tmp_path, picture, mode):
    """Two dimensions where three are expected."""
    rgb = open_photo(save(picture, tmp_path / "a.png", mode)).rgb
    assert rgb.shape == (120, 160, 3)
    assert (rgb[..., 0] == rgb[..., 2]).all()
    assert int(corners(rgb)[1, 1, 0]) >= 240


def test_sixteen_bit_grey_is_scaled(tmp_path):
    """Pillow clips 16 bits at 255: a white picture."""
    ramp = np.tile(np.linspace(0, 65535, 160).astype(np.uint16), (120, 1))
    path = tmp_path / "a.png"
    cv2.imwrite(str(path), ramp)
    grey = open_photo(path).rgb[0, :, 0]
    np.testing.assert_allclose(grey, np.linspace(0, 255, 160), atol=1)


def test_sixteen_bit_colour_is_scaled(tmp_path, picture):
    """Low bytes taken for the picture: noise."""
    path = tmp_path / "a.png"
    cv2.imwrite(str(path), picture[..., ::-1].astype(np.uint16) * 257)
    assert near(open_photo(path).rgb, 1)


@pytest.mark.parametrize("name", ["rgba", "palette", "palette-alpha", "rgb-key"])
def test_transparency_is_white(tmp_path, picture, name):
    """The black that hides under transparent pixels taken for hair."""
    path = tmp_path / "a.png"
    image = Image.fromarray(picture)
    if name == "rgb-key":
        image.save(path, transparency=(230, 30, 30))
    else:
        alpha = Image.new("L", image.size, 255)
        alpha.paste(0, (0, 0, 80, 60))
        image.putalpha(alpha)
        if name == "palette":
            image.quantize(16).save(path)
        elif name == "palette-alpha":
            image.quantize(16, method=Image.Quantize.FASTOCTREE).save(path)
        else:
            image.save(path)
    seen = corners(open_photo(path).rgb)
    assert (seen[0, 0] >= 250).all()
    assert np.abs(seen[0, 1].astype(int) - CORNERS[0, 1]).max() <= 8


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp"])
def test_colour_profile_is_followed(tmp_path, picture, suffix):
    """An iPhone's Display P3 shown in dull colours; here red and blue change places."""
    path = save(picture, tmp_path / f"a.{suffix}", quality=95, icc_profile=swapped_profile())
    photo = open_photo(path)
    assert near(photo.rgb[..., ::-1], 16) and photo.warnings == ()


def test_useless_colour_profile_is_ignored_with_a_warning(tmp_path, picture):
    """A photo refused for its profile."""
    path = save(picture, tmp_path / "a.png", icc_profile=b"not a profile")
    photo = open_photo(path)
    assert near(photo.rgb)
    assert "colour profile" in photo.warnings[0]


@pytest.mark.parametrize("suffix", ["png", "webp"])
def test_animation_gives_its_first_picture_with_a_warning(tmp_path, picture, suffix):
    """A random frame, or a list of frames."""
    path = tmp_path / f"a.{suffix}"
    frames = [Image.fromarray(np.full_like(picture, 10))]
    options = {"quality": 95} if suffix == "webp" else {}
    Image.fromarray(picture).save(path, save_all=True, append_images=frames, **options)
    photo = open_photo(path)
    assert near(photo.rgb, 12)
    assert "animated" in photo.warnings[0]


def test_two_view_photo_of_a_telephone_is_no_animation(tmp_path, picture):
    """Every photo of some telephones (MPO) with a warning."""
    path = tmp_path / "a.jpg"
    Image.fromarray(picture).save(
        path, "MPO", save_all=True, append_images=[Image.fromarray(picture)], quality=95
    )
    photo = open_photo(path)
    assert near(photo.rgb) and photo.warnings == ()


@pytest.mark.parametrize(
    ("name", "options"),
    [("a.jpg", {"quality": 80}), ("a.jpg", {"progressive": True}), ("a.png", {})],
)
def test_large_photos_are_made_smaller(tmp_path, picture, name, options):
    """A 12-megapixel fit that takes minutes."""
    large = np.repeat(np.repeat(picture, 25, 0), 25, 1)
    photo = open_photo(save(large, tmp_path / name, **options))
    assert photo.rgb.shape == (LONG_SIDE * 3 // 4, LONG_SIDE, 3)
    assert near(photo.rgb)


def png_header(width: int, height: int) -> bytes:
    """A PNG of any size that holds almost no data."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(1_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(30_000, 30_000), (12_000, 9_000), (100_000_000, 1)])
def test_bomb_is_refused_before_it_is_decoded(tmp_path, size):
    """2.7 GB of pixels out of a file of kilobytes."""
    path = tmp_path / "bomb.png"
    path.write_bytes(png_header(*size))
    tracemalloc.start()
    with pytest.raises(BadInput, match="more than 80 megapixels"):
        open_photo(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


NOT_PHOTOS = {
    "text": ("안녕하세요, 사진이 아니에요.".encode(), "is a text file"),
    "html": (b"<!DOCTYPE html><p>404", "is a web page"),
    "gif": (b"GIF89a" + bytes(50), "is a GIF picture"),
    "heic": (b"\0\0\0\x18ftypheic" + bytes(20), "export it as JPEG"),
    "pdf": (b"%PDF-1.7\n", "is a PDF document"),
    "noise": (bytes(range(256)), "not a picture of a known kind"),
    "empty": (b"", "is empty"),
    "magic only": (b"\xff\xd8\xff", "a.jpg"),
    "png magic only": (b"\x89PNG\r\n\x1a\n", "a.jpg"),
    "eps": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "is a text file"),
}


@pytest.mark.parametrize("name", NOT_PHOTOS)
def test_what_is_no_photo_is_refused_by_kind(tmp_path, name):
    """A text file called .jpg; formats whose readers start other programs (EPS)."""
    data, says = NOT_PHOTOS[name]
    path = tmp_path / "a.jpg"
    path.write_bytes(data)
    with pytest.raises(BadInput) as caught:
        open_photo(path)
    assert says in str(caught.value)
    assert caught.value.file == str(path)


@pytest.mark.parametrize("kept", [0.05, 0.3, 0.6, 0.95])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_truncated_photo_is_refused(tmp_path, kind, kept):
    """A download that broke off: the lower half grey."""
    noise = np.random.default_rng(0).integers(0, 256, (200, 200, 3), np.uint8)
    path = tmp_path / "a.jpg"
    Image.fromarray(noise).save(path, kind)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * kept)])
    with pytest.raises(BadInput, match="damaged|not a picture of a known kind"):
        open_photo(path)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_photo_with_any_damage_is_read_or_refused(tmp_path, picture, kind):
    """An exception of some decoder's own kind."""
    path, random = tmp_path / "a.jpg", np.random.default_rng(5)
    Image.fromarray(picture).save(path, kind)
    good = np.frombuffer(path.read_bytes(), np.uint8)
    for _ in range(150):
        bad = good.copy()
        bad[random.integers(0, len(bad), 6)] = random.integers(0, 256, 6)
        path.write_bytes(bad.tobytes())
        try:
            assert open_photo(path).rgb.dtype == np.uint8
        except BadInput:
            pass


def test_missing_folder_and_tiny(tmp_path, picture):
    """An IsADirectoryError; an icon taken for a portrait."""
    with pytest.raises(BadInput, match="does not exist"):
        open_photo(tmp_path / "none.jpg")
    with pytest.raises(BadInput, match="is not a file"):
        open_photo(tmp_path)
    with pytest.raises(BadInput, match="only 63 × 60 pixels"):
        open_photo(save(picture[:60, :63], tmp_path / "a.png"))
