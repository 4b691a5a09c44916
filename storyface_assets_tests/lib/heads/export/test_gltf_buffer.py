import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.heads.export.glb_file import read_glb, write_glb
from storyface_assets.lib.heads.export.gltf_buffer import GltfBuffer
from storyface_assets_tests.lib.heads.export.gltf_reader import Glb


def through_json(buffer):
    document = {"accessors": buffer.accessors, "bufferViews": buffer.views()}
    return Glb(json.loads(json.dumps(document)), buffer.data())


# Often zero, as the rows of a morph target are.
numbers = st.one_of(st.just(0.0), st.floats(-1, 1, width=32))
rows = st.integers(1, 30).flatmap(lambda n: arrays(np.float32, (n, 3), elements=numbers))


@given(st.lists(rows, min_size=1, max_size=4))
def test_what_is_put_in_comes_out(targets):
    # Views that overlap, or a row that a later target overwrites.
    buffer = GltfBuffer()
    sparse = [buffer.sparse(t, 1e-6, bounds=True) for t in targets]
    dense = [buffer.attribute(t) for t in targets]
    glb = through_json(buffer)
    for target, s, d in zip(targets, sparse, dense, strict=True):
        np.testing.assert_allclose(glb.accessor(s), target, atol=1e-6)
        np.testing.assert_array_equal(glb.accessor(d), target)
        np.testing.assert_array_equal(
            np.float32(buffer.accessors[s]["max"]), glb.accessor(s).max(0)
        )


def test_a_target_that_moves_little_takes_little():
    still = np.zeros((5000, 3), np.float32)
    still[7] = 1
    buffer = GltfBuffer()
    buffer.sparse(still, 1e-6)
    assert len(buffer.data()) < 100
    buffer.sparse(np.zeros_like(still), 1e-6)
    assert len(buffer.data()) < 100 and "bufferView" not in buffer.accessors[1]


@pytest.mark.parametrize(("most", "component"), [(65534, 5123), (65535, 5125)])
def test_large_meshes_get_wide_indices(most, component):
    # 65535 in 16 bits means: begin anew.
    buffer = GltfBuffer()
    index = buffer.triangles(np.array([[0, 1, most]]))
    assert buffer.accessors[index]["componentType"] == component
    assert through_json(buffer).accessor(index).max() == most


def test_a_container_comes_back(tmp_path):
    write_glb(tmp_path / "a.glb", {"asset": {"name": "한글"}}, b"12345")
    document, data = read_glb(tmp_path / "a.glb")
    assert document == {"asset": {"name": "한글"}} and data == b"12345\0\0\0"


@given(st.data())
def test_a_damaged_container_is_refused(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("glb") / "a.glb"
    write_glb(path, {"asset": {"version": "2.0"}}, bytes(40))
    whole = path.read_bytes()
    cut = data.draw(st.integers(0, len(whole) - 1))
    path.write_bytes(whole[:cut])
    with pytest.raises(BadInput, match="again"):
        read_glb(path)


def test_what_is_no_glb_is_refused(tmp_path):
    with pytest.raises(BadInput, match="again"):
        read_glb(tmp_path / "none.glb")
    (tmp_path / "b.glb").write_bytes(b"\x89PNG" + bytes(60))
    with pytest.raises(BadInput, match="header"):
        read_glb(tmp_path / "b.glb")
