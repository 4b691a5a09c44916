"""The folder as a whole: checked, laid out, taken down."""

import shutil

import pytest

from storyface_assets.lib.heads.export import broken_files, lay_out_heads, take_down_heads


@pytest.fixture
def copy(written, tmp_path):
    shutil.copytree(written.folder, tmp_path / "files")
    return tmp_path / "files"


def test_what_was_written_is_whole(written):
    assert broken_files(written.folder) == []
    assert written.facts["triangles"]["head"] == len(written.model.faces)
    assert written.facts["vertices"]["head"] == written.model.n_vertices
    assert not list(written.folder.glob("*.tmp"))


@pytest.mark.parametrize("file", ["anger.obj", "hair_strands.png", "materials.mtl", "head.glb"])
def test_a_file_that_is_missing_is_named(copy, file):
    (copy / file).unlink()
    assert any(file in fault for fault in broken_files(copy))


def test_a_glb_that_is_cut_short_is_named(copy):
    (copy / "head.glb").write_bytes((copy / "head.glb").read_bytes()[:-9])
    assert any("head.glb" in fault for fault in broken_files(copy))


def test_the_same_person_gives_the_same_bytes(written, tmp_path):
    # Else every run would be a new data version.
    from storyface_assets.lib.heads.export import write_head_files

    args = (written.model, written.character, written.accessories)
    assert write_head_files(tmp_path, "tokki", *args) == written.facts
    for name in written.facts["bytes"]:
        assert (tmp_path / name).read_bytes() == (written.folder / name).read_bytes(), name


def test_somebody_bald_has_no_hair_file(written, tmp_path):
    from storyface_assets.lib.heads.export import write_head_files

    clothes = [a for a in written.accessories if not a.name.startswith("hair_")]
    facts = write_head_files(tmp_path, "bald", written.model, written.character, clothes)
    assert facts["triangles"]["hair"] == 0 and "hair.obj" not in facts["bytes"]
    assert broken_files(tmp_path) == []


def test_what_an_artist_made_stays_and_what_is_stale_goes(written, copy, tmp_path):
    # Someone who turned bald would keep the old hair beside the new head.
    shelf = tmp_path / "shelf"
    lay_out_heads(copy, shelf)
    (shelf / "anger.blend").write_bytes(b"mine")
    inode = (shelf / "head.glb").stat().st_ino
    assert inode != (copy / "head.glb").stat().st_ino
    facts = (copy / "facts.json").read_text("utf-8")
    lines = [line for line in facts.split("\n") if '"hair.obj"' not in line]
    (copy / "facts.json").write_text("\n".join(lines), "utf-8")
    (copy / "hair.obj").unlink()
    lay_out_heads(copy, shelf)
    assert not (shelf / "hair.obj").exists()
    assert (shelf / "anger.blend").read_bytes() == b"mine"
    assert broken_files(shelf) == []


def test_taken_down_nothing_of_a_face_is_left(copy):
    (copy / "anger.blend").write_bytes(b"mine")
    take_down_heads(copy)
    assert not copy.exists()
    take_down_heads(copy)
