"""The acting on the real head: the mesh does what the curves say, and a film comes out."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from storyface_assets.lib.film import Cards, FilmText, Performance, check_film, perform, write_film
from storyface_assets.lib.film.stage import Stage
from storyface_assets.lib.heads.character import CharacterHead, HairSpec
from storyface_assets.lib.heads.detail_window import DETAIL_SIZE
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.heads.wrinkles import PHOTO, WrinkleBlend
from storyface_assets.lib.render.renderer import HeadRenderer
from storyface_assets.lib.speech import Narration, Voice, mouth_curves, narrate
from storyface_assets.vocabulary import TEXT_EMOTIONS

HEAD = Path(__file__).parents[3] / "data" / "open_models" / "open_head" / "head.npz"
UPPER_LIP, LOWER_LIP = 51, 57  # ibug68: middle of the outer lips
BROW, EYE_TOP, EYE_BOTTOM = 19, 37, 41


@pytest.fixture(scope="module")
def model() -> OpenHead:
    return OpenHead.load(HEAD)


@pytest.fixture(scope="module")
def said() -> Narration:
    return narrate(["아이가 바나나를 맘마라고 불러요."], Voice())


@pytest.fixture(scope="module")
def neutral(model: OpenHead, said: Narration, expressions: dict[str, np.ndarray]) -> Performance:
    return perform(said, ["중립"], expressions, model.expression_names, seed=1)


def _landmarks(model: OpenHead, performance: Performance, frames: np.ndarray) -> np.ndarray:
    """``(n, 68, 3)`` millimetres, with the head held still."""
    pose = performance.pose[frames].copy()
    pose[:, [0, 1, 2, 6, 7, 8]] = 0.0
    shape = torch.zeros(len(frames), 100)
    codes = (shape, torch.from_numpy(performance.expression[frames]), torch.from_numpy(pose))
    return 1000 * model.landmarks(model.vertices(*codes), "ibug68").numpy()


def test_lips_part_for_a_and_meet_for_m(
    model: OpenHead, said: Narration, neutral: Performance
) -> None:
    names, timeline = model.expression_names, neutral.timeline
    mouth = mouth_curves(said, names, timeline.n_frames, timeline.fps, timeline.speech_start)
    shut = np.flatnonzero(mouth.closure > 0.97)
    wide = np.flatnonzero(np.rad2deg(mouth.jaw) > 6.5)
    rest = np.arange(int(0.5 * timeline.fps))
    assert len(shut) > 5 and len(wide) > 10

    def gap(frames: np.ndarray) -> np.ndarray:
        points = _landmarks(model, neutral, frames)
        return np.asarray(points[:, UPPER_LIP, 1] - points[:, LOWER_LIP, 1])

    assert gap(wide).mean() > gap(rest).mean() + 5.0
    assert gap(shut).max() < gap(rest).mean() + 1.5


def test_eyes_shut_in_a_blink(model: OpenHead, neutral: Performance) -> None:
    lids = neutral.expression[:, model.expression_names.index("eyeBlinkLeft")]
    assert lids.max() > 0.95
    frames = np.array([int(lids.argmax()), int(lids.argmin())])
    points = _landmarks(model, neutral, frames)
    shut, opened = points[:, EYE_TOP, 1] - points[:, EYE_BOTTOM, 1]
    assert shut < 0.35 * opened


def test_wrinkles_come_and_go_with_the_emotion(
    model: OpenHead, said: Narration, expressions: dict[str, np.ndarray]
) -> None:
    """Fault: a film without its head's wrinkles, or with those of another moment."""
    maps = {name: np.zeros((DETAIL_SIZE, DETAIL_SIZE), np.float32) for name in expressions}
    maps["anger"][60:70, 100:150] = -3e-4
    wrinkles = WrinkleBlend(expressions, maps | {PHOTO: maps["neutral"]})
    acted = perform(said, ["분노"], expressions, model.expression_names, seed=1)
    stage = Stage(acted, (64, 36), model.template, wrinkles=wrinkles)
    timeline = acted.timeline
    angry = int(acted.mood[:, TEXT_EMOTIONS.index("분노")].argmax())
    depth = {}
    for frame in (0, angry, timeline.n_frames - 1):
        [state] = stage.states(frame, frame + 1)
        depth[frame] = -float(state.displacement.min())
    assert depth[angry] > 1.5e-4 > 3 * max(depth[0], depth[timeline.n_frames - 1])
    [plain] = Stage(acted, (64, 36), model.template).states(angry, angry + 1)
    assert plain.displacement is None


@pytest.mark.slow
def test_a_small_film_of_the_real_head(
    tmp_path: Path, model: OpenHead, expressions: dict[str, np.ndarray]
) -> None:
    person = CharacterHead(
        shape=np.zeros(100, np.float32),
        albedo=np.zeros(50, np.float32),
        expressions=expressions,
        texture=np.full((256, 256, 3), (205, 160, 138), np.uint8),
        hair=HairSpec("bald"),
    )
    renderer = HeadRenderer(model, person, [], (320, 180))
    told = narrate(["오리가 웃었어요."], Voice(rate=220))
    acted = perform(
        told, ["행복"], expressions, model.expression_names, title_seconds=0.6, end_seconds=0.4
    )
    # The face is there from the first frame on, so that the poster is a face.
    acted = replace(acted, presence=np.ones_like(acted.presence))
    text = FilmText(Cards("오리"), ["행복"])
    report = write_film(tmp_path / "film.mp4", renderer, acted, told, text)
    facts = check_film(report.path)
    assert facts.frames == acted.timeline.n_frames and facts.longest_still_seconds <= 0.2
    assert abs(facts.audio_seconds - facts.video_seconds) <= 2 / 30
