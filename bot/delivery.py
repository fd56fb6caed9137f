"""How what is said leaves: places of its own for each lane of each channel."""

import asyncio
import logging
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from aiolimiter import AsyncLimiter

from bot import retry
from bot.channels import NotSentError, RefusedError, Sender, SendError, Traits, UnprovenError
from bot.retry import Again, GiveUp, Unproven
from cases.channels import outbox
from cases.channels.outbox import Why
from cases.database import Session, Store
from cases.errors import KeyDestroyedError
from cases.talk import messages, threads
from cases.talk.messages import Lane, Line, Message
from cases.talk.threads import Thread

log = logging.getLogger(__name__)
LOOK_SECONDS = 0.5
SWEEP_SECONDS = 5
# How many sends of a lane are under way at once: none can take another's places.
PLACES: Mapping[Lane, int] = {
    Lane.EMERGENCY: 8,
    Lane.OPERATOR: 4,
    Lane.BOT: 4,
    Lane.REMINDER: 2,
    Lane.CARE: 1,
}
# What a chat may get in so many seconds is its channel's `chat_burst`.
CHAT_SECONDS = 5
CHATS_REMEMBERED = 2000


@dataclass(frozen=True)
class Claimed:
    """A row that this process sends now. `line` is None when its resident was forgotten."""

    row: Message
    thread: Thread
    address: str
    line: Line | None


@dataclass
class Way:
    """What one channel has under way, and how fast it may go on."""

    traits: Traits
    busy: Counter[Lane] = field(default_factory=Counter)
    free: asyncio.Event = field(default_factory=asyncio.Event)
    chats: OrderedDict[str, AsyncLimiter] = field(default_factory=OrderedDict)

    def __post_init__(self) -> None:
        self.pace = AsyncLimiter(self.traits.pace, 1)

    async def wait(self, chat: str) -> None:
        """Wait until the channel and the chat bear one more."""
        limit = self.chats.pop(chat, None) or AsyncLimiter(self.traits.chat_burst, CHAT_SECONDS)
        self.chats[chat] = limit
        while len(self.chats) > CHATS_REMEMBERED:
            self.chats.popitem(last=False)
        await limit.acquire()
        await self.pace.acquire()


class Delivery:
    """Sends what waits in the outbox until it is told to stop."""

    def __init__(
        self, store: Store, senders: Mapping[str, Sender], clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._senders = senders
        self._clock = clock
        self._ways = {channel: Way(sender.traits) for channel, sender in senders.items()}
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Look after every channel, each by itself, until `stop` is set."""
        loop = asyncio.get_running_loop()

        def look(touched: frozenset[str]) -> None:
            if messages.OUTBOX in touched and not loop.is_closed():
                loop.call_soon_threadsafe(self._look_now)

        self._store.listen(look)
        await asyncio.gather(
            *(self._serve(channel, way, stop) for channel, way in self._ways.items()),
            self._sweep(stop),
        )
        if self._under_way:
            await asyncio.wait(self._under_way)

    def _look_now(self) -> None:
        for way in self._ways.values():
            way.free.set()

    async def _serve(self, channel: str, way: Way, stop: asyncio.Event) -> None:
        while not stop.is_set():
            way.free.clear()
            try:
                began = await self._begin_due(channel, way)
            except Exception:
                # The database is away or full: the rows wait, and so do we.
                log.exception("A look at the outbox failed; it is repeated.")
                began = 0
            if not began:
                await _either(stop, way.free, LOOK_SECONDS)

    async def _begin_due(self, channel: str, way: Way) -> int:
        """Begin with what may leave by the places that are free; returns how many began."""
        waiting = await asyncio.to_thread(self._waiting, channel)
        began = 0
        for lane in Lane:
            places = PLACES[lane] - way.busy[lane]
            if lane not in waiting or places <= 0:
                continue
            for claimed in await asyncio.to_thread(self._claim, channel, lane, places):
                way.busy[lane] += 1
                task = asyncio.create_task(self._see_to(way, lane, claimed))
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)
                began += 1
        return began

    async def _see_to(self, way: Way, lane: Lane, claimed: Claimed) -> None:
        try:
            await self._send(way, lane, claimed)
        except Exception:
            log.exception("What came of a send could not be kept; its lease will tell.")
        finally:
            way.busy[lane] -= 1
            way.free.set()

    async def _sweep(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await asyncio.to_thread(self._settle_lapsed)
            except Exception:
                log.exception("Sends of a process that is gone could not be settled yet.")
            await _either(stop, stop, SWEEP_SECONDS)

    def _waiting(self, channel: str) -> frozenset[Lane]:
        with self._store.read() as session:
            held = self._ways[channel].traits.reply_within
            return outbox.waiting(session, channel, now=self._clock(), held=held)

    def _claim(self, channel: str, lane: Lane, places: int) -> list[Claimed]:
        with self._store.write() as session:
            held, now = self._ways[channel].traits.reply_within, self._clock()
            rows = outbox.claim(session, channel, lane, now=now, limit=places, held=held)
            return [_claimed(session, row) for row in rows]

    def _settle_lapsed(self) -> None:
        with self._store.write() as session:
            now = self._clock()
            lapsed = outbox.sweep(session, now=now)
            lapsed += outbox.abandon(session, self._senders, now=now)
        if lapsed:
            log.warning("Sends without an answer were settled.", extra={"count": lapsed})

    async def _send(self, way: Way, lane: Lane, claimed: Claimed) -> None:
        try:
            receipt = await self._leave(way, lane, claimed)
        except SendError as error:
            log.warning("A message did not leave.", extra={"why": str(error), "lane": str(lane)})
            await asyncio.to_thread(self._failed, lane, claimed, error)
        else:
            await asyncio.to_thread(self._sent, claimed.row, receipt)

    async def _leave(self, way: Way, lane: Lane, claimed: Claimed) -> str:
        if claimed.line is None:
            raise RefusedError("The resident was forgotten; nothing can be said to them.")
        if lane is not Lane.EMERGENCY:
            await way.wait(claimed.thread.conversation_id)
        sender = self._senders[way.traits.name]
        try:
            return await sender.send(claimed.address, claimed.line)
        except SendError:
            raise
        except Exception as error:
            log.exception("A channel failed in a way of its own.")
            raise UnprovenError("The channel failed in a way of its own.") from error

    def _sent(self, row: Message, receipt: str) -> None:
        with self._store.write() as session:
            outbox.sent(session, row, receipt, now=self._clock())

    def _failed(self, lane: Lane, claimed: Claimed, error: SendError) -> None:
        now, row = self._clock(), claimed.row
        decision = retry.decide(
            error, lane=lane, attempts=row.attempts, created_at=row.created_at, now=now
        )
        with self._store.write() as session:
            _note(session, claimed.thread, error, now=now)
            match decision:
                case Again(at=at):
                    outbox.again(session, row, at=at)
                case GiveUp(why=why):
                    known = Why.FORGOTTEN if claimed.line is None else why
                    outbox.fail(session, row, known, now=now)
                case Unproven():
                    outbox.unproven(session, row, now=now)


def _claimed(session: Session, row: Message) -> Claimed:
    thread = threads.of(session, row.conversation_id)
    try:
        return Claimed(
            row, thread, threads.address_of(session, thread), messages.line_of(session, row)
        )
    except KeyDestroyedError:
        return Claimed(row, thread, "", None)


def _note(session: Session, thread: Thread, error: SendError, *, now: datetime) -> None:
    """What the error says of the chat itself."""
    current = threads.of(session, thread.conversation_id)
    if isinstance(error, RefusedError) and error.blocked:
        threads.block(session, current, now=now)
    if isinstance(error, NotSentError) and error.wait is not None:
        threads.be_quiet(session, current, now + error.wait)


async def _either(stop: asyncio.Event, woken: asyncio.Event, seconds: float) -> None:
    """Wait until one of them is set, or for so long."""
    waits = [asyncio.create_task(one.wait()) for one in {stop, woken}]
    await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for one in waits:
        one.cancel()
