"""What is written in a film besides its subtitles."""

from types import SimpleNamespace

import pandas as pd
import pytest

from storyface_assets.lib.books.book import LICENCE_UNSTATED
from storyface_assets.lib.production import film_text

SENTENCES = pd.DataFrame(
    {"index": [0, 1, 2], "page": [0, 0, 1], "emotion": ["행복", "중립", "슬픔"]}
)


@pytest.mark.parametrize(
    ("licence", "engines", "credits"),
    [
        ("CC0 1.0", ("espeak",), ("글 CC0 1.0", "목소리 eSpeak NG")),
        ("CC0 1.0", ("espeak", "gtts"), ("글 CC0 1.0", "목소리 eSpeak NG, Google (gTTS)")),
        (LICENCE_UNSTATED, ("gtts",), ("목소리 Google (gTTS)",)),
    ],
)
def test_the_end_card_credits_text_and_voice(licence, engines, credits):
    # Google's voice went unnamed, and so did espeak-ng where it had to stand in.
    book = SimpleNamespace(title="오리", author="", licence=licence)
    text = film_text(book, SENTENCES, engines)
    assert text.cards.credits == credits
    assert text.chapters == [(0, "1쪽"), (2, "2쪽")]
