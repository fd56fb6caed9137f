"""By which rules the dates of households are reckoned at this moment."""

from datetime import datetime

from bot import pacing
from bot.helpline import Helpline
from bot.learning import Job
from cases import calendars
from cases.database import Session
from cases.households import reckoning
from cases.households.reckoning import Rules
from handlers.turn import LOCAL
from knowledge.cadences import Place
from knowledge.library import Library
from knowledge.names import Region

# Ten thousand files of a new day are reckoned within some minutes.
RECKON_SECONDS = 5


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

    return pacing.for_a_while(part)


def jobs(helpline: Helpline) -> dict[str, Job]:
    """What is looked at for the files of households."""
    return {
        "reckoning": (lambda now: reckon_stale(helpline, now=now), RECKON_SECONDS),
    }
