"""Working arrays of one rendering thread, allocated once."""

import numpy as np

from storyface_assets.lib.heads.detail_window import DETAIL_SIZE
from storyface_assets.lib.render.bump_mapping import CHANNELS
from storyface_assets.lib.render.point_block import LINEAR
from storyface_assets.lib.render.scene import Scene
from storyface_assets.lib.render.tile_spans import clear_pixels
from storyface_assets.lib.render.vertex_light import COLUMNS
from storyface_assets.lib.render.visibility import SAMPLES, TILE

#: Share of a frame's pixels that can be edge pixels; more are drawn with one sample.
_EDGE_SHARE = 0.12
#: Bytes asked of the system at once, and what each array's start is a multiple of.
_CHUNK, _ALIGNMENT = 1 << 26, 64


class _Arena:
    """Arrays out of a few large allocations.

    The system backs large ones with huge pages where it may; one array a picture in size gets
    small pages, and finding those costs a tenth of a frame. What is not used is never touched.
    """

    def __init__(self) -> None:
        self._chunk = np.zeros(0, np.uint8)

    def zeros(self, shape: int | tuple[int, ...], kind: type[np.generic]) -> np.ndarray:
        """As ``np.zeros``."""
        size = int(np.prod(shape)) * np.dtype(kind).itemsize
        if size > len(self._chunk):
            self._chunk = np.zeros(max(size, _CHUNK), np.uint8)
        taken, self._chunk = self._chunk[:size], self._chunk[-(-size // _ALIGNMENT) * _ALIGNMENT :]
        return taken.view(kind).reshape(shape)


class Scratch:
    """See the functions that the arrays are handed to for what each holds."""

    def __init__(self, scene: Scene, size: tuple[int, int]) -> None:
        width, height = size
        n, faces = len(scene.rest), len(scene.faces)
        edges = max(int(width * height * _EDGE_SHARE), 256)
        zeros = _Arena().zeros
        self.rotations = zeros((len(scene.joints), 3, 3), np.float32)
        self.translations = zeros((len(scene.joints), 3), np.float32)
        self.points = zeros((n, 3), np.float32)
        self.vectors = zeros((n, 2, 3), np.float32)
        self.normals = zeros((scene.n_head, 3), np.float32)
        self.screen = zeros((n, 3), np.float32)
        self.key_seen = zeros(n, np.float32)
        self.rim_seen = zeros(n, np.float32)
        self.attributes = zeros((n, COLUMNS), np.float32)
        self.planes = zeros((faces, 9), np.float32)
        self.boxes = zeros((faces, 4), np.int32)
        self.linear = zeros((scene.n_opaque, 3, LINEAR), np.float32)
        self.linear_known = zeros(scene.n_opaque, np.uint8)
        self.smooth = zeros(faces, np.uint8)
        self.gradients = zeros((faces, 6), np.float32)
        self.slopes = zeros((DETAIL_SIZE, DETAIL_SIZE, CHANNELS), np.float32)
        self.solidity = zeros(faces, np.float32)
        self.mips = zeros(faces, np.int32)
        self.order = zeros(faces - scene.n_opaque, np.int32)
        self.depth = zeros((height, width), np.float32)
        self.ids = zeros((height, width), np.int32)
        self.edge_of = zeros((height, width), np.int32)
        self.colour = zeros((height, width, 4), np.float32)
        self.eye_colour = zeros((height, width, 3), np.float32)
        self.tiles = zeros((height // TILE + 1, width // TILE + 1), np.uint64)
        self.spans = zeros((height // TILE + 1, 2), np.int32)
        self.limits = zeros(self.tiles.shape, np.float32)
        self.closed = zeros(self.tiles.shape, np.uint8)
        self.edge_pixels = zeros((edges, 2), np.int32)
        self.edge_depth = zeros((edges, SAMPLES), np.float32)
        self.edge_ids = zeros((edges, SAMPLES), np.int32)
        self.edge_passing = zeros((edges, SAMPLES), np.float32)
        self.eyes = zeros((2, 3, 3), np.float32)
        self.sh = zeros((9, 3), np.float32)
        self.lamps = zeros((4, 3), np.float32)
        self.view = zeros(3, np.float32)
        self.openness = 0.0

    def clear_edges(self, count: int) -> None:
        """Empty the first ``count`` edge rows and the hair's colour in their pixels."""
        self.edge_depth[:count] = 0.0
        self.edge_ids[:count] = -1
        self.edge_passing[:count] = 1.0
        clear_pixels(self.colour, self.edge_pixels, count)
