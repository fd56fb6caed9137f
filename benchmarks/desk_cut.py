"""Whether a console that was cut for half an hour shows what the server has, and nothing twice."""

import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx

from benchmarks import desk_house
from benchmarks.desk_house import Chat, House
from cases import events, operators
from cases.database import Session
from cases.desk import queues
from cases.talk import conversations, messages
from cases.talk.messages import Line, Sender
from tests.api.open_page import OpenPage

OTHERS = 30
OWN_SHARE = 0.1
TAKEN_SHARE = 0.05
PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class Cut:
    """What was missed, how long it took to show it, what the page fetched for it, what differs."""

    missed: int
    seconds: float
    looks: int
    wrong: dict[str, int]


def cut(house: House, *, missed: int, seed: int = 1) -> Cut:
    """The stream is away while lines are said and chats are taken; then it comes back."""
    clerk, colleague = desk_house.staff(house, 2, capacity=OTHERS)
    own, *others = desk_house.waiting_chats(house, 1 + OTHERS)
    desk_house.give(house, own, clerk)
    with httpx.Client(base_url=house.address(0), timeout=PATIENCE_SECONDS) as client:
        page = OpenPage(client, own.id, clerk.bearer).load()
        before = page.cursor
        _go_on(house, own, others, colleague.id, missed=missed, dice=random.Random(seed))  # noqa: S311
        with house.store.read() as session:
            newest = events.counted(session, events.CONSOLE)
            conversation = conversations.find(session, own.id)
            said = [one.seq for one in messages.since(session, conversation, limit=missed + 100)]
        looks, began = page.looks, time.perf_counter()
        page.follow(newest)
        took = time.perf_counter() - began
        fresh = OpenPage(client, own.id, clerk.bearer).load()
    wrong = {
        "lines shown twice": len(page.lines) - len(set(page.lines)),
        "lines not shown": len(set(said) - set(page.lines)),
        "lines out of order": int(page.lines != sorted(page.lines)),
        "queue differs": len(page.queue ^ fresh.queue),
    }
    return Cut(newest - before, took, page.looks - looks, wrong)


def _go_on(  # noqa: PLR0913
    house: House, own: Chat, others: list[Chat], colleague: str, *, missed: int, dice: random.Random
) -> None:
    taken = 0
    for _ in range(missed // 100):
        with house.store.write() as session:
            for _ in range(100):
                chat = own if dice.random() < OWN_SHARE else dice.choice(others)
                _say(session, chat)
            if dice.random() < TAKEN_SHARE * 10 and taken < len(others) // 2:
                me = operators.find(session, colleague)
                queues.take(session, others[taken].id, me, now=datetime.now(UTC))
                taken += 1


def _say(session: Session, chat: Chat) -> None:
    conversation = conversations.find(session, chat.id)
    messages.say(session, conversation, Line(Sender.RESIDENT, "您好"), now=datetime.now(UTC))
