"""How what a channel hands in reaches the desk: kept first, then read, each chat in its order."""

import asyncio
import logging
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy.exc import IntegrityError

from bot.channels import Attached, Incoming, NotSentError, Reader, Said, Source
from bot.fetching import Fetching
from bot.obeying import Obedience
from cases.channels import intake
from cases.channels.intake import Raw, Update
from cases.database import Session, Store
from handlers.desk import Desk
from handlers.speech import Speech

log = logging.getLogger(__name__)
LOOK_SECONDS = 0.3
# So many chats are answered at once: a file that does not come holds up its own chat alone.
PLACES = 16
SHORTEST_WAIT, LONGEST_WAIT = 1.0, 30.0
Burst = Sequence[Update]


@dataclass(frozen=True)
class Intake:
    """Everything that comes in by one channel. Any number of processes may run it."""

    channel: str
    reader: Reader
    desk: Desk
    store: Store
    speech: Speech
    clock: Callable[[], datetime]
    fetching: Fetching | None = None

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
        """Answer what was kept, several chats at a time, until `stop` is set."""
        # Threads of its own: what leaves must never wait for what comes in.
        threads = ThreadPoolExecutor(PLACES, thread_name_prefix=self.channel)
        busy: set[asyncio.Task[None]] = set()
        while not stop.is_set():
            try:
                bursts = await asyncio.to_thread(self._claim, PLACES - len(busy))
            except Exception:
                log.exception("A look at the intake failed; it is repeated.")
                bursts = ()
            for burst in bursts:
                task = asyncio.create_task(self._see_to(burst, threads))
                busy.add(task)
                task.add_done_callback(busy.discard)
            if not bursts:
                await _pause(stop, LOOK_SECONDS)
        if busy:
            await asyncio.wait(busy)
        threads.shutdown()

    async def _see_to(self, burst: Burst, threads: Executor) -> None:
        try:
            await asyncio.get_running_loop().run_in_executor(threads, self._answer, burst)
        except Exception:
            log.exception("What came of an update could not be kept; its lease will tell.")

    def answer_chat(self, chat: str, held_until: datetime) -> None:
        """Answer now what was kept of one chat for whoever answers until then."""
        with self.store.write() as session:
            bursts = intake.claim(
                session, self.channel, now=self.clock(), chat=chat, held_until=held_until
            )
        for burst in bursts:
            self._answer(burst)

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

    def _claim(self, places: int) -> Sequence[Burst]:
        if not places:
            return ()
        with self.store.write() as session:
            return intake.claim(session, self.channel, now=self.clock(), limit=places)

    def _answer(self, burst: Burst) -> None:
        """Answer a burst in its order; behind one that failed nothing is answered."""
        if intake.lost(burst[0]):
            log.error("An update ended several workers; a person must look.")
            self._end(burst[:1], intake.bury)
            self._end(burst[1:], intake.release)
            return
        obedience = Obedience(
            self.reader, self.desk, self.store, self.speech, self.clock, self.fetching
        )
        read = [(update, self._read(update)) for update in burst]
        groups = _turns([(update, said) for update, said in read if said is not None])
        for at, group in enumerate(groups):
            try:
                obedience.obey(group)
            except Exception:
                first = group[0][0]
                log.exception("An update was not answered.", extra={"update": first.id})
                rest = [update for later in groups[at:] for update, _ in later]
                self._failed(first, rest)
                return
            self._end([update for update, _ in group], intake.finish)

    def _read(self, update: Update) -> Incoming | None:
        """What an update says; None when nobody can tell, and a person must look."""
        try:
            with self.store.read() as session:
                return self.reader.read(intake.body_of(session, update))
        except ValueError:
            log.error("An update cannot be read; a person must look.", extra={"update": update.id})  # noqa: TRY400
            self._end([update], intake.bury)
            return None

    def _failed(self, first: Update, rest: Sequence[Update]) -> None:
        self._end([first], intake.bury if intake.hopeless(first) else self._later)
        self._end(rest[1:], intake.release)

    def _later(self, session: Session, update: Update) -> None:
        intake.hold(session, update, until=self.clock() + intake.WORK_LEASE)

    def _end(self, updates: Sequence[Update], how: Callable[[Session, Update], None]) -> None:
        with self.store.write() as session:
            for update in updates:
                how(session, session.get_one(Update, update.id))


def keep(
    store: Store,
    channel: str,
    updates: Sequence[Raw],
    *,
    now: datetime,
    held_until: datetime | None = None,
) -> int:
    """Put on disk what was handed in by webhook, before it is acknowledged; how many were new."""

    def once() -> int:
        with store.write() as session:
            return intake.keep(
                session, channel, updates, position=None, now=now, held_until=held_until
            )

    try:
        return once()
    except IntegrityError:
        # Another process has just kept one of them: now it is known.
        return once()


def _turns(read: Sequence[tuple[Update, Incoming]]) -> list[list[tuple[Update, Incoming]]]:
    """Words that follow each other are one turn, and so is an album; the rest goes by itself."""

    def together(one: tuple[Update, Incoming]) -> str:
        update, said = one
        if isinstance(said, Attached) and said.album is not None:
            return f"album {said.album}"
        return "words" if isinstance(said, Said) else update.id

    return [list(group) for _, group in groupby(read, together)]


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
