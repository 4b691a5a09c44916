"""The whole recipe: the wheel in, the arrays of ``head.npz`` out."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from storyface_assets.lib.heads.attributes import Attributes
from storyface_assets.lib.heads.build.attribute_codes import (
    ATTRIBUTE_NAMES,
    linear_directions,
    macro_codes,
)
from storyface_assets.lib.heads.build.expression_units import expression_basis
from storyface_assets.lib.heads.build.eyeballs import iris_vertices
from storyface_assets.lib.heads.build.head_cut import PART_NAMES
from storyface_assets.lib.heads.build.head_source import HeadSource, read_source
from storyface_assets.lib.heads.build.landmarks import (
    LOWER_LIP_IBUG,
    LOWER_LIP_MEDIAPIPE,
    Landmarks,
    add_irises,
    complete_upper_lids,
    mend_mouth_corner,
    onto_lower_lip,
    read_landmarks,
)
from storyface_assets.lib.heads.build.layout import lay_out_head
from storyface_assets.lib.heads.build.lips import learn_lips
from storyface_assets.lib.heads.build.people import PeopleMaker
from storyface_assets.lib.heads.build.shape_space import ShapeSpace, fit_shape_space
from storyface_assets.lib.heads.build.skeleton import regress_joints
from storyface_assets.lib.heads.build.targets import local_sliders
from storyface_assets.lib.heads.build.wheel import AnnyData
from storyface_assets.lib.heads.model import N_SHAPE
from storyface_assets.lib.heads.open_head import EYES, JOINTS
from storyface_assets.lib.heads.units import UNITS


@dataclass(frozen=True)
class Recipe:
    """Sizes and seed of a build; the defaults made the committed model."""

    people: int = 1500
    held_out: int = 200
    seed: int = 20261122


@dataclass(frozen=True)
class Sample:
    """Sampled people.

    Attributes:
        people: N attributes.
        heads: ``(N, V, 3)`` float32 metres.
        joints: ``{joint: (N, 3)}``.
    """

    people: list[Attributes]
    heads: np.ndarray
    joints: dict[str, np.ndarray]


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
    say(f"cut: {source.n_vertices} vertices, {len(source.triangles)} triangles")
    ibug, mediapipe = head_landmarks(source)
    maker = PeopleMaker(source.mesh.vertices[source.ids], source.table, local_sliders(data))
    sample = sample_people(maker, source, recipe.people + recipe.held_out, recipe.seed)
    say(f"sampled {len(sample.heads)} people with {len(maker.sliders)} sliders")
    train = sample.heads[recipe.held_out :]
    features = feature_points(source)
    importance = face_importance(train.mean(0), features, source)
    space = fit_shape_space(with_mirror(train, source.mirror), importance, N_SHAPE)
    metrics = held_out_error(space, sample.heads[: recipe.held_out], importance, source)
    say(f"held-out error, mm: {metrics}")
    regressor, offset = joint_regressors(source, sample)
    attribute_mean, attribute_to_shape = linear_directions(
        sample.people, space.encode(sample.heads)
    )
    uv, uv_faces = lay_out_head(source, features)
    say(f"laid out {len(uv)} texture coordinates")
    arrays: dict[str, np.ndarray] = {
        "template": space.mean.astype(np.float32),
        "shape_basis": space.basis.astype(np.float16),
        "expression_basis": expression_basis(data, source, space.mean).astype(np.float16),
        "expression_names": np.array(UNITS),
        "joint_regressor": regressor.astype(np.float32),
        "joint_offset": offset.astype(np.float32),
        "skin_weights": source.weights.astype(np.float16),
        "faces": source.triangles.astype(np.uint16),
        "uv": uv.astype(np.float32),
        "uv_faces": uv_faces.astype(np.uint16),
        "face_part": source.part,
        "part_names": np.array(PART_NAMES),
        "mirror": source.mirror.astype(np.uint16),
        **_landmark_arrays("ibug68", ibug),
        **_landmark_arrays("mediapipe478", mediapipe),
        **_lid_arrays(source),
        "macro_to_shape": macro_codes(space, maker, source).astype(np.float32),
        "attribute_names": np.array(ATTRIBUTE_NAMES),
        "attribute_mean": attribute_mean.astype(np.float32),
        "attribute_to_shape": attribute_to_shape.astype(np.float32),
    }
    return arrays, metrics


def head_landmarks(source: HeadSource) -> tuple[Landmarks, Landmarks]:
    """The 68 of iBUG and the 478 of MediaPipe, completed and mended."""
    base = source.mesh.vertices[source.flesh.base_ids]
    skin = source.flesh.triangles[source.charts.outer]
    seal = learn_lips(base, source.flesh, source.charts)
    ibug = onto_lower_lip(feature_points(source), LOWER_LIP_IBUG, base, skin, seal)
    mediapipe = read_landmarks(source.flesh, "mediapipe478", 478)
    mediapipe = mend_mouth_corner(complete_upper_lids(mediapipe, base, skin), base, skin)
    mediapipe = onto_lower_lip(mediapipe, LOWER_LIP_MEDIAPIPE, base, skin, seal)
    irises = {eye: source.eye_vertices(eye)[iris_vertices()] for eye in EYES}
    return ibug, add_irises(mediapipe, irises)


def feature_points(source: HeadSource) -> Landmarks:
    """Where the face's features lie, for what must be dense or exact around them: iBUG's 68.

    The lips' inner points are not told apart here, which no density minds.
    """
    return read_landmarks(source.flesh, "ibug68", 68)


def sample_people(maker: PeopleMaker, source: HeadSource, count: int, seed: int) -> Sample:
    """Random people, put together with fitted eyes."""
    rng = np.random.default_rng(seed)
    people: list[Attributes] = []
    heads = np.empty((count, source.n_vertices, 3), np.float32)
    joints = {name: np.empty((count, 3)) for name in JOINTS}
    for i in range(count):
        person, vertices = maker.random_head(rng)
        vertices = source.anchored(vertices)
        people.append(person)
        heads[i] = source.assemble(vertices)
        for name, rows in source.joints.items():
            joints[name][i] = vertices[rows].mean(0)
    return Sample(people, heads, joints)


def with_mirror(heads: np.ndarray, mirror: np.ndarray) -> np.ndarray:
    """The heads and their mirror images: the mean and the basis become symmetric."""
    return np.concatenate([heads, heads[:, mirror] * np.array([-1, 1, 1], np.float32)])


def face_importance(vertices: np.ndarray, landmarks: Landmarks, source: HeadSource) -> np.ndarray:
    """Weight of each vertex in the shape basis ``(V,)``: 1 at the face's features, .08 far away."""
    points = landmarks.positions(vertices)
    distance = np.linalg.norm(vertices[:, None] - points, axis=2).min(1)
    importance = 0.08 + np.exp(-((distance / 0.02) ** 2))
    for part in ("upper_teeth", "lower_teeth", "tongue", "lashes"):
        importance[source.part_vertices(part)] = 0.1
    return importance


def held_out_error(
    space: ShapeSpace, heads: np.ndarray, importance: np.ndarray, source: HeadSource
) -> dict[str, float]:
    """Error of unseen sampled heads after encoding, millimetres."""
    residual = np.linalg.norm(heads - space.decode(space.encode(heads)), axis=2) * 1e3
    face = np.intersect1d(source.part_vertices("skin"), np.nonzero(importance > 0.3)[0])
    return {
        "held_out_face_rms_mm": float(np.sqrt((residual[:, face] ** 2).mean())),
        "held_out_face_p99_mm": float(np.quantile(residual[:, face], 0.99)),
        "held_out_head_rms_mm": float(np.sqrt((residual**2).mean())),
    }


def joint_regressors(source: HeadSource, sample: Sample) -> tuple[np.ndarray, np.ndarray]:
    """Regressor ``(6, V)`` and offset ``(6, 3)`` of all joints, from a few hundred heads."""
    heads = sample.heads[:400]
    mean = heads.mean(0)
    skin = source.flesh.part_vertices("skin")
    regressor = np.zeros((len(JOINTS), heads.shape[1]))
    offset = np.zeros((len(JOINTS), 3))
    for j, name in enumerate(JOINTS):
        if name in EYES:
            # The ball's centre lies half-way between its poles.
            regressor[j, source.eye_vertices(name)[[0, -1]]] = 0.5
            continue
        positions = sample.joints[name][:400]
        near = skin[np.linalg.norm(mean[skin] - positions.mean(0), axis=1).argsort()[:80]]
        candidates = np.union1d(near, source.mirror[near])
        one_sided, offset[j] = regress_joints(positions, heads, candidates)
        regressor[j] = (one_sided + one_sided[source.mirror]) / 2
        offset[j, 0] = 0
    return regressor, offset


def _landmark_arrays(kind: str, landmarks: Landmarks) -> dict[str, np.ndarray]:
    return {
        f"{kind}_triangles": landmarks.triangles.astype(np.uint16),
        f"{kind}_barycentric": landmarks.barycentric.astype(np.float32),
        f"{kind}_mask": landmarks.mask,
    }


def _lid_arrays(source: HeadSource) -> dict[str, np.ndarray]:
    """Skin that must stay outside the eyeballs, with the least gap as a share of the radius."""
    poles = np.array([source.eye_vertices(eye)[0] for eye in EYES])
    return {"eye_poles": poles.astype(np.uint16)} | {
        f"{eye}_lid_{field}": array
        for eye in EYES
        for field, array in (
            ("vertices", source.lids[eye].lids.astype(np.uint16)),
            ("gap", source.lids[eye].lid_gap.astype(np.float32)),
        )
    }
