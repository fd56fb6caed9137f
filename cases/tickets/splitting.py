"""How one ticket becomes several pieces for several units, under the number that is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cases.commands import OpenTicket
from cases.database import Session
from cases.errors import CaseError
from cases.talk import conversations
from cases.ticket_rules import lifecycle
from cases.ticket_rules.lifecycle import Move, NextActor, State
from cases.tickets import history, moves, parts, tickets
from cases.tickets.history import NoteKind
from cases.tickets.tickets import Ticket
from knowledge.names import Category, Hazard, Matter, Priority, Region

FEWEST = 2


@dataclass(frozen=True)
class Piece:
    """What goes to one unit: its matter and the words that unit reads, no others."""

    matter: Matter
    unit: str
    text: str


class SplitError(CaseError):
    """It cannot be split: a unit works on it, it has parts already, or a piece is missing."""


def split(  # noqa: PLR0913
    session: Session,
    ticket: Ticket,
    pieces: Sequence[Piece],
    *,
    actor: str,
    version: int,
    now: datetime,
) -> Sequence[Ticket]:
    """Open a part for each piece. The ticket itself is resolved when the last part has ended.

    Raises SplitError, StaleError. Clocks run from the day on which the whole was told.
    """
    _check(session, ticket, pieces)
    _touch(session, ticket, actor=actor, version=version, now=now)
    home = tickets.home_of(session, ticket)
    chat = None if home is None else conversations.find(session, home)
    made = []
    for part, piece in enumerate(pieces, start=1):
        draft = _draft(ticket, piece, f"{ticket.number}-{part}")
        child = tickets.open_for(session, chat, draft, now=now)
        child.opened_at = ticket.opened_at
        tickets.retime(session, child, now=now)
        parts.attach(session, ticket, child, part)
        moves.refer(session, child, piece.unit, actor=actor, reason=piece.text, version=1, now=now)
        made.append(child)
    return made


def _check(session: Session, ticket: Ticket, pieces: Sequence[Piece]) -> None:
    if len(pieces) < FEWEST or not all(piece.unit and piece.text for piece in pieces):
        raise SplitError("Each of at least two pieces wants a unit and words of its own.")
    if parts.parent_of(session, ticket) or parts.children_of(session, ticket):
        raise SplitError("This ticket has parts already.")
    if ticket.ended or ticket.next_actor != NextActor.HOTLINE:
        raise SplitError("A unit works on it; it is split when it is with the hotline.")
    if any(piece.unit in ticket.not_to for piece in pieces):
        raise SplitError("A piece would go to the very unit that must not see it.")


def _touch(session: Session, ticket: Ticket, *, actor: str, version: int, now: datetime) -> None:
    """The whole stays with the hotline; whoever has an older page in front of them is refused."""
    state = State(ticket.state)
    if Move.TRIAGE in lifecycle.possible(state):
        moves.make(session, ticket, Move.TRIAGE, actor=actor, reason="", version=version, now=now)
    elif ticket.version != version:
        raise SplitError("Somebody has moved this ticket meanwhile; reload it and decide again.")
    history.write(session, ticket, NoteKind.PIECE, "", actor=actor, now=now)
    tickets.announce(session, ticket, now=now)


def _draft(ticket: Ticket, piece: Piece, number: str) -> OpenTicket:
    return OpenTicket(
        category=Category(ticket.category),
        priority=Priority(ticket.priority),
        hazard=Hazard(ticket.hazard),
        matter=piece.matter,
        region=Region(ticket.region),
        prefix="",
        narrative=piece.text,
        lead_unit=piece.unit,
        not_to=tuple(ticket.not_to),
        sealed=ticket.sealed,
        personal=ticket.personal,
        anonymous=ticket.anonymous,
        by_helper=ticket.by_helper,
        number=number,
    )
