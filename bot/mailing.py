"""How staff are told by mail that something waits: how much of it, never what it is."""

import logging
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from cases import mails
from cases.database import Store
from cases.mails import Due
from handlers.speech import Speech

log = logging.getLogger(__name__)
WAIT_SECONDS = 10
AGAIN_AFTER = timedelta(minutes=5)
PLAIN, TLS = "smtp", "smtps"
PORTS = {PLAIN: 587, TLS: 465}
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True)
class Post:
    """The deployment's mail server (`smtp://` with STARTTLS, `smtps://`), and who writes."""

    server: str
    sender: str
    console: str


class Mailer:
    """Sends what is due."""

    def __init__(self, store: Store, post: Post, speech: Speech) -> None:
        self._store = store
        self._post = post
        self._speech = speech

    def send_due(self, *, now: Callable[[], datetime]) -> int:
        """Write to whom it is due; returns how many mails left."""
        with self._store.write() as session:
            due = mails.claim(session, now=now())
        left = 0
        for one in due:
            try:
                self._send(self._letter(one))
                left += 1
            except (OSError, smtplib.SMTPException) as error:
                log.warning("A mail did not leave.", extra={"why": type(error).__name__})
                with self._store.write() as session:
                    mails.again(session, one.operator, at=now() + AGAIN_AFTER)
        return left

    def _letter(self, due: Due) -> EmailMessage:
        found = due.waiting
        letter = EmailMessage()
        letter["From"], letter["To"] = self._post.sender, due.address
        letter["Subject"] = self._speech.say("mail.subject", {"total": str(due.total)})
        waiting = {
            "chats": str(found.chats),
            "calls": str(found.calls),
            "follow_ups": str(found.follow_ups),
            "unreached": str(found.unreached),
            "stuck": str(found.stuck),
            "visits": str(due.ahead.visits),
            "reviews": str(due.ahead.reviews),
            "listed": str(due.ahead.listed),
            "console": self._post.console,
        }
        letter.set_content(self._speech.say("mail.body", waiting))
        return letter

    def _send(self, letter: EmailMessage) -> None:
        link = urlsplit(self._post.server)
        host, port = link.hostname or "", link.port or PORTS.get(link.scheme, PORTS[PLAIN])
        safe = ssl.create_default_context()
        if link.scheme == TLS:
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=WAIT_SECONDS, context=safe)
        else:
            server = smtplib.SMTP(host, port, timeout=WAIT_SECONDS)
        with server:
            if link.scheme != TLS and host not in LOOPBACK:
                server.starttls(context=safe)
            if link.username and link.password:
                server.login(unquote(link.username), unquote(link.password))
            server.send_message(letter)
