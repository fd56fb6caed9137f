"""What happens when the server's clock leaps: ticks go on, stamps are brought back, people asked.

The clock of the wall is compared with one that only goes on. Set back, it would leave every tick
waiting until the old time comes again, and the dead present until then. Set ahead, or after the
machine has slept, nobody at the desk has been heard of for long: they get a moment to be heard.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler

from cases import set_back
from cases.database import Store
from cases.operators import PRESENT_FOR

log = logging.getLogger(__name__)
LOOK_SECONDS = 1.0
# Less is what a clock that is kept right is moved by.
LEAP_SECONDS = 2.0
# What was locked at the first look is looked at once more.
AGAIN_SECONDS = 10.0


class Leaps:
    """How the clock of the wall moved beside the steady one; asked by many threads."""

    def __init__(self, now: datetime, steady: float) -> None:
        self._lock = threading.Lock()
        self._last = now, steady
        self._ahead_at: float | None = None
        self._went_back = False

    def see(self, now: datetime, steady: float) -> None:
        """Note what both clocks show."""
        with self._lock:
            before, steady_before = self._last
            leapt = (now - before).total_seconds() - (steady - steady_before)
            self._last = now, steady
            if leapt > LEAP_SECONDS:
                self._ahead_at = steady
            elif leapt < -LEAP_SECONDS:
                self._went_back = True

    def settled(self, now: datetime, steady: float) -> bool:
        """Whether who is there had time to be heard since the clock last leapt ahead."""
        self.see(now, steady)
        term = PRESENT_FOR.total_seconds()
        return self._ahead_at is None or steady - self._ahead_at >= term

    def went_back(self, now: datetime, steady: float) -> bool:
        """Whether it was set back since this was last asked."""
        self.see(now, steady)
        with self._lock:
            back, self._went_back = self._went_back, False
        return back


class ClockWatch:
    """Looks at both clocks every second, in a thread that needs no clock of the wall itself."""

    def __init__(self, scheduler: BackgroundScheduler, store: Store, leaps: Leaps) -> None:
        self._scheduler = scheduler
        self._store = store
        self._leaps = leaps
        # A clock may have been set back while nothing ran.
        self._due = [time.monotonic()]

    def start(self) -> None:
        """Look until the scheduler ends."""
        threading.Thread(target=self._run, name="clock watch", daemon=True).start()

    def look(self, now: datetime, steady: float) -> None:
        """Let every job go on at once when the clock was set back, and mend what was written."""
        if self._leaps.went_back(now, steady):
            log.warning("The clock was set back; what was written since is brought back.")
            go_on(self._scheduler)
            self._due = [steady, steady + AGAIN_SECONDS]
        if self._due and self._due[0] <= steady:
            moved = set_back.bring_back(self._store, now=now)
            del self._due[0]
            if moved:
                log.warning("Stamps of the future were brought back.", extra={"count": moved})

    def _run(self) -> None:
        asleep = threading.Event()
        while self._scheduler.running:
            try:
                self.look(datetime.now(UTC), time.monotonic())
            except Exception:
                # The database may be away; what is due stays due.
                log.exception("The clock could not be looked after; it is tried again.")
            asleep.wait(LOOK_SECONDS)


def go_on(scheduler: BackgroundScheduler) -> None:
    """Tick now: each job waits for a moment of the old time."""
    now = datetime.now(scheduler.timezone)
    for job in scheduler.get_jobs():
        if job.next_run_time - now > timedelta(seconds=LEAP_SECONDS):
            job.modify(next_run_time=now)


def when_settled(
    leaps: Leaps, job: Callable[[datetime], object]
) -> Callable[[datetime], object | None]:
    """A job that judges who is gone: not before they had time to be heard."""

    def run(now: datetime) -> object | None:
        return job(now) if leaps.settled(now, time.monotonic()) else None

    return run
