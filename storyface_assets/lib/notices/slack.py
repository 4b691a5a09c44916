"""A notice to a Slack channel, by an incoming webhook (any service that takes its JSON will do)."""

import json
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.notices.notice import Notice

WEBHOOK: Final = "STORYFACE_SLACK_WEBHOOK"
_SECONDS: Final = 20


@dataclass(frozen=True)
class Slack:
    """A channel.

    Attributes:
        webhook: its address, which is a secret: who knows it can write there.
    """

    webhook: str = field(repr=False)
    name = "Slack"

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Slack | None":
        """The channel that the environment names, if it does."""
        webhook = environment.get(WEBHOOK, "")
        return cls(webhook) if webhook else None

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no log may hold."""
        return (self.webhook,)

    def send(self, notice: Notice) -> None:
        """Post it.

        Raises:
            BadInput: the address is none of the web.
            OSError: nobody answers, or the answer is a refusal.
        """
        if not self.webhook.startswith(("https://", "http://")):
            raise BadInput(WEBHOOK, "", "is no web address.", "Copy it from Slack's settings.")
        # Slack's own escapes: else a "<" in an error would begin a link.
        text = notice.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        request = urllib.request.Request(  # noqa: S310 - looked at above
            self.webhook,
            json.dumps({"text": text}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
            answer.read()
