"""The one shell around the pure handlers: load, understand, route, file and say."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cases import hours
from cases.care import incidents
from cases.channels import inbox
from cases.channels.inbox import Inbound
from cases.database import Session, Store
from cases.desk import queues
from cases.dialogue import awaiting, filing
from cases.dialogue.checklists import Terms
from cases.dialogue.filing import Filed
from cases.errors import StaleEpochError
from cases.hours import Channel
from cases.talk import conversations, messages, offers, threads
from cases.talk.attachments import Harmless
from cases.talk.conversations import Conversation, Mode
from handlers import (
    fallback,
    greeting,
    handoff,
    prescreen,
    pressing,
    router,
    shelter,
    tongue,
    triage,
)
from handlers.dialogue import Dialogue
from handlers.saying import EmptyAnswerError, Voice
from handlers.speech import Speech
from handlers.turn import OnEvent, Outcome, Turn
from knowledge import normalise
from knowledge.library import Library
from knowledge.loading import LibraryError
from knowledge.names import P0_HAZARDS, Hazard, Priority, Region
from nlu import hazards
from nlu.interpreter import Interpreter
from nlu.understanding import Understanding, Writer

log = logging.getLogger(__name__)
LOOKUPS_A_TURN = 2
USUAL_TERMS = Terms()
# Begins a ticket number when the knowledge itself cannot be read.
NEUTRAL_PREFIX = "GJ"
# More than this is not read as one message.
LONGEST_TURN = 4000


@dataclass(frozen=True)
class Begun:
    """A conversation just opened, with the only copy of its token."""

    conversation_id: str
    token: str


@dataclass(frozen=True)
class Received:
    """A message on disk: its row, its number, and whether the person in the chat alone answers."""

    inbound_id: str
    seq: int
    for_person: bool = False


class _OvertakenError(Exception):
    """Another process has answered a part of this turn meanwhile; the rest is a turn of its own."""


class Desk:
    """Takes what residents write and sees that each message is answered once, or by a person."""

    def __init__(  # noqa: PLR0913
        self,
        store: Store,
        interpreter: Interpreter,
        library: Callable[[], Library],
        speech: Speech,
        lists: Terms = USUAL_TERMS,
        *,
        wary: frozenset[str] = frozenset(),
    ) -> None:
        """`wary`: the channels that may not carry sensitive facts."""
        self._store = store
        self._interpreter = interpreter
        self._library = library
        self._speech = speech
        self._lists = lists
        self._voice = Voice(speech, lists)
        self._wary = wary

    def open(
        self, *, region: Region | None, channel: str, now: datetime, address: str | None = None
    ) -> Begun:
        """Open a conversation; the greeting is its first message.

        `address` is where a channel that is pushed finds the resident.
        """
        with self._store.write() as session:
            opened = conversations.open_new(session, region=region, channel=channel, now=now)
            if address is not None:
                threads.begin(session, opened.conversation, address)
            self._voice.say(session, opened.conversation, greeting.first(), Filed(), None, now=now)
        return Begun(opened.conversation.id, opened.token)

    def receive(
        self,
        conversation_id: str,
        *,
        external_id: str,
        text: str,
        files: Sequence[Harmless] = (),
        now: datetime,
    ) -> Received:
        """Put a message on disk and answer it; the same one again is answered once.

        Raises UnknownError, ReusedError, QuotaError.
        """
        with self._store.write() as session:
            conversation = conversations.find_for_update(session, conversation_id)
            inbound = inbox.receive(
                session, conversation, external_id=external_id, text=text, files=files, now=now
            )
            held = conversation.mode == Mode.OPERATOR and _alone(session, conversation)
        if inbound.answered_at is not None:
            return Received(inbound.id, inbound.seq)
        if held and self._left_to_person(conversation_id, inbound.id, text, now=now):
            return Received(inbound.id, inbound.seq, for_person=True)
        self.answer_waiting(conversation_id, now=now)
        return Received(inbound.id, inbound.seq)

    def _left_to_person(
        self, conversation_id: str, inbound_id: str, text: str, *, now: datetime
    ) -> bool:
        """Whether the person in the chat alone answers: the short way, and the usual one.

        What may be a danger, cannot be read or comes as they leave goes the long way.
        """
        try:
            said = self._interpreter.read(text, now=now)
        except Exception:
            log.exception("A message to a person could not be read.")
            return False
        if _is_danger(said):
            return False
        with self._store.write() as session:
            return inbox.leave_to_person(session, inbound_id, conversation_id, now=now)

    def hear(self, conversation_id: str, said: Sequence[tuple[str, str]], *, now: datetime) -> None:
        """Put a burst of messages, each its id and text, on disk and answer it as one turn.

        Each of them again is answered no second time. Raises UnknownError, ReusedError.
        """
        with self._store.write() as session:
            conversation = conversations.find_for_update(session, conversation_id)
            kept = [
                inbox.receive(session, conversation, external_id=key, text=text, now=now)
                for key, text in said
            ]
        if any(inbound.answered_at is None for inbound in kept):
            self._answer_together(conversation_id, now=now)

    def answer_waiting(self, conversation_id: str, *, now: datetime) -> None:
        """Answer all that waits in a conversation, in order. Every failure ends with a person."""
        for inbound_id, text in self._waiting(conversation_id):
            self._answer_safely(conversation_id, (inbound_id,), text, now=now)

    def _answer_together(self, conversation_id: str, *, now: datetime) -> None:
        """Answer what waits as one turn, unless one of them alone is graver than all together."""
        waiting = self._waiting(conversation_id)
        text = "\n".join(text for _, text in waiting)
        if len(waiting) > 1 and len(text) <= LONGEST_TURN and self._is_one_turn(waiting, now=now):
            ids = tuple(inbound_id for inbound_id, _ in waiting)
            self._answer_safely(conversation_id, ids, text, now=now)
        else:
            self.answer_waiting(conversation_id, now=now)

    def _is_one_turn(self, waiting: Sequence[tuple[str, str]], *, now: datetime) -> bool:
        """Whether the whole is as grave as the gravest of its messages."""
        try:
            alone = [self._interpreter.read(text, now=now).priority for _, text in waiting]
            whole = self._interpreter.read("\n".join(text for _, text in waiting), now=now)
        except Exception:
            log.exception("A burst could not be weighed; each message is answered by itself.")
            return False
        return whole.priority <= min(alone)

    def _answer_safely(
        self, conversation_id: str, inbound_ids: tuple[str, ...], text: str, *, now: datetime
    ) -> None:
        try:
            said = self._interpreter.read(text, now=now)
            self._answer(conversation_id, inbound_ids, said, now=now)
        except _OvertakenError:
            self.answer_waiting(conversation_id, now=now)
        except StaleEpochError:
            for inbound_id in inbound_ids:
                self._leave_to_person(conversation_id, inbound_id, now=now)
        except Exception:
            log.exception("A turn failed; a person is asked.", extra={"inbound": inbound_ids[-1]})
            self._apologise(conversation_id, inbound_ids, text, now=now)

    def screen_together(
        self, session: Session, conversation: Conversation, *, now: datetime
    ) -> None:
        """Ask the first question of a pre-screening while a person stays in the chat."""
        said = self._interpreter.read(self._speech.say("menu.check_eligibility"), now=now)
        turn = self._turn(session, conversation, said, now=now)
        outcome = prescreen.begin(replace(turn, with_person=False), self._library())
        epoch = conversation.bot_epoch
        for reply in outcome.replies:
            self._voice.say(session, conversation, reply, Filed(), None, now=now, epoch=epoch)
        state = outcome.state.having(epoch=epoch, beside=True)
        conversations.keep_state(session, conversation, state.model_dump_json())

    def give_up(self, conversation_id: str, *, now: datetime) -> None:
        """Ask a person for all that waits: whoever tried to answer it did not come back."""
        for inbound_id, text in self._waiting(conversation_id):
            log.error("A message ended several turns; a person is asked.")
            self._apologise(conversation_id, (inbound_id,), text, now=now)

    def _waiting(self, conversation_id: str) -> list[tuple[str, str]]:
        with self._store.read() as session:
            conversation = conversations.find(session, conversation_id)
            return [
                (row.id, messages.text_of(session, conversation, row.seq))
                for row in inbox.unanswered(session, conversation)
            ]

    def _answer(
        self,
        conversation_id: str,
        inbound_ids: tuple[str, ...],
        said: Understanding,
        *,
        now: datetime,
    ) -> None:
        library = self._library()
        with self._store.write() as session:
            conversation = conversations.find_for_update(session, conversation_id)
            closed = _mark_answered(session, inbound_ids, now=now)
            if not closed:
                return
            if closed < len(inbound_ids):
                raise _OvertakenError
            if conversation.mode == Mode.OPERATOR and _is_for_person(session, conversation, said):
                return
            inbound_id = inbound_ids[-1]
            epoch = conversation.bot_epoch
            turn = self._turn(session, conversation, said, now=now)
            outcome = self._decide(session, conversation, turn, library)
            filed = filing.carry_out(
                session, conversation, outcome.commands, now=now, kept=self._lists.kept
            )
            if not outcome.replies and not turn.with_person:
                raise EmptyAnswerError("A handler answered with nothing; a person is asked.")
            for reply in outcome.replies:
                self._voice.say(
                    session, conversation, reply, filed, inbound_id, now=now, epoch=epoch
                )
            state = outcome.state.having(epoch=epoch)
            if filed.ticket_number is not None:
                state = state.having(ticket=filed.ticket_number)
            conversations.keep_state(session, conversation, state.model_dump_json())

    def _turn(
        self, session: Session, conversation: Conversation, said: Understanding, *, now: datetime
    ) -> Turn:
        place = said.region or conversation.region
        return Turn(
            text=said.text,
            said=said,
            state=_state(session, conversation),
            now=now,
            region=None if conversation.region is None else Region(conversation.region),
            someone_on_duty=bool(queues.on_duty_for(session, place, now=now)),
            opens_at=hours.opens_at(session, conversation.region, Channel.CHAT, now=now),
            waiting=conversation.mode == Mode.QUEUED,
            with_person=conversation.mode == Mode.OPERATOR,
            awaited=awaiting.of(session, conversation.id, now=now),
            carries_sensitive=conversation.channel not in self._wary,
            event=_event(session, place),
        )

    def _decide(
        self, session: Session, conversation: Conversation, turn: Turn, library: Library
    ) -> Outcome:
        heard = pressing.heard(triage.weigh(turn.said), offers.last(session, conversation))
        turn = fallback.clarified(replace(turn, said=heard))
        handler = router.choose(turn)
        decided = handler(turn, library)
        for _ in range(LOOKUPS_A_TURN):
            if isinstance(decided, Outcome):
                break
            found = filing.look_up(session, conversation, decided, now=turn.now)
            decided = handler(turn.answered(found), library)
        if not isinstance(decided, Outcome):
            raise TypeError("A handler must answer after its lookups; this one only asks.")
        return tongue.noted(turn, shelter.first(turn, library, decided))

    def _leave_to_person(self, conversation_id: str, inbound_id: str, *, now: datetime) -> None:
        with self._store.write() as session:
            conversations.find_for_update(session, conversation_id)
            inbox.mark_answered(session, session.get_one(Inbound, inbound_id), now=now)

    def _apologise(
        self, conversation_id: str, inbound_ids: tuple[str, ...], text: str, *, now: datetime
    ) -> None:
        """A failed turn: say sorry, file what was written, and put the resident in line.

        Whom a person talks with is told nothing, but what may be a danger rings all the same.
        """
        hazard = _danger(text)
        with self._store.write() as session:
            conversation = conversations.find_for_update(session, conversation_id)
            if not _mark_answered(session, inbound_ids, now=now):
                return
            held = conversation.mode == Mode.OPERATOR
            if held and hazard not in P0_HAZARDS:
                return
            region = Region(conversation.region or Region.NATIONAL)
            outcome = handoff.after_failure(
                text, hazard=hazard, region=region, prefix=self._prefix(region)
            )
            filed = filing.carry_out(session, conversation, outcome.commands, now=now)
            for reply in () if held else outcome.replies:
                self._voice.say(session, conversation, reply, filed, inbound_ids[-1], now=now)

    def _prefix(self, region: Region) -> str:
        try:
            return self._library().regions[region].ticket_prefix
        except LibraryError:
            return NEUTRAL_PREFIX


def _mark_answered(session: Session, inbound_ids: Sequence[str], *, now: datetime) -> int:
    """Close them all; how many of them no other process had closed before."""
    return sum(
        inbox.mark_answered(session, session.get_one(Inbound, inbound_id), now=now)
        for inbound_id in inbound_ids
    )


def _event(session: Session, region: str | None) -> OnEvent | None:
    on = incidents.on_in(session, None if region is None else Region(region))
    return OnEvent(on[0].kind, on[0].area) if on else None


def _state(session: Session, conversation: Conversation) -> Dialogue:
    kept = conversations.state_of(session, conversation)
    state = Dialogue() if kept is None else Dialogue.model_validate_json(kept)
    return state.after_person(conversation.bot_epoch)


def _is_for_person(session: Session, conversation: Conversation, said: Understanding) -> bool:
    """Whether the person in the chat alone answers: nothing of it need be looked up then.

    A danger rings all the same, and what the bot was told to ask beside them it goes on asking.
    """
    return not _is_danger(said) and _alone(session, conversation)


def _alone(session: Session, conversation: Conversation) -> bool:
    return not _state(session, conversation).beside


def _is_danger(said: Understanding) -> bool:
    return triage.weigh(said).priority is Priority.P0


def _danger(text: str) -> Hazard:
    """The danger in a text whose turn has failed; the rules may be what failed."""
    try:
        return hazards.look(normalise.normalise(text).text, Writer.SELF).hazard
    except Exception:
        log.exception("The danger rules failed too.")
        return Hazard.NONE
