"""Whether taking holds when many take at once: one winner, never too much, nobody twice."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
from pydantic import BaseModel
from sqlmodel import func, select

from api import shapes
from benchmarks import desk_house
from benchmarks.desk_house import Chat, Clerk, House
from benchmarks.measuring import Timing
from cases import events
from cases.desk import line_settings, queues
from cases.events import Kind
from cases.talk.conversations import Conversation, Mode

PATIENCE_SECONDS = 60.0
LOOK_SECONDS = 0.05
SOON_SECONDS = 10.0
EVERY_SECONDS = 10.0
ROOM = 3


class _Refused(BaseModel):
    """What a lost race is answered with."""

    winner: str = ""


@dataclass(frozen=True)
class Races:
    """So many races for one chat: how each ended, and what was wrong."""

    answers: Counter[str]
    wrong: dict[str, int]


@dataclass(frozen=True)
class Arrivals:
    """The most that one operator held at any look, and how soon the oldest came when one left."""

    most: int
    next_was_oldest: bool
    next_seconds: float


@dataclass(frozen=True)
class Claims:
    """How long claims took, how long an empty UPDATE beside them, who got what twice."""

    claims: Timing
    updates: Timing
    twice: int
    empty_handed: int


@asynccontextmanager
async def _client() -> AsyncIterator[httpx.AsyncClient]:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(timeout=PATIENCE_SECONDS, limits=limits) as client:
        yield client


def race(house: House, *, claimers: int, rounds: int) -> Races:
    """All take one chat at the same instant, over all processes, again and again."""
    clerks = desk_house.staff(house, claimers)
    answers: Counter[str] = Counter()
    wrong = dict.fromkeys(("not one winner", "another's name", "not one event"), 0)

    async def play() -> None:
        async with _client() as client:
            for chat in desk_house.waiting_chats(house, rounds):
                got = await asyncio.gather(
                    *(_take(client, house.address(n), chat, one) for n, one in enumerate(clerks))
                )
                _judge(house, chat, got, answers, wrong)

    asyncio.run(play())
    return Races(answers, wrong)


async def _take(
    client: httpx.AsyncClient, address: str, chat: Chat, clerk: Clerk
) -> tuple[Clerk, httpx.Response]:
    path = f"{address}/api/conversations/{chat.id}/take"
    return clerk, await client.post(path, headers=clerk.bearer)


def _judge(
    house: House,
    chat: Chat,
    got: Sequence[tuple[Clerk, httpx.Response]],
    answers: Counter[str],
    wrong: dict[str, int],
) -> None:
    answers.update(str(response.status_code) for _, response in got)
    winners = [clerk.name for clerk, response in got if response.status_code == httpx.codes.OK]
    named = [
        _Refused.model_validate_json(response.content).winner
        for _, response in got
        if response.status_code == httpx.codes.CONFLICT
    ]
    with house.store.read() as session:
        told = events.since(session, events.conversation_stream(chat.id), 0)
    taken = [one for one in told if one.kind is Kind.MODE and one.body["mode"] == "operator"]
    wrong["not one winner"] += len(winners) != 1
    wrong["another's name"] += sum([name] != winners for name in named)
    wrong["not one event"] += len(taken) != 1


def fill(house: House, *, arrivals: int) -> Arrivals:
    """Arrivals on all processes at once at a line that gives out by itself to one who has room
    for three; then one is handed back."""
    (clerk,) = desk_house.staff(house, 1, capacity=ROOM)
    with house.store.write() as session:
        line_settings.put(
            session,
            desk_house.AT_HOME,
            automatic=True,
            sticky=False,
            by=clerk.id,
            now=datetime.now(UTC),
        )
    return asyncio.run(_fill(house, clerk, arrivals))


async def _fill(house: House, clerk: Clerk, arrivals: int) -> Arrivals:
    async with _client() as client:
        asking = asyncio.gather(
            *(_ask(client, house.address(number)) for number in range(arrivals))
        )
        most = 0
        until = time.perf_counter() + SOON_SECONDS
        while time.perf_counter() < until and not (asking.done() and most == ROOM):
            most = max(most, len(_held(house, clerk)))
            await asyncio.sleep(LOOK_SECONDS)
        await asking
        for _ in range(int(2 / LOOK_SECONDS)):
            most = max(most, len(_held(house, clerk)))
            await asyncio.sleep(LOOK_SECONDS)
        return await _one_leaves(client, house, clerk, most)


async def _one_leaves(client: httpx.AsyncClient, house: House, clerk: Clerk, most: int) -> Arrivals:
    with house.store.read() as session:
        oldest = queues.waiting(session)[0].id
    before = _held(house, clerk)
    path = f"{house.address(0)}/api/conversations/{min(before)}/hand-back"
    (await client.post(path, headers=clerk.bearer)).raise_for_status()
    began = time.perf_counter()
    for _ in range(int(SOON_SECONDS / LOOK_SECONDS)):
        if _held(house, clerk) - before:
            break
        await asyncio.sleep(LOOK_SECONDS)
    took = time.perf_counter() - began
    came = _held(house, clerk) - before
    return Arrivals(max(most, len(_held(house, clerk))), came == {oldest}, took)


async def _ask(client: httpx.AsyncClient, address: str) -> None:
    begun = await client.post(f"{address}/api/conversations", json={"region": desk_house.AT_HOME})
    opened = shapes.Opened.model_validate_json(begun.raise_for_status().content)
    bearer = {"Authorization": f"Bearer {opened.token}"}
    path = f"{address}/api/conversations/{opened.id}/messages"
    body = {"client_id": "1", "text": "我要找人工"}
    (await client.post(path, json=body, headers=bearer)).raise_for_status()


def _held(house: House, clerk: Clerk) -> frozenset[str]:
    with house.store.read() as session:
        return frozenset(one.id for one in queues.held_by(session, clerk.id))


def claim(house: House, peer: str, *, claimers: int, queued: int, seconds: float) -> Claims:
    """Each operator claims the next in line once in ten seconds, at an instant of their own, and
    at another one has the peer carry out an empty UPDATE: both meet the same crowd."""
    clerks = desk_house.staff(house, claimers)
    # As many more as are claimed once before anything is measured, as the peer is asked once.
    desk_house.waiting_chats(house, queued + claimers)
    found = Claimed()
    asyncio.run(_play(house, peer, clerks, _moments(claimers, seconds), found))
    given = sum(text != "null" for text in found.answers)
    return Claims(
        Timing(tuple(found.claims), seconds),
        Timing(tuple(found.updates), seconds),
        _twice(house, given + claimers),
        len(found.answers) - given,
    )


@dataclass
class Claimed:
    """What is gathered while they claim."""

    claims: list[float] = field(default_factory=list)
    updates: list[float] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)


def _moments(claimers: int, seconds: float) -> Sequence[tuple[float, float, int]]:
    """For each operator and ten seconds an instant of the claim, one of the UPDATE."""
    return [
        (begin + random.uniform(0, EVERY_SECONDS), begin + random.uniform(0, EVERY_SECONDS), number)  # noqa: S311
        for begin in (turn * EVERY_SECONDS for turn in range(max(int(seconds / EVERY_SECONDS), 1)))
        for number in range(claimers)
    ]


async def _play(
    house: House,
    peer: str,
    clerks: Sequence[Clerk],
    moments: Sequence[tuple[float, float, int]],
    found: Claimed,
) -> None:
    async with _client() as client:

        async def claim(number: int) -> tuple[float, str]:
            began = time.perf_counter()
            path = f"{house.address(number)}/api/queue/next"
            answer = await client.post(path, headers=clerks[number].bearer)
            return time.perf_counter() - began, answer.raise_for_status().text

        async def write(number: int) -> float:
            began = time.perf_counter()
            sent = await client.post(f"{peer}/update", json={"id": clerks[number].id})
            sent.raise_for_status()
            return time.perf_counter() - began

        for number in range(len(clerks)):
            # Connections are made and statements compiled before anything is measured.
            await write(number)
            await claim(number)
        begin = time.perf_counter()

        async def claim_at(at: float, number: int) -> None:
            await asyncio.sleep(max(begin + at - time.perf_counter(), 0))
            seconds, answer = await claim(number)
            found.claims.append(seconds)
            found.answers.append(answer)

        async def write_at(at: float, number: int) -> None:
            await asyncio.sleep(max(begin + at - time.perf_counter(), 0))
            found.updates.append(await write(number))

        await asyncio.gather(
            *(claim_at(at, number) for at, _, number in moments),
            *(write_at(at, number) for _, at, number in moments),
        )


def _twice(house: House, given: int) -> int:
    """How many more were given than there are chats in somebody's hands."""
    with house.store.read() as session:
        held = session.exec(
            select(func.count()).select_from(Conversation).where(Conversation.mode == Mode.OPERATOR)
        ).one()
    return given - held
