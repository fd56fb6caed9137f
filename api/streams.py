"""How a change in the database wakes the pages that show it; a short poll stands behind it."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import anyio
from anyio import to_thread

from api.errors import BusyError

POLL_SECONDS = 1.5
# Of residents' pages and of consoles each: however many residents look on, staff see what comes.
MOST_STREAMS = 1000
SECONDS_TO_SAY_GOODBYE = 3.0
PING_SECONDS = 15
SEND_TIMEOUT_SECONDS = 10.0
THREADS = 8

Found = TypeVar("Found")


@dataclass(eq=False)
class Watch:
    """One open page, waiting in its own event loop."""

    streams: frozenset[str]
    loop: asyncio.AbstractEventLoop
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """Say "look now"; safe from any thread, also when the page has just gone."""
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.woken.set)


class Hub:
    """All open pages of this process."""

    def __init__(self) -> None:
        self._watches: set[Watch] = set()
        self._lock = threading.Lock()
        self._lane: anyio.CapacityLimiter | None = None

    def touched(self, streams: frozenset[str]) -> None:
        """Wake whoever watches one of these streams; called after a commit."""
        with self._lock:
            concerned = [watch for watch in self._watches if watch.streams & streams]
        for watch in concerned:
            watch.wake()

    def is_watched(self) -> bool:
        """Whether any page is open."""
        with self._lock:
            return bool(self._watches)

    def require_room(self, streams: Iterable[str]) -> None:
        """Raises BusyError when too many pages of its kind are open.

        Pages watch the streams of their chats; a console watches none and is woken by its look.
        """
        wanted = frozenset(streams)
        with self._lock:
            self._require_room(wanted)

    @contextmanager
    def watching(self, streams: Iterable[str]) -> Iterator[Watch]:
        """Be woken while the block runs. Raises BusyError as `require_room` does."""
        watch = Watch(frozenset(streams), asyncio.get_running_loop())
        with self._lock:
            self._require_room(watch.streams)
            self._watches.add(watch)
        try:
            yield watch
        finally:
            with self._lock:
                self._watches.discard(watch)

    def _require_room(self, wanted: frozenset[str]) -> None:
        alike = sum(bool(watch.streams) == bool(wanted) for watch in self._watches)
        if alike >= MOST_STREAMS:
            raise BusyError("Too many pages are open; try again in a moment.")

    def lane(self) -> anyio.CapacityLimiter:
        """The threads that streams read with, so that they never take those of the chat."""
        if self._lane is None:
            self._lane = anyio.CapacityLimiter(THREADS)
        return self._lane


async def follow(
    hub: Hub,
    streams: Iterable[str],
    look: Callable[[], Found | None],
    *,
    closing: anyio.Event,
) -> AsyncIterator[Found]:
    """What `look` finds, now and after every change, until it returns None or the server stops.

    `look` runs in a thread with a session of its own that is closed before anything is sent.
    """
    with hub.watching(streams) as watch:
        while not closing.is_set():
            watch.woken.clear()
            found = await to_thread.run_sync(look, limiter=hub.lane())
            if found is None:
                return
            yield found
            with anyio.move_on_after(POLL_SECONDS):
                await watch.woken.wait()
