"""What a channel brings to be tested: somebody who writes and reads, and a peer that misbehaves.

For one more channel write a Rig, add it to `rigs.py`, and make every test here green.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol

import httpx

from bot.channels import Channel
from bot.delivery import Delivery
from bot.fetching import Fetching
from bot.taking_in import Intake
from cases.channels import outbox
from cases.database import Store
from cases.talk import messages, threads
from cases.talk.messages import Lane, Line, Sender
from handlers import speech
from handlers.desk import Desk

SOON = 20.0
# How long a channel under test waits for its peer's answer.
PATIENCE = 0.5
MINUTE = timedelta(minutes=1)
Job = Callable[[asyncio.Event], Coroutine[None, None, None]]
More = Callable[[Intake], Job]


class Fault(StrEnum):
    """How the peer answers the next message that is sent to it."""

    REFUSES = "refuses"
    SHUT = "shut"
    WAITS = "waits"
    KEEPS_AND_CUTS = "keeps_and_cuts"
    BABBLES = "babbles"
    HANGS = "hangs"


class Rig(Protocol):
    """A channel that runs, with residents at its other end, each known by a number."""

    name: str
    store: Store
    desk: Desk

    def writes(self, text: str, chat: int = 1) -> str:
        """A resident writes; the id by which the channel knows it."""
        ...

    def repeats(self, which: str) -> None:
        """The channel hands the same in once more."""
        ...

    def poisons(self) -> None:
        """The channel hands in something that nobody can read."""
        ...

    def reads(self, chat: int = 1) -> Sequence[str]:
        """What this resident has before them of what was said to them."""
        ...

    def fits(self, text: str) -> bool:
        """Whether the channel's own limit lets one message be as long as this."""
        ...


class Pushed(Rig, Protocol):
    """A channel whose messages leave by a sender."""

    def shows(self, line: Line) -> str:
        """What a resident reads of a line, the channel's own cuts aside."""
        ...

    def swaps(self, first: str, second: str, chat: int = 1) -> None:
        """The channel hands in two messages at once, the later one before the earlier."""
        ...

    def knows(self, chat: int) -> str:
        """The address by which our side knows this resident."""
        ...

    def will(self, *faults: Fault) -> None:
        """Answer the next sends so, in order; afterwards well again."""
        ...

    def shuts(self) -> None:
        """Nobody can reach the channel any more."""
        ...

    def opens(self) -> None:
        """It can be reached again."""
        ...


def eventually(holds: Callable[[], bool], within: float = SOON) -> None:
    """Wait until it holds, or fail."""
    end = time.monotonic() + within
    while not holds():
        assert time.monotonic() < end, "It never came about."
        time.sleep(0.02)


def never(holds: Callable[[], bool], within: float = 1.0) -> None:
    """Watch for so long that it does not come about."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        assert not holds(), "It came about."
        time.sleep(0.02)


def heard(rig: Rig, chat: int = 1) -> str:
    """All that a resident has read, as one text."""
    return "\n".join(rig.reads(chat))


def begins(rig: Pushed, chat: int = 1) -> str:
    """A conversation with a resident, whatever the channel is doing; its id."""
    return rig.desk.open(
        region=None, channel=rig.name, now=now(), address=rig.knows(chat)
    ).conversation_id


def shown(rig: Pushed, text: str, lane: Lane) -> str:
    """What a resident reads when the helpline says this."""
    return rig.shows(Line(Sender.SYSTEM, text, lane=lane))


def says(rig: Pushed, text: str, lane: Lane, chat: int = 1) -> None:
    """The helpline says something of its own."""
    with rig.store.write() as session:
        found = threads.find(session, rig.name, rig.knows(chat))
        assert found is not None
        messages.say(session, found, Line(Sender.SYSTEM, text, lane=lane), now=now())


def listed(store: Store) -> list[str]:
    """The texts that a person must see to."""
    with store.read() as session:
        return [messages.line_of(session, row).text for row in outbox.for_a_person(session)]


@contextmanager
def running(
    channel: Channel, store: Store, desk: Desk, *more: More, fetching: Fetching | None = None
) -> Iterator[Intake]:
    """The channel's intake and outbox at work, in a thread of their own."""
    words = speech.chinese()
    intake = Intake(channel.traits.name, channel, desk, store, words, now, fetching)
    delivery = Delivery(store, {channel.traits.name: channel}, now)
    loop, stop = asyncio.new_event_loop(), asyncio.Event()

    async def work() -> None:
        jobs = (intake.work, delivery.run, *(one(intake) for one in more))
        await asyncio.gather(*(job(stop) for job in jobs))
        await channel.close()

    thread = threading.Thread(target=lambda: loop.run_until_complete(work()))
    thread.start()
    try:
        yield intake
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


def now() -> datetime:
    """The machine's time."""
    return datetime.now(UTC)


def post(url: str, query: dict[str, str], body: bytes) -> httpx.Response:
    """Knock at a door with anything."""
    return httpx.post(url, params=query, content=body, timeout=10)


def get(url: str, query: dict[str, str]) -> httpx.Response:
    """Ask at a door."""
    return httpx.get(url, params=query, timeout=10)
