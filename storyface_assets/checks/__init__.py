"""Asset checks: they stop a book or a set where a result is broken, and warn where it is poor."""

from storyface_assets.checks.corpora import CORPORA_CHECKS
from storyface_assets.checks.dataset import DATASET_CHECKS
from storyface_assets.checks.dataset_truth import TRUTH_CHECKS
from storyface_assets.checks.films import FILM_CHECKS
from storyface_assets.checks.head_shots import HEAD_SHOT_CHECKS
from storyface_assets.checks.models import MODEL_CHECKS
from storyface_assets.checks.pages import PAGE_CHECKS
from storyface_assets.checks.people import PEOPLE_CHECKS
from storyface_assets.checks.stories import STORY_CHECKS
from storyface_assets.checks.story_corpus import STORY_CORPUS_CHECKS

ALL_CHECKS = [
    *DATASET_CHECKS,
    *TRUTH_CHECKS,
    *CORPORA_CHECKS,
    *STORY_CORPUS_CHECKS,
    *HEAD_SHOT_CHECKS,
    *STORY_CHECKS,
    *PEOPLE_CHECKS,
    *FILM_CHECKS,
    *PAGE_CHECKS,
    *MODEL_CHECKS,
]
