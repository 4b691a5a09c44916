"""``storyface convert-head`` as a person types it."""

import pickle

from storyface_assets.lib.heads.convert import load_head
from storyface_assets_tests.lib.heads.flame.tiny_flame import write_2020, write_landmarks


def test_flame_is_converted(tmp_path, storyface):
    out = tmp_path / "weights" / "flame.safetensors"
    code, said, _ = storyface(
        "convert-head", write_2020(tmp_path), write_landmarks(tmp_path), "--out", out
    )
    assert code == 0 and str(out) in said and "flame" in said
    assert load_head(out).sizes.shape == 100


def test_foreign_code_is_one_line_and_leaves_nothing(tmp_path, storyface):
    class Evil:
        def __reduce__(self):
            return (open, (str(tmp_path / "created"), "w"))

    (tmp_path / "generic_model.pkl").write_bytes(pickle.dumps({"v_template": Evil()}))
    out = tmp_path / "flame.safetensors"
    code, _, err = storyface("convert-head", tmp_path / "generic_model.pkl", "--out", out)
    assert code == 2 and "io.open" in err and "Traceback" not in err
    assert not out.exists() and not (tmp_path / "created").exists()
