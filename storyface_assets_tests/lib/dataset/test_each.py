"""Work on many photos, resumed and in parallel."""

import pytest

from storyface_assets.lib.dataset.each import CHUNK, ForNow, work_on_each
from storyface_assets.lib.dataset.photo_source import NotRead
from storyface_assets.lib.progress import listening
from storyface_assets.lib.store import Memo


def _double(key, number):
    if number < 0:
        raise RuntimeError(key)
    return [2 * number]


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_the_order_of_the_jobs(tmp_path, workers):
    jobs = {f"k{n:03}": n for n in range(5 * CHUNK, 0, -1)}
    done = work_on_each("doubling", jobs, _double, Memo(tmp_path, "d", "1"), workers)
    assert list(done) == list(jobs) and done["k007"] == [14]


def test_known_photos_are_not_worked_on_again(tmp_path):
    memo = Memo(tmp_path, "d", "1")
    work_on_each("doubling", {"a": 1, "b": 2}, _double, memo, 1)
    # −1 would raise if it were worked on.
    assert work_on_each("doubling", {"a": -1, "c": 3}, _double, memo, 1) == {"a": [2], "c": [6]}


def test_what_was_done_before_a_fault_is_kept(tmp_path):
    # Guards against hours of work lost to a kill.
    memo, heard = Memo(tmp_path, "d", "1"), []
    jobs = {f"k{n:03}": n for n in range(CHUNK)} | {"bad": -1}
    with pytest.raises(RuntimeError, match="bad"), listening(lambda *told: heard.append(told)):
        work_on_each("doubling", jobs, _double, memo, 1)
    assert len(memo.get(jobs)) == CHUNK and heard[-1] == ("doubling", CHUNK, CHUNK + 1)


def _read(key, path):
    return path.read_text() if path.is_file() else ForNow("not there")


def _must_read(key, path):
    if not path.is_file():
        raise NotRead(path.name, "", "is gone.", "Bring it back.")
    return path.read_text()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_file_that_could_not_be_read_is_tried_again(tmp_path, workers):
    # Guards against a lost mount that is remembered for ever.
    memo, jobs = Memo(tmp_path, "d", "1"), {k: tmp_path / k for k in map(str, range(3 * CHUNK))}
    assert set(work_on_each("reading", jobs, _read, memo, workers).values()) == {"not there"}
    jobs["7"].write_text("back")
    again = work_on_each("reading", jobs, _read, memo, workers)
    assert again["7"] == "back" and memo.get(jobs) == {"7": "back"}


@pytest.mark.parametrize("workers", [1, 2])
def test_a_step_that_needs_every_file_stops_but_keeps_what_it_did(tmp_path, workers):
    # Else the step would be stored as done, and what was not compared passed for different.
    memo, jobs = Memo(tmp_path, "d", "1"), {k: tmp_path / k for k in map(str, range(3 * CHUNK))}
    for path in list(jobs.values())[2:]:
        path.write_text("there")
    with pytest.raises(NotRead, match=r"0 and 1 more: is gone\. Bring it back\. Then run again"):
        work_on_each("reading", jobs, _must_read, memo, workers)
    assert len(memo.get(jobs)) == 3 * CHUNK - 2


def test_only_the_selected_part_is_returned(tmp_path):
    memo = Memo(tmp_path, "d", "1")
    first = work_on_each("doubling", {"a": 1}, _double, memo, 1, select=lambda r: r[0])
    again = work_on_each("doubling", {"a": 1}, _double, memo, 1, select=lambda r: r[0])
    assert first == again == {"a": 2} and memo.get(["a"]) == {"a": [2]}
