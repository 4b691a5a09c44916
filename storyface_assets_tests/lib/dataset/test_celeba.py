"""Reading CelebA as published: lists, pictures, and one of every fault."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from storyface_assets.checks.dataset import few_photos_are_bad
from storyface_assets.lib.dataset.celeba import CELEBA, CelebaPhotos, read_celeba
from storyface_assets.lib.dataset.celeba_lists import ATTRIBUTES, read_attributes
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.store import Memo
from storyface_assets_tests.lib.dataset.small_aihub import jpeg, write_zip

COUNT = 6
SIGNS = np.random.default_rng(2).choice([-1, 1], (COUNT, len(ATTRIBUTES)))


def name_of(number: int) -> str:
    return f"{number + 1:06}.jpg"


def attribute_lines(**changes: str) -> list[str]:
    lines = [str(COUNT), " ".join(ATTRIBUTES) + " "]
    lines += [f"{name_of(n)} " + " ".join(f"{v:2}" for v in SIGNS[n]) for n in range(COUNT)]
    return [changes.get(f"line{n}", line) for n, line in enumerate(lines, 1)]


def write_text(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", "utf-8")


@pytest.fixture
def root(tmp_path) -> Path:
    folder = tmp_path / "celeba"
    for n in range(COUNT):
        path = folder / "img_align_celeba" / name_of(n)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(jpeg(n, (178, 218)))
    write_text(folder / "list_attr_celeba.txt", attribute_lines())
    write_text(folder / "list_eval_partition.txt", [f"{name_of(n)} {n % 3}" for n in range(COUNT)])
    write_text(folder / "identity_CelebA.txt", [f"{name_of(n)} {n // 2 + 9}" for n in range(COUNT)])
    return folder


@pytest.fixture
def read(tmp_path):
    def _read(root: Path) -> CelebaPhotos:
        return read_celeba(root, Memo(tmp_path / "memo", "files", "1"), workers=1)

    return _read


def test_columns_types_and_values(root, read):
    found = read(root)
    table = found.table
    assert {n: str(t) for n, t in table.dtypes.items()} == dict(CELEBA)
    assert table["kept"].all() and found.notes == () and len(ATTRIBUTES) == 40
    assert (table[list(ATTRIBUTES)].to_numpy() == SIGNS).all()
    assert list(table["split"]) == ["train", "validation", "test"] * 2
    assert list(table["person"]) == ["9", "9", "10", "10", "11", "11"]
    assert table.loc[0, "photo"] == "img_align_celeba/000001.jpg"
    assert (table["width"] == 178).all() and (table["height"] == 218).all()


def test_archive_and_csv_say_the_same(root, read):
    plain = read(root).table
    folder = root / "img_align_celeba"
    write_zip(
        root / "Img" / "img_align_celeba.zip",
        {f"img_align_celeba/{p.name}": p.read_bytes() for p in sorted(folder.iterdir())},
    )
    folder.rename(root.parent / "elsewhere")
    rows = [f"{name_of(n)}," + ",".join(str(v) for v in SIGNS[n]) for n in range(COUNT)]
    write_text(root / "list_attr_celeba.csv", ["image_id," + ",".join(ATTRIBUTES), *rows])
    splits = [f"{name_of(n)},{n % 3}" for n in range(COUNT)]
    write_text(root / "list_eval_partition.csv", ["image_id,partition", *splits])
    for name in ("list_attr_celeba.txt", "list_eval_partition.txt"):
        (root / name).unlink()
    table = read(root).table
    pd.testing.assert_frame_equal(table.drop(columns="photo"), plain.drop(columns="photo"))


def test_pictures_that_are_not_aligned_are_not_taken(root, read):
    # The set's img_celeba has the same file names and other pictures.
    (root / "img_celeba").mkdir()
    (root / "img_celeba" / name_of(0)).write_bytes(jpeg(99))
    assert len(read(root).table) == COUNT


def test_bad_lines_and_pictures_are_rows_with_a_reason(root, read):
    changes = {
        "line3": attribute_lines()[2] + " 1",
        "line4": attribute_lines()[3].replace("-1", "-2", 1),
        "line8": attribute_lines()[2].replace(name_of(0), "000099.jpg"),
    }
    write_text(root / "list_attr_celeba.txt", attribute_lines(**changes))
    write_text(
        root / "list_eval_partition.txt", [f"{name_of(n)} 0" for n in range(COUNT) if n != 3]
    )
    (root / "img_align_celeba" / name_of(4)).write_bytes(jpeg(4)[:1500])
    table = read(root).table.set_index("filename")
    assert table["reason"].to_dict() == {
        name_of(0): "wrong number of attributes",
        name_of(1): "wrong attribute value",
        name_of(2): "",
        name_of(3): "no partition",
        name_of(4): "truncated",
        name_of(5): "photo without attributes",
        "000099.jpg": "no partition",
    }
    assert (table.loc[name_of(0), list(ATTRIBUTES)] == 0).all()


def test_picture_listed_twice_is_used_once(root, read):
    write_text(root / "list_attr_celeba.txt", attribute_lines() + [attribute_lines()[2]])
    found = read(root)
    assert found.table["kept"].sum() == COUNT
    assert (found.table["reason"] == "duplicate filename").sum() == 1
    assert "says 6 pictures and lists 7" in found.notes[0]
    assert found.table["photo"].is_unique


def test_two_lines_that_contradict_each_other_are_of_no_use(root, read):
    """Fault: of two lines with other attributes for one picture the first is believed."""
    signs = attribute_lines()[2].replace(" -1", " +1").replace("  1", " -1").replace("+1", " 1")
    write_text(root / "list_attr_celeba.txt", [*attribute_lines(), signs])
    table = read(root).table.set_index("photo")
    assert table["kept"].sum() == COUNT - 1
    assert table.loc[f"img_align_celeba/{name_of(0)}", "reason"] == "duplicate filename"


def zipped(root: Path, seed: int = 0) -> None:
    """The pictures' own archive beside them; with a seed its pictures are others."""
    pictures = {f"img_align_celeba/{name_of(n)}": jpeg(n + seed, (178, 218)) for n in range(COUNT)}
    write_zip(root / "img_align_celeba.zip", pictures)


def test_archive_beside_its_folder_counts_once(root, read):
    """Fault: a sound set beside its own zip is half "duplicate filename" and is refused."""
    zipped(root)
    table = read(root).table
    assert table["kept"].sum() == COUNT
    assert table["reason"].value_counts().to_dict() == {"": COUNT, "equal copy": COUNT}
    assert few_photos_are_bad(table, None).passed


def test_two_pictures_of_one_name_are_both_left_out(root, read):
    """Fault: of two pictures of one name the first is taken, whichever the list means."""
    zipped(root, 50)
    table = read(root).table
    assert set(table["reason"]) == {"duplicate filename"}
    found = few_photos_are_bad(table, None)
    assert not found.passed and found.figures["bad"] == 2 * COUNT


def test_a_part_of_the_set_with_the_whole_lists_is_sound(root, read):
    """Fault: lines of pictures that were never fetched count as bad photos."""
    for n in range(2, COUNT):
        (root / "img_align_celeba" / name_of(n)).unlink()
    found = few_photos_are_bad(read(root).table, None)
    assert found.passed and found.figures["photos"] == 2
    assert found.figures["rows of lists"] == COUNT - 2
    (root / "img_align_celeba" / name_of(0)).write_bytes(b"")
    assert not few_photos_are_bad(read(root).table, None).passed


def test_list_that_was_cut_off_is_noted(root, read):
    lines = attribute_lines()
    write_text(root / "list_attr_celeba.txt", [*lines[:6], lines[6][:30]])
    found = read(root)
    assert "may be cut off" in found.notes[0]
    assert found.table["reason"].value_counts().to_dict() == {
        "": 4,
        "wrong number of attributes": 1,
        "photo without attributes": 1,
    }


def test_identities_may_be_missing(root, read):
    (root / "identity_CelebA.txt").unlink()
    found = read(root)
    assert (found.table["person"] == "").all() and found.table["kept"].all()
    assert "identity_CelebA.txt is missing" in found.notes[0]


@pytest.mark.parametrize("name", ["list_attr_celeba.txt", "list_eval_partition.txt"])
def test_missing_list_is_named(root, read, name):
    (root / name).unlink()
    with pytest.raises(BadInput, match="is missing") as caught:
        read(root)
    assert caught.value.file == str(root / name)


def test_missing_pictures_are_named(root, read):
    (root / "img_align_celeba").rename(root / "img")
    with pytest.raises(BadInput, match="img_align_celeba"):
        read(root)


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"line2": " ".join(ATTRIBUTES[:-1])}, "line 2", "has 39 names"),
        ({"line2": " ".join([*ATTRIBUTES[:-1], "Youngg"])}, "line 2", "Youngg"),
        ({f"line{n}": "x.jpg 1 1" for n in range(3, 9)}, "line 3", "wrong number"),
    ],
)
def test_list_that_is_none_names_the_line(root, read, changes, field, says):
    # Guards against attributes of the neighbouring column.
    write_text(root / "list_attr_celeba.txt", attribute_lines(**changes))
    with pytest.raises(BadInput, match=says) as caught:
        read(root)
    assert caught.value.field == field


def test_columns_in_another_order_keep_their_names(tmp_path):
    order = np.random.default_rng(0).permutation(len(ATTRIBUTES))
    lines = ["1", " ".join(ATTRIBUTES[k] for k in order)]
    lines.append("000001.jpg " + " ".join(str(SIGNS[0, k]) for k in order))
    write_text(tmp_path / "list_attr_celeba.txt", lines)
    assert (read_attributes(tmp_path / "list_attr_celeba.txt").values[0] == SIGNS[0]).all()


def test_list_that_is_no_text_is_refused(root, read):
    (root / "list_attr_celeba.txt").write_bytes(bytes(range(256)))
    with pytest.raises(BadInput, match="cannot be read as text"):
        read(root)
