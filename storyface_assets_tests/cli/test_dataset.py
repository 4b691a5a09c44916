"""``storyface dataset``: which set the studio is asked for before the steps begin."""

import json
from dataclasses import replace

import pytest

from storyface_assets.cli.dataset import _render_if_empty
from storyface_assets.lib.studio import StudioOptions
from storyface_assets.lib.studio.begun import begin, claim, jobs_of, mark_path, truth_path

BEGUN = StudioOptions(people=3, seed=7, photos=5)


@pytest.fixture
def asked(library, monkeypatch):
    """Call the step; returns the options that the studio was asked for."""
    calls = []
    monkeypatch.setattr(
        "storyface_assets.cli.studio.render_set", lambda options, *_: calls.append(options)
    )

    def call(people=None, seed=None):
        calls.clear()
        _render_if_empty(library.settings, people, seed)
        return calls

    return call


def write_set(out, people_done, truth):
    claim(out, BEGUN)
    begin(out, BEGUN)
    for job in jobs_of(BEGUN)[:people_done]:
        mark_path(out, *job).write_text(json.dumps({}))
    if truth:
        truth_path(out).write_bytes(b"")


def test_without_a_set_a_small_one_is_rendered(asked):
    assert asked() == [StudioOptions(people=36, seed=1)]
    assert asked(people=5, seed=0) == [StudioOptions(people=5, seed=0)]


def test_a_whole_set_is_left_as_it_is(library, asked):
    """Fault: a set that somebody rendered with other options is refused or rendered over."""
    write_set(library.settings.studio_dir, 99, truth=True)
    assert asked() == []


@pytest.mark.parametrize(("people_done", "truth"), [(2, False), (99, False), (2, True)])
def test_a_stopped_run_goes_on_with_its_own_options(library, asked, people_done, truth):
    """Fault: a truth that is there, or missing, says nothing about the run that was stopped."""
    write_set(library.settings.studio_dir, people_done, truth)
    assert asked() == [BEGUN]


def test_what_is_asked_for_reaches_the_studio_even_if_a_set_is_there(library, asked):
    """Fault: ``--people 60`` beside a whole set of 3 does nothing and says nothing."""
    write_set(library.settings.studio_dir, 99, truth=True)
    assert asked(people=60) == [replace(BEGUN, people=60)]


def test_fewer_people_than_there_are_are_refused_in_one_line(library, storyface):
    """Fault: photos of people beyond the number asked for stay unlabelled in the set."""
    write_set(library.settings.studio_dir, 99, truth=True)
    code, _, err = storyface("dataset", "--people", 2)
    assert code == 2 and "holds 3 people" in err and str(library.settings.studio_dir) in err
    assert "at least 3" in err and "Traceback" not in err
    assert truth_path(library.settings.studio_dir).exists()
