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

    @contextmanager
    def watching(self, streams: Iterable[str]) -> Iterator[Watch]:
        """Be woken while the block runs. Raises BusyError when too many pages are open."""
        watch = Watch(frozenset(streams), asyncio.get_running_loop())
        with self._lock:
            if len(self._watches) >= MOST_STREAMS:
                raise BusyError("Too many pages are open; try again in a moment.")
            self._watches.add(watch)
        try:
            yield watch
        finally:
            with self._lock:
                self._watches.discard(watch)

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
