"""The same picture of a person in every expression: only the face differs."""

from pathlib import Path
from typing import Any

import numpy as np

from storyface_assets.lib.studio.acting import act, manner_of
from storyface_assets.lib.studio.lens import jpeg, shoot
from storyface_assets.lib.studio.moments import random_moment
from storyface_assets.lib.studio.options import StudioOptions
from storyface_assets.lib.studio.people import Sitter
from storyface_assets.lib.studio.seeds import rng_of
from storyface_assets.lib.studio.stage import Stage
from storyface_assets.vocabulary import FACE_EXPRESSIONS

_QUALITY = 95


def photograph_pairs(
    options: StudioOptions, sitter: Sitter, stage: Stage, root: Path
) -> list[dict[str, Any]]:
    """Write a person's scenes, each in every expression.

    Returns:
        ``person``, ``scene``, ``expression``, ``photo`` (POSIX path below ``root``),
        ``intensity`` and ``mesh`` (``Take.flat_points``) of each.
    """
    manner = manner_of(options.seed, sitter.cast, sitter.index)
    rows = []
    for scene in range(options.pairs):
        names = (options.seed, "pairs", sitter.index, scene)
        rng = rng_of(*names)
        moment = random_moment(rng)
        intensity = float(rng.uniform(0.75, 1.15))
        mood = int(rng.integers(2**31))
        for expression in FACE_EXPRESSIONS:
            # The same chances of the moment, so that gaze and talking are the same too.
            face = act(manner, expression, intensity, np.random.default_rng(mood))
            take = moment.take(stage, face)
            side = options.pair_size
            take = take.warped(_square(stage.size, side), (side, side))
            photo = f"{sitter.identity[:16]}_{scene:02d}_{expression}.jpg"
            root.mkdir(parents=True, exist_ok=True)
            (root / photo).write_bytes(jpeg(shoot(take.rgb, moment.shooting), _QUALITY))
            rows.append(
                {
                    "person": sitter.identity,
                    "scene": scene,
                    "expression": expression,
                    "photo": photo,
                    "intensity": 0.0 if expression == "neutral" else intensity,
                    "mesh": take.flat_points(),
                }
            )
    return rows


def _square(canvas: tuple[int, int], side: int) -> np.ndarray:
    """The map ``(2, 3)`` from a portrait frame to its largest upper-middle square."""
    edge = min(canvas)
    left, top = 0.5 * (canvas[0] - edge), 0.35 * (canvas[1] - edge)
    scale = side / edge
    return np.array([[scale, 0, -scale * left], [0, scale, -scale * top]])
