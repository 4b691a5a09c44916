"""A data folder of its own with tiny books: real photo, real models, ten seconds of small film."""

import os
from dataclasses import dataclass
from pathlib import Path

from storyface_assets.lib.books import Book, CharacterWish, FilmWish, write_book
from storyface_assets.lib.landmarks import fetch_models, models_present
from storyface_assets.settings import Settings

REPOSITORY = Path(__file__).resolve().parents[1]
SMALL = FilmWish(width=320, height=240, fps=10, seed=3)
STORY = "토끼가 숲에서 길을 잃었어요. 엄마가 달려와서 토끼는 기뻤어요."


@dataclass(frozen=True)
class TinyLibrary:
    """Settings of the data folder, and where its books lie."""

    settings: Settings

    def add(self, slug: str, story: str = STORY, title: str = "") -> Path:
        """Write one tiny book with a rendered portrait."""
        photo = sample_portrait()
        book = Book(
            slug=slug,
            title=title or f"이야기 {slug}",
            author="아무개",
            licence="CC0 1.0",
            language="ko",
            character=CharacterWish(f"portrait{photo.suffix}", synthetic=True),
            film=SMALL,
            story=story,
        )
        return write_book(self.settings.books_dir, book, photo)

    def rewrite(self, slug: str, file: str, old: str, new: str) -> None:
        """Change a book's text file as a person would."""
        path = self.settings.books_dir / slug / file
        text = path.read_text("utf-8")
        assert old in text, f"{old!r} is not in {path}"
        path.write_text(text.replace(old, new), "utf-8")


def sample_portrait() -> Path:
    """A portrait of the books that ship with the project."""
    return sorted((REPOSITORY / "data" / "books").glob("*/portrait.*"))[0]


def tiny_library(folder: Path) -> TinyLibrary:
    """An empty data folder that shares the committed weights and the landmark models' cache."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "open_models").symlink_to(REPOSITORY / "data" / "open_models")
    cache = Path(os.environ.get("STORYFACE_TEST_CACHE", REPOSITORY / "data" / "cache"))
    if not models_present(cache):
        fetch_models(cache)
    (folder / "cache").symlink_to(cache)
    return TinyLibrary(Settings.at(folder))
