"""How what a channel hands in reaches the desk: kept first, then read, each chat in its order."""

import asyncio
import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.channels import (
    Began,
    Blocked,
    Incoming,
    Media,
    Moved,
    Nothing,
    NotSentError,
    Pressed,
    Reader,
    Said,
    Source,
    Unsupported,
)
from cases import conversations, intake, messages, threads
from cases.database import Session, Store
from cases.intake import Update
from cases.messages import Line, Sender
from handlers.desk import Desk
from handlers.speech import Speech

log = logging.getLogger(__name__)
LONGEST = 4000
LOOK_SECONDS = 0.3
SHORTEST_WAIT, LONGEST_WAIT = 1.0, 30.0


@dataclass(frozen=True)
class Intake:
    """Everything that comes in by one channel. Any number of processes may run it."""

    channel: str
    reader: Reader
    desk: Desk
    store: Store
    speech: Speech
    clock: Callable[[], datetime]

    async def poll(self, source: Source, stop: asyncio.Event) -> None:
        """Ask the channel for what is new for ever; whatever fails is tried again, more slowly."""
        who, wait = uuid.uuid4().hex, SHORTEST_WAIT
        while not stop.is_set():
            try:
                position = await asyncio.to_thread(self._lease, who)
                if position is not None:
                    await self._fetch(source, position)
                    wait = SHORTEST_WAIT
                    continue
            except NotSentError as error:
                log.warning("A channel gave nothing; it is asked again.", extra={"why": str(error)})
            except Exception:
                log.exception("A poll failed; it is repeated.")
            await _pause(stop, wait)
            wait = min(2 * wait, LONGEST_WAIT)
        await asyncio.to_thread(self._let_go, who)

    async def work(self, stop: asyncio.Event) -> None:
        """Answer what was kept, until `stop` is set."""
        while not stop.is_set():
            try:
                done = await asyncio.to_thread(self.answer)
            except Exception:
                log.exception("A look at the intake failed; it is repeated.")
                done = 0
            if not done:
                await _pause(stop, LOOK_SECONDS)

    def answer(self) -> int:
        """Answer what waits, at most one update of each chat; returns how many were claimed."""
        with self.store.write() as session:
            claimed = intake.claim(session, self.channel, now=self.clock())
        for update in claimed:
            self._answer_one(update)
        return len(claimed)

    async def _fetch(self, source: Source, position: int) -> None:
        updates = await source.fetch(position)
        if not updates:
            return
        behind = max(update.position for update in updates) + 1

        def keep() -> None:
            with self.store.write() as session:
                intake.keep(session, self.channel, updates, position=behind, now=self.clock())

        # What is on disk is confirmed by the next poll and by nothing else.
        await asyncio.to_thread(keep)

    def _lease(self, who: str) -> int | None:
        with self.store.write() as session:
            return intake.lease(session, self.channel, who, now=self.clock())

    def _let_go(self, who: str) -> None:
        with self.store.write() as session:
            intake.let_go(session, self.channel, who)

    def _answer_one(self, update: Update) -> None:
        try:
            with self.store.read() as session:
                incoming = self.reader.read(intake.body_of(session, update))
        except ValueError:
            log.error("An update cannot be read; a person must look.", extra={"update": update.id})  # noqa: TRY400
            self._end(update, intake.bury)
            return
        try:
            self._obey(update, incoming)
        except Exception:
            log.exception("An update was not answered.", extra={"update": update.id})
            if intake.hopeless(update):
                self._end(update, intake.bury)
            return
        self._end(update, intake.finish)

    def _obey(self, update: Update, incoming: Incoming) -> None:
        match incoming:
            case Said(chat=chat, text=text):
                self._hear(update, self._conversation(chat), text)
            case Pressed(chat=chat, seq=seq, at=at):
                conversation = self._conversation(chat)
                value = self._chosen(conversation, seq, at)
                if value is not None:
                    self._hear(update, conversation, value)
            case Unsupported(chat=chat, what=what):
                self._cannot_take(self._conversation(chat), what)
            case Began(chat=chat):
                self._conversation(chat)
            case Blocked() | Moved():
                self._note(incoming)
            case Nothing():
                pass

    def _hear(self, update: Update, conversation: str, text: str) -> None:
        self.desk.receive(
            conversation,
            external_id=f"{self.channel}:{update.external_id}",
            text=text[:LONGEST],
            now=self.clock(),
        )

    def _conversation(self, chat: str) -> str:
        """The conversation of a chat; the first word from there opens one."""
        with self.store.write() as session:
            threads.unblock(session, self.channel, chat)
            known = threads.find(session, self.channel, chat)
            if known is not None:
                return known.id
        return self.desk.open(
            region=None, channel=self.channel, now=self.clock(), address=chat
        ).conversation_id

    def _chosen(self, conversation: str, seq: int, at: int) -> str | None:
        with self.store.read() as session:
            found = conversations.find(session, conversation)
            return messages.chosen(session, found, seq, at)

    def _cannot_take(self, conversation: str, what: Media) -> None:
        now = self.clock()
        with self.store.write() as session:
            found = conversations.find_for_update(session, conversation)
            sent = self.speech.say("channel.sent", {"what": self.speech.say(f"media.{what}")})
            messages.say(session, found, Line(Sender.RESIDENT, sent), now=now)
            messages.say(
                session,
                found,
                Line(Sender.SYSTEM, self.speech.say("channel.cannot_take")),
                now=now,
            )

    def _note(self, incoming: Blocked | Moved) -> None:
        with self.store.write() as session:
            match incoming:
                case Moved(old=old, new=new):
                    threads.move(session, self.channel, old=old, new=new)
                case Blocked(chat=chat):
                    known = threads.find(session, self.channel, chat)
                    if known is not None:
                        thread = threads.of(session, known.id)
                        threads.block(session, thread, now=self.clock())

    def _end(self, update: Update, how: Callable[[Session, Update], None]) -> None:
        with self.store.write() as session:
            how(session, session.get_one(Update, update.id))


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
