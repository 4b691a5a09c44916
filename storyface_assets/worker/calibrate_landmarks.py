"""Measure ``landmark_offsets.json``: random heads, rendered, looked at by the landmark network.

``python -m storyface_assets.worker.calibrate_landmarks [--data data] [--heads 48]``: about two
seconds a head.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from scipy.spatial import cKDTree

from storyface_assets.lib.fit.landmark_offsets import OFFSETS_FILE, write_offsets
from storyface_assets.lib.fit.linear_head import linear_head
from storyface_assets.lib.heads.albedo import AlbedoModel
from storyface_assets.lib.heads.character import CharacterHead
from storyface_assets.lib.heads.model import N_ALBEDO, N_EXPRESSION, N_POSE, N_SHAPE
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.landmarks import FaceLandmarker
from storyface_assets.lib.render import Camera, FrameState, HeadRenderer, studio_light

_SIZE = 512
_SHAPE_SPREAD, _TURN_SPREAD = 0.8, 0.06


def measure(
    model: OpenHead, landmarker: FaceLandmarker, textures: list[np.ndarray], heads: int
) -> Iterator[np.ndarray]:
    """Offsets seen on random heads, one ``(478, 3)`` a head that was found, metres, head space.

    Args:
        model: the head model.
        landmarker: the network.
        textures: ``(H, W, 3)`` uint8 sRGB skins, used in turn.
        heads: how many heads to render.
    """
    rng = np.random.default_rng(0)
    still = np.zeros(N_EXPRESSION, np.float32)
    for k in range(heads):
        shape = rng.normal(0, _SHAPE_SPREAD, N_SHAPE).astype(np.float32)
        pose = np.zeros(N_POSE, np.float32)
        pose[:3] = rng.normal(0, _TURN_SPREAD, 3)
        person = CharacterHead(
            shape,
            np.zeros(N_ALBEDO, np.float32),
            {"neutral": still},
            textures[k % len(textures)],
        )
        renderer = HeadRenderer(model, person, [], (_SIZE, _SIZE))
        camera = Camera.framing(renderer.framed_points, 0.5, 16.0, 0.45)
        state = FrameState(expression=still, pose=pose, light=studio_light(), camera=camera)
        faces = landmarker.detect(renderer.render(state))
        if not faces:
            continue
        vertices = torch.from_numpy(model.vertices_numpy(shape, still, pose))
        points = model.landmarks(vertices[None], "mediapipe478")[0].double().numpy()
        yield _offset(points, faces[0].landmarks, camera)


def _offset(points: np.ndarray, seen: np.ndarray, camera: Camera) -> np.ndarray:
    """Network minus truth, metres; turns are small, so screen and head axes count as the same."""
    truth = camera.project(points, (_SIZE, _SIZE))
    metres_a_pixel = truth[:, 2].mean() / camera.focal(_SIZE)
    # Pixel centres: the renderer's at .5, the network's at 0.
    across = (seen[:, 0] + 0.5 - truth[:, 0]) * metres_a_pixel
    up = -(seen[:, 1] + 0.5 - truth[:, 1]) * metres_a_pixel
    depth = seen[:468, 2] - seen[:468, 2].mean()
    true_depth = truth[:468, 2] - truth[:468, 2].mean()
    nearer = np.zeros(len(points))
    nearer[:468] = true_depth - depth * metres_a_pixel
    return np.stack([across, up, nearer], 1)


def symmetric(offsets: np.ndarray, landmark_mean: np.ndarray) -> np.ndarray:
    """Offsets ``(478, 3)`` averaged with their mirror image: half the noise."""
    flip = np.array([-1, 1, 1])
    partner = cKDTree(landmark_mean).query(landmark_mean * flip)[1]
    return 0.5 * (offsets + offsets[partner] * flip)


def calibrate(data_dir: Path, heads: int, out: Path) -> None:
    """Measure the offsets and write them.

    Args:
        data_dir: the data folder with ``open_models/open_head``.
        heads: how many heads to render.
        out: the file to write.
    """
    folder = data_dir / "open_models" / "open_head"
    model = OpenHead.load(folder / "head.npz")
    skins = AlbedoModel.load(folder / "albedo.npz")
    rng = np.random.default_rng(1)
    textures = [skins.texture(skins.random_code(rng)) for _ in range(8)]
    landmarker = FaceLandmarker(data_dir / "cache", print)
    found = np.stack(list(measure(model, landmarker, textures, heads)))
    marked = linear_head(model).marked_points
    write_offsets(out, marked, symmetric(np.median(found, 0), marked), len(found))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("data"), help="the data folder")
    parser.add_argument("--heads", type=int, default=48)
    parser.add_argument("--out", type=Path, default=OFFSETS_FILE)
    arguments = parser.parse_args()
    calibrate(arguments.data, arguments.heads, arguments.out)
