"""The expression of a changed photo, with the person held as they are."""

from dataclasses import replace

import numpy as np
import pytest

from storyface_assets.lib.fit import fit_expression
from storyface_assets.lib.heads.character import CharacterHead
from storyface_assets.lib.heads.expressions import archetype
from storyface_assets.lib.heads.model import N_ALBEDO, N_EXPRESSION, N_POSE
from storyface_assets.lib.render import render_portrait


def unit(model, code, start):
    return float(np.mean([code[i] for i, n in enumerate(model.expression_names)
                          if n.startswith(start)]))  # fmt: skip


@pytest.mark.parametrize(("expression", "shown"), [("happy", "mouthSmile"), ("panic", "jawOpen")])
def test_what_the_face_does_is_found_and_the_person_stays(
    people, fits, model, landmarker, expression, shown
):
    # With the shape free, a wide smile became wide cheeks instead.
    person, fit = people[0], fits[0]
    albedo, still = np.zeros(N_ALBEDO, np.float32), np.zeros(N_EXPRESSION, np.float32)
    code = archetype(expression, 1)
    faces = {"neutral": still, "made": code}
    head = CharacterHead(person.shape, albedo, faces, person.texture)
    moved = replace(head, expressions={"neutral": code})
    rgb = render_portrait(model, moved, [], 480, pose=np.zeros(N_POSE, np.float32))
    (face,) = landmarker.detect(rgb)
    found = fit_expression(rgb, face, fit, model)
    assert found.shape == (N_EXPRESSION,) and found.dtype == np.float32
    assert unit(model, found, shown) > unit(model, fit.expression, shown) + 0.25
