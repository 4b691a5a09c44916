"""Kept results of single photos."""

from storyface_assets.lib.store import Memo


def test_results_are_known_to_the_next_process(tmp_path):
    Memo(tmp_path, "faces", "1").put({"a": {"box": [1, 2]}, "b": None})
    assert Memo(tmp_path, "faces", "1").get(["a", "b", "c"]) == {"a": {"box": [1, 2]}, "b": None}


def test_another_recipe_starts_empty(tmp_path):
    # Guards against results of old code in a new table.
    Memo(tmp_path, "faces", "1").put({"a": 1})
    assert Memo(tmp_path, "faces", "2").get(["a"]) == {}


def test_more_keys_than_one_statement_takes(tmp_path):
    memo = Memo(tmp_path, "faces", "1")
    memo.put({str(n): n for n in range(3000)})
    assert memo.get(str(n) for n in range(2500)) == {str(n): n for n in range(2500)}
