"""``storyface read``: the emotion of each sentence of a story, in colour."""

from pathlib import Path
from typing import Annotated

import typer


def read(
    story: Annotated[Path, typer.Argument(help="Story file (.txt, .md) or folder of pages.")],
) -> None:
    """Show how the text model reads a story, sentence by sentence."""
    from rich.text import Text

    from storyface_assets.cli.console import console, tell_warning
    from storyface_assets.lib.books import parse_story_file
    from storyface_assets.lib.text import read_story
    from storyface_assets.lib.text.emotion_readers import load_emotion_reader
    from storyface_assets.previews.colours import EMOTION_COLOURS, as_hex
    from storyface_assets.settings import Settings

    found = read_story(parse_story_file(story).text, story)
    reader = load_emotion_reader(Settings.find().open_models_dir / "text_emotion")
    reading = reader.read(found.sentences)
    for sentence, label, row in zip(
        found.sentences, reading.labels, reading.probabilities, strict=True
    ):
        colour = as_hex(EMOTION_COLOURS[label])
        line = Text(f"{sentence.index + 1:4d}  ", style="dim")
        line.append(f"{label} {row.max():4.0%}  ", style=f"bold {colour}").append(sentence.text)
        console.print(line, soft_wrap=True)
    for warning in found.warnings:
        tell_warning(warning)
