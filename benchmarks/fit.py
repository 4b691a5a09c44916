"""Seconds a photo for the fit, split by stage, and the landmark residual; against plain Adam.

Run ``python benchmarks/fit.py [PHOTOS] [--limit N]`` on an otherwise idle machine. PHOTOS is a
folder of pictures; without it the portraits of ``data/books`` are taken. Goal (issue 2): at most 3
seconds a photo, residual at most .02 of the eye distance.

The landmark network puts its points some millimetres off where the model's embedding has them, the
same way on every face (``lib/fit/landmark_offsets.py``). The fit works with these measured offsets
removed; the residual is printed so, and also without removing them.

The baseline fits the same landmarks, model, camera and priors the usual way: 300 steps of torch's
Adam on shape, expression, pose and translation through ``HeadModel.vertices``, nothing else (no
texture, no light). The ratio compares landmark fitting with landmark fitting.
"""

import argparse
import os
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.fit import check_portrait, fit_photo
from storyface_assets.lib.fit.expression_prior import expression_prior
from storyface_assets.lib.fit.landmark_fit import LANDMARK_SIGMA
from storyface_assets.lib.fit.landmark_sets import INNER, landmark_weights
from storyface_assets.lib.fit.linear_head import linear_head
from storyface_assets.lib.fit.photo_camera import PhotoCamera
from storyface_assets.lib.fit.photo_fit import FitResult
from storyface_assets.lib.heads.albedo import AlbedoModel
from storyface_assets.lib.heads.model import N_EXPRESSION, N_POSE, N_SHAPE
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.images import open_photo
from storyface_assets.lib.landmarks import Face, FaceLandmarker

ADAM_STEPS = 300
PICTURES = {".jpg", ".jpeg", ".png", ".webp"}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("photos", type=Path, nargs="?", help="a folder; else the sample books'")
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--limit", type=int, default=1000)
    parser.add_argument("--baseline", type=int, default=2, help="photos to run Adam on")
    options = parser.parse_args()
    print(f"cores {os.cpu_count()}, load before {os.getloadavg()[0]:.1f}")

    head_dir = options.data / "open_models" / "open_head"
    model, skins = OpenHead.load(head_dir / "head.npz"), AlbedoModel.load(head_dir / "albedo.npz")
    landmarker = FaceLandmarker(options.data / "cache", print)
    photos = _photos(options.photos, options.data)[: options.limit]
    if not photos:
        raise SystemExit("no photos there")
    totals: dict[str, list[float]] = defaultdict(list)
    residuals: list[tuple[float, float]] = []
    adam: list[tuple[float, float]] = []
    for number, path in enumerate(photos):
        try:
            seconds, residual, face, size = _fit(path, model, skins, landmarker)
        except BadInput as error:
            print(f"{path.name:28} refused: {error.problem}")
            continue
        if number == 0:
            # The first photo also compiles and measures the model's basis: once a process.
            print(f"first photo of the process: {sum(seconds.values()):.2f} s")
            seconds, residual, face, size = _fit(path, model, skins, landmarker)
        for stage, value in seconds.items():
            totals[stage].append(value)
        residuals.append(residual)
        print(
            f"{path.name:28} {sum(seconds.values()):6.2f} s   residual {residual[0]:.4f}, "
            f"with the network's offsets {residual[1]:.4f}"
        )
        if len(adam) < options.baseline:
            adam.append(adam_fit(face, model, PhotoCamera.for_portrait(size, face.interocular)))
    _report(totals, residuals, adam)


def _photos(folder: Path | None, data: Path) -> list[Path]:
    found = folder.rglob("*") if folder else (data / "books").glob("*/portrait.*")
    return sorted(p for p in found if p.suffix.lower() in PICTURES)


def _fit(
    path: Path, model: OpenHead, skins: AlbedoModel, landmarker: FaceLandmarker
) -> tuple[dict[str, float], tuple[float, float], Face, tuple[int, int]]:
    start = time.perf_counter()
    rgb = open_photo(path).rgb
    face, _ = check_portrait(rgb, landmarker.detect(rgb))
    found = time.perf_counter() - start
    fit = fit_photo(rgb, face, model, skins)
    residuals = fit.landmark_residual, marked_residual(fit, face, model)
    return {"find face": found, **fit.seconds}, residuals, face, rgb.shape[:2]


def marked_residual(fit: FitResult, face: Face, model: OpenHead) -> float:
    """The same fit's residual to the points marked on the head, the offsets not removed."""
    posed = model.vertices_numpy(fit.shape, fit.expression, fit.pose)
    points = model.landmarks(torch.from_numpy(posed)[None], "mediapipe478")[0].numpy()
    mask = model.landmark_mask("mediapipe478")
    inner = [i for i in INNER if mask[i]]
    seen = fit.camera.project(points[inner] + fit.translation)
    away = np.linalg.norm(seen - face.landmarks[inner, :2], axis=1)
    return float(away.mean() / face.interocular)


def adam_fit(face: Face, model: OpenHead, camera: PhotoCamera) -> tuple[float, float]:
    """The baseline; returns its seconds and its residual."""
    start = time.perf_counter()
    offsets = torch.from_numpy(linear_head(model).landmark_mean - linear_head(model).marked_points)
    mask = model.landmark_mask("mediapipe478")
    weights = torch.from_numpy(landmark_weights(mask)).float()
    sparsity, allowed, _ = expression_prior(model.expression_names)
    units = torch.from_numpy(allowed).float()
    codes = torch.zeros(1, N_SHAPE, requires_grad=True)
    expression = torch.zeros(1, N_EXPRESSION, requires_grad=True)
    turn, shift = torch.zeros(3, requires_grad=True), torch.tensor([0.0, 0.0, -1.0])
    shift.requires_grad_()
    target = torch.from_numpy(face.landmarks[:, :2]).float()
    centre = torch.tensor(camera.centre)
    optimiser = torch.optim.Adam([codes, expression, turn, shift], lr=0.02)
    for _ in range(ADAM_STEPS):
        pose = torch.cat([turn, torch.zeros(N_POSE - 3)])[None]
        used = torch.relu(expression) * units
        points = model.landmarks(model.vertices(codes, used, pose), "mediapipe478")[0]
        points = points + offsets.float() + shift
        pixels = points[:, :2] * torch.tensor([1.0, -1.0]) * camera.focal / -points[:, 2:] + centre
        away = (pixels - target) / face.interocular
        loss = 0.6 * (weights[:, None] * away**2).sum() / LANDMARK_SIGMA**2
        loss = loss + (codes**2).sum() + 2 * (used[0] * torch.from_numpy(sparsity).float()).sum()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    inner = [i for i in INNER if mask[i]]
    return time.perf_counter() - start, float(away.detach().norm(dim=1)[inner].mean())


def _report(
    totals: dict[str, list[float]],
    residuals: list[tuple[float, float]],
    adam: list[tuple[float, float]],
) -> None:
    whole = sum(float(np.mean(values)) for values in totals.values())
    print(f"\n{len(residuals)} photos: {whole:.2f} s a photo (goal 3)")
    for stage, values in totals.items():
        print(f"  {stage:12} {np.mean(values) * 1000:7.0f} ms")
    print(
        f"landmark residual over {len(INNER)} inner landmarks (lids, brows, nose, lips; goal .02)"
    )
    for name, values in zip(("removed", "not removed"), np.transpose(residuals), strict=True):
        print(f"  measured offsets {name}: mean {values.mean():.4f}, worst {values.max():.4f}")
    if adam:
        seconds, residual = np.mean(adam, 0)
        ours = float(np.mean(totals["landmarks"]))
        print(
            f"baseline, {ADAM_STEPS} Adam steps on landmarks alone: {seconds:.2f} s, residual "
            f"{residual:.4f}; Gauss-Newton {ours:.3f} s, so {seconds / ours:.0f} × faster"
        )


if __name__ == "__main__":
    main()
