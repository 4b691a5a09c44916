"""Which row of FLAME's contour table a head's turn calls for.

From the side, the outline of a face runs along other points of the jaw: the table has 17 points
for each degree of yaw (Sanyal et al., RingNet, CVPR 2019, from whose project the table comes).
"""

import torch

from storyface_assets.lib.heads.model import POSE_GLOBAL, POSE_NECK
from storyface_assets.lib.heads.open_head import rotation_matrices

#: The table's widest turn to either side, degrees.
MAX_YAW = 39


def yaw_degrees(pose: torch.Tensor) -> torch.Tensor:
    """Turn ``(B,)`` about the vertical of a head in pose ``(B, 15)``, root and neck together.

    Positive towards the subject's left.
    """
    turn = rotation_matrices(pose[:, POSE_GLOBAL]) @ rotation_matrices(pose[:, POSE_NECK])
    level = torch.sqrt(turn[:, 0, 0] ** 2 + turn[:, 1, 0] ** 2)
    return torch.rad2deg(torch.atan2(-turn[:, 2, 0], level))


def contour_row(pose: torch.Tensor) -> torch.Tensor:
    """Row ``(B,)`` int64 of the table: 0 … 39 for 0° … 39°, 40 … 78 for −1° … −39°."""
    yaw = yaw_degrees(pose.detach()).round().clamp(-MAX_YAW, MAX_YAW).long()
    return torch.where(yaw < 0, MAX_YAW - yaw, yaw)
