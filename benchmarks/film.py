"""Film seconds per wall second, split by stage, and against the seeds' way of assembling.

Run ``python benchmarks/film.py [--seconds 30] [--size 1280x720]`` on an otherwise idle machine;
the load average is printed because everything here uses all cores. Goal (issue 2): at least 1.5
film seconds a wall second once voice and fit are done, at most 15 ms of rendering a frame.

The seeds assembled their film with moviepy: one ``TextClip`` a sentence laid over the pictures by
``CompositeVideoClip`` and written by ``write_videofile``. Both ways get the same rendered frames,
sound, codec and preset here; only the assembling differs.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path

import numpy as np
from moviepy import AudioFileClip, CompositeVideoClip, TextClip, VideoClip

from storyface_assets.lib.film import Cards, FilmText, perform, write_film
from storyface_assets.lib.film.cues import Cue, make_cues
from storyface_assets.lib.film.encoder import FilmEncoder
from storyface_assets.lib.film.fonts import font_path
from storyface_assets.lib.film.lettering import LINE_WIDTH, subtitle_em
from storyface_assets.lib.film.stage import Stage
from storyface_assets.lib.film.write import encoder_inputs
from storyface_assets.lib.hair import build_accessories
from storyface_assets.lib.heads.character import CharacterHead, HairSpec
from storyface_assets.lib.heads.expressions import archetype
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.render.frame_state import FrameState
from storyface_assets.lib.render.renderer import HeadRenderer
from storyface_assets.lib.speech import narrate, voice_for
from storyface_assets.vocabulary import FACE_EXPRESSIONS, TEXT_EMOTIONS

STORY = (
    "옛날 어느 연못가에 작은 오리가 살았어요.",
    "하지만 아무도 오리와 놀아 주지 않아서 오리는 날마다 혼자 울었답니다.",
    "“저리 가, 이 못난이야!” 하고 닭이 소리쳤어요.",
    "깊은 밤, 갈대숲에서 이상한 소리가 들려왔습니다.",
    "이듬해 봄, 오리는 하늘을 훨훨 날며 환하게 웃었어요.",
    "“어머나, 저게 정말 나야?” 물에 비친 모습에 오리는 깜짝 놀랐지요.",
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=30.0, help="about how long a film")
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--head", type=Path, default=Path("data/open_models/open_head/head.npz"))
    options = parser.parse_args()
    width, height = map(int, options.size.split("x"))
    print(f"cores {os.cpu_count()}, load before {os.getloadavg()[0]:.1f}")

    texts = _texts(options.seconds)
    labels = [TEXT_EMOTIONS[i % 6] for i in range(len(texts))]
    start = time.perf_counter()
    narration = narrate(texts, voice_for(age=30))
    voice = time.perf_counter() - start
    model = OpenHead.load(options.head)
    person = _person()
    start = time.perf_counter()
    renderer = HeadRenderer(model, person, build_accessories(model, person), (width, height))
    build = time.perf_counter() - start
    start = time.perf_counter()
    renderer.render(FrameState())
    compile_seconds = time.perf_counter() - start
    start = time.perf_counter()
    performance = perform(narration, labels, person.expressions, model.expression_names)
    act = time.perf_counter() - start

    with tempfile.TemporaryDirectory() as scratch:
        text = FilmText(Cards("벤치마크", "StoryFace"), labels)
        start, before = time.perf_counter(), _processor_seconds()
        report = write_film(Path(scratch) / "film.mp4", renderer, performance, narration, text)
        wall = time.perf_counter() - start
        processor = _processor_seconds() - before
        ours, seeds = _assembling(Path(scratch), renderer, person, model.expression_names)

    frames = report.frames
    print(f"film {report.seconds:.1f} s, {frames} frames of {width}×{height}")
    print(f"voice {voice:.2f} s | renderer {build:.2f} s (+ first frame {compile_seconds:.2f} s)")
    print(f"acting {act:.2f} s | film {wall:.2f} s, of which (waiting for each stage)")
    for stage, seconds in report.seconds_of.items():
        print(f"  {stage:<8} {seconds:7.2f} s  {1000 * seconds / frames:6.2f} ms a frame")
    print(f"film seconds a wall second: {report.seconds / (act + wall):.2f}  (goal 1.5)")
    cores = os.cpu_count() or 1
    print(
        f"processor time {1000 * processor / frames:.1f} ms a frame (ffmpeg included): "
        f"at best {report.seconds * cores / processor:.2f} on {cores} idle cores"
    )
    render = 1000 * report.seconds_of["render"] / frames
    print(f"assembling one sentence: ours {ours:.2f} ms a frame, seeds' {seeds:.2f} ms")
    print(
        f"ratio: {seeds / ours:.1f}× assembling, {(seeds + render) / (ours + render):.1f}× in all"
    )
    print(f"load after {os.getloadavg()[0]:.1f}")


def _processor_seconds() -> float:
    """Of this process and of the ffmpegs that ended; a loaded machine does not change it much."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _texts(seconds: float) -> list[str]:
    texts: list[str] = []
    while len(texts) < 2 or sum(map(len, texts)) / 5.5 < seconds - 6:
        texts.append(STORY[len(texts) % len(STORY)])
    return texts


def _person() -> CharacterHead:
    grain = np.random.default_rng(0).normal(0, 4, (1024, 1024, 1))
    skin = np.clip(np.array([205, 160, 138]) + grain, 0, 255).astype(np.uint8)
    return CharacterHead(
        shape=np.zeros(100, np.float32),
        albedo=np.zeros(50, np.float32),
        expressions={name: archetype(name) for name in FACE_EXPRESSIONS},
        texture=skin,
        hair=HairSpec("bob", (70, 45, 32)),
    )


def _assembling(
    folder: Path, renderer: HeadRenderer, person: CharacterHead, names: tuple[str, ...]
) -> tuple[float, float]:
    """Milliseconds a frame that our way and the seeds' way take to assemble a short film."""
    narration = narrate(STORY[:1], voice_for(age=30))
    performance = perform(
        narration, ["행복"], person.expressions, names, title_seconds=0.0, end_seconds=0.0
    )
    fps, count = performance.timeline.fps, performance.timeline.n_frames
    stage = Stage(performance, renderer.size, renderer.framed_points)
    frames = list(renderer.render_many(stage.states(0, count)))
    size = renderer.size
    em, max_width = subtitle_em(size[1]), LINE_WIDTH * size[0]
    text = FilmText(Cards("벤치마크"), ["행복"])
    cues = make_cues(narration, text.labels, performance.timeline, em, max_width)

    room = folder / "ours"
    room.mkdir()
    start = time.perf_counter()
    inputs = encoder_inputs(room, narration, performance, text, size, cues)
    with FilmEncoder(room / "film.mp4", size, fps, inputs) as encoder:
        for frame in frames:
            encoder.write(frame)
    ours = time.perf_counter() - start
    start = time.perf_counter()
    _seeds_way(folder / "seeds.mp4", frames, fps, cues, em, room / inputs.audio)
    seeds = time.perf_counter() - start
    return 1000 * ours / count, 1000 * seeds / count


def _seeds_way(
    out: Path,
    frames: list[np.ndarray],
    fps: float,
    cues: list[Cue],
    em: int,
    sound: Path,
) -> None:
    """``CompositeVideoClip`` of the pictures and one ``TextClip`` a subtitle."""
    seconds = len(frames) / fps
    pictures = VideoClip(lambda t: frames[min(int(t * fps), len(frames) - 1)], duration=seconds)
    layers: list[VideoClip] = [pictures]
    for cue in cues:
        words = TextClip(
            font=str(font_path()),
            text="\n".join(cue.lines),
            font_size=em,
            color="white",
            stroke_color="black",
            stroke_width=3,
            margin=(4, 10),
            text_align="center",
        )
        layers.append(
            words.with_start(cue.start)
            .with_end(min(cue.end, seconds))
            .with_position(("center", 0.82), relative=True)
        )
    film = CompositeVideoClip(layers)
    with AudioFileClip(str(sound)) as audio:
        film = film.with_audio(audio)
        film.write_videofile(
            str(out),
            fps=fps,
            codec="libx264",
            audio_codec="aac",
            preset="veryfast",
            ffmpeg_params=["-crf", "20"],
            logger=None,
        )


if __name__ == "__main__":
    main()
