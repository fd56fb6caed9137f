"""How soon what a resident says stands on the operator's screen, also beside screens that stall."""

import asyncio
import itertools
import re
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field

import httpx
from pydantic import TypeAdapter

from benchmarks import desk_house
from benchmarks.desk_house import Chat, Clerk, House
from benchmarks.measuring import Timing
from cases import events
from cases.talk import conversations
from tests.api import stalling

NAMED = re.compile(r"第(\d+)句")
SEQ = re.compile(r'data-seq="(\d+)"')
TOPICS = TypeAdapter(list[str])
WARM_UP_SECONDS = 2.0
ROUNDS = 2
PATIENCE_SECONDS = 30.0
LAST_ONES_SECONDS, LOOK_SECONDS = 5.0, 0.05
NUMBERS_A_ROUND = 1_000_000


@dataclass
class Screen:
    """An open console with one chat on it: it follows the stream and fetches as the page does."""

    address: str
    clerk: Clerk
    chat: Chat
    after: int
    line: int = 0
    shown: dict[int, float] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def follow(self, client: httpx.AsyncClient) -> None:
        """Read the stream until cancelled; a topic of the open chat has its lines fetched."""
        path = f"{self.address}/console/events?after={self.after}"
        async with client.stream("GET", path, headers=self.clerk.bearer) as stream:
            async for text in stream.aiter_lines():
                if text.startswith("data: ["):
                    topics = TOPICS.validate_json(text.removeprefix("data: "))
                    self.told.update(topics)
                    if f"message:{self.chat.id}" in topics:
                        self._changed.set()

    async def fetch(self, client: httpx.AsyncClient) -> None:
        """Fetch the new lines, one request at a time, as often as something changed."""
        path = f"{self.address}/console/chats/{self.chat.id}/lines"
        while True:
            await self._changed.wait()
            self._changed.clear()
            after = {"after": str(self.line)}
            got = await client.get(path, params=after, headers=self.clerk.bearer)
            now = time.perf_counter()
            self.line = max([self.line, *map(int, SEQ.findall(got.text))])
            for number in NAMED.findall(got.raise_for_status().text):
                self.shown.setdefault(int(number), now)


@dataclass
class Talk:
    """What residents have sent: when each line was begun, and how long its answer took."""

    first: int
    begun: dict[int, tuple[str, float]] = field(default_factory=dict)
    answered: list[float] = field(default_factory=list)

    async def go_on(
        self, client: httpx.AsyncClient, address: str, chat: Chat, *, first: float, until: float
    ) -> None:
        """A message a second from one chat; who is late goes on at once."""
        at = first
        while at < until:
            await asyncio.sleep(max(at - time.perf_counter(), 0))
            number = self.first + len(self.begun)
            began = time.perf_counter()
            self.begun[number] = (chat.id, began)
            body = {"client_id": f"n{number}", "text": f"您好，第{number}句。"}
            path = f"{address}/api/conversations/{chat.id}/messages"
            (await client.post(path, json=body, headers=chat.bearer)).raise_for_status()
            self.answered.append(time.perf_counter() - began)
            at += 1.0


@dataclass(frozen=True)
class Shown:
    """One round: how soon lines were shown and messages answered, and what never came."""

    shown: Timing
    answered: Timing
    missing: int


def measure(house: House, *, chats: int, consoles: int, seconds: float) -> tuple[Shown, Shown]:
    """Alone and beside as many stalled consoles, in turns, so that a busy moment strikes both."""
    clerks = desk_house.staff(house, consoles)
    talks = desk_house.waiting_chats(house, chats)
    for number, chat in enumerate(talks):
        desk_house.give(house, chat, clerks[number % consoles])
    idle = desk_house.staff(house, consoles)
    numbers = itertools.count(step=NUMBERS_A_ROUND)

    def a_round(lasts: float) -> Shown:
        return asyncio.run(_round(house, clerks, talks, first=next(numbers), seconds=lasts))

    a_round(WARM_UP_SECONDS)
    alone: list[Shown] = []
    beside: list[Shown] = []
    for _ in range(ROUNDS):
        alone.append(a_round(seconds / ROUNDS))
        with ExitStack() as open_:
            for number, one in enumerate(idle):
                open_.enter_context(stalling.stream(house.address(number), one.token))
            beside.append(a_round(seconds / ROUNDS))
    return _together(alone), _together(beside)


async def _round(
    house: House, clerks: Sequence[Clerk], chats: Sequence[Chat], *, first: int, seconds: float
) -> Shown:
    screens = _screens(house, clerks, chats)
    talk = Talk(first)
    async with AsyncExitStack() as open_:
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
        client = await open_.enter_async_context(
            httpx.AsyncClient(timeout=PATIENCE_SECONDS, limits=limits)
        )
        watching = [
            asyncio.create_task(work)
            for one in screens
            for work in (one.follow(client), one.fetch(client))
        ]
        await asyncio.sleep(1)
        began = time.perf_counter()
        await asyncio.gather(
            *(
                talk.go_on(
                    client,
                    house.address(number),
                    chat,
                    first=began + number / len(chats),
                    until=began + seconds,
                )
                for number, chat in enumerate(chats)
            )
        )
        lasted = time.perf_counter() - began
        await _until_shown(screens, talk)
        for one in watching:
            one.cancel()
        await asyncio.gather(*watching, return_exceptions=True)
    return _compare(screens, talk, lasted)


def _screens(house: House, clerks: Sequence[Clerk], chats: Sequence[Chat]) -> list[Screen]:
    """Each console as its page was just loaded."""
    with house.store.read() as session:
        newest = events.last_seq(session, events.CONSOLE)
        return [
            Screen(
                house.address(number),
                clerk,
                chats[number],
                newest,
                conversations.find(session, chats[number].id).last_seq,
            )
            for number, clerk in enumerate(clerks)
        ]


async def _until_shown(screens: Sequence[Screen], talk: Talk) -> None:
    for _ in range(int(LAST_ONES_SECONDS / LOOK_SECONDS)):
        if not _missing(screens, talk):
            break
        await asyncio.sleep(LOOK_SECONDS)


def _missing(screens: Sequence[Screen], talk: Talk) -> int:
    seen = set().union(*(one.shown for one in screens))
    watched = {one.chat.id for one in screens}
    return sum(number not in seen for number, (chat, _) in talk.begun.items() if chat in watched)


def _compare(screens: Sequence[Screen], talk: Talk, lasted: float) -> Shown:
    waits = tuple(
        at - talk.begun[number][1]
        for one in screens
        for number, at in one.shown.items()
        if number in talk.begun
    )
    return Shown(
        Timing(waits, lasted), Timing(tuple(talk.answered), lasted), _missing(screens, talk)
    )


def _together(rounds: Sequence[Shown]) -> Shown:
    lasted = sum(one.shown.lasted for one in rounds)
    return Shown(
        Timing(tuple(s for one in rounds for s in one.shown.seconds), lasted),
        Timing(tuple(s for one in rounds for s in one.answered.seconds), lasted),
        sum(one.missing for one in rounds),
    )
