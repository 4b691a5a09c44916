"""Says what a file that is no photo is, so that the error helps."""

import codecs
from pathlib import Path

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


def what_it_is(path: Path) -> str:
    """A few words for the kind of file, by its first bytes."""
    with path.open("rb") as stream:
        start = stream.read(512)
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
