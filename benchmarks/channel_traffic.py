"""What residents do on a channel while its processes die, and what must be true afterwards."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from bot import rendering
from bot.telegram import SHAPE
from cases.channels import outbox
from cases.channels.intake import Update, UpdateState
from cases.danger import alerts
from cases.database import Session, Store
from cases.talk import messages, threads
from cases.talk.messages import Delivery, Lane, Message, Sender
from handlers import speech
from tests.peers.telegram import TelegramPeer

DANGER = "我不想活了，药都买好了"
ORDINARY = (
    "低保要什么条件",
    "谢谢",
    "办到哪了",
    "我要投诉",
    "临时救助多久能办好",
    "不知道",
    "您好",
)
PHOTO = {"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}
# Every so many updates one is of another kind.
TWICE, POISON, PICTURE, GRAVE = 11, 23, 17, 29
SENT_ALREADY = (Delivery.SENT,)


@dataclass
class Traffic:
    """What was handed in: how many updates, of which chats in danger."""

    updates: int
    endangered: set[int]
    poison: int


def pour(peer: TelegramPeer, *, updates: int, chats: int, chance: random.Random) -> Traffic:
    """Hand in updates of every kind, some of them twice."""
    endangered: set[int] = set()
    poison = 0
    for number in range(1, updates + 1):
        chat = chance.randint(1, chats)
        if number % GRAVE == 0:
            endangered.add(chat)
            peer.writes(DANGER, chat=chat)
        elif number % POISON == 0:
            poison += 1
            peer.hands_in({"message": {"chat": "nobody", "date": "never"}})
        elif number % PICTURE == 0:
            about = {"message_id": 1, "date": 1, "chat": {"id": chat, "type": "private"}}
            peer.hands_in({"message": {**about, "photo": [PHOTO]}})
        else:
            peer.writes(chance.choice(ORDINARY), chat=chat)
        if number % TWICE == 0:
            peer.updates.append(dict(peer.updates[-1]))
    return Traffic(updates, endangered, poison)


def inspect(store: Store, peer: TelegramPeer, traffic: Traffic) -> dict[str, int]:
    """What is wrong, by name; every number must be nought."""
    with store.read() as session:
        rows = session.exec(select(Update)).all()
        states = Counter(row.state for row in rows)
        chats = [_Chat.of(session, thread) for thread in session.exec(select(threads.Thread))]
        rung = {alert.conversation_id for alert in alerts.open_alerts(session)}
    known = {chat.number: chat for chat in chats}
    found: Counter[str] = Counter()
    for chat in chats:
        found.update(chat.compare(peer.texts(chat.number)))
    return {
        "updates without a row, or with two": abs(traffic.updates - len(rows)),
        "updates never answered": states[UpdateState.WAITING],
        "poison that is no dead letter": abs(traffic.poison - states[UpdateState.DEAD]),
        "dangers without an open alert": sum(
            chat not in known or known[chat].conversation not in rung for chat in traffic.endangered
        ),
        "messages doubled or out of order": found["strange"],
        "messages sent that nobody has": found["missing"],
        "reminders sent twice": found["reminded_twice"],
        "emergencies that never arrived": found["emergency_lost"],
        "messages still waiting": found["waiting"],
    }


def settled(store: Store, traffic: Traffic) -> bool:
    """Whether nothing is under way any more."""
    with store.read() as session:
        done = select(Update.id).where(col(Update.state) != UpdateState.WAITING)
        unsent = select(Message.id).where(col(Message.delivery).in_(outbox.UNSENT))
        return (
            len(session.exec(done).all()) >= traffic.updates
            and session.exec(unsent.limit(1)).first() is None
        )


@dataclass(frozen=True)
class _Said:
    text: str
    lane: str
    delivery: str


@dataclass(frozen=True)
class _Chat:
    number: int
    conversation: str
    said: Sequence[_Said]

    @classmethod
    def of(cls, session: Session, thread: threads.Thread) -> "_Chat":
        rows = session.exec(
            select(Message)
            .where(
                Message.conversation_id == thread.conversation_id,
                Message.sender != Sender.RESIDENT,
            )
            .order_by(col(Message.seq))
        ).all()
        said = [_Said(_shown(session, row), row.lane, row.delivery) for row in rows]
        return cls(int(threads.address_of(session, thread)), thread.conversation_id, said)

    def compare(self, has: Sequence[str]) -> Counter[str]:
        """What was said against what the resident has, emergencies apart from the order."""
        grave = [one for one in self.said if one.lane == Lane.EMERGENCY]
        graves = {one.text for one in grave}
        told = [one for one in self.said if one.text not in graves]
        found: Counter[str] = Counter()
        at = 0
        for text in (one for one in has if one not in graves):
            place = next((n for n in range(at, len(told)) if told[n].text == text), None)
            if place is None:
                found["strange"] += 1
                continue
            found["missing"] += sum(one.delivery in SENT_ALREADY for one in told[at:place])
            at = place + 1
        found["missing"] += sum(one.delivery in SENT_ALREADY for one in told[at:])
        found["emergency_lost"] = sum(one.text not in has for one in grave)
        found["waiting"] = sum(one.delivery in outbox.UNSENT for one in self.said)
        for one in {said.text for said in self.said if said.lane == Lane.REMINDER}:
            found["reminded_twice"] += has.count(one) > 1
        return found


def _shown(session: Session, row: Message) -> str:
    line = messages.line_of(session, row)
    return rendering.pages(line, SHAPE, speech.chinese())[0].text
