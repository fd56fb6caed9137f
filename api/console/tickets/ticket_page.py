"""What stands on a ticket's page for this account, and nothing that it may not see."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from api.auth import Staff
from api.console.tickets import copying
from api.edge import Edge
from bot import receivers
from cases import permissions
from cases.database import Session
from cases.permissions import Action
from cases.ticket_rules.allowances import Manner
from cases.ticket_rules.lifecycle import NextActor, State
from cases.ticket_rules.surveys import Answer, Question
from cases.tickets import (
    applications,
    deliberations,
    disputes,
    extensions,
    followups,
    handovers,
    history,
    likeness,
    merging,
    nudges,
    parts,
    reliefs,
    steps,
    tickets,
    timing,
    worklists,
)
from cases.tickets.applications import Bearer, Decision, Place
from cases.tickets.tickets import Ticket
from knowledge.names import Matter, Priority, Programme, Region


def values(
    session: Session, edge: Edge, me: Staff, ticket: Ticket, *, now: datetime
) -> Mapping[str, object]:
    """Everything the templates of a ticket ask for."""
    row = worklists.row_of(ticket)
    moves = steps.possible(me.operator, ticket)
    whole = parts.parent_of(session, ticket)
    pieces = parts.children_of(session, ticket)
    return {
        "ticket": ticket,
        "history": history.of(session, ticket),
        "whole": whole if may_see(me, whole) else None,
        "parts": [part for part in pieces if may_see(me, part)],
        "moves": moves,
        "obvious": steps.obvious(moves, State(ticket.state)),
        "units": units(edge, ticket),
        "need_consent": [
            one.unit
            for one in receivers.of(edge.settings.data)
            if one.region == ticket.region and not one.organ
        ],
        "may_note": permissions.may(me.operator, Action.NOTE_TICKET, row),
        "private": tickets.only_by_secret(ticket),
        "may_oversee": permissions.may(me.operator, Action.OVERSEE_TICKET, row),
        "may_copy": copying.asks(ticket) and permissions.may(me.operator, Action.COPY_DATA, row),
        "may_work": permissions.may(me.operator, Action.WORK_TICKET, row),
        "may_refer": permissions.may(me.operator, Action.REFER_TICKET, row),
        "may_split": _may_split(me, ticket, family=bool(whole or pieces)),
        "matters": list(Matter),
        "deliberations": deliberations.of_ticket(session, ticket),
        "deliberation_kinds": list(deliberations.Kind),
        **_related(session, me, ticket, now=now),
        **_times(session, edge, ticket, now=now),
        **_statutory(session, ticket, now=now),
    }


def units(edge: Edge, ticket: Ticket) -> Sequence[str]:
    """The units of the ticket's region that may have it."""
    here = edge.helpline.library().units.get(Region(ticket.region))
    named = [] if here is None else here.matters.values()
    found = {unit for row in named for unit in (row.lead, *row.joint) if unit}
    outside = receivers.of(edge.settings.data)
    found |= {one.unit for one in outside if one.region == ticket.region}
    return sorted(found - set(ticket.not_to))


def may_see(me: Staff, ticket: Ticket | None) -> bool:
    """Whether another ticket beside this one may be named to this account."""
    if ticket is None:
        return False
    return permissions.may(me.operator, Action.SEE_TICKET, worklists.row_of(ticket))


def _may_split(me: Staff, ticket: Ticket, *, family: bool) -> bool:
    row = worklists.row_of(ticket)
    with_us = not ticket.ended and ticket.next_actor == NextActor.HOTLINE
    return with_us and not family and permissions.may(me.operator, Action.REFER_TICKET, row)


def _related(session: Session, me: Staff, ticket: Ticket, *, now: datetime) -> Mapping[str, object]:
    """What lives on where, what looks like the same, who refused it, and the asking about it."""
    row = worklists.row_of(ticket)
    refers = permissions.may(me.operator, Action.REFER_TICKET, row)
    found = likeness.proposals(session, ticket, now=now) if refers else ()
    survivor = merging.survivor_of(session, ticket)
    merged = merging.merged_into(session, ticket)
    return {
        "survivor": survivor if survivor is not ticket and may_see(me, survivor) else None,
        "merged": [one for one in merged if may_see(me, one)],
        "proposals": [one for one in found if may_see(me, one.ticket)],
        "refused_by": sorted(disputes.refused_by(session, ticket)),
        "handovers": handovers.of_ticket(session, ticket.id),
        "follow_ups": followups.of_ticket(session, ticket),
        "may_ask": permissions.may(me.operator, Action.ASK_ABOUT_RESULT, row),
        "questions": list(Question),
        "answers": list(Answer),
    }


def _statutory(session: Session, ticket: Ticket, *, now: datetime) -> Mapping[str, object]:
    """The application with its days by law, and what was given first."""
    row = applications.of(session, ticket)
    return {
        "application": row,
        "agreed_facts": "" if row is None else applications.facts_of(session, ticket, row),
        "faults": () if row is None else applications.faults(row, now=now),
        "last_days": None if row is None else applications.last_days(row),
        "given": reliefs.of_ticket(session, ticket),
        "programmes": list(Programme),
        "bearers": list(Bearer),
        "places": list(Place),
        "manners": list(Manner),
        "decisions": list(Decision),
    }


def _times(session: Session, edge: Edge, ticket: Ticket, *, now: datetime) -> Mapping[str, object]:
    """The clocks with their sources, and who was told of them."""
    library = edge.helpline.library()
    clocks = timing.readings(session, ticket, now=now)
    cited = [clock.rule.cite for clock in clocks if clock.rule.cite]
    return {
        "clocks": clocks,
        "sources": {
            cite: (library.document_of(cite).title, library.clause(cite).number) for cite in cited
        },
        "told": nudges.of_ticket(session, ticket),
        "wishes": extensions.of(session, ticket),
        "longest": extensions.longest(session, ticket, now=now),
        "priorities": list(Priority),
    }
