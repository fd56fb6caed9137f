"""What the resident's page shows of a conversation, and how one more line gets into it."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request

from api import answers, cookies, forms, throttling
from api.edge import Edge
from api.resident import look, view, wording
from api.resident.look import Look
from api.resident.view import Shown, Waiting
from cases.database import Session
from cases.desk import queues
from cases.errors import ReusedError
from cases.talk import conversations, messages
from cases.talk.attachments import Harmless
from cases.talk.conversations import Conversation, Mode
from cases.talk.messages import Choice, Line, Sender
from handlers import greeting, speech
from handlers.speech import Gave
from knowledge.names import Intent, Priority, Region, Tongue

# A thread that is longer shows its newest part.
NEWEST = 400


@dataclass(frozen=True)
class Sent:
    """Where a message went. `token` is given when the conversation was opened for it."""

    conversation_id: str
    inbound_id: str
    token: str | None


def look_of(request: Request) -> Look:
    """How this browser wants to read."""
    language = wording.preferred(request.headers.get("accept-language", ""))
    return look.read(request.cookies.get(look.COOKIE), language)


def kept_for(request: Request) -> timedelta | None:
    """How long this browser keeps its conversation; None: until its window closes."""
    return None if look_of(request).shared else cookies.CHAT_KEPT


def hotline(edge: Edge) -> str:
    """The number on every screen."""
    return edge.settings.hotline_number or answers.CENTRAL_HOTLINE


def frame(edge: Edge, wished: Look) -> dict[str, object]:
    """What every page of the resident's half needs."""
    return {
        "w": wording.load(wished.language),
        "look": wished,
        "service": edge.settings.service_name,
        "hotline": hotline(edge),
    }


def notice(edge: Edge, wished: Look, key: str) -> str:
    """A sentence about what was just done on the page."""
    sentence = wording.load(wished.language)["notice"][key]
    return sentence.format(number=hotline(edge))


def conversation_of(session: Session, request: Request, edge: Edge) -> Conversation | None:
    """The conversation of this browser, if it has one."""
    token = cookies.read(request, edge, cookies.CHAT)
    return None if token is None else conversations.by_token(session, token)


def page_of(
    session: Session, request: Request, edge: Edge, *, seed: str, now: datetime
) -> Mapping[str, object]:
    """The whole thread, or the greeting for somebody who has not written yet."""
    conversation = conversation_of(session, request, edge)
    first = edge.helpline.speech.render(greeting.first(), Gave())
    if conversation is None:
        choices = tuple(Choice(label, value) for label, value in first.choices)
        lines: Sequence[Line] = [Line(Sender.BOT, first.text, choices=choices, at=now)]
    else:
        lines = messages.since(session, conversation, max(conversation.last_seq - NEWEST, 0))
    region = None if conversation is None else conversation.region
    library = edge.helpline.library()
    return {
        "lines": shown(edge, lines),
        "waiting": waiting(session, conversation, now=now),
        "begun": conversation is not None,
        "upto": 0 if conversation is None else conversation.last_seq,
        "menu": [(speech.chinese().menu()[label], label) for label, _ in first.choices],
        "tongues": [speech.chinese().say(f"tongue.button_{one}") for one in Tongue],
        "english": _english_speaker(),
        "sizes": look.SIZES,
        "region": region,
        "place": None if region is None else library.region_name(Region(region)),
        "regions": [(place.value, library.region_name(place)) for place in _places()],
        "csrf": forms.token_for(session, seed),
        "client_id": secrets.token_hex(16),
    }


def _english_speaker() -> str:
    """What is said for somebody who presses one button in English: the language and the wish."""
    said = speech.chinese()
    words = (f"tongue.button_{Tongue.ENGLISH}", f"menu.{Intent.ASK_HUMAN}")
    return "、".join(said.say(key) for key in words)


def shown(edge: Edge, lines: Sequence[Line]) -> Sequence[Shown]:
    """Lines as the page shows them."""
    numbers = {line.number for line in edge.helpline.library().hotlines} | {hotline(edge)}
    return [view.show(line, numbers) for line in lines]


def waiting(session: Session, conversation: Conversation | None, *, now: datetime) -> Waiting:
    """What the strip above the writing place says."""
    if conversation is None:
        return Waiting(Mode.BOT)
    place = queues.standing(session, conversation, now=now)
    return view.waiting(Mode(conversation.mode), place)


def send(  # noqa: PLR0913
    edge: Edge,
    request: Request,
    *,
    text: str,
    client_id: str,
    address: str,
    now: datetime,
    files: Sequence[Harmless] = (),
) -> Sent:
    """Say something in this browser's conversation, opening one when there is none.

    Raises LimitedError, QuotaError.
    """
    conversation_id, token = _opened(edge, request, text, address=address, now=now)
    desk = edge.helpline.desk
    try:
        came = desk.receive(conversation_id, external_id=client_id, text=text, files=files, now=now)
    except ReusedError:
        # The browser's "back" brings an old form with new words: that is a new message.
        fresh = secrets.token_hex(16)
        came = desk.receive(conversation_id, external_id=fresh, text=text, files=files, now=now)
    return Sent(conversation_id, came.inbound_id, token)


def open_new(edge: Edge, region: Region | None, *, address: str, now: datetime) -> tuple[str, str]:
    """Open a conversation for a browser; its id and token. Raises LimitedError."""
    with edge.store.write() as session:
        throttling.count_opening(session, address, now=now)
    opened = edge.helpline.desk.open(region=region, channel="web", now=now)
    return opened.conversation_id, opened.token


def _opened(
    edge: Edge, request: Request, text: str, *, address: str, now: datetime
) -> tuple[str, str | None]:
    with edge.store.read() as session:
        known = conversation_of(session, request, edge)
        hurried = known is not None and throttling.messages_too_many(session, known, now=now)
    if hurried and edge.helpline.interpreter.read(text, now=now).priority is Priority.P2:
        raise throttling.refuse_message()
    return (known.id, None) if known is not None else open_new(edge, None, address=address, now=now)


def _places() -> Sequence[Region]:
    return [*(place for place in Region if place is not Region.NATIONAL), Region.NATIONAL]
