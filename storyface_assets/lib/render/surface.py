"""What the shader knows about a character's surface: occlusion, gloss, eyes, lips, lashes."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
import torch

from storyface_assets.lib.heads.character import CharacterHead
from storyface_assets.lib.heads.lashes import lash_opacity
from storyface_assets.lib.heads.model import N_EXPRESSION, N_POSE
from storyface_assets.lib.heads.open_head import JOINTS, OpenHead
from storyface_assets.lib.render.bake import bake_occlusion
from storyface_assets.lib.render.scene import (
    HAIR,
    LASH,
    LEFT_EYE,
    RIGHT_EYE,
    SKIN,
    TEETH,
    TONGUE,
    Scene,
    rest_normals,
)
from storyface_assets.lib.srgb import srgb_to_linear

#: iBUG-68 landmarks of the mouth, the outer lip line first.
_OUTER_LIPS = slice(48, 60)
_UPPER_INNER, _LOWER_INNER = 62, 66
#: The jaw turn (radians) of the bake with an open mouth.
_OPEN_JAW = 0.22
_LIP_GLOSS, _TEETH_GLOSS, _TONGUE_GLOSS = 1.7, 3.0, 2.5
#: Light that teeth and tongue get in any case: it bounces about in the mouth and in the translucent
#: teeth. With less a smile shows a grey bar.
_UPPER_BOUNCE = 0.65
#: Likewise for what the jaw carries: in the lower lip's shade, and with more the lower teeth are a
#: white line in every sad or frightened mouth.
_LOWER_BOUNCE = 0.30
#: Share of it behind closed lips.
_SHUT_MOUTH = 0.12
#: Metres: what opening the jaw moves less than this is not part of the mouth.
_STILL = 5e-4


@dataclass(frozen=True)
class Eye:
    """One eyeball: its vertices, weights that peak at the pupil, radius in metres."""

    vertices: np.ndarray
    pole_weight: np.ndarray
    radius: np.float32


@dataclass(frozen=True)
class Surface:
    """Per-vertex look of a character.

    Attributes:
        visibility: ``(D, N)`` uint8, see ``bake``.
        mouth: indices of the vertices of teeth and tongue.
        occlusion: ``(N,)`` ambient visibility, mouth closed.
        occlusion_open: ``(N,)`` likewise, mouth open.
        vectors: ``(N, 2, 3)`` rest normal; strand tangent (hair) or bend to the open sky.
        gloss: ``(N,)``; lashes: opacity.
        eyes: left and right.
        iris: ``(3,)`` linear RGB.
        framed_vertices: head vertices above the chin, for the camera's framing.
        lips: indices of a vertex of the upper and of the lower lip, where they meet.
        lip_gap: metres between them at rest.
        lip_travel: metres that they part further by in the open bake.
    """

    visibility: np.ndarray
    mouth: np.ndarray
    occlusion: np.ndarray
    occlusion_open: np.ndarray
    vectors: np.ndarray
    gloss: np.ndarray
    eyes: tuple[Eye, Eye]
    iris: np.ndarray
    framed_vertices: np.ndarray
    lips: tuple[int, int]
    lip_gap: float
    lip_travel: float


def _eye(scene: Scene, material: int) -> Eye:
    vertices = np.flatnonzero(scene.vertex_material == material).astype(np.int32)
    points = scene.rest[vertices].astype(np.float64)
    centre = points.mean(0)
    radius = float(np.linalg.norm(points - centre, axis=1).mean())
    weight = np.maximum((points[:, 2] - centre[2]) / radius, 0.0) ** 4
    return Eye(vertices, (weight / weight.sum()).astype(np.float32), np.float32(radius))


def _inside(points: np.ndarray, polygon: np.ndarray, grow: float) -> np.ndarray:
    """Which points ``(N, 2)`` lie in a polygon ``(M, 2)`` grown by a factor about its centre."""
    centre = polygon.mean(0)
    contour = ((polygon - centre) * grow + centre).astype(np.float32)
    test = [cv2.pointPolygonTest(contour, (float(x), float(y)), False) for x, y in points]
    return np.array(test) >= 0


def _gloss(model: OpenHead, scene: Scene, landmarks: np.ndarray) -> np.ndarray:
    """1 for skin, more for lips, teeth and tongue."""
    gloss = np.ones(len(scene.rest), np.float32)
    points = scene.rest[: scene.n_head]
    lips = landmarks[_OUTER_LIPS]
    near = (scene.vertex_material[: scene.n_head] == SKIN) & (
        points[:, 2] > lips[:, 2].min() - 0.015
    )
    candidate = np.flatnonzero(near)
    inside = candidate[_inside(points[candidate, :2], lips[:, :2], 1.0)]
    gloss[inside] = _LIP_GLOSS
    gloss[scene.vertex_material == TEETH] = _TEETH_GLOSS
    gloss[scene.vertex_material == TONGUE] = _TONGUE_GLOSS
    return gloss


def _lash_opacity(scene: Scene) -> tuple[np.ndarray, np.ndarray]:
    """Lash vertices and their opacity."""
    lashes = np.flatnonzero(scene.vertex_material == LASH)
    skin = scene.rest[scene.vertex_material == SKIN]
    eyes = [scene.rest[scene.vertex_material == eye] for eye in (LEFT_EYE, RIGHT_EYE)]
    return lashes, lash_opacity(scene.rest[lashes], skin, eyes)


def _ibug68(model: OpenHead, points: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        batch = torch.from_numpy(np.ascontiguousarray(points, np.float32))[None]
        return model.landmarks(batch, "ibug68")[0].numpy()


def _distance(points: np.ndarray, a: int, b: int) -> float:
    return math.dist(points[a], points[b])


def _inner_lips(model: OpenHead, scene: Scene, landmarks: np.ndarray) -> tuple[int, int]:
    """A vertex of the upper and one of the lower lip, where they meet.

    Closed lips touch, so the landmarks alone do not tell them apart; the jaw moves only one.
    """
    jaw = model.skin_weights[:, JOINTS.index("jaw")]
    skin = scene.vertex_material[: scene.n_head] == SKIN
    pair = []
    for landmark, side in ((_UPPER_INNER, jaw < 0.35), (_LOWER_INNER, jaw > 0.65)):
        candidate = np.flatnonzero(skin & side)
        gap = np.linalg.norm(scene.rest[candidate] - landmarks[landmark], axis=1)
        pair.append(int(candidate[gap.argmin()]))
    return pair[0], pair[1]


def build_surface(model: OpenHead, character: CharacterHead, scene: Scene) -> Surface:
    """Bake occlusion and find eyes, lips and lashes.

    Args:
        model: the head model.
        character: the person.
        scene: from ``build_scene`` of the same two.
    """
    material = scene.vertex_material
    head = scene.n_head
    is_hair = material == HAIR
    # Eyes and lashes block no light: lids shade the eyes in screen space, more finely.
    blocks = ~np.isin(scene.material, (LEFT_EYE, RIGHT_EYE, HAIR, LASH))
    solid, hair = scene.faces[blocks], scene.faces[scene.material == HAIR]
    closed = bake_occlusion(scene.rest, scene.normals, solid, hair, is_hair)

    pose = np.zeros(N_POSE, np.float32)
    pose[3] = _OPEN_JAW
    rest_code = np.zeros(N_EXPRESSION, np.float32)
    open_head = model.vertices_numpy(character.shape, rest_code, pose)
    open_points = scene.rest.copy()
    open_points[:head] = open_head
    open_normals = scene.normals.copy()
    open_normals[:head] = rest_normals(open_head, scene.head_faces)
    no_hair = hair[:0]
    opened = bake_occlusion(open_points, open_normals, solid, no_hair, is_hair)
    # Teeth and tongue see light in the open bake only; what the jaw does not move keeps its own.
    mouth = np.isin(material, (TEETH, TONGUE))
    bounce = np.full(len(material), _UPPER_BOUNCE, np.float32)
    bounce[:head][model.skin_weights[:, JOINTS.index("jaw")] > 0.5] = _LOWER_BOUNCE
    bounce = bounce[mouth]
    opened.ambient[mouth] = bounce + (1.0 - bounce) * opened.ambient[mouth]
    still = np.linalg.norm(open_points - scene.rest, axis=1) < _STILL
    occlusion_open = np.where(still & ~mouth, closed.ambient, opened.ambient).astype(np.float32)
    shut = _SHUT_MOUTH * opened.ambient
    occlusion = np.where(mouth, shut, closed.ambient).astype(np.float32)
    visibility = closed.visibility.copy()
    inner = bounce * 255.0 + (1.0 - bounce) * opened.visibility[:, mouth]
    visibility[:, mouth] = inner.astype(np.uint8)

    second = np.where(is_hair[:, None], scene.tangents, closed.bend)
    vectors = np.stack([scene.normals, second], 1).astype(np.float32)
    landmarks = _ibug68(model, scene.rest[:head])
    gloss = _gloss(model, scene, landmarks)
    lashes, opacity = _lash_opacity(scene)
    gloss[lashes] = opacity
    lips = _inner_lips(model, scene, landmarks)
    gap_shut, gap_open = (_distance(p, *lips) for p in (scene.rest, open_head))
    chin = landmarks[8, 1]
    return Surface(
        visibility=visibility,
        mouth=np.flatnonzero(mouth),
        occlusion=occlusion,
        occlusion_open=occlusion_open,
        vectors=np.ascontiguousarray(vectors),
        gloss=gloss,
        eyes=(_eye(scene, LEFT_EYE), _eye(scene, RIGHT_EYE)),
        iris=srgb_to_linear(np.array(character.iris_colour) / 255.0).astype(np.float32),
        framed_vertices=np.flatnonzero(scene.rest[:head, 1] >= chin),
        lips=lips,
        lip_gap=gap_shut,
        lip_travel=max(gap_open - gap_shut, 1e-3),
    )


def mouth_openness(surface: Surface, points: np.ndarray, rotations: np.ndarray) -> float:
    """0 = closed … 1 = as open as in the open bake.

    Args:
        surface: the character's surface.
        points: ``(N, 3)`` with the expression, before skinning.
        rotations: ``(J, 3, 3)`` of the joints; the jaw's turn opens the mouth as well.
    """
    head, jaw = rotations[JOINTS.index("head")], rotations[JOINTS.index("jaw")]
    cosine = (float(np.vdot(head, jaw)) - 1.0) / 2.0
    turn = math.acos(min(max(cosine, -1.0), 1.0))
    parted = (_distance(points, *surface.lips) - surface.lip_gap) / surface.lip_travel
    # Light finds its way in long before the mouth is wide open.
    gap = 4.0 * (parted + turn / _OPEN_JAW)
    return min(max(gap, 0.0), 1.0)
