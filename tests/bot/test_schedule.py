"""The clock takes up what was left lying, and one thing that fails holds up no other."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from bot import schedule, second_tries
from bot.helpline import Helpline
from bot.shelf import Shelf
from cases import keys, residents
from cases.channels import inbox, refusals
from cases.channels.inbox import ANSWER_LEASE
from cases.database import Store
from cases.desk import queues
from cases.talk import conversations, links, messages
from cases.talk.conversations import Mode
from cases.talk.links import ChannelLink
from cases.talk.messages import Sender
from config.settings import Settings
from handlers import speech
from handlers.desk import Desk
from knowledge.library import Library
from nlu.understanding import Understanding
from tests import factories
from tests.clock import Clock

LATER = ANSWER_LEASE + timedelta(seconds=1)
LOOKS = {
    *("stuck", "reminders", "abandoned", "motion", "late", "sweep", "pages"),
    *("overhear", "train", "giving out", "referrals", "follow_ups", "reckoning", "lists"),
    *("lists read", "care", "care silence", "erasing", "forgetting"),
}


@dataclass
class Dead:
    """An engine that never answers and counts how often it was asked."""

    asked: list[datetime] = field(default_factory=list)

    def read(self, _text: str, *, now: datetime) -> Understanding:
        """Fail as a server does that is away."""
        self.asked.append(now)
        raise TimeoutError


@dataclass
class Deadly(Dead):
    """An engine that takes the process with it; only a person may answer after that."""

    def read(self, _text: str, *, now: datetime) -> Understanding:
        """End the process."""
        self.asked.append(now)
        raise SystemExit


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory, library: Library) -> Shelf:
    """The shipped knowledge, read once."""
    return Shelf(tmp_path_factory.mktemp("standards"), shipped=library)


def _helpline(store: Store, shelf: Shelf, engine: Dead) -> Helpline:
    words = speech.chinese()
    desk = Desk(store, engine, shelf.library, words)
    return Helpline(Settings(), store, shelf, engine, desk, words)


def _left_lying(store: Store, clock: Clock) -> str:
    with store.write() as session:
        chat = factories.a_conversation(session, now=clock.now)
        inbox.receive(session, chat, external_id="a", text="家里没米了", now=clock.now)
    return chat.id


def _modes(store: Store, *ids: str) -> list[str]:
    with store.read() as session:
        return [conversations.find(session, one).mode for one in ids]


def test_what_nobody_answered_reaches_a_person(store: Store, shelf: Shelf, clock: Clock) -> None:
    chat = _left_lying(store, clock)
    helpline = _helpline(store, shelf, Dead())
    assert second_tries.answer_stuck(helpline, now=clock.now) == 0
    assert second_tries.answer_stuck(helpline, now=clock.now + LATER) == 1
    assert _modes(store, chat) == [Mode.QUEUED]
    assert second_tries.answer_stuck(helpline, now=clock.now + LATER * 2) == 0


def test_one_message_that_cannot_be_opened_holds_up_no_other(
    store: Store, shelf: Shelf, clock: Clock
) -> None:
    first = _left_lying(store, clock)
    with store.write() as session:
        someone = conversations.find(session, first).resident_id
        keys.destroy(session, session.get_one(residents.Resident, someone).key_id, now=clock.now)
    clock.advance(seconds=1)
    second = _left_lying(store, clock)
    second_tries.answer_stuck(_helpline(store, shelf, Dead()), now=clock.now + LATER)
    assert _modes(store, first, second) == [Mode.BOT, Mode.QUEUED]


def test_a_message_that_kills_the_process_is_given_to_a_person(
    store: Store, shelf: Shelf, clock: Clock
) -> None:
    chat = _left_lying(store, clock)
    engine = Deadly()
    helpline = _helpline(store, shelf, engine)
    for _ in range(2):
        with pytest.raises(SystemExit):
            second_tries.answer_stuck(helpline, now=clock.advance(seconds=31))
    second_tries.answer_stuck(helpline, now=clock.advance(seconds=31))
    assert (len(engine.asked), _modes(store, chat)) == (2, [Mode.QUEUED])


def test_who_was_left_by_the_operator_is_told_once(
    store: Store, shelf: Shelf, clock: Clock
) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, now=clock.now)
        chat = factories.a_waiting_chat(session, now=clock.now)
        queues.take(session, chat.id, alice, now=clock.now)
    helpline = _helpline(store, shelf, Dead())
    clock.advance(seconds=61)
    assert [schedule.return_abandoned(helpline, now=clock.now) for _ in range(2)] == [1, 0]
    with store.read() as session:
        (line,) = messages.since(session, conversations.find(session, chat.id))
    assert line.sender is Sender.SYSTEM


def test_one_who_was_forgotten_does_not_keep_others_from_returning(
    store: Store, shelf: Shelf, clock: Clock
) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, now=clock.now)
        chats = [factories.a_waiting_chat(session, now=clock.now) for _ in range(2)]
        for chat in chats:
            queues.take(session, chat.id, alice, now=clock.now)
        gone = session.get_one(residents.Resident, chats[0].resident_id)
        keys.destroy(session, gone.key_id, now=clock.now)
    schedule.return_abandoned(_helpline(store, shelf, Dead()), now=clock.advance(seconds=61))
    assert _modes(store, *(chat.id for chat in chats)) == [Mode.QUEUED] * 2


def test_old_links_and_old_refusals_are_swept_and_young_ones_stay(
    store: Store, shelf: Shelf, clock: Clock
) -> None:
    helpline = _helpline(store, shelf, Dead())
    with store.write() as session:
        chat = factories.a_conversation(session, now=clock.now)
        for at in (clock.now - refusals.KEPT, clock.now):
            refusals.count(session, "sms", refusals.Why.OLD, now=at)
        for at in (clock.now - links.GOOD_FOR, clock.now):
            links.make(session, chat, now=at)
    schedule.sweep(helpline, now=clock.now + timedelta(seconds=1))
    with store.read() as session:
        left = session.exec(select(ChannelLink.made_at)).all()
        counted = [row.last_at for row in refusals.latest(session)]
    assert (list(left), counted) == ([clock.now], [clock.now])


def test_the_clock_starts_and_stops(store: Store, shelf: Shelf) -> None:
    scheduler = schedule.start(_helpline(store, shelf, Dead()))
    looked_at = {job.id for job in scheduler.get_jobs()}
    scheduler.shutdown(wait=True)
    assert looked_at == LOOKS
