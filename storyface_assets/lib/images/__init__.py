"""Photos in, small preview pictures out."""

from storyface_assets.lib.images.photo import Photo, open_photo
from storyface_assets.lib.images.preview import encode_preview

__all__ = ["Photo", "encode_preview", "open_photo"]
