"""Checks of trained models: a broken candidate stops the night, one no better only warns."""

import pandas as pd

from storyface_assets.assets.models.lines import MODEL_LINES
from storyface_assets.checks.factories import Verdict, model_check
from storyface_assets.lib.model_cards import read_card, read_figures
from storyface_assets.lib.store import Folder
from storyface_assets.lib.training.verdict import Standing
from storyface_assets.resources.installation import Installation


def card_tells_the_figures(folder: Folder, installation: Installation) -> Verdict:
    """The weights come with a model card and with figures on a test set that they never saw."""
    card, test = read_card(folder.path), read_figures(folder.path).get("test")
    passed = bool(card) and bool(test)
    return Verdict(passed, f"card {'there' if card else 'missing'}, figures {bool(test)}")


def candidate_is_whole(table: pd.DataFrame, installation: Installation) -> Verdict:
    """The candidate loads, its figures are numbers, and it is better than guessing."""
    standing, told = _judged(table)
    return Verdict(standing is not Standing.BROKEN, told)


def candidate_is_better(table: pd.DataFrame, installation: Installation) -> Verdict:
    """The candidate is better than the champion, and takes its place."""
    standing, told = _judged(table)
    return Verdict(standing is Standing.BETTER, told)


def _judged(table: pd.DataFrame) -> tuple[Standing, str]:
    standing = Standing(str(table["standing"].iat[0]))
    return standing, f"{standing}: {table['reason'].iat[0]}"


MODEL_CHECKS = [
    check
    for line in MODEL_LINES
    for check in (
        model_check(f"{line.name}_candidate", card_tells_the_figures, blocking=True),
        model_check(f"{line.name}_evaluation", candidate_is_whole, blocking=True),
        model_check(f"{line.name}_evaluation", candidate_is_better, blocking=False),
        model_check(f"{line.name}_champion", card_tells_the_figures, blocking=True),
    )
]
