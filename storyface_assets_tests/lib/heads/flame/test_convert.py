"""FLAME's published files → our arrays → our file → the model."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.heads.convert import convert_head, load_head
from storyface_assets.lib.heads.converted import read_converted
from storyface_assets.lib.heads.flame.convert import convert_flame
from storyface_assets.lib.heads.flame.model import Flame
from storyface_assets_tests.lib.heads.flame.tiny_flame import (
    tiny_landmarks,
    tiny_model,
    write_2020,
    write_2023,
    write_landmarks,
    write_python2,
)


def test_both_editions_give_the_same_arrays(tmp_path: Path) -> None:
    landmarks = write_landmarks(tmp_path)
    old = convert_flame([write_2020(tmp_path), landmarks])
    new = convert_flame([landmarks, write_2023(tmp_path)])
    assert old.keys() == new.keys()
    for name in old:
        np.testing.assert_array_equal(old[name], new[name])


def test_arrays_are_the_files(arrays: dict[str, np.ndarray]) -> None:
    model = tiny_model()
    np.testing.assert_allclose(arrays["shape_basis"][7], model["shapedirs"][..., 7], atol=1e-8)
    # Fault: expressions counted from 100, where DECA's shape code ends, and not from 300.
    np.testing.assert_allclose(
        arrays["expression_basis"][3], model["shapedirs"][..., 303], atol=1e-8
    )
    np.testing.assert_allclose(arrays["pose_basis"][9], model["posedirs"][..., 9], atol=1e-8)
    np.testing.assert_allclose(arrays["joint_regressor"], model["J_regressor"].toarray(), atol=1e-7)
    assert arrays["parents"].tolist() == [-1, 0, 1, 1, 1]
    assert arrays["contour_corners"].shape == (79, 17, 3)


def test_flames_own_two_landmark_files_are_read_too(tmp_path: Path) -> None:
    held = tiny_landmarks()
    static = {
        "lmk_face_idx": held["static_lmk_faces_idx"],
        "lmk_b_coords": held["static_lmk_bary_coords"],
    }
    write_python2(tmp_path / "flame_static_embedding.pkl", static)
    dynamic = {
        "lmk_face_idx": held["dynamic_lmk_faces_idx"].numpy(),
        "lmk_b_coords": held["dynamic_lmk_bary_coords"].numpy(),
    }
    np.savez(tmp_path / "flame_dynamic_embedding.npz", **dynamic)
    model = write_2023(tmp_path)
    own = [tmp_path / "flame_static_embedding.pkl", tmp_path / "flame_dynamic_embedding.npz"]
    made, wanted = convert_flame([model, *own]), convert_flame([model, write_landmarks(tmp_path)])
    for name in wanted:
        np.testing.assert_array_equal(made[name], wanted[name])


def test_the_converted_file_holds_what_was_converted(
    tmp_path: Path, arrays: dict[str, np.ndarray]
) -> None:
    out = tmp_path / "weights" / "flame.safetensors"
    assert convert_head([write_2020(tmp_path), write_landmarks(tmp_path)], out) == "flame"
    kind, held = read_converted(out)
    assert kind == "flame" and held.keys() == arrays.keys()
    for name in arrays:
        assert held[name].dtype == arrays[name].dtype
        np.testing.assert_array_equal(held[name], arrays[name])
    assert isinstance(load_head(out), Flame)
    assert Flame.load(out, 300, 100).sizes.shape == 300
    assert [p.name for p in out.parent.iterdir()] == [out.name]


def changed(name: str, value: Any) -> dict[str, Any]:
    return tiny_model() | {name: value}


@pytest.mark.parametrize(
    ("model", "field"),
    [
        ({k: v for k, v in tiny_model().items() if k != "posedirs"}, "posedirs"),
        (changed("shapedirs", np.zeros((14, 3, 10))), "shapedirs"),
        (changed("weights", np.zeros((14, 5))), "weights"),
        (changed("v_template", np.full((14, 3), np.nan)), "v_template"),
        (changed("f", np.array([[0, 1, 14]])), "f"),
        (changed("J_regressor", "none"), "J_regressor"),
        (changed("kintree_table", np.array([[-1, 2, 1, 1, 1], range(5)])), "kintree_table"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_model_that_cannot_be_right_is_refused_by_its_field(
    tmp_path: Path, model: dict[str, Any], field: str
) -> None:
    out = tmp_path / "flame.safetensors"
    with pytest.raises(BadInput) as refused:
        convert_head([write_2023(tmp_path, model), write_landmarks(tmp_path)], out)
    assert refused.value.field == field and "flame2023.pkl" in refused.value.file
    assert not out.exists()


def test_landmarks_on_triangles_that_are_not_there_are_refused(tmp_path: Path) -> None:
    held = tiny_landmarks() | {"static_lmk_faces_idx": np.full(51, 14)}
    with pytest.raises(BadInput, match="static_lmk_faces_idx"):
        convert_flame([write_2023(tmp_path), write_landmarks(tmp_path, held)])


def test_a_missing_part_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="landmark_embedding.npy"):
        convert_flame([write_2023(tmp_path)])
    with pytest.raises(BadInput, match="v_template"):
        convert_flame([write_landmarks(tmp_path)])
    with pytest.raises(BadInput, match="missing"):
        convert_head([tmp_path / "none.pkl"], tmp_path / "out.safetensors")
    with pytest.raises(BadInput, match="flame.npz"):
        convert_head([write_2023(tmp_path)], tmp_path / "flame.npz")


def test_another_file_is_no_converted_head(tmp_path: Path) -> None:
    (tmp_path / "head.safetensors").write_bytes(b"PK\x03\x04")
    with pytest.raises(BadInput, match="head.safetensors"):
        load_head(tmp_path / "head.safetensors")
