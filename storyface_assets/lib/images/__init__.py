"""Photos in, small preview pictures out."""

from storyface_assets.lib.images.photo import Photo, open_photo
from storyface_assets.lib.images.preview import encode_preview, preview_markdown

__all__ = ["Photo", "encode_preview", "open_photo", "preview_markdown"]
