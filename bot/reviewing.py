"""By which rules the dates of households are reckoned at this moment, and what waits for that."""

import time
from collections.abc import Callable
from datetime import datetime

from bot.helpline import Helpline
from bot.learning import Job
from cases import calendars
from cases.database import Session
from cases.households import list_imports, reckoning
from cases.households.reckoning import Rules
from handlers.turn import LOCAL
from knowledge.cadences import Place
from knowledge.library import Library
from knowledge.names import Region

# Ten thousand files of a new day are reckoned within some minutes.
RECKON_SECONDS = 5
LIST_SECONDS = 1
WHILE_SECONDS = 0.7


def rules(session: Session, library: Library, *, now: datetime) -> Rules:
    """The cadences, what each place has entered, and the local day."""
    days = {region: calendars.local_days(session, region) for region in Region}
    entered = {region: library.local(region) for region in Region}
    version = "\x1f".join(
        (library.version, *(repr((entered[one].values, days[one])) for one in Region))
    )
    return Rules(
        library.cadences,
        lambda region: Place(entered[region], days[region]),
        now.astimezone(LOCAL).date(),
        version,
    )


def reckon_stale(helpline: Helpline, *, now: datetime) -> int:
    """Reckon some of the files whose dates are of yesterday or of other rules."""

    def part() -> int:
        with helpline.store.write() as session:
            told = rules(session, helpline.library(), now=now)
            return reckoning.reckon_stale(session, told, now=now)

    return _for_a_while(part)


def take_in_lists(helpline: Helpline, *, now: datetime) -> int:
    """Take some more rows of a bureau's list into files; each household whole."""

    def part() -> int:
        with helpline.store.write() as session:
            return list_imports.work(session, now=now)

    return _for_a_while(part)


def _for_a_while(part: Callable[[], int]) -> int:
    """Part after part, each a transaction of its own, until nothing is left or the time is up."""
    until = time.monotonic() + WHILE_SECONDS
    total = done = part()
    while done and time.monotonic() < until:
        done = part()
        total += done
    return total


def jobs(helpline: Helpline) -> dict[str, Job]:
    """What is looked at for the files of households."""
    return {
        "reckoning": (lambda now: reckon_stale(helpline, now=now), RECKON_SECONDS),
        "lists": (lambda now: take_in_lists(helpline, now=now), LIST_SECONDS),
    }
