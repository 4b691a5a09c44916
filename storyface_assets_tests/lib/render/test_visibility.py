"""Faults guarded against: cracks and double cover between triangles, interpolation that ignores
depth, wrong z-order, culling of the wrong side, wrong share of an edge pixel."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from storyface_assets.lib.render.tile_spans import tile_row_spans
from storyface_assets.lib.render.visibility import (
    PLAIN,
    SAMPLE_POSITIONS,
    SAMPLES,
    TILE,
    mark_edges,
    rasterise,
    setup_faces,
    supersample_edges,
)

FRONT = np.array([[0, 1, 2]], np.int32)


class Picture:
    """Rasterises faces given in screen space (x, y, depth)."""

    def __init__(self, points, faces, size=(16, 12), two_sided=True):
        self.width, self.height = size
        screen = np.asarray(points, np.float32).copy()
        screen[:, 2] = 1.0 / screen[:, 2]
        self.faces = np.asarray(faces, np.int32)
        n = len(self.faces)
        self.planes, self.boxes = np.zeros((n, 9), np.float32), np.zeros((n, 4), np.int32)
        self.depth = np.zeros((self.height, self.width), np.float32)
        self.ids = np.full((self.height, self.width), -1, np.int32)
        setup_faces(
            screen,
            self.faces,
            0,
            n,
            np.full(n, two_sided),
            self.width,
            self.height,
            self.planes,
            self.boxes,
        )
        rasterise(self.planes, self.boxes, 0, n, self.depth, self.ids)

    def supersampled(self, surface):
        edge_of = np.full((self.height, self.width), PLAIN, np.int32)
        pixels = np.zeros((self.width * self.height, 2), np.int32)
        tiles = np.zeros((self.height // TILE + 1, self.width // TILE + 1), np.uint64)
        spans = np.zeros((len(tiles), 2), np.int32)
        tile_row_spans(self.boxes, self.width, self.height, spans)
        count = mark_edges(
            self.ids,
            self.depth,
            np.asarray(surface, np.uint8),
            np.float32(0.003),
            spans,
            edge_of,
            pixels,
            tiles,
        )
        depth = np.zeros((max(count, 1), SAMPLES), np.float32)
        ids = np.full((max(count, 1), SAMPLES), -1, np.int32)
        n = len(self.faces)
        supersample_edges(
            self.planes, self.boxes, 0, n, SAMPLE_POSITIONS, edge_of, tiles, depth, ids
        )
        return edge_of, ids[:count]


def test_a_triangle_covers_the_pixel_centres_inside_it():
    picture = Picture([[1, 1, 2], [1, 9.3, 2], [9.3, 1, 2]], FRONT)
    y, x = np.mgrid[0:12, 0:16] + 0.5
    inside = (x > 1) & (y > 1) & (x + y < 10.3)
    assert np.array_equal(picture.ids >= 0, inside)


def test_back_faces_are_dropped_unless_two_sided():
    clockwise = [[1, 1, 2], [9, 1, 2], [1, 9, 2]]
    assert (Picture(clockwise, FRONT, two_sided=False).ids < 0).all()
    assert (Picture(clockwise, FRONT, two_sided=True).ids >= 0).any()


def test_the_nearer_triangle_wins_in_any_order():
    near, far = [[0, 0, 1], [0, 12, 1], [16, 0, 1]], [[0, 0, 2], [0, 12, 2], [16, 0, 2]]
    faces = [[0, 1, 2], [3, 4, 5]]
    for points, winner in ((near + far, 0), (far + near, 1)):
        picture = Picture(points, faces)
        assert set(np.unique(picture.ids)) == {-1, winner}


def test_weights_are_correct_in_perspective():
    # Half-way on screen between depth 1 and depth 3 lies a quarter of the way in space.
    points = np.array([[0, 0, 1], [0, 12, 1], [16, 0, 3]], float)
    picture = Picture(points, FRONT)
    dx, dy = 8.0 - 0.5, 0.0 - 0.5
    planes = picture.planes[0].reshape(3, 3) @ np.array([dx, dy, 1.0])
    weights = planes / planes.sum()
    assert np.allclose(weights, [0.75, 0.0, 0.25], atol=1e-4)
    assert np.isclose(1.0 / planes.sum(), 1.5, atol=1e-4)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_no_crack_between_neighbours(seed):
    rng = np.random.default_rng(seed)
    inner = rng.uniform([4, 3], [12, 9])
    ring = np.array([[-1, -1], [17, -1], [17, 13], [-1, 13]])
    points = np.column_stack([np.vstack([inner, ring]), rng.uniform(1, 2, 5)])
    faces = [[0, 1, 2], [0, 2, 3], [0, 3, 4], [0, 4, 1]]
    assert (Picture(points, faces).ids >= 0).all()


def test_an_edge_pixel_gets_the_share_of_its_samples():
    # The left 5.5 columns are covered: column 5 is half covered.
    points = [[-9, -9, 1], [-9, 40, 1], [5.5, -9, 1], [5.5, 40, 1]]
    picture = Picture(points, [[0, 1, 2], [2, 1, 3]])
    edge_of, ids = picture.supersampled([0, 0])
    row = 5
    assert edge_of[row, 5] >= 0
    share = (ids[edge_of[row, 5]] >= 0).mean()
    assert share == 0.5
    assert edge_of[row, 2] < 0
    assert edge_of[row, 10] < 0


def test_neighbouring_faces_of_one_surface_are_no_edge():
    points = [[-9, -9, 1], [-9, 20, 1], [20, -9, 1], [20, 20, 1]]
    faces = [[0, 1, 2], [2, 1, 3]]
    picture = Picture(points, faces)
    assert set(np.unique(picture.ids)) == {0, 1}
    assert (picture.supersampled([0, 0])[0] < 0).all()
    assert (picture.supersampled([0, 1])[0] >= 0).any()


def test_a_jump_in_depth_within_a_surface_is_an_edge():
    points = [[-9, -9, 1], [-9, 40, 1], [8, -9, 1], [8, 40, 1]]
    behind = [[-9, -9, 1.02], [-9, 40, 1.02], [40, -9, 1.02], [40, 40, 1.02]]
    faces = [[0, 1, 2], [2, 1, 3], [4, 5, 6], [6, 5, 7]]
    edge_of, _ = Picture(points + behind, faces).supersampled([0, 0, 0, 0])
    assert (edge_of[:, 7:9] >= 0).all()
    assert (edge_of[:, :6] < 0).all()
