"""``storyface studio`` as a person types it."""

import pytest

from storyface_assets.lib.studio import StudioOptions
from storyface_assets.lib.studio.produce import Produced


@pytest.fixture
def asked(monkeypatch):
    """What the command asks the studio for, without rendering."""
    calls = []

    def produce(options, head_dir, out, workers):
        calls.append((options, out, workers))
        return Produced(pictures=21, rendered=21, people=3)

    monkeypatch.setattr("storyface_assets.lib.studio.produce", produce)
    return calls


def test_options_reach_the_studio_and_the_set_lies_in_the_data_folder(library, storyface, asked):
    code, out, _ = storyface(
        "studio", "--people", 3, "--seed", 4, "--size", "200x250", "--duplicates", 0.1
    )
    assert code == 0 and "21 pictures of 3 people" in out
    options, folder, workers = asked[0]
    assert (options.people, options.seed, options.size) == (3, 4, (200, 250))
    assert options.faults.duplicates == 0.1 and workers is None
    assert options.faults.labels == StudioOptions(people=1).faults.labels
    assert folder == library.settings.studio_dir


def test_what_makes_no_sense_is_refused_in_one_line(library, storyface, asked):
    code, _, err = storyface("studio", "--size", "large")
    assert code == 2 and "320x400" in err
    code, _, err = storyface("studio", "--wrong-labels", 0.9)
    assert code == 2 and "labels" in err and "Traceback" not in err
    assert asked == []
