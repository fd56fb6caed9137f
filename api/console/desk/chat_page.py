"""What stands on the page of one chat: what was said, what is known, what can be done now."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from api import chats, told
from api.auth import Staff
from api.console.desk import rescuing
from api.edge import Edge
from api.told import Mention
from bot import calling
from cases import permissions
from cases.danger import alerts
from cases.database import Session
from cases.desk import (
    canned,
    cautions,
    chat_notes,
    passing,
    phone_calls,
    reading_marks,
    typing_signs,
)
from cases.desk.chat_notes import Note
from cases.desk.typing_signs import Side
from cases.desk.wrap_ups import WrapUp
from cases.households import households
from cases.permissions import Action, Row
from cases.talk import messages
from cases.talk.conversations import Conversation, Mode
from cases.talk.messages import Line, Sender
from cases.tickets import worklists
from handlers import triage
from knowledge.names import Category, Matter, Priority, Region, Tongue
from nlu.understanding import EntityName, Understanding

# A thread that is longer shows its newest part.
NEWEST = 400
LONGEST_STORY = 3000


def of(
    session: Session, edge: Edge, me: Staff, chat: Conversation, *, now: datetime
) -> Mapping[str, object]:
    """Everything the page shows; opening it counts as having read it."""
    said = messages.since(session, chat, max(chat.last_seq - NEWEST, 0))
    before, live = _parts(chat, said)
    own = [line for line in said if line.sender is Sender.RESIDENT]
    story = "\n".join(line.text for line in own)[-LONGEST_STORY:]
    heard = edge.helpline.interpreter.read(story, now=chat.active_at) if story else None
    named = () if heard is None else told.mentioned(heard)
    reading_marks.mark(session, me.operator.id, chat)
    return {
        **standing(session, edge, me, chat, now=now),
        "before": before,
        "lines": live,
        "own_words": [line for line in before if line.sender is Sender.RESIDENT],
        "last_words": own[-1].text[:200] if own else "",
        "seen": chat.last_seq,
        "told": told.of(session, chat),
        "mentioned": named,
        "missing": _missing(chat, named),
        **_household(session, me, chat),
        "tickets": worklists.of_conversation(session, me.operator, chat.id),
        "canned": canned.for_place(session, chat.region),
        "draft_ticket": _draft(edge, chat, story, heard),
        "categories": list(Category),
        "priorities": list(Priority),
        **rescuing.shown(session, chat.id, None, now=now),
        "grave": chats.was_grave(session, chat),
        "places": [
            one for one in Region if permissions.may(me.operator, Action.TAKE_CHAT, Row(region=one))
        ],
    }


def _household(session: Session, me: Staff, chat: Conversation) -> Mapping[str, object]:
    """The file that this conversation reaches and its tickets, as far as this account may see."""
    home = households.reached_by(session, chat.id)
    if home is None or not permissions.may(
        me.operator, Action.SEE_HOUSEHOLD, Row(region=home.region)
    ):
        return {"home": None, "home_tickets": ()}
    return {
        "home": home,
        "home_tickets": [
            one
            for one in worklists.of_household(session, me.operator, home.id)
            if one.conversation_id != chat.id
        ],
    }


def standing(
    session: Session, edge: Edge, me: Staff, chat: Conversation, *, now: datetime
) -> Mapping[str, object]:
    """Who holds the chat, what is written beside it, and what can be done."""
    mine = chat.mode == Mode.OPERATOR and chat.operator_id == me.operator.id
    notes = chat_notes.of(session, chat)
    return {
        "chat": chat,
        "held": mine,
        # On the telephone a person asks, and hears who answers.
        "wary": chat.channel in edge.settings.wary_channels - {calling.CHANNEL},
        "offered_me": chat.offered_to == me.operator.id,
        "note": passing.note_of(session, chat),
        "notes": notes,
        "whispered": _whispered(chat, notes),
        "colleagues": chats.receivers(session, me.operator, chat, now=now),
        "matters": list(Matter),
        "regions": list(Region),
        "tongues": list(Tongue),
        "codes": list(WrapUp),
        "cautions": cautions.of(session, chat),
        "call": phone_calls.of(session, chat),
        "writing": typing_signs.is_writing(session, chat, Side.RESIDENT, now=now),
        "chat_alerts": alerts.of_conversation(session, chat.id),
        "waited": lambda row: chats.waited(row, now=now),
    }


def _missing(chat: Conversation, named: Sequence[Mention]) -> Sequence[str]:
    """What nobody can help without and the resident has not told yet."""
    kinds = {one.kind for one in named}
    told_in = {EntityName.REGION: chat.region, EntityName.PHONE: chat.channel == calling.CHANNEL}
    return [kind for kind, known in told_in.items() if not known and kind not in kinds]


def _draft(
    edge: Edge, chat: Conversation, story: str, said: Understanding | None
) -> Mapping[str, str]:
    """A ticket made from what the resident said, for the operator to correct."""
    if said is None:
        return {"story": "", "matter": chat.queue_matter or "", "category": "", "priority": ""}
    region = None if chat.region is None else Region(chat.region)
    found = triage.decide(said, edge.helpline.library(), region=region)
    return {
        "story": story,
        "matter": chat.queue_matter or found.matter,
        "category": found.category,
        "priority": min(found.priority, chat.queue_priority or found.priority),
    }


def _whispered(chat: Conversation, notes: Sequence[Note]) -> Note | None:
    """What a supervisor whispered last to whoever holds the chat now."""
    taken = chat.taken_at
    heard = [one for one in notes if one.whisper and taken is not None and one.at >= taken]
    return heard[-1] if heard else None


def _parts(chat: Conversation, said: Sequence[Line]) -> tuple[Sequence[Line], Sequence[Line]]:
    """What came before the person, and the talk with one: also with whoever passed the chat on."""
    taken = chat.taken_at
    if taken is None or chat.mode != Mode.OPERATOR:
        return [], said
    begin = sum(line.at is not None and line.at < taken for line in said)
    while begin and said[begin - 1].sender in {Sender.OPERATOR, Sender.SYSTEM, Sender.RESIDENT}:
        begin -= 1
    spoken = (n for n in range(begin, len(said)) if said[n].sender is not Sender.RESIDENT)
    begin = next(spoken, begin)
    return said[:begin], said[begin:]
