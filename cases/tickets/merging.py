"""Which ticket lives on in which: merged by a person, never in a circle, and taken apart again."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlmodel import Field, SQLModel, col, select

from cases.database import Session, UtcDateTime
from cases.errors import CaseError
from cases.talk import conversations
from cases.ticket_rules.lifecycle import Move, State
from cases.tickets import extensions, history, moves, parts, tickets
from cases.tickets.history import NoteKind
from cases.tickets.tickets import Ticket
from knowledge.names import Priority


class TicketMerger(SQLModel, table=True):
    """The ticket that was merged, and the one that it lives on in."""

    __tablename__ = "ticket_mergers"
    ticket_id: str = Field(primary_key=True, foreign_key="tickets.id")
    into_id: str = Field(foreign_key="tickets.id", index=True)
    actor: str
    at: datetime = Field(sa_type=UtcDateTime)


class MergeError(CaseError):
    """These two cannot become one: the same, in a circle, ended, or one person's alone."""


def merge(  # noqa: PLR0913
    session: Session,
    ticket: Ticket,
    into: Ticket,
    *,
    actor: str,
    reason: str,
    version: int,
    now: datetime,
) -> Ticket:
    """Let a ticket live on in another one, which then has its words and the graver priority.

    What belongs to one person alone is never merged: its words would be read by others.
    Raises MergeError, MoveError, StaleError. Returns the one that lives on.
    """
    check(session, ticket, into)
    moves.make(session, ticket, Move.MERGE, actor=actor, reason=reason, version=version, now=now)
    session.add(TicketMerger(ticket_id=ticket.id, into_id=into.id, actor=actor, at=now))
    words = history.first_words(session, ticket)
    history.write(session, into, NoteKind.JOINING, words, actor=actor, now=now)
    into.household_id = into.household_id or ticket.household_id
    if Priority(ticket.priority) < Priority(into.priority):
        graver = Priority(ticket.priority)
        extensions.change_priority(session, into, graver, reason=reason, by=actor, now=now)
    tickets.announce(session, into, now=now)
    return into


def check(session: Session, ticket: Ticket, into: Ticket) -> None:
    """Raises MergeError when these two may not become one."""
    if ticket.id in {into.id, survivor_of(session, into).id}:
        raise MergeError("A ticket cannot be merged into itself, nor in a circle.")
    if parts.belongs(session, ticket):
        raise MergeError("A part of an application to many units is not merged by itself.")
    why = _against(ticket, into)
    if why is not None:
        raise MergeError(why)


def fits(ticket: Ticket, into: Ticket) -> bool:
    """Whether nothing in these two rows forbids it; `check` looks at what they belong to, too."""
    return _against(ticket, into) is None


def _against(ticket: Ticket, into: Ticket) -> str | None:
    if into.ended:
        return "The other ticket has ended; reopen it first, or choose another one."
    if tickets.only_by_secret(ticket) or tickets.only_by_secret(into):
        return "What belongs to one person alone is not merged with anything."
    if not set(ticket.not_to) <= set(into.not_to):
        return "The other ticket may be seen by a unit that must not see this one."
    return None


def take_apart(  # noqa: PLR0913
    session: Session, ticket: Ticket, *, actor: str, reason: str, version: int, now: datetime
) -> Ticket:
    """Open a merged ticket again by itself. Raises MoveError, StaleError."""
    moves.make(session, ticket, Move.REOPEN, actor=actor, reason=reason, version=version, now=now)
    known = session.get(TicketMerger, ticket.id)
    if known is not None:
        session.delete(known)
        session.flush()
    return ticket


def survivor_of(session: Session, ticket: Ticket) -> Ticket:
    """The ticket in which this one lives on; itself when it was not merged."""
    found, seen = ticket, {ticket.id}
    while found.state == State.MERGED:
        known = session.get(TicketMerger, found.id)
        if known is None or known.into_id in seen:
            break
        seen.add(known.into_id)
        found = session.get_one(Ticket, known.into_id)
    return found


def merged_into(session: Session, ticket: Ticket) -> Sequence[Ticket]:
    """Every ticket that lives on in this one, also through another."""
    found: list[Ticket] = []
    ahead = [ticket.id]
    while ahead:
        here = session.exec(
            select(Ticket)
            .join(TicketMerger, col(TicketMerger.ticket_id) == Ticket.id)
            .where(TicketMerger.into_id == ahead.pop())
        ).all()
        found += here
        ahead += [one.id for one in here]
    return found


def lock_both(session: Session, one: str, other: str) -> tuple[Ticket, Ticket]:
    """Both tickets, locked. Raises UnknownError."""
    locked = lock(session, {one.upper(), other.upper()})
    return locked[one.upper()], locked[other.upper()]


def lock(session: Session, numbers: Iterable[str]) -> Mapping[str, Ticket]:
    """All that one step touches, locked until the commit: every conversation that hears of these
    tickets or of one that lives on in them, then the tickets, each in one order. Whoever locked
    them as they come would wait in a ring with who works the other way round, or with a resident.

    Raises UnknownError.
    """
    wanted = sorted(set(numbers))
    known = [one for number in wanted if (one := tickets.by_number(session, number)) is not None]
    all_told = [one for ticket in known for one in (ticket, *merged_into(session, ticket))]
    homes = {tickets.home_of(session, one) for one in all_told}
    for home in sorted(home for home in homes if home is not None):
        conversations.find_for_update(session, home)
    return {number: tickets.for_update(session, number) for number in wanted}
