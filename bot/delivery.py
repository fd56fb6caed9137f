"""How what is said leaves: a queue of its own for each lane, one sender for each channel."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from aiolimiter import AsyncLimiter

from bot import retry
from bot.channels import NotSentError, RefusedError, Sender, SendError, UnprovenError
from bot.retry import Again, GiveUp, Unproven
from cases import messages, outbox, threads
from cases.database import Session, Store
from cases.errors import KeyDestroyedError
from cases.messages import Lane, Line, Message
from cases.threads import Thread

log = logging.getLogger(__name__)
LOOK_SECONDS = 0.5
SWEEP_SECONDS = 5
# How many sends of a lane are under way at once: none can take another's places.
PLACES: Mapping[Lane, int] = {
    Lane.EMERGENCY: 8,
    Lane.OPERATOR: 4,
    Lane.BOT: 4,
    Lane.REMINDER: 2,
}
# Messages a second for a bot, with room kept for emergencies, which never wait for it.
PACE = 20


class Delivery:
    """Sends what waits in the outbox until it is told to stop."""

    def __init__(
        self, store: Store, senders: Mapping[str, Sender], clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._senders = senders
        self._clock = clock
        self._pace = {channel: AsyncLimiter(PACE, 1) for channel in senders}

    async def run(self, stop: asyncio.Event) -> None:
        """Look at every lane, each by itself, until `stop` is set."""
        await asyncio.gather(*(self._serve(lane, stop) for lane in Lane), self._sweep(stop))

    async def once(self, lane: Lane) -> int:
        """Send what may leave by one lane now; returns how many were tried."""
        claimed = await asyncio.to_thread(self._claim, lane)
        await asyncio.gather(
            *(self._send(lane, row, thread, line) for row, thread, line in claimed)
        )
        return len(claimed)

    async def _serve(self, lane: Lane, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                tried = await self.once(lane)
            except Exception:
                # The database is away or full: the rows wait, and so do we.
                log.exception("A look at the outbox failed; it is repeated.")
                tried = 0
            if not tried:
                await _pause(stop, LOOK_SECONDS)

    async def _sweep(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await asyncio.to_thread(self._settle_lapsed)
            except Exception:
                log.exception("Sends of a process that is gone could not be settled yet.")
            await _pause(stop, SWEEP_SECONDS)

    def _claim(self, lane: Lane) -> list[tuple[Message, Thread, Line | None]]:
        with self._store.write() as session:
            rows = outbox.claim(session, lane, now=self._clock(), limit=PLACES[lane])
            return [
                (row, threads.of(session, row.conversation_id), _line(session, row)) for row in rows
            ]

    def _settle_lapsed(self) -> None:
        with self._store.write() as session:
            lapsed = outbox.sweep(session, now=self._clock())
        if lapsed:
            log.warning("Sends without an answer were settled.", extra={"count": lapsed})

    async def _send(self, lane: Lane, row: Message, thread: Thread, line: Line | None) -> None:
        try:
            receipt = await self._leave(lane, thread, line)
        except SendError as error:
            log.warning("A message did not leave.", extra={"why": str(error), "lane": str(lane)})
            await asyncio.to_thread(self._failed, lane, row, thread, error)
        else:
            await asyncio.to_thread(self._sent, row, receipt)

    async def _leave(self, lane: Lane, thread: Thread, line: Line | None) -> str:
        sender = self._senders.get(thread.channel)
        if sender is None or line is None:
            raise RefusedError("Nobody can send this by its channel.")
        if lane is not Lane.EMERGENCY:
            await self._pace[thread.channel].acquire()
        address = await asyncio.to_thread(self._address, thread)
        try:
            return await sender.send(address, line)
        except SendError:
            raise
        except Exception as error:
            log.exception("A channel failed in a way of its own.")
            raise UnprovenError("The channel failed in a way of its own.") from error

    def _address(self, thread: Thread) -> str:
        with self._store.read() as session:
            return threads.address_of(session, thread)

    def _sent(self, row: Message, receipt: str) -> None:
        with self._store.write() as session:
            outbox.sent(session, row, receipt)

    def _failed(self, lane: Lane, row: Message, thread: Thread, error: SendError) -> None:
        now = self._clock()
        decision = retry.decide(
            error, lane=lane, attempts=row.attempts, created_at=row.created_at, now=now
        )
        with self._store.write() as session:
            _note(session, thread, error, now=now)
            match decision:
                case Again(at=at):
                    outbox.again(session, row, at=at)
                case GiveUp():
                    outbox.fail(session, row, now=now)
                case Unproven():
                    outbox.unproven(session, row, now=now)


def _line(session: Session, row: Message) -> Line | None:
    """What the row says; None when the resident was forgotten meanwhile."""
    try:
        return messages.line_of(session, row)
    except KeyDestroyedError:
        return None


def _note(session: Session, thread: Thread, error: SendError, *, now: datetime) -> None:
    """What the error says of the chat itself."""
    current = threads.of(session, thread.conversation_id)
    if isinstance(error, RefusedError) and error.blocked:
        threads.block(session, current, now=now)
    if isinstance(error, NotSentError) and error.wait is not None:
        threads.be_quiet(session, current, now + error.wait)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
