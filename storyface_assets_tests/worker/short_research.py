"""The fine-tuning of a tiny encoder, which kills itself in a step if that is asked for."""

import argparse
import os
import signal
from dataclasses import replace
from pathlib import Path

from storyface_assets.lib.text.labelled_stories import read_labelled_sentences
from storyface_assets.lib.text.story_corpus import TEST_FILE, TRAIN_FILE
from storyface_assets.lib.text.transformer.recipe import RESEARCH
from storyface_assets.lib.text.transformer.rows import Window
from storyface_assets.lib.text.transformer.task import TextEmotionTask
from storyface_assets.worker.train_text_emotion_research import train_on
from storyface_assets.worker.training_worker import Job

#: Learns what ``tiny_encoder.telling_stories`` tell in some seconds.
SHORT = replace(RESEARCH, epochs=40, rate=5e-3, layer_decay=1.0, window=Window(1, 1, 64))


def main() -> None:
    """Train on ``room/data`` from ``room/encoder``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("room", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--die", type=int, help="step in which the process kills itself")
    parser.add_argument("--epochs", type=int, default=SHORT.epochs)
    given = parser.parse_args()
    do = TextEmotionTask.step

    def step(task: TextEmotionTask, number: int) -> dict[str, float]:
        if number == given.die:
            os.kill(os.getpid(), signal.SIGKILL)
        return do(task, number)

    TextEmotionTask.step = step
    data = given.room / "data"
    sets = [read_labelled_sentences(data / name) for name in (TRAIN_FILE, TEST_FILE)]
    job = Job(data, given.out.with_suffix(".work"), "research")
    recipe = replace(SHORT, epochs=given.epochs)
    train_on(job, given.out, sets[0], sets[1], recipe, str(given.room / "encoder"))


if __name__ == "__main__":
    main()
