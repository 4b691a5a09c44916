"""What a built head is checked for before it is shipped; the numbers go into the model card."""

import numpy as np
import torch

from storyface_assets.lib.heads.expressions import archetype, unit_code
from storyface_assets.lib.heads.model import N_EXPRESSION, N_POSE, N_SHAPE
from storyface_assets.lib.heads.open_head import EYES, JOINTS, OpenHead
from storyface_assets.vocabulary import FACE_EXPRESSIONS

#: Upper- and lower-lid landmarks that face each other, iBUG numbers.
LID_PAIRS = ((37, 41), (38, 40), (43, 47), (44, 46))
#: Upper- and lower-lip landmarks of the mouth's opening, iBUG numbers.
LIP_PAIRS = ((61, 67), (62, 66), (63, 65))


def measure(model: OpenHead, people: int = 100, seed: int = 1) -> dict[str, float]:
    """Eyes that close, lids outside the balls and lips that meet, over random people.

    Returns:
        ``open_lids_mm`` and ``closed_lids_mm``: median distance of lid landmarks at rest and with
        both eyes shut; ``closed_lids_worst_mm``; ``lid_clearance_worst_mm``: least distance of a
        lid from the eyeball over all expressions, negative if inside; ``lips_mm``: median
        distance of the inner lip landmarks at rest.
    """
    shape = np.random.default_rng(seed).normal(size=(people, N_SHAPE)).astype(np.float32)
    rest = _posed(model, shape, np.zeros(N_EXPRESSION, np.float32))
    shut = _posed(model, shape, unit_code({"eyeBlink": 1.0}))
    open_lids, closed_lids = _gaps(model, rest, LID_PAIRS), _gaps(model, shut, LID_PAIRS)
    codes = [archetype(name, variant) for name in FACE_EXPRESSIONS for variant in (0, 1)]
    codes += [unit_code({"eyeBlink": amount}) for amount in (0.25, 0.5, 0.75, 1.0)]
    clearance = min(lid_clearance(model, _posed(model, shape, code)) for code in codes)
    return {
        "open_lids_mm": float(np.median(open_lids)),
        "closed_lids_mm": float(np.median(closed_lids)),
        "closed_lids_worst_mm": float(closed_lids.max()),
        "lid_clearance_worst_mm": clearance,
        "lips_mm": float(np.median(_gaps(model, rest, LIP_PAIRS))),
    }


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
