"""The slug rule."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyface_assets.lib.books import is_slug, require_slug, slugify
from storyface_assets.lib.books.romanise import romanise
from storyface_assets.lib.errors import BadInput


@given(st.text(max_size=300))
def test_every_title_gets_a_safe_slug(title):
    """One odd title that ends up as a path outside the books' folder."""
    slug = slugify(title)
    assert re.fullmatch(r"[a-z0-9-]{1,60}", slug)
    assert is_slug(slug)
    assert require_slug(slug, "x") == slug


@given(st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1, max_size=30))
def test_normal_forms_share_a_slug(title):
    """macOS hands over NFD: the same book would be added twice."""
    assert slugify(unicodedata.normalize("NFD", title)) == slugify(title)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("미운 아기 오리", "miun-agi-ori"),
        ("할머니의 바나나들", "halmeoniui-bananadeul"),
        ("Café Déjà-vu!", "cafe-deja-vu"),
        ("  The Cat's  Tale ", "the-cats-tale"),
        ("../../etc/passwd", "etc-passwd"),
        ("/root/.ssh", "root-ssh"),
        ("C:\\Windows", "c-windows"),
        ("nul", "nul-book"),
        ("COM1", "com1-book"),
        ("🐻 곰 🐻", "gom"),
        ("1234", "1234"),
    ],
)
def test_titles(title, slug):
    """Readable names; reserved ones and paths made harmless."""
    assert slugify(title) == slug


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("三匹のこぶた", "赤ずきん"),
        ("가" * 100, "가" * 101),
        ("a" * 300, "a" * 299),
        ("ㅋㅋ", "ㅎㅎ"),
        ("🐻", "🦊"),
        ("곰 三", "곰 四"),
    ],
)
def test_titles_that_lose_letters_stay_apart(one, other):
    """Two books of one slug: the second would be refused, or worse, replace the first."""
    assert slugify(one) != slugify(other)
    assert len(slugify(one)) <= 60


@pytest.mark.parametrize(
    ("hangul", "latin"),
    [
        # Examples of the rule itself, without sound changes between syllables.
        ("구미", "gumi"),
        ("영동", "yeongdong"),
        ("백암", "baegam"),
        ("옥천", "okcheon"),
        ("합덕", "hapdeok"),
        ("호법", "hobeop"),
        ("월곶", "wolgot"),
        ("벚꽃", "beotkkot"),
        ("한밭", "hanbat"),
        ("구리", "guri"),
        ("설악", "seorak"),
        ("칠곡", "chilgok"),
        ("임실", "imsil"),
        ("울릉", "ulleung"),
        ("압구정", "apgujeong"),
        ("죽변", "jukbyeon"),
    ],
)
def test_romanisation_follows_the_published_examples(hangul, latin):
    """A shifted table turns every name into another."""
    assert romanise(hangul) == latin


@pytest.mark.parametrize("text", ["", "-a", "a-", "a--b", "A", "a b", "../a", "가", "a" * 61])
def test_other_names_are_no_slugs(text):
    """A partition key typed into the UI that becomes a path."""
    assert not is_slug(text)
    with pytest.raises(BadInput, match="not a safe name"):
        require_slug(text, "partition")
