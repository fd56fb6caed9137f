"""What a WeChat push is kept as, and what it means; XML is read here and nowhere else."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from bot.channels import (
    Asked,
    Attached,
    Began,
    Blocked,
    Incoming,
    Located,
    Media,
    Nothing,
    Said,
    Traits,
    Unsupported,
)
from cases.channels.intake import Raw

CHANNEL = "wechat"
# WeChat waits five seconds for an answer to a push; what is later goes by a message of its own.
REPLY_WITHIN = timedelta(seconds=5)
WEBHOOK = "/channels/wechat"
# What stays with WeChat where sensitive facts may not travel this way.
WITHHELD = frozenset(
    {
        *("Location_X", "Location_Y", "Label", "Latitude", "Longitude", "Precision", "Scale"),
        *("MediaId", "MediaId16K", "PicUrl", "ThumbMediaId", "Url", "Recognition"),
    }
)
MEDIA = {
    "image": Media.PHOTO,
    "voice": Media.VOICE,
    "video": Media.VIDEO,
    "shortvideo": Media.VIDEO,
    "location": Media.LOCATION,
    "file": Media.DOCUMENT,
}
LATEST = 2**33
# No XML may hold these, however they are written.
_CONTROLS = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
MILLISECONDS = 1_000_000


class Pushes:
    """The meaning of what is pushed, for whoever only takes in."""

    def __init__(self, *, carries_sensitive: bool, reply_within: timedelta = REPLY_WITHIN) -> None:
        self.traits = Traits(CHANNEL, carries_sensitive, letters=True, reply_within=reply_within)

    def read(self, body: str) -> Incoming:
        """What a kept push says. Raises ValueError."""
        try:
            return _read(body)
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError("This push is not what WeChat documents.") from error


def fields(body: bytes) -> dict[str, str]:
    """The elements of a push by name. Raises ValueError for what is no such XML, or a bomb."""
    try:
        root: Element = ElementTree.fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, LookupError, UnicodeError) as error:
        raise ValueError("This is not the XML that WeChat sends.") from error
    return {child.tag: (child.text or "").strip() for child in root}


def raw(push: Mapping[str, str], *, carries_sensitive: bool, waited: float) -> Raw:
    """A push as it is kept; `waited` is how many seconds after its own time it came.

    Raises ValueError when it names no sender or no time.
    """
    sender, created = push.get("FromUserName", ""), push.get("CreateTime", "")
    if not sender or not created.isdecimal() or int(created) > LATEST:
        raise ValueError("This push has no sender or no time.")
    kept = {
        name: value for name, value in push.items() if carries_sensitive or name not in WITHHELD
    }
    late = min(max(int(waited * 1000), 0), MILLISECONDS - 1)
    position = int(created) * MILLISECONDS + late
    return Raw(_name(push), position, sender, json.dumps(kept, ensure_ascii=False))


def answer(push: Mapping[str, str], text: str, *, now: datetime) -> str:
    """The text as it goes back with a push."""
    words = {
        "ToUserName": push.get("FromUserName", ""),
        "FromUserName": push.get("ToUserName", ""),
        "CreateTime": str(int(now.timestamp())),
        "MsgType": "text",
        "Content": text,
    }
    return _xml(words)


def envelope(sealed: str, signed: str, *, at: str, nonce: str) -> str:
    """An encrypted answer with its signature."""
    return _xml({"Encrypt": sealed, "MsgSignature": signed, "TimeStamp": at, "Nonce": nonce})


def _xml(words: Mapping[str, str]) -> str:
    rows = "".join(f"<{name}><![CDATA[{_inside(word)}]]></{name}>" for name, word in words.items())
    return f"<xml>{rows}</xml>"


def _inside(word: str) -> str:
    # What would end the section is written as the end of one and the beginning of the next.
    return _CONTROLS.sub("", word).replace("]]>", "]]]]><![CDATA[>")


def _read(body: str) -> Incoming:
    push = json.loads(body)
    if not isinstance(push, dict) or not push.get("FromUserName"):
        raise ValueError("This push has no sender.")
    chat, kind = str(push["FromUserName"]), str(push.get("MsgType", ""))
    match kind:
        case "text":
            return Said(chat, str(push["Content"])) if push.get("Content") else Nothing()
        case "event":
            return _event(chat, push)
        case "voice" if push.get("Recognition"):
            return Said(chat, str(push["Recognition"]))
        case "location" if "Location_X" in push:
            place = str(push.get("Label", ""))
            return Located(chat, float(push["Location_X"]), float(push["Location_Y"]), place)
        case "image" | "voice" if push.get("MediaId"):
            return Attached(chat, MEDIA[kind], str(push["MediaId"]))
        case "":
            raise ValueError("This push does not say what it is.")
        case _:
            return Unsupported(chat, MEDIA.get(kind, Media.OTHER))


def _event(chat: str, push: Mapping[str, str]) -> Incoming:
    key = str(push.get("EventKey", ""))
    match str(push.get("Event", "")).upper():
        case "SUBSCRIBE":
            return Began(chat, key.removeprefix("qrscene_"))
        case "SCAN":
            return Began(chat, key)
        case "UNSUBSCRIBE":
            return Blocked(chat)
        case "CLICK":
            return Asked(chat, key)
        case _:
            # A place reported by the application itself was not sent by anybody: it is not kept.
            return Nothing()


def _name(push: Mapping[str, str]) -> str:
    """By what WeChat says repeats are known: the message's id, or sender, time and event."""
    if push.get("MsgId"):
        return push["MsgId"]
    parts = (push.get(name, "") for name in ("FromUserName", "CreateTime", "Event", "EventKey"))
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]
