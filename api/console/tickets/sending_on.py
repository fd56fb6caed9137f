"""Several tickets sent to one unit at once: each in a transaction of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api import casework
from api.casework import Outside, Step
from api.console.tickets import ticket_page
from api.edge import Edge
from bot import receivers
from cases import permissions
from cases.errors import CaseError
from cases.operators import Operator
from cases.permissions import Action
from cases.ticket_rules.lifecycle import Move
from cases.tickets import steps, worklists

MOST = 50


@dataclass(frozen=True)
class Done:
    """The numbers that went, and those that did not."""

    done: Sequence[str]
    left: Sequence[str]


def refer(  # noqa: PLR0913
    edge: Edge, me: Operator, chosen: Sequence[str], *, unit: str, reason: str, now: datetime
) -> Done:
    """Refer what was chosen, each as `number:version`; what has moved meanwhile stays."""
    done: list[str] = []
    left: list[str] = []
    for one in list(dict.fromkeys(chosen))[:MOST]:
        number, _, version = one.partition(":")
        went = version.isdecimal() and _refer(
            edge, me, number, int(version), unit=unit, reason=reason, now=now
        )
        (done if went else left).append(number)
    return Done(done, left)


def _refer(  # noqa: PLR0913
    edge: Edge, me: Operator, number: str, version: int, *, unit: str, reason: str, now: datetime
) -> bool:
    try:
        with edge.store.write() as session:
            ticket = casework.find_to_change(session, me, Action.REFER_TICKET, number)
            leave = steps.leave_for(Move.REFER, ticket)
            permissions.require(me, leave, worklists.row_of(ticket))
            known = tuple(ticket_page.units(edge, ticket))
            found = receivers.find(edge.settings.data, ticket.region, unit)
            outside = None if found is None else Outside(found.organ, agreed=False)
            step = Step(Move.REFER, reason, version, unit=unit, known=known, outside=outside)
            speech = edge.helpline.speech
            casework.take_step(session, me, ticket, step, speech=speech, now=now)
    except CaseError:
        return False
    return True
