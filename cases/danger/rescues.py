"""What was done about a danger to life, and that nothing is closed before it is written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Field, SQLModel, col, select, update

from cases import events, keys
from cases.danger import alerts
from cases.danger.alerts import Alert
from cases.database import Session, UtcDateTime
from cases.desk import callbacks
from cases.errors import CardMissingError, CaseError
from cases.sealed import Place
from knowledge.names import P0_HAZARDS, Hazard, Priority

LONGEST_WORDS = 500
# A card written beside a chat belongs to the dangers told there within a day of it.
ONE_DANGER = timedelta(hours=24)


class Service(StrEnum):
    """To whom a danger was passed on."""

    POLICE = "110"
    FIRE = "119"
    AMBULANCE = "120"
    NOBODY = "nobody"


class Rescue(SQLModel, table=True):
    """One line of a danger's card. With `nobody` the reference says why nobody was needed."""

    __tablename__ = "rescues"
    id: str = Field(primary_key=True)
    conversation_id: str | None = Field(default=None, foreign_key="conversations.id", index=True)
    ticket_id: str | None = Field(default=None, foreign_key="tickets.id", index=True)
    key_id: str = Field(foreign_key="data_keys.id", index=True)
    service: str
    passed_at: datetime = Field(sa_type=UtcDateTime)
    by: str = Field(foreign_key="operators.id", index=True)
    written_at: datetime = Field(sa_type=UtcDateTime)
    sealed_place: bytes
    sealed_reference: bytes


@dataclass(frozen=True)
class Subject:
    """Whose danger it was: a conversation, a ticket, or both, and the key it is sealed under."""

    conversation_id: str | None
    ticket_id: str | None
    key_id: str


@dataclass(frozen=True)
class Passed:
    """What was passed on: to whom, when, which place was given, under which reference."""

    service: Service
    at: datetime
    place: str
    reference: str


@dataclass(frozen=True)
class Entry:
    """A line of the card as it is read."""

    passed: Passed
    by: str
    written_at: datetime


def record(session: Session, subject: Subject, passed: Passed, *, by: str, now: datetime) -> Rescue:
    """Write down what was done; the conversation's dangers count as seen to.

    Raises CaseError where the place, the reference or the reason is empty, or in the future.
    """
    place, reference = passed.place.strip(), passed.reference.strip()
    if not reference or (passed.service is not Service.NOBODY and not place):
        raise CaseError("Say which place was given and their reference, or why nobody was needed.")
    if passed.at > now:
        raise CaseError("The time at which it was passed on lies ahead; correct it.")
    row = keys.new_id()
    made = Rescue(
        id=row,
        conversation_id=subject.conversation_id,
        ticket_id=subject.ticket_id,
        key_id=subject.key_id,
        service=passed.service,
        passed_at=passed.at,
        by=by,
        written_at=now,
        sealed_place=_seal(session, subject.key_id, "place", row, place),
        sealed_reference=_seal(session, subject.key_id, "reference", row, reference),
    )
    session.add(made)
    session.flush()
    if subject.conversation_id is not None:
        _close_alerts(session, subject.conversation_id, now=now)
    return made


def record_beside_chat(
    session: Session, subject: Subject, passed: Passed, *, by: str, now: datetime
) -> Rescue:
    """The same by who has the chat before them: what was named there until it was passed on, they
    have seen, and it rings no more. A danger named later rings on and wants a card of its own."""
    if subject.conversation_id is not None:
        for alert in alerts.of_conversation(session, subject.conversation_id):
            # The card knows its time to the minute.
            if alert.opened_at.replace(second=0, microsecond=0) <= passed.at:
                alerts.acknowledge(session, alert.id, by, now=now)
    return record(session, subject, passed, by=by, now=now)


def card(
    session: Session, *, conversation_id: str | None, ticket_id: str | None
) -> Sequence[Entry]:
    """The lines of a danger's card, the oldest first."""
    return [_read(session, row) for row in _rows(session, conversation_id, ticket_id)]


def unwritten(session: Session) -> Sequence[Alert]:
    """Dangers whose card nobody has written yet, the oldest first."""
    return session.exec(
        select(Alert)
        .where(col(Alert.closed_at).is_(None), col(Alert.hazard).in_(P0_HAZARDS))
        .order_by(col(Alert.opened_at))
    ).all()


def is_grave(priority: str, hazard: str) -> bool:
    """Whether a matter is, or was told as, a danger to life."""
    return priority == Priority.P0 or hazard in P0_HAZARDS


def require_card(
    session: Session, *, conversation_id: str | None, ticket_id: str | None, told_at: datetime
) -> None:
    """Raises CardMissingError unless what was done about a danger to life is written down, and
    nobody who fell silent is still to be called. The card of an earlier danger is not this one's.
    """
    rows = _rows(session, conversation_id, ticket_id)
    if not any(row.ticket_id == ticket_id or row.written_at > told_at - ONE_DANGER for row in rows):
        raise CardMissingError("Write down first what was done about the danger: the card.")
    _require_reached(session, conversation_id)


def require_seen_to(session: Session, conversation_id: str) -> None:
    """The same for leaving a chat: every danger named in it has its card. CardMissingError."""
    missing = session.exec(
        select(Alert.id).where(
            Alert.conversation_id == conversation_id,
            col(Alert.closed_at).is_(None),
            col(Alert.hazard).in_(P0_HAZARDS),
        )
    ).first()
    if missing is not None:
        raise CardMissingError("Write down first what was done about the danger: the card.")
    _require_reached(session, conversation_id)


def was_hard(hazards: Sequence[str]) -> bool:
    """Whether a case weighs on those who took it (service.md: a pause is offered)."""
    return bool({Hazard.SELF_HARM, Hazard.CHILD_AT_RISK} & set(hazards))


def _require_reached(session: Session, conversation_id: str | None) -> None:
    if conversation_id is not None and callbacks.danger_open(session, conversation_id):
        raise CardMissingError("Somebody who fell silent is still to be called back.")


def _close_alerts(session: Session, conversation_id: str, *, now: datetime) -> None:
    session.connection().execute(
        update(Alert)
        .where(
            col(Alert.conversation_id) == conversation_id,
            col(Alert.closed_at).is_(None),
            col(Alert.acknowledged_at).is_not(None),
        )
        .values(closed_at=now)
    )
    events.publish(session, events.Kind.QUEUE, {"conversation": conversation_id}, now=now)


def _rows(session: Session, conversation_id: str | None, ticket_id: str | None) -> Sequence[Rescue]:
    of_chat = col(Rescue.conversation_id) == (conversation_id or "")
    of_ticket = col(Rescue.ticket_id) == (ticket_id or "")
    return session.exec(
        select(Rescue).where(of_chat | of_ticket).order_by(col(Rescue.written_at))
    ).all()


def _read(session: Session, row: Rescue) -> Entry:
    passed = Passed(
        service=Service(row.service),
        at=row.passed_at,
        place=keys.unseal(session, row.key_id, _place("place", row.id), row.sealed_place),
        reference=keys.unseal(
            session, row.key_id, _place("reference", row.id), row.sealed_reference
        ),
    )
    return Entry(passed, row.by, row.written_at)


def _seal(session: Session, key: str, what: str, row: str, text: str) -> bytes:
    return keys.seal(session, key, _place(what, row), text[:LONGEST_WORDS])


def _place(what: str, row: str) -> Place:
    return Place("rescues", what, row)
