"""A photo, a recording or a paper into the thread, and out of it again for who may see it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Form, Request, UploadFile
from pydantic import BaseModel, Field
from starlette.responses import RedirectResponse, Response

from api import auth, cookies, forms, lanes, shapes
from api.edge import Edge, EdgeOf, Now
from api.errors import ForgedError, LimitedError
from api.resident import routes, thread
from api.resident.thread import Sent
from bot import inspection
from bot.inspection import RefusedError
from cases import audit
from cases.errors import QuotaError
from cases.talk import attachments
from cases.talk.attachments import FileKind, Harmless
from handlers import attached

router = APIRouter(include_in_schema=False)
# A file is shown by itself: nothing in it may run, load or be taken for a page of ours.
ALONE = {"Content-Security-Policy": "default-src 'none'; sandbox"}
READ_CHUNK = inspection.MOST_BYTES + 1


class Entry(BaseModel):
    """What the form sends: a file, and words beside it if somebody wrote some."""

    file: UploadFile
    client_id: shapes.Key
    csrf: str = ""
    text: Annotated[str, Field(max_length=shapes.LONGEST_TEXT)] = ""


@dataclass(frozen=True)
class Refused:
    """Why a file was not taken: the key of a sentence, and the status that goes with it."""

    key: str
    status: int


@router.post("/files")
async def share(
    request: Request, edge: EdgeOf, now: Now, entry: Annotated[Entry, Form()]
) -> Response:
    """Keep a file as a line of this browser's conversation; words may come with it."""
    # public: the cookie opens nothing but its own thread; without one a conversation begins.
    return await to_thread.run_sync(_share, request, edge, entry, now, limiter=lanes.files())


@router.get("/files/{wanted}")
def show(request: Request, edge: EdgeOf, now: Now, wanted: str) -> Response:
    """The file, for the resident whose conversation it is in and for staff that may read that."""
    # public: the conversation's own token opens it; staff go through permissions in auth.reader.
    with edge.store.read() as session:
        owner = attachments.conversation_of(session, wanted)
        conversation, staff = auth.reader(session, request, edge, owner, now=now)
        opened = attachments.read(session, conversation, wanted)
    if staff is not None:
        # Before they see it.
        with edge.store.write() as session:
            audit.record(session, staff.id, "saw file", owner, now=now)
    shown = "attachment" if opened.kind is FileKind.DOCUMENT else "inline"
    headers = {**ALONE, "Content-Disposition": shown}
    return Response(opened.content, media_type=opened.media_type, headers=headers)


def _share(request: Request, edge: Edge, entry: Entry, now: datetime) -> Response:
    try:
        sent = _keep(request, edge, entry, now)
    except ForgedError:
        why = Refused("stale", 403)
    except RefusedError as error:
        why = Refused(f"file_{error.why}", 422)
    except QuotaError:
        why = Refused("file_quota", 429)
    except LimitedError:
        why = Refused("too_often", 429)
    else:
        response = RedirectResponse("/#end", 303)
        if sent.token is not None:
            cookies.keep(response, edge, cookies.CHAT, sent.token, until=thread.kept_for(request))
        return response
    look = thread.look_of(request)
    notice = thread.notice(edge, look, why.key)
    return routes.render(
        request, edge, now=now, look=look, draft=entry.text, notice=notice, status=why.status
    )


def _keep(request: Request, edge: Edge, entry: Entry, now: datetime) -> Sent:
    with edge.store.read() as session:
        forms.require_ours(session, request, edge, entry.csrf)
    # Read here, in turn: those that wait for it lie on disk and not in memory.
    content = entry.file.file.read(READ_CHUNK)
    harmless = inspection.inspect(content, edge.helpline.scanner)
    return thread.send(
        edge,
        request,
        text=entry.text.strip() or _words(edge, harmless),
        files=(harmless,),
        client_id=entry.client_id,
        address=auth.address(request, edge),
        now=now,
    )


def _words(edge: Edge, harmless: Harmless) -> str:
    """What stands where nothing was written: what a recogniser heard, else what kind it is."""
    recogniser = edge.helpline.recogniser
    if harmless.kind is FileKind.VOICE and recogniser is not None:
        heard = recogniser.hear(harmless)[: shapes.LONGEST_TEXT]
        if heard:
            return heard
    return attached.named(harmless.kind)
