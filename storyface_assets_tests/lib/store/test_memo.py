"""Kept results of single photos."""

import os
import subprocess
import sys

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


def test_what_was_put_outlives_a_kill(tmp_path):
    # The writer stays open with its journal not yet in the file.
    code = f"""
import os
from pathlib import Path
from storyface_assets.lib.store import Memo
Memo(Path({str(tmp_path)!r}), "faces", "1").put({{"a": 1}})
memo = Memo(Path({str(tmp_path)!r}), "faces", "1")
memo.put({{"b": 2}})
os.kill(os.getpid(), 9)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": os.getcwd()}
    )
    assert done.returncode == -9
    assert Memo(tmp_path, "faces", "1").get(["a", "b"]) == {"a": 1, "b": 2}
