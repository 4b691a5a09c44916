"""Contact sheet of the photos whose label a model believes least."""

from pathlib import Path

import numpy as np
import pandas as pd

from storyface_assets.lib.dataset.decoding import decode_photo
from storyface_assets.lib.dataset.face_readings import stored_reading
from storyface_assets.lib.dataset.photo_source import PhotoSource
from storyface_assets.lib.errors import BadInput
from storyface_assets.previews.contact_sheet import contact_sheet

#: Half the side of what is shown, in sides of the face's box.
_REACH = 0.75
_LONG_SIDE = 512


def doubtful_sheet(rows: pd.DataFrame, photos: Path, cache_dir: Path) -> np.ndarray:
    """Faces under "given → suggested"; an ``×`` before it where the photo was removed.

    Args:
        rows: of ``most_doubtful``.
        photos: the set's folder.
        cache_dir: where the face readings are kept.
    """
    pictures, captions = [], []
    for row in rows.itertuples(index=False):
        try:
            pictures.append(_face(str(row.photo), str(row.sha256), photos, cache_dir))
        except BadInput:
            continue
        mark = "" if row.kept else "× "
        suggested = str(row.suggested) or "?"
        captions.append(f"{mark}{row.expression} → {suggested}")
    return contact_sheet(pictures, captions, columns=6)


def _face(photo: str, sha256: str, photos: Path, cache_dir: Path) -> np.ndarray:
    decoded = decode_photo(PhotoSource(photos).read(photo), _LONG_SIDE, photo)
    reading = stored_reading(cache_dir, sha256)
    if not reading.faces:
        return decoded.rgb
    box = reading.faces[0].box.reshape(2, 2) * decoded.scale
    reach = float((box[1] - box[0]).max()) * _REACH
    high = np.array(decoded.rgb.shape[1::-1])
    left, top = np.clip(box.mean(0) - reach, 0, high - 1).astype(int)
    right, bottom = np.clip(box.mean(0) + reach, [left + 1, top + 1], high).astype(int)
    return decoded.rgb[top:bottom, left:right]
