"""The page of results that a person must ask about, and the form that keeps the three answers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from api import casework
from api.console import visit
from api.console.tickets import ticketing
from api.edge import EdgeOf, Now
from cases import audit, permissions
from cases.database import Session
from cases.permissions import Action
from cases.ticket_rules.surveys import Answer, Question
from cases.tickets import followups, history, worklists
from cases.tickets.followups import FollowUp, Standing
from cases.tickets.history import NoteKind
from cases.tickets.tickets import Ticket

router = APIRouter(prefix="/console", include_in_schema=False)
Field = Annotated[str, Form()]
Given = Annotated[Answer, Form()]


@router.get("/follow-ups")
def calls(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """Whom a person asks, because no chat can or nobody answered."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.ASK_ABOUT_RESULT)
        found = [
            (row, ticket)
            for row, ticket in followups.calls(session)
            if permissions.may(me.operator, Action.ASK_ABOUT_RESULT, worklists.row_of(ticket))
        ]
        audit.record(session, me.operator.id, "listed follow-ups", "", now=now)
        return visit.page(session, edge, me, "follow-ups.html", {"rows": found}, now=now)


@router.post("/tickets/{number}/follow-up")
def asked(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    number: str,
    solved: Given,
    manner: Given,
    satisfied: Given,
    words: Field = "",
    csrf: Field = "",
) -> Response:
    """Keep what was answered on the phone; it moves the ticket as an answer in the chat does."""
    given = {Question.SOLVED: solved, Question.MANNER: manner, Question.SATISFIED: satisfied}
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.ASK_ABOUT_RESULT)
        ticket = casework.find_to_change(session, me.operator, Action.ASK_ABOUT_RESULT, number)
        row = _open(session, ticket)
        if row is None:
            return ticketing.refused(session, edge, me, ticket, "changed", now=now)
        _keep(session, row, ticket, given, by=me.operator.id, now=now)
        if words.strip():
            kind, text = NoteKind.ANSWER, words.strip()
            history.write(session, ticket, kind, text, actor=me.operator.id, now=now)
        audit.record(session, me.operator.id, "asked about result", ticket.id, now=now)
    return visit.to(f"/console/tickets/{number}")


def _open(session: Session, ticket: Ticket) -> FollowUp | None:
    """The one that is still to be answered; None when it was answered or the ticket went on."""
    waiting = [
        row
        for row in followups.of_ticket(session, ticket)
        if row.satisfied is None and row.state not in {Standing.DONE, Standing.DROPPED}
    ]
    return waiting[-1] if waiting and ticket.state in followups.ASKABLE else None


def _keep(  # noqa: PLR0913
    session: Session,
    row: FollowUp,
    ticket: Ticket,
    given: Mapping[Question, Answer],
    *,
    by: str,
    now: datetime,
) -> None:
    for question, answer in given.items():
        followups.take(session, row, ticket, question, answer, by=by, now=now)
