"""A notice by mail."""

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Final

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.notices.notice import Notice

SERVER: Final = "STORYFACE_MAIL_SERVER"
SENDER: Final = "STORYFACE_MAIL_FROM"
RECEIVERS: Final = "STORYFACE_MAIL_TO"
USER: Final = "STORYFACE_MAIL_USER"
PASSWORD: Final = "STORYFACE_MAIL_PASSWORD"  # noqa: S105 - the variable's name
_SECONDS: Final = 20
_TLS_PORT: Final = 465


@dataclass(frozen=True)
class Mail:
    """A mailbox, and the server that takes mail for it.

    Attributes:
        server: ``host`` or ``host:port``; at port 465 everything is encrypted, at others all after
            the greeting, if the server can.
        sender: address.
        receivers: addresses, commas between.
        user: for a login, which is made over an encrypted connection only; "" for none.
        password: likewise.
    """

    server: str
    sender: str
    receivers: str
    user: str = ""
    password: str = field(default="", repr=False)
    name = "mail"

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Mail | None":
        """The mailbox that the environment names, if it names a server."""
        if not environment.get(SERVER):
            return None
        return cls(
            server=environment[SERVER],
            sender=environment.get(SENDER, ""),
            receivers=environment.get(RECEIVERS, ""),
            user=environment.get(USER, ""),
            password=environment.get(PASSWORD, ""),
        )

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no log may hold."""
        return (self.password,)

    def send(self, notice: Notice) -> None:
        """Hand it to the server.

        Raises:
            BadInput: an address is missing, the port is no number, or a password would be sent
                in clear.
            OSError: nobody answers, or the server refuses (``smtplib``'s errors are such).
        """
        host, _, port = self.server.partition(":")
        for variable, value in ((SENDER, self.sender), (RECEIVERS, self.receivers)):
            if not value:
                raise BadInput(variable, "", "is not set.", "Mail needs both addresses.")
        if port and not port.isdecimal():
            raise BadInput(SERVER, port, "is no port.", "Write host:port.")
        number = int(port or smtplib.SMTP_PORT)
        if number == _TLS_PORT:
            with smtplib.SMTP_SSL(host, number, timeout=_SECONDS, context=_trust()) as server:
                self._hand_over(server, notice, encrypted=True)
            return
        with smtplib.SMTP(host, number, timeout=_SECONDS) as server:
            server.ehlo()
            if encrypted := server.has_extn("starttls"):
                server.starttls(context=_trust())
            self._hand_over(server, notice, encrypted)

    def _hand_over(self, server: smtplib.SMTP, notice: Notice, encrypted: bool) -> None:
        if self.user:
            if not encrypted:
                mend = "Use a server with STARTTLS, or port 465."
                raise BadInput(SERVER, "", "would get the password in clear.", mend)
            server.login(self.user, self.password)
        server.send_message(self._message(notice))

    def _message(self, notice: Notice) -> EmailMessage:
        message = EmailMessage()
        message["Subject"] = " ".join(notice.title.split())
        message["From"], message["To"] = self.sender, self.receivers
        message["Date"], message["Message-ID"] = formatdate(), make_msgid("storyface")
        # In seven bits: not every server takes Korean as it is.
        message.set_content(notice.text + "\n", cte="quoted-printable")
        return message


def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()
