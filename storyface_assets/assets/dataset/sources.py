"""The raw sets as observed sources: their data version is what lies in their folders."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from dagster import AssetKey, AssetObservation, AssetSpec, multi_observable_source_asset

from storyface_assets.assets.declare import dataset_key
from storyface_assets.lib.dataset.closed import come_back
from storyface_assets.lib.dataset.listing import listing_version
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.store import content_hash
from storyface_assets.lib.text import story_corpus
from storyface_assets.lib.text.corpora import closed_files
from storyface_assets.resources.installation import Installation
from storyface_assets.settings import Settings
from storyface_assets.vocabulary import OWNERS

EMOTION_PHOTOS: Final = dataset_key("emotion_photos")
CELEBA_PHOTOS: Final = dataset_key("celeba_photos")
LABEL_DECISIONS: Final = dataset_key("label_decisions")
STUDIO_PAIRS: Final = dataset_key("studio_pairs")
TEXT_CORPORA: Final = dataset_key("text_corpora")
STORY_CORPUS: Final = dataset_key("story_corpus")
DATA_VERSION: Final = "dagster/data_version"


def decisions_file(settings: Settings) -> Path:
    """Where people write what they decided about single labels."""
    return settings.raw_dir / "label_decisions.csv"


def pairs_folder(settings: Settings) -> Path:
    """Where the studio puts one moment in every expression."""
    return settings.studio_dir / "pairs"


def attribute_pairs_folder(settings: Settings) -> Path:
    """Where the studio puts one moment in other hair colours, gender and age."""
    return settings.studio_dir / "attribute_pairs"


def require_set(folder: Path, settings: Settings) -> Path:
    """A raw set's folder, if it is there.

    Raises:
        BadInput: it is missing; says where the set comes from in this profile.
    """
    if folder.is_dir():
        return folder
    if settings.profile == "open":
        mend = "Render it with `storyface studio` first."
    else:
        mend = "Put the licensed set there as data/raw/README.md shows, or use the open profile."
    raise BadInput(folder, "", "is missing.", mend)


def _file_version(path: Path) -> str:
    return content_hash(path) if path.is_file() else "none"


def _set_version(settings: Settings, asset: str, folder: Path) -> str:
    """By names, sizes and times; and what could not be opened and now can makes another one."""
    listed, installation = listing_version(folder), Installation.of(settings)
    key = dataset_key(asset)
    if not installation.is_stored(key):
        return listed
    try:
        back = come_back(folder, installation.load(key))
    except BadInput:  # what is stored is damaged, and will be made again
        return listed
    return content_hash([listed, back]) if back else listed


def _corpora_version(folder: Path) -> str:
    """By names, sizes and times, and by which files can be opened."""
    return content_hash([listing_version(folder), closed_files(folder)])


_VERSIONS: Final[dict[AssetKey, Callable[[Settings], str]]] = {
    EMOTION_PHOTOS: lambda settings: _set_version(
        settings, "raw_emotion_images", settings.emotion_photos_dir
    ),
    CELEBA_PHOTOS: lambda settings: _set_version(settings, "celeba_images", settings.celeba_dir),
    LABEL_DECISIONS: lambda settings: _file_version(decisions_file(settings)),
    STUDIO_PAIRS: lambda settings: content_hash(
        [listing_version(f(settings)) for f in (pairs_folder, attribute_pairs_folder)]
    ),
    TEXT_CORPORA: lambda settings: _corpora_version(settings.text_corpora_dir),
    STORY_CORPUS: lambda settings: content_hash(
        [_file_version(settings.text_dir / name) for name in story_corpus.FILES]
    ),
}
_WHAT: Final = {
    EMOTION_PHOTOS: "Emotion photos and their labels in AI-Hub 82's layout, as delivered.",
    CELEBA_PHOTOS: "CelebA's aligned faces and lists, as delivered.",
    LABEL_DECISIONS: "What people decided about doubtful labels: data/raw/label_decisions.csv.",
    STUDIO_PAIRS: "The studio's pairs: a moment in all expressions, or in other hair, gender, age.",
    TEXT_CORPORA: "Korean sentences labelled with feelings, as delivered: data/raw/text.",
    STORY_CORPUS: "Labelled stories to train and test the text model: the tables of data/text.",
}
_KINDS: Final = {LABEL_DECISIONS: "file", TEXT_CORPORA: "file", STORY_CORPUS: "file"}
_SPECS: Final = [
    AssetSpec(
        key,
        description=what,
        group_name="dataset",
        owners=list(OWNERS),
        kinds={_KINDS.get(key, "image")},
        code_version="1",
    )
    for key, what in _WHAT.items()
]


def observations(settings: Settings) -> Iterator[AssetObservation]:
    """What the raw sets say now: names, sizes and times; only our own tables are read."""
    for key, version in _VERSIONS.items():
        yield AssetObservation(key, tags={DATA_VERSION: version(settings)})


@multi_observable_source_asset(specs=_SPECS, name="raw_sets")
def raw_sets(installation: Installation) -> Iterator[AssetObservation]:
    """Look at the folders of the raw sets and record what is in them."""
    yield from observations(installation.settings)
