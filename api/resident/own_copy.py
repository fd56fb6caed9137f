"""How the copy of one's own records looks as a file: one page that opens anywhere, from nothing
but itself, the same for a resident and for whoever hands it to one."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from urllib.parse import quote

from starlette.responses import Response

from api import pages, told
from api.edge import Edge
from api.pages import LOCAL
from api.resident import thread
from api.told import Heard
from cases.care.groups import CARE
from cases.database import Session
from cases.dialogue import own_copy
from cases.dialogue.own_copy import OwnCopy
from cases.talk.conversations import Conversation

CHANNELS = frozenset({"web", "telegram", "wechat"})
TYPE = "text/html; charset=utf-8"


def download(session: Session, edge: Edge, resident_id: str, *, now: datetime) -> Response:
    """The file. The caller has made sure whose it is, and records the look. KeyDestroyedError."""
    words = wording()["words"]
    found = own_copy.of(session, resident_id)
    values = {
        "c": words,
        "truth": wording()["truth"],
        "service": edge.settings.service_name,
        "hotline": thread.hotline(edge),
        "found": found,
        "heard": _heard(session, found),
        "speech": edge.helpline.speech,
        "library": edge.helpline.library(),
        "channel": _channel,
        "care": CARE,
        "today": now.astimezone(LOCAL).date(),
    }
    name = quote(f"{words['file_name']}-{now.astimezone(LOCAL).date()}.html")
    headers = {
        "Content-Disposition": f"attachment; filename=\"records.html\"; filename*=UTF-8''{name}",
        "Cache-Control": "no-store",
    }
    body = pages.html("resident/own-copy-file.html", values)
    return Response(body, media_type=TYPE, headers=headers)


@cache
def wording() -> Mapping[str, Mapping[str, str]]:
    """What the file says; Chinese, whatever the language of the page around it."""
    read = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return {section: dict(rows) for section, rows in read.items()}


def _heard(session: Session, found: OwnCopy) -> Sequence[Heard]:
    return [one for talk in found.talks for one in told.of(session, talk.chat)]


def _channel(chat: Conversation) -> str:
    return f"channel_{chat.channel if chat.channel in CHANNELS else 'other'}"
