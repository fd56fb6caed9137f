"""Staff are told by mail that something waits: counts alone, hourly news and a daily sum."""

import socketserver
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_string

import pytest
from sqlmodel import select

from bot.mailing import Mailer, Post
from cases import mails
from cases.database import Store
from cases.households import visit_plans
from cases.operators import Role
from handlers import speech
from knowledge.names import Priority, Region
from tests import factories
from tests.clock import Clock

ADDRESS = "wang@example.org"


class Inbox(socketserver.ThreadingTCPServer):
    """A mail server that takes every letter, or none."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.letters: list[str] = []
        self.full = False


class Talk(socketserver.StreamRequestHandler):
    """One conversation in SMTP, as far as it is needed."""

    server: Inbox

    def handle(self) -> None:
        self._say("220 inbox")
        while line := self.rfile.readline():
            match line[:4].upper():
                case b"DATA" if not self.server.full:
                    self._take()
                case b"DATA":
                    self._say("452 full")
                case b"QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 ok")

    def _take(self) -> None:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.decode())
        self.server.letters.append("".join(lines))
        self._say("250 taken")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    """A mail server on the loopback."""
    with Inbox() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def mailer(store: Store, inbox: Inbox, clock: Clock) -> Mailer:
    """Somebody wants mail."""
    with store.write() as session:
        wang = factories.an_operator(session, "Wang", now=clock.now)
        mails.subscribe(session, wang, ADDRESS, now=clock.now)
    post = Post(
        f"smtp://127.0.0.1:{inbox.server_address[1]}", "us@example.org", "https://x/console"
    )
    return Mailer(store, post, speech.chinese())


def _waits(store: Store, clock: Clock) -> None:
    with store.write() as session:
        factories.a_waiting_chat(session, Priority.P2, now=clock.now)


def test_nothing_waits_and_nobody_is_written_to(mailer: Mailer, clock: Clock) -> None:
    assert mailer.send_due(now=lambda: clock.now) == 0


def test_a_letter_says_how_much_waits_and_nothing_else(
    mailer: Mailer, store: Store, inbox: Inbox, clock: Clock
) -> None:
    _waits(store, clock)
    assert mailer.send_due(now=lambda: clock.now) == 1
    (letter,) = inbox.letters
    assert f"To: {ADDRESS}" in letter
    assert "asked" not in letter


def test_one_letter_an_hour_and_only_when_more_waits(
    mailer: Mailer, store: Store, clock: Clock
) -> None:
    _waits(store, clock)
    sent = [mailer.send_due(now=lambda: clock.now)]
    _waits(store, clock)
    sent.append(mailer.send_due(now=lambda: clock.now))
    clock.now += timedelta(hours=1)
    sent.append(mailer.send_due(now=lambda: clock.now))
    clock.now += timedelta(hours=1)
    sent.append(mailer.send_due(now=lambda: clock.now))
    assert sent == [1, 0, 1, 0]


def test_what_still_waits_is_told_again_each_morning_at_eight(
    mailer: Mailer, store: Store, clock: Clock
) -> None:
    _waits(store, clock)
    sent = [mailer.send_due(now=lambda: clock.now)]
    clock.now = datetime(2026, 11, 23, 23, 59, tzinfo=UTC)  # 07:59 at home
    sent.append(mailer.send_due(now=lambda: clock.now))
    clock.now += timedelta(minutes=1)
    sent.append(mailer.send_due(now=lambda: clock.now))
    clock.now += timedelta(hours=2)
    sent.append(mailer.send_due(now=lambda: clock.now))
    assert sent == [1, 0, 1, 0]


def _caseworker(store: Store, clock: Clock) -> str:
    with store.write() as session:
        bob = factories.an_operator(
            session,
            "Bob",
            role=Role.CASEWORKER,
            region=Region.ZICHUAN,
            unit="区民政局",
            now=clock.now,
        )
        mails.subscribe(session, bob, ADDRESS, now=clock.now)
        return bob.id


def test_the_visits_and_reviews_of_a_day_are_summed_up_once_in_the_morning(
    mailer: Mailer, store: Store, inbox: Inbox, clock: Clock
) -> None:
    bob = _caseworker(store, clock)
    with store.write() as session:
        household = factories.a_household(session, now=clock.now)
        local = datetime(2026, 11, 24, 10)  # noqa: DTZ001
        visit_plans.assign(
            session, factories.a_visit(session, household, local, now=clock.now), bob
        )
    sent = [mailer.send_due(now=lambda: clock.now)]
    clock.now = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
    sent += [mailer.send_due(now=lambda: clock.now)]
    clock.now += timedelta(hours=2)
    sent += [mailer.send_due(now=lambda: clock.now)]
    text = message_from_string(inbox.letters[0]).get_payload(decode=True)
    assert isinstance(text, bytes)
    assert sent == [0, 1, 0]
    assert "今天要上门的 1 户" in text.decode()


def test_a_caseworker_hears_nothing_of_the_desks_line(
    mailer: Mailer, store: Store, clock: Clock
) -> None:
    _waits(store, clock)
    assert mailer.send_due(now=lambda: clock.now) == 1
    _caseworker(store, clock)
    assert mailer.send_due(now=lambda: clock.now) == 0


def test_a_letter_that_did_not_leave_is_written_again(
    mailer: Mailer, store: Store, inbox: Inbox, clock: Clock
) -> None:
    _waits(store, clock)
    inbox.full = True
    assert mailer.send_due(now=lambda: clock.now) == 0
    inbox.full = False
    clock.now += timedelta(minutes=6)
    assert mailer.send_due(now=lambda: clock.now) == 1


def test_the_address_is_sealed(mailer: Mailer, store: Store) -> None:
    assert mailer
    with store.read() as session:
        (row,) = session.exec(select(mails.Mailbox)).all()
        assert ADDRESS.encode() not in row.sealed_address
