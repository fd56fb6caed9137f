"""What somebody of the staff does with a chat, the same from the console and from a program."""

import contextlib
from collections.abc import Sequence
from datetime import datetime

from api import auth
from cases import audit, operators, permissions
from cases.danger import alerts, rescues
from cases.danger.alerts import Alert
from cases.database import Session
from cases.desk import cautions, impressions, passing, queues, typing_signs, whose, wrap_ups
from cases.desk.passing import End
from cases.desk.typing_signs import Side
from cases.desk.wrap_ups import WrapUp
from cases.errors import MoveError, ReceiverError, TakenError, UnknownError
from cases.operators import Operator
from cases.permissions import Action
from cases.talk import conversations, messages
from cases.talk.conversations import Conversation, Mode
from cases.talk.messages import Choice, Lane, Line, Sender
from cases.tickets import tickets, worklists
from handlers import impression
from handlers.speech import Speech
from knowledge.names import Hazard, Matter, Priority, Region, priority_of


def take(
    session: Session, me: Operator, wanted: str, *, speech: Speech, now: datetime
) -> Conversation:
    """Take a chat and tell the resident who came.

    Raises TakenError with the winner's name, ForbiddenError, UnknownError.
    """
    before = auth.chat_for(session, me, Action.TAKE_CHAT, wanted)
    if before.mode == Mode.OPERATOR and before.operator_id == me.id:
        return before
    fresh = before.taken_at is None
    conversation = queues.take(session, wanted, me, now=now)
    if fresh or not passing.settle(session, conversation, End.TAKEN, now=now):
        # Who was passed on is not welcomed a second time.
        _tell(session, conversation, speech.say("operator.joined", {"name": me.name}), now=now)
    for alert in alerts.of_conversation(session, wanted):
        # Who takes the chat has seen the danger.
        alerts.acknowledge(session, alert.id, me.id, now=now)
    audit.record(session, me.id, "took chat", wanted, now=now)
    return conversation


def take_next(
    session: Session, me: Operator, *, speech: Speech, now: datetime
) -> Conversation | None:
    """Take the first in line that is this operator's; None when there is none."""
    for one in whose.next_for(session, me, now=now):
        if not worklists.kept_from(session, me, one.id):
            with contextlib.suppress(TakenError):
                return take(session, me, one.id, speech=speech, now=now)
    return None


def pass_to_person(  # noqa: PLR0913
    session: Session,
    me: Operator,
    conversation: Conversation,
    name: str,
    *,
    note: str,
    speech: Speech,
    now: datetime,
) -> None:
    """Offer a chat to a colleague by name. Raises ReceiverError."""
    receiver = operators.by_name(session, name)
    if receiver is None or not _may_receive(session, receiver, conversation):
        raise ReceiverError("This colleague cannot take this chat; choose another one or a line.")
    passing.to_person(session, conversation, receiver, note=note, now=now)
    _tell(session, conversation, speech.say("operator.passed"), now=now)
    audit.record(session, me.id, "offered chat", conversation.id, now=now)


def pass_to_line(  # noqa: PLR0913
    session: Session,
    me: Operator,
    conversation: Conversation,
    *,
    region: Region | None,
    matter: Matter | None,
    note: str,
    speech: Speech,
    now: datetime,
) -> None:
    """Put a chat into a line of a region, a matter, or both."""
    passing.to_line(session, conversation, region=region, matter=matter, note=note, now=now)
    alerts.ring_again(session, conversation.id, now=now)
    _tell(session, conversation, speech.say("operator.passed"), now=now)
    audit.record(session, me.id, "passed chat to a line", conversation.id, now=now)


def receivers(
    session: Session, me: Operator, conversation: Conversation, *, now: datetime
) -> Sequence[Operator]:
    """The colleagues at their desks to whom a chat may be passed."""
    there = operators.on_duty(session, now=now)
    return [o for o in there if o.id != me.id and _may_receive(session, o, conversation)]


def supervisors_at_desk(session: Session, *, now: datetime) -> Sequence[Operator]:
    """Whom somebody may turn to after a hard case."""
    there = operators.on_duty(session, now=now)
    return [one for one in there if permissions.may(one, Action.DIRECT_DESK)]


def refuse(session: Session, me: Operator, wanted: str, *, now: datetime) -> None:
    """Decline what a colleague offers. Raises MoveError, UnknownError."""
    auth.chat_for(session, me, Action.TAKE_CHAT, wanted)
    conversation = conversations.find_for_update(session, wanted)
    passing.refuse(session, conversation, me, now=now)
    audit.record(session, me.id, "refused chat", wanted, now=now)


def reassign(session: Session, me: Operator, wanted: str, name: str, *, now: datetime) -> None:
    """A supervisor gives a chat to somebody, themselves perhaps.

    Raises FullError, MoveError, UnknownError, ReceiverError.
    """
    auth.chat_for(session, me, Action.DIRECT_DESK, wanted)
    receiver = operators.by_name(session, name)
    if receiver is not None:
        operators.lock(session, receiver.id)
    conversation = conversations.find_for_update(session, wanted)
    if receiver is None or not _may_receive(session, receiver, conversation):
        raise ReceiverError("This colleague cannot take this chat; choose another one.")
    passing.take_over(session, conversation, receiver, now=now)
    audit.record(session, me.id, "gave chat to another", wanted, now=now)


def held(session: Session, me: Operator, wanted: str) -> Conversation:
    """The chat, locked, if this operator holds it. Raises TakenError, MoveError, UnknownError."""
    auth.chat_for(session, me, Action.READ_CHAT, wanted)
    conversation = conversations.find_for_update(session, wanted)
    holder = conversation.operator_id
    if conversation.mode != Mode.OPERATOR or holder is None:
        raise MoveError("You do not hold this chat any more; take it again first.")
    if not permissions.may(me, Action.SPEAK, permissions.Row(owner=holder)):
        raise TakenError(operators.find(session, holder).name)
    return conversation


def replied(session: Session, me: Operator, wanted: str, name: str, text: str) -> int | None:
    """The number of the reply that this operator sent under this name, also after handing back.

    Raises ReusedError when it had another text, ForbiddenError, UnknownError.
    """
    conversation = auth.chat_for(session, me, Action.READ_CHAT, wanted)
    row = messages.row_named(session, conversation, me.id, name)
    return messages.said_as(session, conversation, row, text)


def reply(  # noqa: PLR0913
    session: Session,
    me: Operator,
    conversation: Conversation,
    text: str,
    *,
    now: datetime,
    name: str | None = None,
) -> int:
    """Say something to the resident; returns its number. `name`: the sender's own id for it."""
    row = None if name is None else messages.row_named(session, conversation, me.id, name)
    said = None if row is None else messages.said_as(session, conversation, row, text)
    if said is not None:
        return said
    line = Line(Sender.OPERATOR, text, staff_name=me.name, lane=Lane.OPERATOR)
    seq = messages.say(session, conversation, line, row=row, now=now)
    typing_signs.end(session, conversation, Side.OPERATOR, now=now)
    audit.record(session, me.id, "replied in chat", conversation.id, now=now)
    return seq


def hand_back(  # noqa: PLR0913
    session: Session,
    me: Operator,
    conversation: Conversation,
    *,
    code: WrapUp = WrapUp.ANSWERED,
    speech: Speech,
    now: datetime,
) -> None:
    """Give the chat back to the bot and tell the resident. CardMissingError in a danger."""
    rescues.require_seen_to(session, conversation.id)
    # Nobody in danger or need, or who was cautioned, is asked how they liked it.
    calm = conversation.queue_priority == Priority.P2 and code is WrapUp.ANSWERED
    calm = calm and not cautions.of(session, conversation)
    passing.settle(session, conversation, End.OVER, now=now)
    wrap_ups.record(session, conversation, code, by=me.id, now=now)
    queues.hand_back(session, conversation, now=now)
    _tell(session, conversation, _left(session, me, conversation, speech), now=now)
    if calm:
        _ask_how_it_was(session, me, conversation, speech, now=now)
    audit.record(session, me.id, "handed chat back", conversation.id, now=now)


def _left(session: Session, me: Operator, conversation: Conversation, speech: Speech) -> str:
    """With what the bot goes on: the ticket that is known, never one told by a secret word only.

    After a danger it is whom to call should it come back.
    """
    if was_grave(session, conversation):
        return speech.say("operator.left_grave")
    known = worklists.of_conversation(session, me, conversation.id)
    number = next((one.number for one in known if not tickets.only_by_secret(one)), None)
    if number is None:
        return speech.say("operator.left")
    return speech.say("operator.left_filed", {"number": number})


def _ask_how_it_was(
    session: Session, me: Operator, conversation: Conversation, speech: Speech, *, now: datetime
) -> None:
    scores = tuple(Choice(label, label) for label in map(speech.say, impression.SCORES))
    line = Line(Sender.BOT, speech.say("talk.ask"), choices=scores)
    seq = messages.say(session, conversation, line, now=now)
    impressions.ask(session, conversation, operator_id=me.id, seq=seq, now=now)


def waiting_for(session: Session, me: Operator) -> Sequence[Conversation]:
    """The waiting line as this operator may know it: not those who report on their own unit."""
    region = None if me.region is None else Region(me.region)
    line = queues.waiting(session, region=region)
    return [chat for chat in line if not worklists.kept_from(session, me, chat.id)]


def ringing_for(session: Session, me: Operator) -> Sequence[Alert]:
    """The dangers this operator may acknowledge, the gravest first, of these the oldest."""
    mine = [a for a in alerts.open_alerts(session) if may_acknowledge(session, me, a)]
    return sorted(mine, key=lambda alert: (priority_of(Hazard(alert.hazard)), alert.opened_at))


def unwritten_for(session: Session, me: Operator) -> Sequence[Alert]:
    """The dangers somebody has seen whose card nobody has written, the oldest first."""
    open_ones = (a for a in rescues.unwritten(session) if a.acknowledged_at is not None)
    return [a for a in open_ones if may_acknowledge(session, me, a)]


def was_grave(session: Session, conversation: Conversation) -> bool:
    """Whether a danger to life was ever named in a chat, so that it has a card."""
    named = alerts.all_of(session, conversation.id)
    return conversation.queue_priority == Priority.P0 or any(
        rescues.is_grave("", alert.hazard) for alert in named
    )


def acknowledge(session: Session, me: Operator, alert_id: str, *, now: datetime) -> Alert:
    """Stop the ringing. Raises UnknownError, also for what this operator may not know of."""
    alert = session.get(Alert, alert_id)
    if alert is None or not may_acknowledge(session, me, alert):
        raise UnknownError("There is no such alert.")
    audit.record(session, me.id, "acknowledged", alert.conversation_id, now=now)
    return alerts.acknowledge(session, alert_id, me.id, now=now)


def waited(conversation: Conversation, *, now: datetime) -> int:
    """Seconds since a person was first asked for."""
    since = conversation.queued_at
    return 0 if since is None else max(int((now - since).total_seconds()), 0)


def _tell(session: Session, conversation: Conversation, text: str, *, now: datetime) -> None:
    messages.say(session, conversation, Line(Sender.SYSTEM, text, lane=Lane.OPERATOR), now=now)


def _may_receive(session: Session, receiver: Operator, conversation: Conversation) -> bool:
    may = permissions.may(receiver, Action.TAKE_CHAT, auth.row_of(conversation))
    return may and not worklists.kept_from(session, receiver, conversation.id)


def may_acknowledge(session: Session, me: Operator, alert: Alert) -> bool:
    """Whether this danger is this account's to know of: never one told of its own unit."""
    may = permissions.may(me, Action.ACKNOWLEDGE, permissions.Row(region=alert.region))
    return may and not worklists.kept_from(session, me, alert.conversation_id)
