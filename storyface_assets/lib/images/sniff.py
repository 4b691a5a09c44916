"""Says what a file is by its bytes, so that the error about it helps."""

import codecs
import zlib

_STARTS = (
    (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"),
    (b"II*\0", "a TIFF or camera raw picture"),
    (b"MM\0*", "a TIFF or camera raw picture"),
    (b"%PDF", "a PDF document"),
    (b"PK\3\4", "a ZIP archive or an office document"),
    (b"<svg", "an SVG drawing"),
    (b"<!DOCTYPE", "a web page"),
    (b"<html", "a web page"),
    (b"8BPS", "a Photoshop document"),
)
_BRANDS = {
    b"heic": "an iPhone's HEIC photo (export it as JPEG)",
    b"heix": "an iPhone's HEIC photo (export it as JPEG)",
    b"mif1": "a HEIF photo (export it as JPEG)",
    b"avif": "an AVIF picture",
}


_JPEG, _PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"


def looks_like_photo(data: bytes) -> bool:
    """Whether a file begins as a JPEG, PNG or WebP file does."""
    return data.startswith((_JPEG, _PNG)) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def is_cut_off(data: bytes) -> bool:
    """Whether the end of a JPEG, PNG or WebP file is missing, by the marks that close one."""
    if data.startswith(_JPEG):
        # Cameras may write some bytes behind the end; a preview in the head has an end too.
        return b"\xff\xd9" not in data[max(len(data) // 2, len(data) - 65_536) :]
    if data.startswith(_PNG):
        return b"IEND" not in data[-65_536:]
    return data[:4] == b"RIFF" and int.from_bytes(data[4:8], "little") + 8 > len(data)


def png_sums_are_right(data: bytes) -> bool:
    """Whether the chunks of a PNG file that hold its picture have their CRC-32.

    Pillow does not look at them, and gives black pixels for damaged ones without an error.
    """
    at = len(_PNG)
    while at + 12 <= len(data):
        end = at + 8 + int.from_bytes(data[at : at + 4], "big")
        critical = data[at + 4 : at + 5].isupper()
        stored = int.from_bytes(data[end : end + 4], "big")
        if critical and zlib.crc32(memoryview(data)[at + 4 : end]) != stored:
            return False
        at = end + 4
    return True


def what_it_is(data: bytes) -> str:
    """A few words for the kind of file, by its first bytes."""
    start = data[:512]
    if start[4:8] == b"ftyp":
        return _BRANDS.get(start[8:12], "a film")
    for magic, words in _STARTS:
        if start.startswith(magic):
            return words
    try:
        # The 512th byte may be in the middle of a character, which this decoder lets pass.
        text = codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return "not a picture of a known kind"
    return "a text file" if "\0" not in text else "not a picture of a known kind"
