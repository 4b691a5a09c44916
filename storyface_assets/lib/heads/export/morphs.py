"""The head's morph targets: every expression unit, and every expression of the book."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from storyface_assets.lib.heads.character import CharacterHead
from storyface_assets.lib.heads.model import N_EXPRESSION, N_POSE
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.render.scene import rest_normals


@dataclass(frozen=True, eq=False)
class Morphs:
    """A person's head at rest and how each target changes it.

    Attributes:
        rest: ``(V, 3)`` float32 metres, every unit at 0.
        names: of the K targets: the units' (ARKit's), then the expressions'.
        moves: ``(K, V, 3)`` float32 metres.
        turns: ``(K, V, 3)`` float32, change of the unit normals.
        recipes: strength of each unit that an expression uses. The sum of these units is the
            expression but for the lids, which slide over the eyes; its own target is exact.
    """

    rest: np.ndarray
    names: tuple[str, ...]
    moves: np.ndarray
    turns: np.ndarray
    recipes: dict[str, dict[str, float]]

    def expression(self, name: str) -> np.ndarray:
        """``(V, 3)`` float32 vertices of the head with a target fully on."""
        return self.rest + self.moves[self.names.index(name)]


def make_morphs(model: OpenHead, character: CharacterHead) -> Morphs:
    """Run the head model once for each target.

    Args:
        model: the head model.
        character: shape and expressions of the person.
    """
    expressions = list(character.expressions)
    codes = np.concatenate(
        [
            np.zeros((1, N_EXPRESSION)),
            np.eye(N_EXPRESSION),
            *(character.expressions[name][None] for name in expressions),
        ]
    ).astype(np.float32)
    shape = torch.from_numpy(np.asarray(character.shape, np.float32)).expand(len(codes), -1)
    with torch.no_grad():
        pose = torch.zeros(len(codes), N_POSE)
        points = model.vertices(shape, torch.from_numpy(codes), pose).numpy()
    normals = np.stack([rest_normals(p, model.faces) for p in points])
    return Morphs(
        rest=points[0],
        names=(*model.expression_names, *expressions),
        moves=points[1:] - points[0],
        turns=normals[1:] - normals[0],
        recipes={n: _recipe(model, character.expressions[n]) for n in expressions},
    )


def _recipe(model: OpenHead, code: np.ndarray) -> dict[str, float]:
    strengths: dict[str, Any] = dict(zip(model.expression_names, code, strict=True))
    return {name: round(float(s), 4) for name, s in strengths.items() if abs(s) > 5e-5}
