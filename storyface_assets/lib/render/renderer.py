"""A character's renderer: built once, then a frame is a few numba calls on flat arrays."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from queue import Empty, SimpleQueue

import numpy as np

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.heads.accessory import AccessoryMesh
from storyface_assets.lib.heads.character import CharacterHead
from storyface_assets.lib.heads.detail_window import DETAIL_SIZE, WINDOW
from storyface_assets.lib.heads.lids import keep_lids_outside_numba
from storyface_assets.lib.heads.open_head import JOINTS, OpenHead
from storyface_assets.lib.render import colour
from storyface_assets.lib.render.background import soft_gradient
from storyface_assets.lib.render.bake import lamp_weights
from storyface_assets.lib.render.bump_mapping import slope_map, texel_gradients
from storyface_assets.lib.render.camera import Camera
from storyface_assets.lib.render.eyes import draw_eyes, eye_frame
from storyface_assets.lib.render.frame_state import FrameState
from storyface_assets.lib.render.geometry import (
    add_expression,
    joint_motions,
    project,
    skin,
    vertex_normals,
)
from storyface_assets.lib.render.hair_layer import draw_hair
from storyface_assets.lib.render.hair_order import nearest_first, tile_limits
from storyface_assets.lib.render.lighting import SH_FACTORS, Light, film_light
from storyface_assets.lib.render.scene import Scene, build_scene
from storyface_assets.lib.render.scratch import Scratch
from storyface_assets.lib.render.shade import shade_frame
from storyface_assets.lib.render.surface import Surface, build_surface, mouth_openness
from storyface_assets.lib.render.textures import choose_mips
from storyface_assets.lib.render.tile_spans import clear_spans, tile_row_spans
from storyface_assets.lib.render.vertex_light import light_vertices, mix_visibility
from storyface_assets.lib.render.visibility import (
    SAMPLE_POSITIONS,
    mark_edges,
    rasterise,
    setup_faces,
    supersample_edges,
)

_HEAD_JOINT = JOINTS.index("head")
#: Metres between neighbouring pixels that make a silhouette.
_DEPTH_JUMP = np.float32(0.003)
_WINDOW = np.array([WINDOW.left, WINDOW.top, WINDOW.side], np.float32)


class HeadRenderer:
    """Renders one character.

    Attributes:
        size: width, height of the frames.
        camera: the camera of frames that bring none; it frames the head at rest.
        light: the light of frames that bring none.
    """

    def __init__(
        self,
        model: OpenHead,
        character: CharacterHead,
        accessories: list[AccessoryMesh],
        size: tuple[int, int] = (1280, 720),
        fraction: float = 0.64,
    ) -> None:
        """Precompute all that stays the same (about half a second).

        Args:
            model: the head model.
            character: the person.
            accessories: hair and clothes of that person.
            size: width, height of the frames.
            fraction: share of the frame height that the head takes up.
        """
        self.size = size
        self._scene: Scene = build_scene(model, character, accessories)
        self._surface: Surface = build_surface(model, character, self._scene)
        #: ``(n, 3)`` metres: the head at rest from the chin up, what cameras are framed on.
        self.framed_points = self._scene.rest[self._surface.framed_vertices]
        self.camera = Camera.framing(self.framed_points, fraction)
        self.light = film_light()
        self._free: SimpleQueue[Scratch] = SimpleQueue()

    def render(self, state: FrameState) -> np.ndarray:
        """One frame.

        Returns:
            ``(H, W, 3)`` uint8 sRGB, a new array.

        Raises:
            BadInput: the background or the displacement has another size.
        """
        try:
            scratch = self._free.get_nowait()
        except Empty:
            scratch = Scratch(self._scene, self.size)
        try:
            return self._render(state, scratch)
        finally:
            self._free.put(scratch)

    def render_many(self, states: Iterable[FrameState], workers: int = 2) -> Iterator[np.ndarray]:
        """Frames in the order of the states, several at a time.

        At most ``workers + 2`` frames are held, so a film of any length needs little memory.
        """
        waiting: deque[Future[np.ndarray]] = deque()
        source = iter(states)
        with ThreadPoolExecutor(workers) as pool:
            waiting.extend(pool.submit(self.render, s) for s in islice(source, workers + 2))
            try:
                while waiting:
                    frame = waiting.popleft().result()
                    waiting.extend(pool.submit(self.render, s) for s in islice(source, 1))
                    yield frame
            finally:
                for future in waiting:
                    future.cancel()

    def _background(self, state: FrameState) -> np.ndarray:
        if state.background is None:
            return soft_gradient(self.size).copy()
        expected = (self.size[1], self.size[0], 3)
        if state.background.shape != expected:
            raise BadInput(
                "FrameState",
                "background",
                f"has shape {state.background.shape}, not {expected}.",
                "Resize the background to the frame.",
            )
        return np.array(state.background, np.uint8, order="C")

    def _pose(self, state: FrameState, camera: Camera, scratch: Scratch) -> None:
        """Vertices, normals and eyes of this frame in camera space."""
        s, w = self._scene, scratch
        expression = np.ascontiguousarray(state.expression, np.float32)
        pose = np.ascontiguousarray(state.pose, np.float32)
        joint_motions(s.joints, s.parents, s.pose_start, pose, w.rotations, w.translations)
        add_expression(s.rest, s.unit_start, s.unit_vertex, s.unit_delta, expression, w.points)
        for lids in s.lids:
            keep_lids_outside_numba(w.points, lids.vertices, lids.gap, lids.centre, lids.radius)
        w.openness = mouth_openness(self._surface, w.points, w.rotations)
        move = np.asarray(camera.translation, np.float32)
        skin(
            w.points,
            s.joint_index,
            s.joint_weight,
            w.rotations,
            w.translations,
            move,
            self._surface.vectors,
            w.vectors,
        )
        vertex_normals(w.points, s.head_faces, w.normals)
        w.vectors[: s.n_head, 0] = w.normals
        for side, eye in enumerate(self._surface.eyes):
            eye_frame(w.points, eye.vertices, eye.pole_weight, eye.radius, w.eyes[side])
        width, height = self.size
        w.view[:] = camera.focal(height), 0.5 * width, 0.5 * height
        project(w.points, w.view[0], w.view[1], w.view[2], w.screen)

    def _light(self, light: Light, scratch: Scratch) -> None:
        """Per-vertex light of this frame."""
        w, f = scratch, self._surface
        lamps = w.lamps
        for row, (direction, rgb) in enumerate(
            ((light.key_direction, light.key_colour), (light.rim_direction, light.rim_colour))
        ):
            unit = np.asarray(direction, np.float32)
            lamps[2 * row] = unit / max(float(np.linalg.norm(unit)), 1e-9)
            lamps[2 * row + 1] = np.asarray(rgb, np.float32) * light.exposure
        w.sh[:] = light.sh * SH_FACTORS[:, None] * light.exposure
        # The bake turned with the head, so lamps are looked up in the head's own space.
        to_head = w.rotations[_HEAD_JOINT].T
        for row, seen in ((0, w.key_seen), (2, w.rim_seen)):
            index, weight = lamp_weights(to_head @ lamps[row])
            mix_visibility(f.visibility, index, weight, seen)
            seen[f.mouth] *= w.openness
        occlusion = f.occlusion + w.openness * (f.occlusion_open - f.occlusion)
        light_vertices(
            w.points,
            w.vectors,
            self._scene.vertex_material,
            occlusion,
            w.key_seen,
            w.rim_seen,
            f.gloss,
            w.sh,
            lamps,
            w.attributes,
        )

    def _relief(
        self, displacement: np.ndarray | None, scratch: Scratch
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """What ``shade_frame`` needs for the wrinkles of this frame."""
        s, w = self._scene, scratch
        if displacement is None:
            return w.smooth, w.gradients, w.slopes, _WINDOW
        if displacement.shape != (DETAIL_SIZE, DETAIL_SIZE):
            problem = f"has shape {displacement.shape}, not {(DETAIL_SIZE,) * 2}."
            raise BadInput("FrameState", "displacement", problem, "Scale the map to that size.")
        slope_map(np.ascontiguousarray(displacement, np.float32), w.slopes)
        texel_gradients(
            w.points, s.faces, s.uv_faces, s.map_places, s.wrinkled, w.boxes, w.gradients
        )
        return s.wrinkled, w.gradients, w.slopes, _WINDOW

    def _render(self, state: FrameState, scratch: Scratch) -> np.ndarray:
        s, w = self._scene, scratch
        picture = self._background(state)
        self._pose(state, state.camera or self.camera, w)
        self._light(state.light or self.light, w)
        width, height = self.size
        n_faces, n_opaque = len(s.faces), s.n_opaque
        seen = setup_faces(
            w.screen, s.faces, 0, n_faces, s.two_sided, width, height, w.planes, w.boxes
        )
        if seen[2] < seen[0]:
            return picture
        tile_row_spans(w.boxes, width, height, w.spans)
        clear_spans(w.spans, w.depth, w.ids, w.edge_of)
        rasterise(w.planes, w.boxes, 0, n_opaque, w.depth, w.ids)
        count = mark_edges(
            w.ids, w.depth, s.material, _DEPTH_JUMP, w.spans, w.edge_of, w.edge_pixels, w.tiles
        )
        w.clear_edges(count)
        supersample_edges(
            w.planes,
            w.boxes,
            0,
            n_opaque,
            SAMPLE_POSITIONS,
            w.edge_of,
            w.tiles,
            w.edge_depth,
            w.edge_ids,
        )
        choose_mips(w.screen, s.faces, s.texture_of, s.texel_edges, w.boxes, w.mips, w.solidity)
        textures = (w.mips, s.textures.packed, s.textures.mips)
        if n_faces > n_opaque:
            nearest_first(w.screen, s.faces, n_opaque, n_faces, w.order)
            tile_limits(w.depth, w.edge_pixels, count, w.edge_depth, w.spans, w.limits, w.closed)
            draw_hair(
                w.order,
                w.planes,
                w.boxes,
                w.screen,
                s.faces,
                s.uv_faces,
                s.uv,
                s.material,
                s.fades,
                w.solidity,
                *textures,
                w.attributes,
                w.depth,
                w.limits,
                w.closed,
                w.edge_of,
                w.edge_depth,
                w.edge_passing,
                w.colour,
            )
        draw_eyes(
            0,
            n_opaque,
            w.ids,
            w.edge_of,
            w.edge_ids,
            w.planes,
            w.boxes,
            s.faces,
            s.material,
            w.attributes,
            w.eyes,
            self._surface.iris,
            w.sh,
            w.lamps,
            w.view,
            w.eye_colour,
        )
        shade_frame(
            w.spans,
            w.ids,
            w.edge_of,
            w.edge_ids,
            w.edge_passing,
            w.colour,
            w.planes,
            w.boxes,
            s.faces,
            s.uv_faces,
            s.uv,
            w.attributes,
            w.linear,
            w.linear_known,
            s.material,
            *textures,
            w.lamps,
            w.view,
            self._relief(state.displacement, w),
            w.eye_colour,
            colour.encode_table(),
            colour.background_table(),
            picture,
        )
        return picture
