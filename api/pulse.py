"""When open pages hear of changes: at once after one here, in a moment after one elsewhere.

One thread a process reads the log for all of its pages. What changes while it looks is shown
together a moment later, so that a busy hour costs no more than seven looks a second.
"""

import logging
import threading
import time
from collections.abc import Callable

from api.streams import POLL_SECONDS, Hub
from cases import events
from cases.database import Store

log = logging.getLogger(__name__)
LOOK_SECONDS = 0.15
# Of more changes than these every page of this process looks again by itself.
MOST_READ = 500


class Pulse:
    """Wakes the pages of this process for what happened in any process."""

    def __init__(self, store: Store, hub: Hub, look: Callable[[], None]) -> None:
        """`look` is called for the consoles: when the log has grown, and now and then besides."""
        self._store = store
        self._hub = hub
        self._look = look
        self._stirred = threading.Event()
        self._seen: int | None = None
        self._looked = 0.0

    def touched(self, streams: frozenset[str]) -> None:
        """Something was committed in this process; called by the store."""
        self._hub.touched(streams)
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
                found = self.beat(stirred=stirred)
            except Exception:
                log.exception("The log of changes could not be read; it is tried again.")
                found = True
            if found:
                stop.wait(LOOK_SECONDS)

    def beat(self, *, stirred: bool) -> bool:
        """Wake whom the newest changes concern; False when there were none, or is nobody."""
        if not self._hub.is_watched():
            self._seen = None
            return False
        changed = self._wake_residents() or stirred
        # Also where nothing changed: a sign-in may have ended, somebody ceased to write.
        if changed or time.monotonic() - self._looked > POLL_SECONDS:
            self._look()
            self._looked = time.monotonic()
        return changed

    def _wake_residents(self) -> bool:
        """Wake the pages of the chats that changed; whether anything did."""
        with self._store.read() as session:
            newest = events.counted(session, events.CONSOLE)
            before, self._seen = self._seen, newest
            if before is None or before == newest:
                return before is None
            changes = events.since(session, events.CONSOLE, before, limit=MOST_READ)
        chats = (change.body.get("conversation") for change in changes)
        streams = {events.conversation_stream(chat) for chat in chats if chat is not None}
        self._hub.touched(frozenset(streams))
        return True
