"""What assets know of the machine they run on: the settings, and the models loaded once."""

from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from dagster import AssetKey, ConfigurableResource
from upath import UPath

from storyface_assets.lib.books import require_slug
from storyface_assets.lib.classifiers.attributes import AttributeReader
from storyface_assets.lib.classifiers.ensemble import EmotionClassifier
from storyface_assets.lib.deca.coarse_reader import CoarseReader
from storyface_assets.lib.deca.detail_reader import DETAIL_NAME, DetailReader
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.heads.albedo import AlbedoModel
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.landmarks import FaceLandmarker
from storyface_assets.lib.stargan.editor import FaceEditor
from storyface_assets.lib.store import BlobStore, Memo, is_stored
from storyface_assets.lib.text.emotion_readers import StoryReader, load_emotion_reader
from storyface_assets.resources.store_io_manager import StoreIOManager
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

    @cached_property
    def io_manager(self) -> StoreIOManager:
        """The way in and out of the store."""
        return StoreIOManager(self.settings.store, self.settings.cache_dir / "store")

    def is_stored(self, key: AssetKey, partition: str | None = None) -> bool:
        """Whether the store holds an asset (of one partition)."""
        return is_stored(self.io_manager.target(key.path, partition))

    def load(self, key: AssetKey, partition: str | None = None) -> Any:
        """What an asset last stored: a DataFrame or a Folder.

        Raises:
            BadInput: it was never made, or what is stored is damaged.
        """
        return self.io_manager.load(key.path, partition)

    def book_folder(self, slug: str) -> Path:
        """The folder that a person wrote: ``book.toml``, ``story.txt``, portrait.

        Raises:
            BadInput: a partition key that is not a slug, so it must not become a path.
        """
        return self.settings.books_dir / require_slug(slug, "partition")

    def blobs(self) -> BlobStore:
        """The pictures that the dataset's tables name by their hash."""
        return BlobStore(self.settings.store / "dataset" / "pictures")

    def memo(self, step: str, recipe: str) -> Memo:
        """What a step of the dataset already knows of single photos."""
        return Memo(self.settings.cache_dir / "dataset", step, recipe)

    def head_model(self) -> OpenHead:
        """The champion head model."""
        return _head_model(self.settings.open_models_dir / "open_head" / "head.npz")

    def skins(self) -> AlbedoModel:
        """The head model's skin colours."""
        return _skins(self.settings.open_models_dir / "open_head" / "albedo.npz")

    def champion(self, name: str) -> Path | None:
        """Folder of a trained model: the one promoted here, else the one that is shipped."""
        key = AssetKey(["models", f"{name}_champion"])
        if self.is_stored(key):
            folder: Path = self.load(key).path
            return folder
        shipped = self.settings.open_models_dir / name
        return shipped if shipped.is_dir() else None

    def champions(self, names: Sequence[str]) -> dict[str, Path]:
        """Folders of several models, those left out that are nowhere."""
        found = {name: self.champion(name) for name in names}
        return {name: folder for name, folder in found.items() if folder is not None}

    def require_champion(self, name: str) -> Path:
        """Folder of a model that cannot be done without.

        Raises:
            BadInput: it is neither trained here nor shipped.
        """
        folder = self.champion(name)
        if folder is None:
            shipped = self.settings.open_models_dir / name
            mend = f"Check out data/open_models anew, or run `storyface retrain {name}`."
            raise BadInput(shipped, "", "is not there.", mend)
        return folder

    def face_editor(self) -> FaceEditor:
        """The champion StarGAN."""
        return _face_editor(self.require_champion("stargan"))

    def emotion_classifier(self) -> EmotionClassifier:
        """The champion reader of expressions."""
        return _emotion_classifier(self.require_champion("image_emotion"))

    def attribute_reader(self) -> AttributeReader:
        """The champion reader of hair colour, gender and age."""
        return _attribute_reader(self.require_champion("face_attributes"))

    def head_encoder(self) -> CoarseReader | None:
        """The champion encoder of heads, if there is one."""
        folder = self.champion("face_geometry")
        return _head_encoder(folder) if folder else None

    def detail_reader(self) -> DetailReader | None:
        """DECA's detail stage, if the champion of heads has one; older ones do not."""
        folder = self.champion("face_geometry")
        there = folder is not None and (folder / DETAIL_NAME).is_file()
        return _detail_reader(folder) if folder and there else None

    def emotion_reader(self) -> StoryReader:
        """The champion text emotion model."""
        return _emotion_reader(self.require_champion("text_emotion"))

    def landmarker(self) -> FaceLandmarker:
        """Face detector and landmarks; fetches their models on first use."""
        return _landmarker(self.settings.cache_dir)


@cache
def _head_model(path: Path) -> OpenHead:
    return OpenHead.load(path)


@cache
def _skins(path: Path) -> AlbedoModel:
    return AlbedoModel.load(path)


@cache
def _emotion_reader(folder: Path) -> StoryReader:
    return load_emotion_reader(folder)


@cache
def _landmarker(cache_dir: Path) -> FaceLandmarker:
    return FaceLandmarker(cache_dir)


@cache
def _face_editor(folder: Path) -> FaceEditor:
    return FaceEditor.load(folder)


@cache
def _emotion_classifier(folder: Path) -> EmotionClassifier:
    return EmotionClassifier.load(folder)


@cache
def _detail_reader(folder: Path) -> DetailReader:
    return DetailReader.load(folder)


@cache
def _head_encoder(folder: Path) -> CoarseReader:
    return CoarseReader.load(folder)


@cache
def _attribute_reader(folder: Path) -> AttributeReader:
    return AttributeReader.load(folder)
