"""The shipped classifier reads faces as films show them."""

from pathlib import Path

import numpy as np
import pytest

from storyface_assets.lib.characters.emotion_faces import read_expressions
from storyface_assets.lib.characters.sheet import expression_pictures
from storyface_assets.lib.characters.synthetic import SyntheticPerson, synthetic_character
from storyface_assets.lib.classifiers.ensemble import EmotionClassifier
from storyface_assets.lib.dataset.crop_frame import face_square
from storyface_assets.lib.hair import build_accessories
from storyface_assets.lib.heads.albedo import AlbedoModel
from storyface_assets.lib.heads.attributes import Attributes
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.landmarks import FaceLandmarker
from storyface_assets.vocabulary import FACE_EXPRESSIONS

DATA = Path(__file__).resolve().parents[3] / "data"
MODEL = DATA / "open_models" / "image_emotion"


@pytest.mark.slow
def test_it_reads_the_archetypes_of_people_who_are_in_no_set():
    # Colours in the wrong order or another framing would leave its own figures as they are.
    head = OpenHead.load(DATA / "open_models" / "open_head" / "head.npz")
    skins = AlbedoModel.load(DATA / "open_models" / "open_head" / "albedo.npz")
    landmarker, right = FaceLandmarker(DATA / "cache"), []
    classifier = EmotionClassifier.load(MODEL)
    for gender, age, seed in ((0.1, 34, 991), (0.9, 52, 992)):
        who = Attributes(gender=gender, age_years=age, african=0.2, asian=0.4, caucasian=0.4)
        character = synthetic_character(SyntheticPerson(who, seed=seed), head, skins)
        pictures = expression_pictures(head, character, build_accessories(head, character))
        crops = {}
        for name, rgb in pictures.items():
            face = landmarker.detect(rgb, quick=True)[0]
            crops[name] = face_square(face.landmarks).cut(rgb, 160)
        told = read_expressions(crops, classifier)
        right += [FACE_EXPRESSIONS[int(told[name].argmax())] == name for name in FACE_EXPRESSIONS]
    assert np.mean(right) >= 0.8, right
