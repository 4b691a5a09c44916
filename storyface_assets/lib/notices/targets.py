"""Where notices go: every target that the environment names, none of them in another's way."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from storyface_assets.lib.notices.mail import Mail
from storyface_assets.lib.notices.notice import Notice
from storyface_assets.lib.notices.slack import Slack

_HIDDEN: Final = "(hidden)"


@dataclass(frozen=True)
class Told:
    """What became of a notice at one target.

    Attributes:
        target: Slack or mail.
        error: why it did not get there; "" if it did. Holds no secret.
    """

    target: str
    error: str = ""


def send_to_all(notice: Notice, environment: Mapping[str, str]) -> list[Told]:
    """Send a notice to every target; one that fails stops no other.

    Args:
        notice: what to tell.
        environment: the process's, or a part of it; see :mod:`.slack` and :mod:`.mail`.

    Returns:
        One for each target; empty when none is configured.
    """
    told = []
    for target in (Slack.of(environment), Mail.of(environment)):
        if target is None:
            continue
        try:
            target.send(notice)
        except Exception as error:  # whatever a target raises, the others come next
            told.append(Told(target.name, _said(error, target.secrets)))
        else:
            told.append(Told(target.name))
    return told


def _said(error: Exception, secrets: tuple[str, ...]) -> str:
    text = " ".join(f"{type(error).__name__}: {error}".split())
    for secret in filter(None, secrets):
        text = text.replace(secret, _HIDDEN)
    return text[:300]
