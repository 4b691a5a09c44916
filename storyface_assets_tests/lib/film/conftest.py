"""A short story told and acted, and a quick stand-in for the renderer."""

from collections.abc import Iterable, Iterator

import cv2
import numpy as np
import pytest

from storyface_assets.lib.film import Cards, FilmText, Performance, perform
from storyface_assets.lib.heads.expressions import archetype
from storyface_assets.lib.heads.units import UNITS
from storyface_assets.lib.render.frame_state import FrameState
from storyface_assets.lib.speech import Narration, Voice, narrate
from storyface_assets.vocabulary import FACE_EXPRESSIONS

SIZE = (320, 180)


class DiscRenderer:
    """Draws a disc that turns with the neck and a mouth that opens with the jaw."""

    size = SIZE
    framed_points = np.random.default_rng(0).uniform(-0.1, 0.1, (50, 3)).astype(np.float32)

    def render_many(self, states: Iterable[FrameState], workers: int = 2) -> Iterator[np.ndarray]:
        width, height = self.size
        for state in states:
            frame = np.array(state.background)
            shift = 16 * np.array([(width / 2 + 400 * state.pose[7]), (90 + 400 * state.pose[6])])
            centre = tuple(int(v) for v in shift)
            cv2.circle(frame, centre, 16 * 45, (230, 190, 160), -1, cv2.LINE_AA, 4)
            mouth = (16 * 12, int(16 * (1 + 60 * state.pose[3])))
            cv2.ellipse(frame, centre, mouth, 0, 0, 360, (120, 20, 20), -1, cv2.LINE_AA, 4)
            yield frame


@pytest.fixture(scope="session")
def expressions() -> dict[str, np.ndarray]:
    return {name: archetype(name) for name in FACE_EXPRESSIONS}


LABELS = ["행복", "슬픔", "분노"]


@pytest.fixture(scope="session")
def told() -> Narration:
    return narrate(["오리가 웃었어요.", "밤이 왔어요.", "저리 가!"], Voice(rate=200))


@pytest.fixture(scope="session")
def acted(told: Narration, expressions: dict[str, np.ndarray]) -> Performance:
    return perform(told, LABELS, expressions, UNITS, seed=5, title_seconds=1.0, end_seconds=1.0)


@pytest.fixture
def text() -> FilmText:
    cards = Cards("오리 = 이야기; {하나}", "글쓴이", ("CC0 1.0",))
    return FilmText(cards, LABELS, [(0, "1쪽"), (2, "2쪽 #")])


@pytest.fixture
def renderer() -> DiscRenderer:
    return DiscRenderer()
