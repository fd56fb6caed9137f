"""Until when a unit may send a ticket back, and who decides when it has done so before."""

from collections.abc import Sequence
from datetime import datetime

from cases import calendars
from cases.database import Session
from cases.errors import CaseError
from cases.ticket_rules import allowances, clocks
from cases.ticket_rules.allowances import Step
from cases.ticket_rules.lifecycle import Move, State
from cases.tickets import milestones, moves, timing
from cases.tickets.milestones import Milestone
from cases.tickets.tickets import Ticket
from knowledge.names import Region


class TooLateError(CaseError):
    """The unit has had its day; it asks the hotline by a remark, or asks for more time."""


class DecidedError(CaseError):
    """The hotline has decided that this unit has the ticket; it is not sent back once more."""


class DisputeError(CaseError):
    """This unit has sent the ticket back; giving it there again is for a supervisor to decide."""


def send_back(  # noqa: PLR0913
    session: Session, ticket: Ticket, *, actor: str, reason: str, version: int, now: datetime
) -> Ticket:
    """Send it back to the hotline. Raises TooLateError, DecidedError, MoveError, StaleError."""
    happened = milestones.rows_of(session, ticket.id)
    given = _last_referral(happened)
    if given is not None and ticket.version == version:
        if given.unit in _refusing(happened, before=given.seq):
            raise DecidedError("The hotline has decided on this; add a remark if facts are new.")
        if now >= until(session, ticket, given.at):
            raise TooLateError("The day for sending back is over; add a remark, ask for time.")
    what = Move.SEND_BACK
    return moves.make(session, ticket, what, actor=actor, reason=reason, version=version, now=now)


def until(session: Session, ticket: Ticket, referred_at: datetime) -> datetime:
    """The end of the time in which a unit accepts or sends back: one working day, P0/P1 an hour."""
    rule = allowances.allowance(Step.ACCEPTANCE, timing.subject_of(ticket))
    extra = calendars.local_days(session, Region(ticket.region))
    return clocks.after(rule, referred_at, extra=extra).due


def refused_by(session: Session, ticket: Ticket) -> frozenset[str]:
    """The units that have sent this ticket back."""
    return _refusing(milestones.rows_of(session, ticket.id))


def check_referral(session: Session, ticket: Ticket, unit: str, *, decides: bool) -> None:
    """Whoever only refers may not give it to a unit that has refused it. Raises DisputeError."""
    if not decides and unit in refused_by(session, ticket):
        raise DisputeError("This unit has sent it back; a supervisor decides whether it has it.")


def _last_referral(happened: Sequence[Milestone]) -> Milestone | None:
    given = [one for one in happened if one.state == State.REFERRED]
    return given[-1] if given else None


def _refusing(happened: Sequence[Milestone], *, before: int | None = None) -> frozenset[str]:
    return frozenset(
        one.unit
        for one in happened
        if one.state == State.SENT_BACK
        and one.unit is not None
        and (before is None or one.seq < before)
    )
