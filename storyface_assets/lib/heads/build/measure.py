"""What a built head is checked for before it is shipped; the numbers go into the model card."""

import numpy as np
import torch

from storyface_assets.lib.heads.expressions import archetype, unit_code
from storyface_assets.lib.heads.model import N_EXPRESSION, N_POSE, N_SHAPE
from storyface_assets.lib.heads.open_head import EYES, JOINTS, OpenHead
from storyface_assets.vocabulary import FACE_EXPRESSIONS

#: Upper- and lower-lip landmarks of the mouth's opening, iBUG numbers.
LIP_PAIRS = ((61, 67), (62, 66), (63, 65))


def measure(model: OpenHead, people: int = 60, seed: int = 1) -> dict[str, float]:
    """Eyes that close, lids outside the balls and lips that meet, over random people.

    Returns:
        ``open_eye`` and ``shut_eye``: share of the eyeballs' front seen from ahead at rest and
        with both eyes shut, ``shut_eye_worst`` of one person; ``lid_clearance_worst_mm``: least
        distance of a lid from the eyeball over all expressions, negative if inside; ``lips_mm``:
        median distance of the inner lip landmarks at rest.
    """
    shape = np.random.default_rng(seed).normal(size=(people, N_SHAPE)).astype(np.float32)
    rest = _posed(model, shape, np.zeros(N_EXPRESSION, np.float32))
    shut = _posed(model, shape, unit_code({"eyeBlink": 1.0}))
    open_eye = [visible_eye(model, vertices) for vertices in rest]
    shut_eye = [visible_eye(model, vertices) for vertices in shut]
    codes = [archetype(name, variant) for name in FACE_EXPRESSIONS for variant in (0, 1)]
    codes += [unit_code({"eyeBlink": amount}) for amount in (0.25, 0.5, 0.75, 1.0)]
    clearance = min(lid_clearance(model, _posed(model, shape, code)) for code in codes)
    return {
        "open_eye": float(np.mean(open_eye)),
        "shut_eye": float(np.mean(shut_eye)),
        "shut_eye_worst": float(np.max(shut_eye)),
        "lid_clearance_worst_mm": clearance,
        "lips_mm": float(np.median(_gaps(model, rest, LIP_PAIRS))),
    }


def visible_eye(model: OpenHead, vertices: np.ndarray) -> float:
    """Share of both eyeballs' front vertices that no skin covers, seen along −Z.

    Args:
        model: gives the parts.
        vertices: ``(V, 3)`` a posed head.
    """
    skin = model.faces[model.face_part == model.part_names.index("skin")]
    corners = vertices[skin]
    seen = []
    for eye in EYES:
        ball = np.unique(model.faces[model.face_part == model.part_names.index(eye)])
        centre = vertices[ball].mean(0)
        radius = np.linalg.norm(vertices[model.lids[eye].pole] - centre)
        near = corners[(np.abs(corners.mean(1) - centre) < 2 * radius).all(1)]
        for point in vertices[ball[vertices[ball, 2] > centre[2] + 0.5 * radius]]:
            seen.append(not _covered(point, near))
    return float(np.mean(seen))


def _covered(point: np.ndarray, corners: np.ndarray) -> bool:
    """Whether a triangle of ``(m, 3, 3)`` lies before a point, seen along −Z."""
    a, b, c = (corners[:, k, :2] - point[:2] for k in range(3))
    areas = np.stack([_cross(b, c), _cross(c, a), _cross(a, b)], 1)
    total = areas.sum(1)
    safe = np.where(np.abs(total) < 1e-12, 1e-12, total)
    weights = areas / safe[:, None]
    before = (weights * corners[:, :, 2]).sum(1) > point[2]
    return bool(((weights >= 0).all(1) & before).any())


def _cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]


def lid_clearance(model: OpenHead, vertices: np.ndarray) -> float:
    """Least distance of lid skin from the eyeball, millimetres; negative if inside."""
    worst = np.inf
    for eye in EYES:
        lids = model.lids[eye]
        weights = model.joint_regressor[JOINTS.index(eye)]
        centre = np.einsum("v,bvd->bd", weights, vertices)[:, None]
        radius = np.linalg.norm(vertices[:, lids.pole] - centre[:, 0], axis=1)
        skin = vertices[:, lids.vertices[lids.gap > 0]]
        distance = np.linalg.norm(skin - centre, axis=2) - radius[:, None]
        worst = min(worst, float(distance.min()) * 1e3)
    return worst


def _posed(model: OpenHead, shape: np.ndarray, expression: np.ndarray) -> np.ndarray:
    n = len(shape)
    with torch.no_grad():
        codes = torch.from_numpy(np.tile(expression, (n, 1)))
        return model.vertices(torch.from_numpy(shape), codes, torch.zeros(n, N_POSE)).numpy()


def _gaps(model: OpenHead, vertices: np.ndarray, pairs: tuple[tuple[int, int], ...]) -> np.ndarray:
    """Distances of landmark pairs ``(B, len(pairs))``, millimetres."""
    at = model.landmarks(torch.from_numpy(vertices), "ibug68").numpy() * 1e3
    a, b = np.array(pairs).T
    return np.linalg.norm(at[:, a] - at[:, b], axis=2)
