"""How long it takes to crop a face and to turn a head in 3D: `python benchmarks/turning.py`.

Milliseconds of one core, median of the rounds, on a sample book's portrait (768 pixels).
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import cv2

from storyface_assets.lib.dataset.crop_frame import face_square
from storyface_assets.lib.dataset.crops import SIZE, encode_crop
from storyface_assets.lib.images import open_photo
from storyface_assets.lib.landmarks import FaceLandmarker
from storyface_assets.lib.turn import TURNS, HeadFitter, turn_head

DATA = Path(__file__).parents[1] / "data"
ROUNDS = 40


def median_ms(work: Callable[[], object]) -> float:
    """Milliseconds of processor time."""
    work()
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        times.append((time.process_time() - start) * 1e3)
    return statistics.median(times)


def main() -> None:
    """Print a line a step."""
    cv2.setNumThreads(1)
    portrait = sorted((DATA / "books").glob("*/portrait.jpg"))[0]
    rgb = open_photo(portrait).rgb
    (face, *_) = FaceLandmarker(DATA / "cache").detect(rgb)
    fitter = HeadFitter.load(DATA / "open_models" / "open_head" / "head.npz")
    square = face_square(face.landmarks)
    fitted = fitter.fit(face, square)
    relief, side = fitted.relief, fitted.work_side
    work = relief.square.cut(rgb, side)

    def turn_all() -> None:
        for turn in TURNS.values():
            turned = turn_head(work, relief, turn, face.landmarks, face_square, SIZE)
            encode_crop(turned.picture)

    crop = median_ms(lambda: encode_crop(square.cut(rgb, SIZE)))
    fit = median_ms(lambda: fitter.fit(face, square))
    cut = median_ms(lambda: relief.square.cut(rgb, side))
    turn = median_ms(turn_all) / len(TURNS)
    print(f"crop and encode        {crop:6.1f} ms")
    print(f"fit and relief         {fit:6.1f} ms a photo")
    print(f"cut the photo's part   {cut:6.1f} ms a photo")
    print(f"turn and encode        {turn:6.1f} ms a picture")
    print(f"a turned picture in all{turn + (fit + cut) / len(TURNS):6.1f} ms")


if __name__ == "__main__":
    main()
