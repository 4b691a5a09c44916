"""Working arrays of one rendering thread, allocated once."""

import numpy as np

from storyface_assets.lib.render.point_block import LINEAR
from storyface_assets.lib.render.scene import Scene
from storyface_assets.lib.render.vertex_light import COLUMNS
from storyface_assets.lib.render.visibility import SAMPLES, TILE, clear_pixels

#: Share of a frame's pixels that can be edge pixels; more are drawn with one sample.
_EDGE_SHARE = 0.12


class Scratch:
    """See the functions that the arrays are handed to for what each holds."""

    def __init__(self, scene: Scene, size: tuple[int, int]) -> None:
        width, height = size
        n, faces = len(scene.rest), len(scene.faces)
        edges = max(int(width * height * _EDGE_SHARE), 256)
        self.rotations = np.zeros((len(scene.joints), 3, 3), np.float32)
        self.translations = np.zeros((len(scene.joints), 3), np.float32)
        self.points = np.zeros((n, 3), np.float32)
        self.vectors = np.zeros((n, 2, 3), np.float32)
        self.normals = np.zeros((scene.n_head, 3), np.float32)
        self.screen = np.zeros((n, 3), np.float32)
        self.key_seen = np.zeros(n, np.float32)
        self.rim_seen = np.zeros(n, np.float32)
        self.attributes = np.zeros((n, COLUMNS), np.float32)
        self.planes = np.zeros((faces, 9), np.float32)
        self.boxes = np.zeros((faces, 4), np.int32)
        self.linear = np.zeros((scene.n_opaque, 3, LINEAR), np.float32)
        self.linear_known = np.zeros(scene.n_opaque, np.uint8)
        self.solidity = np.ones(faces, np.float32)
        self.mips = np.zeros(faces, np.int32)
        self.order = np.zeros(faces - scene.n_opaque, np.int32)
        self.depth = np.zeros((height, width), np.float32)
        self.ids = np.zeros((height, width), np.int32)
        self.edge_of = np.zeros((height, width), np.int32)
        self.passing = np.zeros((height, width), np.float32)
        self.colour = np.zeros((height, width, 3), np.float32)
        self.eye_colour = np.zeros((height, width, 3), np.float32)
        self.tiles = np.zeros((height // TILE + 1, width // TILE + 1), np.uint64)
        self.spans = np.zeros((height // TILE + 1, 2), np.int32)
        self.limits = np.zeros(self.tiles.shape, np.float32)
        self.closed = np.zeros(self.tiles.shape, np.uint8)
        self.edge_pixels = np.zeros((edges, 2), np.int32)
        self.edge_depth = np.zeros((edges, SAMPLES), np.float32)
        self.edge_ids = np.zeros((edges, SAMPLES), np.int32)
        self.edge_passing = np.zeros((edges, SAMPLES), np.float32)
        self.eyes = np.zeros((2, 3, 3), np.float32)
        self.sh = np.zeros((9, 3), np.float32)
        self.lamps = np.zeros((4, 3), np.float32)
        self.view = np.zeros(3, np.float32)
        self.openness = 0.0

    def clear_edges(self, count: int) -> None:
        """Empty the first ``count`` edge rows and the hair's colour in their pixels."""
        self.edge_depth[:count] = 0.0
        self.edge_ids[:count] = -1
        self.edge_passing[:count] = 1.0
        clear_pixels(self.colour, self.edge_pixels, count)
