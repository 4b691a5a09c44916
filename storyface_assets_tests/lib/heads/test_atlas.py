import numpy as np

from storyface_assets.lib.heads.open_head import EYES, OpenHead


def signed_areas(head: OpenHead) -> np.ndarray:
    a, b, c = head.uv[head.uv_faces].transpose(1, 0, 2)
    p, q = b - a, c - a
    return (p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]) / 2


def of_part(head: OpenHead, name: str) -> np.ndarray:
    return head.face_part == head.part_names.index(name)


def test_no_skin_triangle_is_flipped(head: OpenHead) -> None:
    # A flipped triangle would show mirrored texture and break fitting a photo into the atlas.
    assert (signed_areas(head)[of_part(head, "skin")] > 0).all()


def test_coordinates_stay_inside(head: OpenHead) -> None:
    assert head.uv.min() > 0 and head.uv.max() < 1


def test_islands_do_not_overlap(head: OpenHead) -> None:
    size = 256
    owner = np.full((size, size), -1)
    for part in range(len(head.part_names)):
        corners = head.uv[head.uv_faces[head.face_part == part]]
        # Points well inside the triangles: overlap of islands cannot hide between them.
        for weights in ((1 / 3, 1 / 3, 1 / 3), (0.6, 0.2, 0.2), (0.2, 0.6, 0.2), (0.2, 0.2, 0.6)):
            at = np.einsum("k,nkd->nd", np.array(weights), corners)
            x, y = (at * size).astype(int).T
            assert (np.isin(owner[y, x], (-1, part))).all()
            owner[y, x] = part


def test_the_face_gets_most_of_the_atlas(head: OpenHead) -> None:
    areas = np.abs(signed_areas(head))
    centre = head.template[head.faces].mean(1)
    points = head._landmarks["ibug68"]
    at = np.einsum("nk,nkd->nd", points[1], head.template[points[0]])
    gaps = np.linalg.norm(centre[:, None] - at[17:], axis=2).min(1)
    face = of_part(head, "skin") & (gaps < 0.03)
    assert areas[face].sum() > 0.3
    for eye in EYES:
        assert areas[of_part(head, eye)].sum() > 0.012  # 125 texels across at 1024
