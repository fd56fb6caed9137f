"""What must be true of the rows after a server was killed again and again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import col, select

from cases import audit, sealed, soundness
from cases.channels.inbox import Inbound
from cases.database import Session, Store
from cases.talk import conversations, messages
from cases.talk.messages import Message, Sender
from cases.tickets.tickets import Ticket
from knowledge.names import Hazard


@dataclass(frozen=True)
class Sent:
    """A message as its sender knows it; `answer` is None when no answer came back."""

    conversation: str
    client_id: str
    text: str
    emergency: bool
    answer: tuple[tuple[int, str], ...] | None


@dataclass
class Findings:
    """What was counted; every number in `wrong` must be nought."""

    kept: int
    answered_by_clock: int
    tickets: int
    wrong: dict[str, int]


def open_rows(data: Path, address: str | None) -> Store:
    """The rows of a data folder whose server is down."""
    return Store(
        address or f"sqlite:///{data / 'helpline.db'}", sealed.open_or_create(data / "keys")
    )


def inspect(store: Store, sent: Sequence[Sent]) -> Findings:
    """Compare the rows with what the senders know."""
    with store.read() as session:
        rows = {(r.conversation_id, r.external_id): r for r in session.exec(select(Inbound))}
        acknowledged = [one for one in sent if one.answer is not None]
        asked = [one for one in sent if (one.conversation, one.client_id) in rows]
        urgent = [one for one in asked if one.emergency]
        counted = {one.conversation: _tickets(session, one.conversation) for one in urgent}
        wrong = {
            "acknowledged and lost": _lost(acknowledged, rows),
            "answer changed": sum(not _same(session, one, rows) for one in acknowledged),
            "never answered": sum(row.answered_at is None for row in rows.values()),
            "answered twice": sum(_answers(session, row) > 1 for row in rows.values()),
            "kept twice": len(_received(session)) - len(rows),
            "emergency without ticket": sum(count == 0 for count in counted.values()),
            "emergency with two tickets": sum(count > 1 for count in counted.values()),
            "audit chain broken": len(audit.verify(session)),
        }
    wrong["rows unsound"] = len(soundness.check(store))
    silent = len(asked) - sum(one in asked for one in acknowledged)
    return Findings(len(rows), silent, sum(counted.values()), wrong)


def _lost(acknowledged: Iterable[Sent], rows: dict[tuple[str, str], Inbound]) -> int:
    return sum((one.conversation, one.client_id) not in rows for one in acknowledged)


def _same(session: Session, one: Sent, rows: dict[tuple[str, str], Inbound]) -> bool:
    row = rows.get((one.conversation, one.client_id))
    if row is None:
        return False
    conversation = conversations.find(session, one.conversation)
    lines = messages.of_inbound(session, conversation, row.id)
    return tuple((line.seq, line.text) for line in lines) == one.answer


def _answers(session: Session, row: Inbound) -> int:
    """How many times the bot spoke to this message: one turn has one instant."""
    spoken = select(Message.created_at).where(
        Message.inbound_id == row.id, Message.sender == Sender.BOT
    )
    return len(set(session.exec(spoken)))


def _received(session: Session) -> Sequence[str]:
    return session.exec(
        select(Message.id).where(
            Message.sender == Sender.RESIDENT, col(Message.inbound_id).is_not(None)
        )
    ).all()


def _tickets(session: Session, conversation: str) -> int:
    found = select(Ticket.id).where(
        Ticket.conversation_id == conversation, Ticket.hazard != Hazard.NONE
    )
    return len(session.exec(found).all())
