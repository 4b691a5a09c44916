"""DECA's codes, fitting, or both: what of the two each way keeps."""

import numpy as np
import pytest

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.fit import fit_expression, fit_photo
from storyface_assets.lib.fit.code_prior import CodePrior
from storyface_assets.lib.fit.geometry import FaceInPhoto, find_head
from storyface_assets.lib.fit.linear_head import N_CODES, linear_head
from storyface_assets.lib.fit.photo_camera import PhotoCamera
from storyface_assets.lib.fit.skin_mask import skin_mask
from storyface_assets.lib.heads.model import N_SHAPE


@pytest.fixture
def seen(people):
    def of(told):
        person = people[1]
        camera = PhotoCamera.for_portrait(person.rgb.shape[:2], person.face.interocular)
        return FaceInPhoto(person.face, camera, skin_mask(person.rgb, person.face), told)

    return of


def truth(people, spread):
    """As an encoder would tell it that is right, and so sure of it."""
    codes = np.zeros(N_CODES)
    codes[:N_SHAPE] = people[1].shape
    return CodePrior(codes, np.full(N_CODES, spread))


def error(found, people):
    return np.abs(found.codes[:N_SHAPE] - people[1].shape).mean()


def test_fit_does_not_listen_and_deca_does_not_fit(people, model, seen):
    """Fault: a book that asks for one way gets the other."""
    head, names, told = linear_head(model), model.expression_names, truth(people, 0.1)
    alone, how = find_head("fit", head, seen(told), names)
    same, _ = find_head("auto", head, seen(None), names)
    assert how == "fit" and np.array_equal(alone.codes, same.codes)
    kept, how = find_head("deca", head, seen(told), names)
    assert how == "deca" and np.array_equal(kept.codes, told.mean)
    # The pose is found all the same, or the texture would slip.
    assert kept.residual < 0.1


def test_auto_believes_a_sure_encoder_and_leaves_an_unsure_one(people, model, seen):
    """Fault: the fit begins at the encoder's codes, but pulls to the mean face."""
    head, names = linear_head(model), model.expression_names
    alone, _ = find_head("fit", head, seen(None), names)
    surely, how = find_head("auto", head, seen(truth(people, 0.1)), names)
    assert how.startswith("auto: deca") and error(surely, people) < 0.5 * error(alone, people)
    wrong = CodePrior(truth(people, 1).mean + 2, np.full(N_CODES, 5.0))
    doubtful, how = find_head("auto", head, seen(wrong), names)
    assert how == "auto: deca, refined by fitting"
    assert doubtful.residual < find_head("deca", head, seen(wrong), names)[0].residual


def test_what_the_landmarks_fit_better_is_kept(people, model, seen, monkeypatch):
    """Fault: auto gives the refined head even where refining made it worse."""
    head, names, told = linear_head(model), model.expression_names, truth(people, 0.1)
    good, _ = find_head("deca", head, seen(told), names)
    from storyface_assets.lib.fit import geometry

    monkeypatch.setattr(geometry, "_fitted", lambda *args: _Worse())
    kept, how = find_head("auto", head, seen(told), names)
    assert how == "auto: deca" and np.array_equal(kept.codes, good.codes)


class _Worse:
    residual = 1.0


def test_a_person_who_is_known_stays_in_every_way(people, fits, model, seen):
    """Fault: the encoder's shape of an emotion's face replaces the person's."""
    identity, told = fits[1].shape.astype(np.float64), truth(people, 0.1)
    for way in ("deca", "auto", "fit"):
        head, names = linear_head(model), model.expression_names
        found, _ = find_head(way, head, seen(told), names, identity)
        assert np.allclose(found.codes[:N_SHAPE], identity)
    person = people[1]
    code = fit_expression(person.rgb, person.face, fits[1], model, "deca", told)
    assert np.array_equal(code, told.mean[N_SHAPE:].astype(np.float32))


def test_deca_without_an_encoder_is_refused(people, model, skins):
    person = people[0]
    with pytest.raises(BadInput, match="no encoder is there.*retrain face_geometry"):
        fit_photo(person.rgb, person.face, model, skins, way="deca")


def test_a_fit_says_how_it_was_made(fits):
    assert {fit.geometry for fit in fits} == {"fit"}
