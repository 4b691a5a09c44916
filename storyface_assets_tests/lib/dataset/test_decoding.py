"""Photos of a set: pixels, their scale, and the names of the faults."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from storyface_assets.lib.dataset.decoding import decode_photo
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.images.decode import FAULTS, MAX_FILE_BYTES

NOISE = np.random.default_rng(0).integers(0, 256, (150, 200, 3), np.uint8)
FLAT = np.full((150, 200, 3), (200, 120, 40), np.uint8)


def encoded(rgb=FLAT, kind="JPEG", mode="RGB", **options) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(rgb).convert(mode).save(stream, kind, **options)
    return stream.getvalue()


def huge_png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_large_photos_come_small_with_their_scale(kind):
    # Guards against boxes in original pixels laid over a smaller picture.
    large = np.repeat(np.repeat(FLAT, 20, 0), 20, 1)
    decoded = decode_photo(encoded(large, kind), 1024)
    assert decoded.rgb.shape == (768, 1024, 3)
    assert (decoded.width, decoded.height) == (4000, 3000)
    assert decoded.scale == pytest.approx(1024 / 4000)
    assert np.abs(decoded.rgb.astype(int) - FLAT[0, 0]).max() <= 4


def test_size_is_that_of_the_upright_original():
    # Guards against boxes turned against a photo that the camera held on its side.
    exif = Image.Exif()
    exif[0x0112] = 6
    decoded = decode_photo(encoded(exif=exif), 100)
    assert (decoded.width, decoded.height) == (150, 200)
    assert decoded.rgb.shape == (100, 75, 3) and decoded.scale == 0.5


def test_small_photos_keep_their_size():
    assert decode_photo(encoded()).scale == 1.0


@pytest.mark.parametrize("mode", ["CMYK", "L", "1"])
def test_other_colour_modes_become_rgb(mode):
    kind = "JPEG" if mode != "1" else "PNG"
    assert decode_photo(encoded(mode=mode, kind=kind)).rgb.shape == (150, 200, 3)


def test_first_picture_of_an_animation_is_taken_and_noted():
    stream = io.BytesIO()
    frames = [Image.fromarray(np.full_like(FLAT, 9))]
    Image.fromarray(FLAT).save(stream, "PNG", save_all=True, append_images=frames)
    decoded = decode_photo(stream.getvalue())
    assert (decoded.rgb[0, 0] == FLAT[0, 0]).all() and "animated" in decoded.notes[0]


BAD = {
    "zero bytes": (b"", "empty file"),
    "text": ("사진이 아니에요".encode(), "not a picture"),
    "gif": (encoded(kind="GIF"), "not a picture"),
    "huge": (huge_png(30_000, 30_000), "too large"),
    "long": (huge_png(90_000_000, 1), "too large"),
    "tiny": (encoded(FLAT[:10]), "too small"),
    "damaged": (encoded(kind="PNG").replace(b"IDATx", b"IDATy"), "damaged"),
}


@pytest.mark.parametrize("name", BAD)
def test_faults_are_named(name):
    # Guards against a crash of the whole run, and against reasons that nobody can count.
    data, fault = BAD[name]
    with pytest.raises(BadInput) as caught:
        decode_photo(data, name="a.jpg")
    assert caught.value.field == fault in FAULTS and caught.value.file == "a.jpg"


def test_file_of_too_many_bytes_is_named():
    with pytest.raises(BadInput) as caught:
        decode_photo(bytes(MAX_FILE_BYTES + 1))
    assert caught.value.field == "too large"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("kept", [0.05, 0.5, 0.97])
@pytest.mark.parametrize("long_side", [64, 1024])
def test_photo_that_was_cut_off_is_truncated_at_any_scale(kind, kept, long_side):
    # Guards against a grey lower half that is taken for a photo (in draft mode too).
    data = encoded(NOISE, kind)
    with pytest.raises(BadInput) as caught:
        decode_photo(data[: int(len(data) * kept)], long_side)
    assert caught.value.field == "truncated"
