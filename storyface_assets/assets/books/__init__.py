"""What is made of one book (a partition): from the folder a person wrote to the finished film."""

from storyface_assets.assets.books.book import book
from storyface_assets.assets.books.character import character
from storyface_assets.assets.books.emotion_faces import emotion_faces
from storyface_assets.assets.books.film import film
from storyface_assets.assets.books.head_files import head_files
from storyface_assets.assets.books.heads import heads
from storyface_assets.assets.books.narration import narration
from storyface_assets.assets.books.portrait import portrait
from storyface_assets.assets.books.sentence_emotions import sentence_emotions
from storyface_assets.assets.books.sentences import sentences
from storyface_assets.assets.books.sources import book_sources

BOOK_ASSETS = [
    book_sources,
    book,
    sentences,
    sentence_emotions,
    portrait,
    character,
    emotion_faces,
    heads,
    head_files,
    narration,
    film,
]
