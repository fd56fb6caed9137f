"""A caller's words by microphone: heard on the premises, put before the operator, kept nowhere."""

from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Form, Request, UploadFile
from pydantic import BaseModel
from starlette.responses import PlainTextResponse

from api import lanes, shapes
from api.console import visit
from api.console.desk import phoning
from api.edge import Edge, EdgeOf, Now
from api.errors import UnusableError
from bot import inspection
from bot.inspection import RefusedError
from cases import permissions
from cases.errors import UnknownError
from cases.permissions import Action
from cases.talk.attachments import FileKind

router = APIRouter(prefix="/console/phone", include_in_schema=False)


class Spoken(BaseModel):
    """A recording of what was just said."""

    file: UploadFile
    csrf: str = ""


@router.post("/{conversation_id}/heard")
async def heard(
    request: Request,
    edge: EdgeOf,
    now: Now,
    conversation_id: str,
    spoken: Annotated[Spoken, Form()],
) -> PlainTextResponse:
    """The words of a recording; empty where nothing was understood: the operator types them."""
    content = await spoken.file.read(inspection.MOST_BYTES + 1)

    def hear() -> str:
        with edge.store.write() as session:
            me = visit.begin_with_form(session, request, edge, spoken.csrf, now=now)
            permissions.require(me.operator, Action.TAKE_CHAT)
            phoning.going_on(session, me, conversation_id)
        return _words(edge, content)

    return PlainTextResponse(await to_thread.run_sync(hear, limiter=lanes.hearing()))


def _words(edge: Edge, content: bytes) -> str:
    recogniser = edge.helpline.recogniser
    if recogniser is None:
        raise UnknownError("There is no recogniser; set HELPLINE_RECOGNISER_URL.")
    try:
        voice = inspection.inspect(content, edge.helpline.scanner)
    except RefusedError as error:
        raise UnusableError("Speak for less than five minutes, or type it.") from error
    if voice.kind is not FileKind.VOICE:
        raise UnusableError("This is no recording.")
    return recogniser.hear(voice)[: shapes.LONGEST_TEXT]
