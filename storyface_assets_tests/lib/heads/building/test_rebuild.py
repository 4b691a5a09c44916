"""A small rebuild from the wheel agrees with the shipped head."""

import os
import tempfile
from pathlib import Path

import numpy as np
import pytest

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.heads.attributes import Attributes
from storyface_assets.lib.heads.build.expression_units import expression_basis
from storyface_assets.lib.heads.build.head_source import HeadSource, read_source
from storyface_assets.lib.heads.build.layout import lay_out_head
from storyface_assets.lib.heads.build.people import PeopleMaker
from storyface_assets.lib.heads.build.recipe import (
    feature_points,
    head_landmarks,
    sample_people,
)
from storyface_assets.lib.heads.build.targets import local_sliders
from storyface_assets.lib.heads.build.wheel import AnnyData, fetch_wheel
from storyface_assets.lib.heads.open_head import OpenHead

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def data() -> AnnyData:
    cache = os.environ.get("STORYFACE_WHEELS", f"{tempfile.gettempdir()}/storyface-wheels")
    try:
        return AnnyData(fetch_wheel(Path(cache)))
    except BadInput as error:
        pytest.skip(f"no network for the wheel: {error}")


@pytest.fixture(scope="module")
def source(data: AnnyData) -> HeadSource:
    return read_source(data)


@pytest.fixture(scope="module")
def maker(data: AnnyData, source: HeadSource) -> PeopleMaker:
    return PeopleMaker(source.mesh.vertices[source.ids], source.table, local_sliders(data))


def test_topology_and_landmarks_are_the_shipped_ones(head: OpenHead, source: HeadSource) -> None:
    np.testing.assert_array_equal(source.triangles, head.faces)
    np.testing.assert_array_equal(source.part, head.face_part)
    np.testing.assert_array_equal(source.mirror, head.mirror)
    np.testing.assert_allclose(source.weights, head.skin_weights, atol=1e-3)
    for kind, landmarks in zip(("ibug68", "mediapipe478"), head_landmarks(source), strict=True):
        np.testing.assert_array_equal(landmarks.triangles, head._landmarks[kind][0])
        np.testing.assert_allclose(landmarks.barycentric, head._landmarks[kind][1], atol=1e-6)


def test_expression_units_are_the_shipped_ones(
    head: OpenHead, data: AnnyData, source: HeadSource
) -> None:
    units = expression_basis(data, source, head.template.astype(np.float64))
    np.testing.assert_allclose(units, head.expression_basis, atol=3e-5)


def test_atlas_is_the_shipped_one(head: OpenHead, source: HeadSource) -> None:
    uv, uv_faces = lay_out_head(source, feature_points(source))
    np.testing.assert_array_equal(uv_faces, head.uv_faces)
    np.testing.assert_allclose(uv, head.uv, atol=1e-4)


def test_fresh_people_lie_in_the_shipped_shape_space(
    head: OpenHead, source: HeadSource, maker: PeopleMaker
) -> None:
    # People the basis never saw must be told by 100 numbers to half a millimetre on the face.
    people = sample_people(maker, source, 6, seed=99).heads
    flat = head.shape_basis.reshape(len(head.shape_basis), -1).astype(np.float64)
    offsets = (people - head.template).reshape(len(people), -1)
    codes, *_ = np.linalg.lstsq(flat.T, offsets.T, rcond=None)
    left = (offsets - codes.T @ flat).reshape(people.shape)
    triangles, _, _ = head._landmarks["ibug68"]
    face = np.unique(triangles[17:])
    assert np.sqrt((left[:, face] ** 2).sum(2).mean()) < 0.6e-3
    assert np.abs(codes).mean() < 2.0  # about unit variance


def test_attribute_codes_make_the_people_they_name(
    head: OpenHead, source: HeadSource, maker: PeopleMaker
) -> None:
    person = Attributes(1.0, 70.0, 0.0, 0.0, 1.0)
    made = source.assemble(source.anchored(maker.macro_head(person)))
    coded = head.template + np.tensordot(head.attributes_to_shape(person), head.shape_basis, 1)
    gap = np.linalg.norm(made - coded, axis=1)
    assert np.sqrt((gap**2).mean()) < 1.0e-3
