"""A character's head as files that artists' programs open: OBJ an expression, one GLB."""

from storyface_assets.lib.heads.export.check import broken_files
from storyface_assets.lib.heads.export.files import write_head_files
from storyface_assets.lib.heads.export.shelf import lay_out_heads, take_down_heads

__all__ = ["broken_files", "lay_out_heads", "take_down_heads", "write_head_files"]
