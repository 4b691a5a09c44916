"""The whole recipe: the wheel in, the arrays of ``head.npz`` out."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from storyface_assets.lib.heads.build.expression_units import UNITS, carry_lashes, read_units
from storyface_assets.lib.heads.build.head_cut import PART_NAMES, HeadMesh, cut_head, triangulate
from storyface_assets.lib.heads.build.landmarks import (
    Landmarks,
    complete_mediapipe,
    read_landmarks,
)
from storyface_assets.lib.heads.build.macros import (
    AGES,
    GENDERS,
    MACRO_TARGETS,
    Attributes,
    macro_weights,
)
from storyface_assets.lib.heads.build.obj import BaseMesh, parse_obj
from storyface_assets.lib.heads.build.people import PeopleMaker
from storyface_assets.lib.heads.build.shape_space import ShapeSpace, fit_shape_space
from storyface_assets.lib.heads.build.skeleton import (
    joint_vertices,
    joint_weights,
    regress_joints,
)
from storyface_assets.lib.heads.build.targets import TargetTable, local_sliders
from storyface_assets.lib.heads.build.wheel import AnnyData
from storyface_assets.lib.heads.model import N_SHAPE
from storyface_assets.lib.heads.open_head import JOINTS

#: hm08's unit is the decimetre, ours the metre.
METRES = 0.1


@dataclass(frozen=True)
class Recipe:
    """Sizes and seed of a build; the defaults made the committed model."""

    people: int = 2400
    held_out: int = 200
    seed: int = 20261122


@dataclass(frozen=True)
class Source:
    """The wheel's head, before anything is learned.

    Attributes:
        mesh: hm08 with all its helpers.
        head: its head.
        weights: ``(V, 6)`` skinning weights of the head's vertices.
        ids: ``(n,)`` hm08 ids in the target table: the head's vertices, then the joints'.
        table: morph targets on ``ids``.
        joints: ``{joint: (k,)}`` rows of ``ids`` whose mean is the joint.
    """

    mesh: BaseMesh
    head: HeadMesh
    weights: np.ndarray
    ids: np.ndarray
    table: TargetTable
    joints: dict[str, np.ndarray]


def read_source(data: AnnyData) -> Source:
    """Read mesh, skinning and joints, and cut the head."""
    mesh = parse_obj(data.text("3dobjs/base.obj"))
    weights, above = joint_weights(data, len(mesh.vertices))
    head = cut_head(mesh, above)
    pivots = joint_vertices(mesh)
    extra = np.setdiff1d(np.concatenate(list(pivots.values())), head.base_ids)
    ids = np.concatenate([head.base_ids, extra])
    row = {int(v): i for i, v in enumerate(ids)}
    joints = {name: np.array([row[int(v)] for v in pivots[name]]) for name in JOINTS}
    weights = _part_weights(head, weights[head.base_ids])
    return Source(mesh, head, weights, ids, TargetTable(data, ids), joints)


def _part_weights(head: HeadMesh, weights: np.ndarray) -> np.ndarray:
    """Make eyeballs and teeth rigid: their skinning belongs to one joint each."""
    weights = weights.copy()
    owners = {
        "left_eye": "left_eye",
        "right_eye": "right_eye",
        "upper_teeth": "head",
        "lower_teeth": "jaw",
        "lashes": "head",
    }
    for part, joint in owners.items():
        weights[head.part_vertices(part)] = np.eye(len(JOINTS))[JOINTS.index(joint)]
    return weights


def anchored(vertices: np.ndarray, source: Source) -> np.ndarray:
    """Metres, with the head joint at the origin: ``(…, n, 3)`` in decimetres in and out the same."""
    pivot = vertices[..., source.joints["head"], :].mean(-2, keepdims=True)
    return (vertices - pivot) * METRES


def face_importance(vertices: np.ndarray, landmarks: Landmarks, head: HeadMesh) -> np.ndarray:
    """Weight of each vertex in the shape basis ``(V,)``: 1 at the face's features, .08 far away."""
    points = landmarks.positions(vertices)
    distance = np.linalg.norm(vertices[:, None] - points, axis=2).min(1)
    importance = 0.08 + np.exp(-((distance / 0.02) ** 2))
    for part in ("upper_teeth", "lower_teeth", "tongue", "lashes"):
        importance[head.part_vertices(part)] = 0.1
    return importance


def build_arrays(
    data: AnnyData, recipe: Recipe, say: Callable[[str], None] = lambda line: None
) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    """Derive the open head.

    Args:
        data: the wheel's data.
        recipe: sizes and seed.
        say: gets a line of progress now and then.

    Returns:
        The arrays of ``head.npz`` and the metrics that were measured.
    """
    source = read_source(data)
    head, n = source.head, len(source.head.base_ids)
    say(f"head cut: {n} vertices, {len(head.quads)} quads")
    sliders = local_sliders(data)
    maker = PeopleMaker(source.mesh.vertices[source.ids], source.table, sliders)
    say(f"{len(MACRO_TARGETS)} macro targets, {len(sliders)} sliders")
    people, sampled = _sample(maker, source, recipe)
    heads, joints = (
        sampled[:, :n],
        {j: sampled[:, rows].mean(1) for j, rows in source.joints.items()},
    )
    say(f"{len(heads)} heads sampled")
    ibug = read_landmarks(head, "ibug68", 68)
    mean = heads.mean(0, dtype=np.float64)
    importance = face_importance(mean, ibug, head)
    space = fit_shape_space(heads[recipe.held_out :], importance, N_SHAPE)
    metrics = _held_out_error(space, heads[: recipe.held_out], importance, head)
    say(f"held-out error: {metrics}")
    triangles = triangulate(head.quads)
    part = np.repeat(head.quad_part, 2)
    eyes = {p: triangles[part == PART_NAMES.index(p)] for p in ("left_eye", "right_eye")}
    mediapipe = complete_mediapipe(
        read_landmarks(head, "mediapipe478", 478), space.mean, triangles[part == 0], eyes
    )
    units = read_units(data, source.table)[:, :n] * METRES
    units = carry_lashes(units, space.mean, head)
    regressor, offset = _joint_regressors(source, heads, joints)
    uv, uv_faces = _hm08_uv(source)
    arrays = {
        "template": space.mean.astype(np.float32),
        "shape_basis": space.basis.astype(np.float16),
        "expression_basis": units.astype(np.float16),
        "expression_names": np.array(UNITS),
        "joint_regressor": regressor.astype(np.float32),
        "joint_offset": offset.astype(np.float32),
        "skin_weights": source.weights.astype(np.float16),
        "faces": triangles.astype(np.uint16),
        "uv": uv.astype(np.float32),
        "uv_faces": uv_faces.astype(np.uint16),
        "face_part": part,
        "part_names": np.array(PART_NAMES),
        "base_ids": head.base_ids.astype(np.uint16),
        **_landmark_arrays("ibug68", ibug),
        **_landmark_arrays("mediapipe478", mediapipe),
        **attribute_arrays(space, maker, source, people, heads),
    }
    return arrays, metrics


def _sample(
    maker: PeopleMaker, source: Source, recipe: Recipe
) -> tuple[list[Attributes], np.ndarray]:
    rng = np.random.default_rng(recipe.seed)
    total = recipe.people + recipe.held_out
    people: list[Attributes] = []
    heads = np.empty((total, len(source.ids), 3), np.float32)
    for i in range(total):
        person, vertices = maker.random_head(rng)
        people.append(person)
        heads[i] = anchored(vertices, source)
    return people, heads


def _held_out_error(
    space: ShapeSpace, heads: np.ndarray, importance: np.ndarray, head: HeadMesh
) -> dict[str, float]:
    """Error of unseen sampled heads after encoding, millimetres."""
    residual = np.linalg.norm(heads - space.decode(space.encode(heads)), axis=2) * 1e3
    face = np.zeros(len(importance), bool)
    face[head.part_vertices("skin")] = True
    face &= importance > 0.3
    return {
        "held_out_face_rms_mm": float(np.sqrt((residual[:, face] ** 2).mean())),
        "held_out_face_p99_mm": float(np.quantile(residual[:, face], 0.99)),
        "held_out_head_rms_mm": float(np.sqrt((residual**2).mean())),
    }


def _joint_regressors(
    source: Source, heads: np.ndarray, joints: dict[str, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Regressor ``(6, V)`` and offset ``(6, 3)`` of all joints, from a few hundred heads."""
    mean = heads.mean(0)
    skin = source.head.part_vertices("skin")
    regressor = np.zeros((len(JOINTS), heads.shape[1]))
    offset = np.zeros((len(JOINTS), 3))
    for j, name in enumerate(JOINTS):
        if name in ("left_eye", "right_eye"):
            eyeball = source.head.part_vertices(name)
            regressor[j, eyeball] = 1 / len(eyeball)
            continue
        near = np.linalg.norm(mean[skin] - joints[name].mean(0), axis=1).argsort()
        candidates = skin[near[:160:2]]
        regressor[j], offset[j] = regress_joints(joints[name][:400], heads[:400], candidates)
    return regressor, offset


def _hm08_uv(source: Source) -> tuple[np.ndarray, np.ndarray]:
    corners = triangulate(source.head.quad_uv)
    used, index = np.unique(corners, return_inverse=True)
    return source.mesh.uv[used], index.reshape(corners.shape)


def _landmark_arrays(kind: str, landmarks: Landmarks) -> dict[str, np.ndarray]:
    return {
        f"{kind}_triangles": landmarks.triangles.astype(np.uint16),
        f"{kind}_barycentric": landmarks.barycentric.astype(np.float32),
        f"{kind}_mask": landmarks.mask,
    }


#: Names of the linear directions in ``attribute_to_shape``, fields of ``Attributes``.
ATTRIBUTE_NAMES = ("gender", "age_years", "african", "asian", "caucasian", "muscle", "weight")


def attribute_arrays(
    space: ShapeSpace,
    maker: PeopleMaker,
    source: Source,
    people: list[Attributes],
    heads: np.ndarray,
) -> dict[str, np.ndarray]:
    """Attributes ↔ shape codes.

    ``macro_to_shape`` gives exact codes of average people (multilinear in the attributes).
    ``attribute_to_shape`` holds plain linear directions, least squares over the sampled people.
    """
    corners = _corner_people()
    n = len(source.head.base_ids)
    corner_heads = np.stack([anchored(maker.macro_head(p), source)[:n] for p in corners])
    codes = space.encode(corner_heads)
    weights = np.stack([macro_weights(p) for p in corners])
    macro, *_ = np.linalg.lstsq(weights, codes, rcond=None)
    values = np.array([[getattr(p, name) for name in ATTRIBUTE_NAMES] for p in people])
    design = np.column_stack([values - values.mean(0), np.ones(len(values))])
    linear, *_ = np.linalg.lstsq(design, space.encode(heads), rcond=None)
    return {
        "macro_to_shape": macro.astype(np.float32),
        "attribute_names": np.array(ATTRIBUTE_NAMES),
        "attribute_mean": values.mean(0).astype(np.float32),
        "attribute_to_shape": linear[:-1].astype(np.float32),
    }


def _corner_people() -> list[Attributes]:
    """Every combination of the macro stages, 216 people."""
    grid = (0.0, 0.5, 1.0)
    return [
        Attributes(float(g), years, *map(float, np.eye(3)[r]), muscle, weight)
        for r in range(3)
        for g in range(len(GENDERS))
        for years in (1.0, 10.0, 25.0, 90.0)[: len(AGES)]
        for muscle in grid
        for weight in grid
    ]
