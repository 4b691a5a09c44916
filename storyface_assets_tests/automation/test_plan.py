"""The planner: what is made now, what is looked at later."""

from hypothesis import given
from hypothesis import strategies as st

from storyface_assets.automation.plan import next_wave

ORDER = ["book", "text", "voice", "head", "film"]
PARENTS = {"text": {"book"}, "voice": {"text"}, "head": set(), "film": {"text", "voice", "head"}}


def test_nothing_due_is_nothing_to_do():
    wave = next_wave(ORDER, PARENTS, {})
    assert wave.now == wave.later == ()


def test_a_new_book_is_one_wave():
    # Several runs for a new book would load everything several times.
    assert next_wave(ORDER, PARENTS, dict.fromkeys(ORDER, "new")).now == tuple(ORDER)


def test_what_lies_below_waits_to_see_whether_the_content_changed():
    # Making the film at once would make it again for a comment in book.toml.
    wave = next_wave(ORDER, PARENTS, {"book": "changed"})
    assert wave.now == ("book",) and wave.later == ("text", "voice", "film")


def test_a_due_asset_waits_for_an_undecided_one_above_it():
    # The film is due for its new text, but the voice may still change: one film, not two.
    wave = next_wave(ORDER, PARENTS, {"text": "changed", "film": "changed"})
    assert wave.now == ("text",) and wave.later == ("voice", "film")


def test_other_branches_are_left_alone():
    wave = next_wave(ORDER, PARENTS, {"head": "code"})
    assert wave.now == ("head",) and wave.later == ("film",)


@st.composite
def graphs(draw):
    size = draw(st.integers(1, 8))
    parents = {i: set(draw(st.sets(st.integers(0, i - 1)))) if i else set() for i in range(size)}
    return list(range(size)), parents, dict.fromkeys(draw(st.sets(st.integers(0, size - 1))), "x")


@given(graphs())
def test_a_wave_is_closed_and_makes_progress(case):
    order, parents, due = case
    wave = next_wave(order, parents, due)
    assert set(wave.now) <= set(due) and not set(wave.now) & set(wave.later)
    assert bool(wave.now) == bool(due)
    for key in wave.now:
        assert not parents[key] & set(wave.later)
    below = {key for key in order if parents[key] & (set(wave.now) | set(wave.later))}
    assert below <= set(wave.now) | set(wave.later)
