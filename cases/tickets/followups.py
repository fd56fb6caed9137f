"""When and what a resident is asked about a result (回访), and what follows from the answers."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ColumnElement, Index, UniqueConstraint
from sqlmodel import Field, SQLModel, col, func, or_, select

from cases import calendars, events, keys, residents
from cases.database import Session, UtcDateTime
from cases.talk import conversations
from cases.ticket_rules import lifecycle
from cases.ticket_rules.lifecycle import Move, State
from cases.ticket_rules.surveys import Answer, Question
from cases.tickets import history, moves, tickets
from cases.tickets.history import NoteKind
from cases.tickets.tickets import Ticket
from knowledge import workdays
from knowledge.names import Region
from knowledge.workdays import ZONE

ASK_FROM, ASK_UNTIL = 10, 20
ANSWER_DAYS = 2
BATCH = 50
HOUSE, RESIDENT = "system", "resident"
ASKABLE = frozenset({State.RESOLVED, State.FOLLOW_UP})


class Standing(StrEnum):
    """How far it has come. `call`: a person must see to it."""

    PLANNED = "planned"
    ASKED = "asked"
    CALL = "call"
    DONE = "done"
    DROPPED = "dropped"


class Why(StrEnum):
    """Why a person sees to it."""

    NO_CHANNEL = "no_channel"
    PRIVATE = "private"
    UNSAFE = "unsafe"
    NO_ANSWER = "no_answer"
    AGAIN = "again"


class FollowUp(SQLModel, table=True):
    """One asking about one result. The answers are codes; what was said besides is a note."""

    __tablename__ = "follow_ups"
    __table_args__ = (
        UniqueConstraint("ticket_id", "round"),
        CheckConstraint("state IN ('planned','asked','call','done','dropped')", name="state"),
        Index("ix_follow_ups_due", "state", "due_at"),
        Index("ix_follow_ups_heard", "conversation_id", "state"),
    )
    id: str = Field(primary_key=True)
    ticket_id: str = Field(foreign_key="tickets.id")
    conversation_id: str | None = Field(default=None, foreign_key="conversations.id")
    round: int
    state: str = Standing.PLANNED
    why: str | None = None
    due_at: datetime = Field(sa_type=UtcDateTime)
    asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    solved: str | None = None
    manner: str | None = None
    satisfied: str | None = None
    by: str | None = None


def plan(session: Session, ticket: Ticket, *, now: datetime) -> FollowUp:
    """Promise to ask on the next working day at a safe hour.

    What opens only to the own word is never asked of in a chat: whoever holds the phone would read
    it. That, and who is not to be contacted, stands on a person's list.
    """
    rounds = session.exec(
        select(func.count()).select_from(FollowUp).where(FollowUp.ticket_id == ticket.id)
    ).one()
    private = tickets.only_by_secret(ticket)
    hours = _hours(session, ticket)
    row = FollowUp(
        id=keys.new_id(),
        ticket_id=ticket.id,
        conversation_id=None if private else ticket.conversation_id,
        round=rounds + 1,
        due_at=asking_time(session, ticket, hours or (ASK_FROM, ASK_UNTIL), now=now),
    )
    if private or hours is None or row.conversation_id is None:
        row.state = Standing.CALL
        row.why = Why.PRIVATE if private else Why.UNSAFE if hours is None else Why.NO_CHANNEL
    session.add(row)
    session.flush()
    return row


def asking_time(
    session: Session, ticket: Ticket, hours: tuple[int, int], *, now: datetime
) -> datetime:
    """The next working day of the ticket's region, at the first safe hour from ten o'clock on."""
    extra = calendars.local_days(session, Region(ticket.region))
    ends = workdays.due(now, days=1, working=True, extra=extra).due
    day = (ends - timedelta(microseconds=1)).astimezone(ZONE).date()
    return datetime.combine(day, time(hours[0]), tzinfo=ZONE)


def due(session: Session, *, now: datetime, limit: int = BATCH) -> Sequence[str]:
    """Those whose time has come, to be asked, or asked and never answered; a look, no claim."""
    return session.exec(
        select(FollowUp.id).where(*_due(now)).order_by(col(FollowUp.due_at)).limit(limit)
    ).all()


def claim(session: Session, wanted: str, *, now: datetime) -> tuple[FollowUp, Ticket] | None:
    """One of these with its ticket, locked; None when another process has seen to it meanwhile.

    The chat, then the ticket, then the row, as a turn of the resident locks them.
    """
    seen = session.get_one(FollowUp, wanted)
    if seen.conversation_id is not None:
        conversations.find_for_update(session, seen.conversation_id)
    ticket = tickets.for_update(session, session.get_one(Ticket, seen.ticket_id).number)
    row = session.exec(
        select(FollowUp)
        .where(FollowUp.id == wanted, *_due(now))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    return None if row is None else (row, ticket)


def ask(session: Session, row: FollowUp, ticket: Ticket, *, now: datetime) -> bool:
    """Mark as asked in the transaction that says it; False when nothing is to be asked any more."""
    if State(ticket.state) not in ASKABLE:
        row.state = Standing.DROPPED
        session.add(row)
        return False
    if ticket.state == State.RESOLVED:
        moves.make(
            session, ticket, Move.FOLLOW_UP, actor=HOUSE, reason="", version=ticket.version, now=now
        )
    extra = calendars.local_days(session, Region(ticket.region))
    row.state, row.asked_at = Standing.ASKED, now
    row.due_at = workdays.due(now, days=ANSWER_DAYS, working=True, extra=extra).due
    session.add(row)
    return True


def give_to_person(session: Session, row: FollowUp, why: Why, *, now: datetime) -> None:
    """Nobody has answered: a person calls."""
    row.state, row.why = Standing.CALL, why
    session.add(row)
    ticket = session.get_one(Ticket, row.ticket_id)
    tickets.announce(session, ticket, now=now)


def open_in(session: Session, conversation_id: str) -> tuple[FollowUp, Ticket] | None:
    """What is or will be asked in this conversation: the one asked last, else the next planned."""
    found = session.exec(
        select(FollowUp, Ticket)
        .join(Ticket, col(FollowUp.ticket_id) == Ticket.id)
        .where(
            FollowUp.conversation_id == conversation_id,
            col(FollowUp.satisfied).is_(None),
            col(FollowUp.state).in_((Standing.ASKED, Standing.PLANNED, Standing.CALL)),
            col(Ticket.state).in_(ASKABLE),
        )
        .order_by(col(FollowUp.asked_at).desc().nulls_last(), col(FollowUp.due_at).desc())
        .limit(1)
    ).first()
    return None if found is None else (found[0], found[1])


def next_question(row: FollowUp) -> Question | None:
    """What is still to be asked; None after the last one."""
    given = {
        Question.SOLVED: row.solved,
        Question.MANNER: row.manner,
        Question.SATISFIED: row.satisfied,
    }
    return next((question for question in Question if given[question] is None), None)


def take(  # noqa: PLR0913
    session: Session,
    row: FollowUp,
    ticket: Ticket,
    question: Question,
    answer: Answer,
    *,
    by: str = RESIDENT,
    now: datetime,
) -> State:
    """Keep an answer. After 不满意, or after the last one, the ticket moves. Where it stands then.

    The first 不满意 opens it once more, for a supervisor; after the second a supervisor calls.
    """
    match question:
        case Question.SOLVED:
            row.solved = answer
        case Question.MANNER:
            row.manner = answer
        case Question.SATISFIED:
            row.satisfied = answer
    row.by = by
    session.add(row)
    if row.satisfied is not None:
        _settle(session, row, ticket, by=by, now=now)
    session.flush()
    return State(ticket.state)


def of_ticket(session: Session, ticket: Ticket) -> Sequence[FollowUp]:
    """All of a ticket's, the first one first."""
    return session.exec(
        select(FollowUp).where(FollowUp.ticket_id == ticket.id).order_by(col(FollowUp.round))
    ).all()


def calls(session: Session, *, limit: int = 200) -> Sequence[tuple[FollowUp, Ticket]]:
    """Where a person must see to it, the oldest first; whoever shows them asks permissions."""
    return session.exec(
        select(FollowUp, Ticket)
        .join(Ticket, col(FollowUp.ticket_id) == Ticket.id)
        .where(FollowUp.state == Standing.CALL, col(Ticket.state).in_(ASKABLE))
        .order_by(col(FollowUp.due_at))
        .limit(limit)
    ).all()


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    open_ones = col(FollowUp.state).in_((Standing.PLANNED, Standing.ASKED))
    return open_ones, col(FollowUp.due_at) <= now


def _settle(session: Session, row: FollowUp, ticket: Ticket, *, by: str, now: datetime) -> None:
    row.state, row.done_at = Standing.DONE, now
    history.write(session, ticket, NoteKind.FOLLOW_UP, row.satisfied or "", actor=by, now=now)
    unhappy = row.satisfied == Answer.NO
    if not unhappy:
        _move(session, ticket, Move.CLOSE, by=by, now=now)
        return
    ticket.escalated = True
    session.add(ticket)
    if row.round == 1:
        _move(session, ticket, Move.REOPEN, by=by, now=now)
        return
    row.state, row.why = Standing.CALL, Why.AGAIN
    tickets.announce(session, ticket, now=now)


def _move(session: Session, ticket: Ticket, what: Move, *, by: str, now: datetime) -> None:
    if what in lifecycle.possible(State(ticket.state)):
        moves.make(session, ticket, what, actor=by, reason="", version=ticket.version, now=now)
    events.publish(session, events.Kind.TICKET, {"ticket": ticket.id}, now=now)


def _hours(session: Session, ticket: Ticket) -> tuple[int, int] | None:
    """From when until when the resident may be asked; None when they are not to be contacted."""
    if ticket.resident_id is None:
        return ASK_FROM, ASK_UNTIL
    ways = session.exec(
        select(residents.ContactWay).where(
            residents.ContactWay.resident_id == ticket.resident_id,
            or_(
                col(residents.ContactWay.do_not_call),
                col(residents.ContactWay.safe_from) > 0,
            ),
        )
    ).all()
    if any(way.do_not_call for way in ways):
        return None
    first = max([ASK_FROM, *(way.safe_from for way in ways)])
    last = min([ASK_UNTIL, *(way.safe_until for way in ways)])
    return (first, last) if first < last else None
