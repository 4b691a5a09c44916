"""What a message says, before anybody decides how it travels."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Notice:
    """A short message.

    Attributes:
        title: one line; a mail's subject.
        body: some lines; may be empty.
    """

    title: str
    body: str = ""

    @property
    def text(self) -> str:
        """Title and body together."""
        return f"{self.title}\n{self.body}".strip()
