import zlib
from pathlib import Path

import numpy as np
import pytest

from storyface_assets.lib.studio.stage import Take

HEAD_DIR = Path(__file__).resolve().parents[3] / "data" / "open_models" / "open_head"


class PaintedStage:
    """Stands in for the renderer where only files and labels are tested: noise and a fixed face."""

    size = (200, 250)
    framed_points = np.array([[-0.08, -0.1, 0.0], [0.08, 0.12, 0.1]])

    def take(self, expression, pose, camera, light, background):
        rng = np.random.default_rng(zlib.crc32(expression.tobytes()))
        rgb = rng.integers(0, 256, (25, 20, 3), np.uint8).repeat(10, 0).repeat(10, 1)
        turn = np.linspace(0, 2 * np.pi, 68, endpoint=False)
        face = np.stack([100 + 40 * np.cos(turn), 130 + 50 * np.sin(turn)], 1)
        return Take(rgb, face, face[[40, 60]], face)


@pytest.fixture
def painted_stage():
    return PaintedStage()
