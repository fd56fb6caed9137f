"""What may not have reached a resident, and what came in and could not be read: a person's list."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from api import auth
from api.console import visit
from api.edge import EdgeOf, Now
from cases import audit, permissions
from cases.channels import intake, outbox
from cases.errors import UnknownError
from cases.permissions import Action
from cases.talk import threads
from cases.talk.messages import Message

router = APIRouter(prefix="/console", include_in_schema=False)


@router.get("/unreached")
def show(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """Deliveries a person must see to, chats whose door is shut, and what could not be taken in."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.READ_CHAT)
        values = {
            "unsent": [
                row
                for row in outbox.for_a_person(session)
                if auth.may_see(session, me.operator, Action.READ_CHAT, row.conversation_id)
            ],
            "why_of": outbox.why_of,
            "shut": [
                one
                for one in threads.blocked(session)
                if auth.may_see(session, me.operator, Action.READ_CHAT, one.conversation_id)
            ],
            "dead": intake.dead(session),
        }
        return visit.page(session, edge, me, "unreached.html", values, now=now)


@router.post("/unreached/{message_id}/seen-to")
def seen_to(
    request: Request, edge: EdgeOf, now: Now, message_id: str, csrf: Annotated[str, Form()] = ""
) -> Response:
    """A person has reached the resident."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.READ_CHAT)
        row = session.get(Message, message_id)
        if row is None:
            raise UnknownError("There is no such message.")
        auth.chat_for(session, me.operator, Action.READ_CHAT, row.conversation_id)
        if outbox.seen_to(session, message_id, now=now):
            audit.record(session, me.operator.id, "reached resident", row.conversation_id, now=now)
    return visit.to("/console/unreached")
