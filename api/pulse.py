"""When open consoles look again: at once after a change here, in a moment after one elsewhere.

One thread a process reads the log for all of its pages. What changes while they look is shown
together a moment later, so that a busy hour costs each of them no more than ten looks a second.
"""

import logging
import threading

from api.streams import Hub
from cases import events
from cases.database import Store

log = logging.getLogger(__name__)
LOOK_SECONDS = 0.1
# Of more changes than these every page of this process looks again by itself.
MOST_READ = 500


class Pulse:
    """Wakes the pages of this process for what happened in any process."""

    def __init__(self, store: Store, hub: Hub) -> None:
        self._store = store
        self._hub = hub
        self._stirred = threading.Event()
        self._seen: int | None = None

    def touched(self, streams: frozenset[str]) -> None:
        """Something was committed in this process; called by the store."""
        self._hub.touched(streams - {events.CONSOLE})
        if events.CONSOLE in streams:
            self._stirred.set()

    def watch(self, stop: threading.Event) -> None:
        """Look again and again in a thread of its own, until told to stop."""
        threading.Thread(target=self._watch, args=(stop,), name="pulse", daemon=True).start()

    def _watch(self, stop: threading.Event) -> None:
        while not stop.is_set():
            stirred = self._stirred.wait(LOOK_SECONDS)
            self._stirred.clear()
            try:
                woken = self.look(stirred=stirred)
            except Exception:
                # The pages look by themselves every second and a half; so does the next beat.
                log.exception("The log of changes could not be read; it is tried again.")
                woken = True
            if woken:
                stop.wait(LOOK_SECONDS)

    def look(self, *, stirred: bool) -> bool:
        """Wake whom the newest changes concern; False when there were none, or is nobody."""
        if not self._hub.is_watched():
            self._seen = None
            return False
        with self._store.read() as session:
            newest = events.counted(session, events.CONSOLE)
            before, self._seen = self._seen, newest
            if before == newest and not stirred:
                return False
            after = newest if before is None else before
            changes = events.since(session, events.CONSOLE, after, limit=MOST_READ)
        chats = (change.body.get("conversation") for change in changes)
        streams = {events.conversation_stream(chat) for chat in chats if chat is not None}
        self._hub.touched(frozenset({events.CONSOLE, *streams}))
        return True
