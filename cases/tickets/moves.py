"""How a ticket moves: one step of the table, by somebody, for a reason, at a time."""

from datetime import datetime

from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import col, update

from cases.danger import rescues
from cases.database import Session
from cases.errors import StaleError, UnknownError
from cases.ticket_rules import lifecycle
from cases.ticket_rules.lifecycle import Move, State
from cases.tickets import handovers, history, tickets, timing
from cases.tickets.history import NoteKind
from cases.tickets.tickets import Ticket

ENDING = lifecycle.ENDED | {State.RESOLVED}
MOVED_MEANWHILE = "Somebody has moved this ticket meanwhile; reload it and decide again."


def make(  # noqa: PLR0913
    session: Session,
    ticket: Ticket,
    what: Move,
    *,
    actor: str,
    reason: str,
    version: int,
    now: datetime,
    due: datetime | None = None,
    unit: str | None = None,
) -> Ticket:
    """Make a move with a reason. Raises MoveError, StaleError when `version` is not current, and
    CardMissingError where a danger to life would end without its card."""
    if ticket.version != version:
        raise StaleError(MOVED_MEANWHILE)
    before = State(ticket.state)
    target = lifecycle.after(before, what)
    if target in ENDING and rescues.is_grave(ticket.priority, ticket.hazard):
        home = tickets.home_of(session, ticket)
        rescues.require_card(
            session, conversation_id=home, ticket_id=ticket.id, told_at=ticket.opened_at
        )
    _raise_version(session, ticket, version)
    timing.record_move(session, ticket, target, actor=actor, now=now, unit=unit or ticket.lead_unit)
    _stand(ticket, target, now=now)
    tickets.retime(session, ticket, due=due, now=now)
    history.write(
        session,
        ticket,
        NoteKind.MOVE,
        reason,
        actor=actor,
        now=now,
        from_state=before,
        to_state=target,
    )
    tickets.announce(session, ticket, now=now)
    return ticket


def refer(  # noqa: PLR0913
    session: Session,
    ticket: Ticket,
    unit: str,
    *,
    actor: str,
    reason: str,
    version: int,
    now: datetime,
) -> Ticket:
    """Hand the ticket to a unit. Raises UnknownError for a unit that may never have it."""
    if unit in ticket.not_to:
        raise UnknownError(
            "This report concerns that very unit; choose the level above or discipline."
        )
    what = Move.REFER
    make(session, ticket, what, actor=actor, reason=reason, version=version, now=now, unit=unit)
    ticket.lead_unit = unit
    session.add(ticket)
    session.flush()
    handovers.note(session, ticket.id, unit, by=actor, now=now)
    return ticket


def _raise_version(session: Session, ticket: Ticket, version: int) -> None:
    session.flush()
    first = session.connection().execute(
        update(Ticket)
        .where(col(Ticket.id) == ticket.id, col(Ticket.version) == version)
        .values(version=version + 1)
    )
    if first.rowcount != 1:
        raise StaleError(MOVED_MEANWHILE)
    set_committed_value(ticket, "version", version + 1)


def _stand(ticket: Ticket, state: State, *, now: datetime) -> None:
    ticket.state = state
    ticket.ended = state in lifecycle.ENDED
    ticket.closed_at = now if ticket.ended else None
    ticket.next_actor = lifecycle.next_actor(state)
