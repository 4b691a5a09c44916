"""The measured offsets of the landmark network."""

import numpy as np

from storyface_assets.lib.fit.landmark_offsets import landmark_offsets
from storyface_assets.lib.fit.linear_head import linear_head
from storyface_assets.lib.heads.open_head import OpenHead


def test_the_shipped_offsets_belong_to_the_shipped_head(model: OpenHead) -> None:
    """Guards a rebuilt head: offsets measured on another embedding would silently be dropped."""
    offsets = landmark_offsets(linear_head(model).marked_points)
    assert 0.0005 < np.linalg.norm(offsets[:468], axis=1).mean() < 0.008


def test_another_head_gets_none(model: OpenHead) -> None:
    assert not landmark_offsets(linear_head(model).marked_points + 0.01).any()


def test_the_linear_basis_is_the_models_geometry(model: OpenHead) -> None:
    """Codes through the basis and through the model give the same head."""
    rng = np.random.default_rng(3)
    shape = rng.normal(0, 0.7, 100).astype(np.float32)
    expression = np.zeros(50, np.float32)
    expression[model.expression_names.index("mouthSmileLeft")] = 0.6
    head = linear_head(model)
    fast = head.vertices(np.concatenate([shape, expression]))
    true = model.vertices_numpy(shape, expression, np.zeros(15, np.float32))
    assert np.quantile(np.linalg.norm(fast - true, axis=1), 0.99) < 3e-4
