"""What assets know of the machine they run on: the settings, and the models loaded once."""

from functools import cache, cached_property
from pathlib import Path

from dagster import ConfigurableResource
from upath import UPath

from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.landmarks import FaceLandmarker
from storyface_assets.lib.text import EmotionReader
from storyface_assets.settings import Profile, Settings


class Installation(ConfigurableResource["Installation"]):
    """Settings as a Dagster resource, with the loaders of the models the books use.

    Loaded models are kept for the process, so that many books in one run load them once.
    """

    data_dir: str
    store: str
    profile: str = "open"

    @classmethod
    def of(cls, settings: Settings) -> "Installation":
        """The resource of these settings."""
        return cls(
            data_dir=str(settings.data_dir), store=str(settings.store), profile=settings.profile
        )

    @cached_property
    def settings(self) -> Settings:
        """The settings this resource was made of."""
        profile: Profile = "research" if self.profile == "research" else "open"
        return Settings(Path(self.data_dir), UPath(self.store), profile)

    def book_folder(self, slug: str) -> Path:
        """The folder that a person wrote: ``book.toml``, ``story.txt``, portrait."""
        return self.settings.books_dir / slug

    def head_model(self) -> OpenHead:
        """The champion head model."""
        return _head_model(self.settings.open_models_dir / "open_head" / "head.npz")

    def emotion_reader(self) -> EmotionReader:
        """The champion text emotion model."""
        return _emotion_reader(self.settings.open_models_dir / "text_emotion")

    def landmarker(self) -> FaceLandmarker:
        """Face detector and landmarks; fetches their models on first use."""
        return _landmarker(self.settings.cache_dir)


@cache
def _head_model(path: Path) -> OpenHead:
    return OpenHead.load(path)


@cache
def _emotion_reader(folder: Path) -> EmotionReader:
    return EmotionReader.load(folder)


@cache
def _landmarker(cache_dir: Path) -> FaceLandmarker:
    return FaceLandmarker(cache_dir)
