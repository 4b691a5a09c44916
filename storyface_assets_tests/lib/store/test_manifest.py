"""Manifests and content hashes."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.store import Entry, Manifest, content_hash
from storyface_assets.lib.store.manifest import files_under, is_inside

NAMES = st.from_regex(r"[a-z가-힣]{1,8}(/[a-z가-힣]{1,8}){0,2}\.png", fullmatch=True)
ENTRIES = st.builds(Entry, st.from_regex(r"[0-9a-f]{64}", fullmatch=True), st.integers(0, 2**40))


@given(st.dictionaries(NAMES, ENTRIES, max_size=5))
def test_manifest_round_trip_in_one_spelling(files):
    """A second spelling of one manifest would fail the pointer's check of it."""
    manifest = Manifest("folder", files, "c")
    backwards = Manifest("folder", dict(reversed(files.items())), "c")
    assert Manifest.from_json(manifest.to_json(), "m") == manifest
    assert backwards.to_json() == manifest.to_json()


@given(st.text(max_size=60))
def test_any_other_text_is_refused(text):
    """A damaged manifest ending in a KeyError."""
    with pytest.raises(BadInput):
        Manifest.from_json(text, "manifest.json")


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a//b", "a/../../b", "", "a\\..\\b", "x\0"])
def test_manifest_naming_a_path_outside_is_refused(name):
    """A manifest in a shared bucket that writes over a file of the reader's."""
    text = Manifest("folder", {name: Entry("0" * 64, 1)}, "c").to_json()
    assert not is_inside(name)
    with pytest.raises(BadInput, match="outside its folder"):
        Manifest.from_json(text, "manifest.json")


def test_folder_hash_knows_names_and_content_but_not_times_or_order(tmp_path: Path):
    """Times in the hash would make every run's output new; missing names would hide a rename."""
    first, second = tmp_path / "a", tmp_path / "b"
    for folder, names in ((first, "xy"), (second, "yx")):
        (folder / "sub").mkdir(parents=True)
        for name in names:
            (folder / "sub" / name).write_text(f"text of {name}")
    os.utime(second / "sub" / "x", (1, 1))
    same = content_hash(first)
    assert content_hash(second) == same
    (second / "sub" / "x").rename(second / "sub" / "z")
    assert content_hash(second) != same
    (second / "sub" / "z").rename(second / "sub" / "x")
    (second / "sub" / "x").write_text("another text")
    assert content_hash(second) != same


def test_links_are_refused(tmp_path: Path):
    """A link into the author's disk that dangles on every other machine."""
    (tmp_path / "link").symlink_to("/etc/hostname")
    with pytest.raises(BadInput, match="is a link"):
        files_under(tmp_path)


def test_content_hash_of_plain_values():
    """Key order changing a version."""
    assert content_hash({"a": 1, "b": [2]}) == content_hash({"b": [2], "a": 1})
    assert content_hash("가") == content_hash("가".encode())
    assert content_hash([1]) != content_hash([2])
    with pytest.raises(TypeError):
        content_hash(object())
