"""The sign that somebody writes, both ways; what is being written stays where it is."""

from typing import Annotated

from fastapi import APIRouter, Form, Request

from api import forms
from api.edge import EdgeOf, Now
from api.resident import thread
from cases.desk import typing_signs
from cases.desk.typing_signs import Side
from cases.talk.conversations import Mode

router = APIRouter(include_in_schema=False)


@router.post("/chat/writing", status_code=204)
def writing(request: Request, edge: EdgeOf, now: Now, csrf: Annotated[str, Form()] = "") -> None:
    """The resident touches the keys while a person is there; nothing of it is sent."""
    # public: the cookie opens nothing but its own thread.
    with edge.store.write() as session:
        chat = thread.conversation_of(session, request, edge)
        ours = forms.is_ours(session, request, edge, csrf)
        if chat is not None and ours and chat.mode == Mode.OPERATOR:
            typing_signs.show(session, chat, Side.RESIDENT, now=now)
