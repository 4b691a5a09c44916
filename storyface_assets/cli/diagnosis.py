"""What ``storyface doctor`` looks at: each finding is one function that really tries the part."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Literal

from storyface_assets.settings import Settings

State = Literal["good", "note", "missing"]

#: A film takes some 20 MB and the store keeps old versions for a while.
_DISK_WANTED = 2 * 1024**3


@dataclass(frozen=True)
class Finding:
    """One line of the diagnosis.

    Attributes:
        part: what was looked at.
        state: ``good``; ``note`` (works, or is not needed now); ``missing`` (no film without it).
        text: what was found and what to do about it.
    """

    part: str
    state: State
    text: str


def diagnose(settings: Settings) -> list[Finding]:
    """Look at everything that a film needs; a part that raises is missing, with its error."""
    parts: dict[str, Callable[[Settings], Finding]] = {
        "profile": _profile,
        "python": _packages,
        "processor": _processor,
        "head model": _head,
        "text model": _text,
        "landmark models": _landmarks,
        "voice": _voice,
        "font": _font,
        "ffmpeg": _ffmpeg,
        "data folder": _disk,
    }
    findings = []
    for part, look in parts.items():
        try:
            findings.append(look(settings))
        except Exception as error:  # A doctor reports every failure.
            findings.append(Finding(part, "missing", str(error)))
    return findings


def _profile(settings: Settings) -> Finding:
    return Finding("profile", "good", f"{settings.profile} (STORYFACE_PROFILE)")


def _packages(settings: Settings) -> Finding:
    names = ("torch", "dagster", "numpy", "numba", "opencv-python")
    return Finding("python", "good", ", ".join(f"{name} {version(name)}" for name in names))


def _processor(settings: Settings) -> Finding:
    import torch

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    if torch.cuda.is_available():
        return Finding("processor", "good", f"{cores} cores, {torch.cuda.get_device_name(0)}")
    return Finding("processor", "good", f"{cores} cores, no GPU (none is needed to make films)")


def _head(settings: Settings) -> Finding:
    from storyface_assets.lib.heads.open_head import OpenHead

    path = settings.open_models_dir / "open_head" / "head.npz"
    return Finding("head model", "good", f"{OpenHead.load(path).n_vertices} vertices ({path})")


def _text(settings: Settings) -> Finding:
    from storyface_assets.lib.text.emotion_readers import load_emotion_reader
    from storyface_assets.resources.installation import Installation

    folder = Installation.of(settings).require_champion("text_emotion")
    load_emotion_reader(folder)
    return Finding("text model", "good", str(folder))


def _landmarks(settings: Settings) -> Finding:
    from storyface_assets.lib.landmarks import models_present

    if models_present(settings.cache_dir):
        return Finding("landmark models", "good", f"in {settings.cache_dir}")
    text = "not here yet; the first film fetches them (36 MB), or run storyface demo"
    return Finding("landmark models", "note", text)


def _voice(settings: Settings) -> Finding:
    from storyface_assets.lib.speech import narrate, voice_for

    said = narrate(["안녕하세요."], voice_for())
    text = f"espeak-ng spoke {said.seconds:.1f} s"
    if settings.profile == "research":
        text += "; gTTS is used where the network allows"
    return Finding("voice", "good", text)


def _font(settings: Settings) -> Finding:
    from storyface_assets.lib.film.fonts import FAMILY, font_path, printable

    has_hangul = printable("가힣") == "가힣"
    return Finding("font", "good" if has_hangul else "missing", f"{FAMILY} ({font_path()})")


def _ffmpeg(settings: Settings) -> Finding:
    from storyface_assets.lib.film.ffmpeg import ffmpeg_binary

    return Finding("ffmpeg", "good", ffmpeg_binary())


def _disk(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.data_dir).free
    text = f"{settings.data_dir}, {free / 1024**3:.0f} GB free; store: {settings.store}"
    if not os.access(settings.data_dir, os.W_OK):
        return Finding("data folder", "missing", f"{settings.data_dir} cannot be written to")
    return Finding("data folder", "good" if free > _DISK_WANTED else "note", text)
