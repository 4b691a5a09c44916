"""Where things are and which profile is on; read once, handed down."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from upath import UPath

from storyface_assets.lib.errors import BadInput

Profile = Literal["open", "research"]


@dataclass(frozen=True)
class Settings:
    """Paths and profile of one StoryFace installation.

    Attributes:
        data_dir: the folder with ``books/``, ``open_models/``, ``raw/`` and usually ``store/``.
        store: root of everything the assets make; may be remote (``s3://…``).
        profile: ``open`` (default) or ``research``.
    """

    data_dir: Path
    store: UPath
    profile: Profile = "open"

    @property
    def books_dir(self) -> Path:
        """One folder a book: ``book.toml``, ``story.txt``, portrait."""
        return self.data_dir / "books"

    @property
    def open_models_dir(self) -> Path:
        """Open weights that are committed with the project, each with a model card."""
        return self.data_dir / "open_models"

    @property
    def raw_dir(self) -> Path:
        """What a person drops in, and what the studio renders; see its README."""
        return self.data_dir / "raw"

    @property
    def text_dir(self) -> Path:
        """The labelled stories that the text model learns from (committed)."""
        return self.data_dir / "text"

    @property
    def studio_dir(self) -> Path:
        """The studio's set: ``aihub82/``, ``celeba/``, ``pairs/`` and ``truth.parquet``."""
        return self.raw_dir / "studio"

    @property
    def emotion_photos_dir(self) -> Path:
        """Emotion photos in AI-Hub 82's layout: the studio's, or (research) the real ones."""
        root = self.raw_dir if self.profile == "research" else self.studio_dir
        return root / "aihub82"

    @property
    def celeba_dir(self) -> Path:
        """Faces with attributes in CelebA's layout: the studio's, or (research) the real ones."""
        root = self.raw_dir if self.profile == "research" else self.studio_dir
        return root / "celeba"

    @property
    def text_corpora_dir(self) -> Path:
        """General emotion corpora, a folder each, as their publishers give them."""
        return self.raw_dir / "text"

    @property
    def cache_dir(self) -> Path:
        """Files that can be fetched or computed again: landmark models, spoken sentences."""
        return self.data_dir / "cache"

    @property
    def dagster_home(self) -> Path:
        """The persistent Dagster instance that the command line uses."""
        return self.data_dir / "dagster_home"

    @property
    def films_dir(self) -> Path:
        """Finished films and their web page, where people look for them."""
        return self.data_dir / "films"

    @property
    def heads_dir(self) -> Path:
        """Heads as files for 3D programs, a folder a book, where people look for them."""
        return self.data_dir / "heads"

    @property
    def identity_dir(self) -> Path:
        """This installation's key for Content Credentials; never leaves the machine."""
        return self.data_dir / "identity"

    @classmethod
    def at(cls, data_dir: Path, profile: Profile = "open") -> "Settings":
        """Settings for a data folder, with the store inside it."""
        return cls(data_dir=data_dir, store=UPath(data_dir / "store"), profile=profile)

    @classmethod
    def find(cls) -> "Settings":
        """Settings from STORYFACE_DATA, STORYFACE_STORE and STORYFACE_PROFILE, else ./data.

        Raises:
            BadInput: no data folder, or a profile that does not exist.
        """
        named = os.environ.get("STORYFACE_DATA")
        data_dir = Path(named or "data").resolve()
        if not (data_dir / "open_models").is_dir():
            raise BadInput(
                data_dir,
                "STORYFACE_DATA" if named else "",
                "is not a StoryFace data folder (it has no open_models/).",
                "Run from the project's folder, or set STORYFACE_DATA to its data/ folder.",
            )
        profile = os.environ.get("STORYFACE_PROFILE", "open")
        if profile not in ("open", "research"):
            raise BadInput("STORYFACE_PROFILE", "", f"is {profile!r}.", "Use 'open' or 'research'.")
        store = os.environ.get("STORYFACE_STORE")
        return cls(
            data_dir=data_dir,
            store=UPath(store) if store else UPath(data_dir / "store"),
            profile=cast(Profile, profile),
        )
