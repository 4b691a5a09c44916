"""books/narration: the story read aloud."""

import pandas as pd
from dagster import AssetExecutionContext, MaterializeResult

from storyface_assets.assets.declare import book_asset
from storyface_assets.lib.books import CharacterWish, VoiceWish, load_fields
from storyface_assets.lib.progress import Stopwatch
from storyface_assets.lib.speech import Voice, narrate, pauses_between, voice_for
from storyface_assets.lib.store import Folder
from storyface_assets.resources.installation import Installation
from storyface_assets.settings import Profile


@book_asset(inputs=["book", "sentences"], kinds={"numpy"}, code_version="2")
def narration(
    context: AssetExecutionContext,
    installation: Installation,
    book: Folder,
    sentences: pd.DataFrame,
) -> MaterializeResult[Folder]:
    """The story's voice: an even-loudness recording with the time of each phoneme and word.

    The voice suits the gender and age that book.toml wishes for, so it needs no photo.
    """
    manuscript = load_fields(book.path, context.partition_key)
    voice = _voice(manuscript.voice, manuscript.character, installation.settings.profile)
    pauses = pauses_between(list(sentences["paragraph"]), list(sentences["page"]))
    watch = Stopwatch()
    spoken = narrate(list(sentences["text"]), voice, installation.settings.cache_dir, pauses)
    kept = Folder.scratch()
    spoken.save(kept.path)
    return MaterializeResult(
        value=kept,
        metadata={
            "seconds of audio": round(spoken.seconds, 2),
            "seconds of work": watch.seconds(),
            "voice": f"{voice.engine} {voice.variant}, pitch {voice.pitch}, {voice.rate} words/min",
            "sentences": len(spoken.sentences),
            "warnings": list(spoken.warnings),
        },
    )


def _voice(wish: VoiceWish, character: CharacterWish, profile: Profile) -> Voice:
    gender = {"female": 0.0, "male": 1.0}.get(character.gender or "")
    engine = wish.engine or ("gtts" if profile == "research" else "espeak")
    return voice_for(engine, wish.pitch, wish.rate, gender, character.age)
