"""What must be there before the helpline opens to the public, in the order in which it is done."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from api.console.editing import standards
from api.pages import LOCAL
from cases import audit, calendars, hours, operators, permissions
from cases.danger import duty, going_live
from cases.database import Session
from cases.desk import canned
from cases.operators import Operator, Role
from cases.permissions import Action
from config.settings import Settings
from knowledge import nearby, workdays
from knowledge.entries import Responsibility
from knowledge.library import Library
from knowledge.names import Region

ANSWERING = frozenset({Role.OPERATOR, Role.SUPERVISOR})
# Who writes and who publishes are two people.
EDITORS = 2
SAVED_FOR = timedelta(days=7)
# From this month on next year's holidays are known and deadlines reach into it.
NEXT_YEAR_FROM = 11
# What the command writes, and what an administrator says of copies made another way.
SAVED = frozenset({"backed up", "said backup is kept"})


class State(StrEnum):
    """Whether a step is done, must be done first, is to be decided, or may wait."""

    DONE = "done"
    MISSING = "missing"
    DECIDE = "decide"
    LATER = "later"


@dataclass(frozen=True)
class Step:
    """One step: what was counted for it and what it names, to be told in the page's words."""

    key: str
    state: State
    count: int = 0
    named: tuple[str, ...] = ()


@dataclass(frozen=True)
class House:
    """All that the steps are decided from. `places` are those that somebody works for here."""

    session: Session
    settings: Settings
    library: Library
    places: Sequence[Region]
    staff: Sequence[Operator]
    now: datetime

    @property
    def today(self) -> date:
        """The local day."""
        return self.now.astimezone(LOCAL).date()


def look(session: Session, settings: Settings, library: Library, *, now: datetime) -> House:
    """The house as it is at this moment."""
    staff = [one for one in operators.everyone(session) if one.disabled_at is None]
    places = _places(session, staff)
    return House(session, settings, library, places, staff, now)


def of(house: House) -> Sequence[Step]:
    """Every step, in order."""
    return [decide(house) for decide in STEPS]


def open_to_public(session: Session) -> bool:
    """Whether any place was opened: until then the administrator meets this page first."""
    return bool(going_live.live(session))


def _places(session: Session, staff: Iterable[Operator]) -> Sequence[Region]:
    """Places with an account, a shift or an opening; all that are served where there is none."""
    found = {one.region for one in staff}
    found |= {row.region for row in duty.roster(session)}
    found |= {row.region for row in going_live.live(session)}
    return [one for one in duty.SERVED if one in found] or list(duty.SERVED)


def _staff(house: House) -> Step:
    there = [one for one in house.staff if one.role in ANSWERING]
    return Step("staff", _done(there), len(there))


def _editors(house: House) -> Step:
    may = [one for one in house.staff if permissions.may(one, Action.PUBLISH_KNOWLEDGE)]
    return Step("editors", State.DONE if len(may) >= EDITORS else State.MISSING, len(may))


def _units(house: House) -> Step:
    """A unit without an account sees no ticket that is passed on to it."""
    leads = Counter(
        (place, row.lead)
        for place in house.places
        for row in _rows(house.library, place)
        if row.lead is not None
    )
    # Who leads in most is named first.
    named = [leading for leading, _ in leads.most_common()]
    without = [
        f"{lead} · {house.library.region_name(place)}"
        for place, lead in named
        if not any(_works_for(one, place, lead) for one in house.staff)
    ]
    if len(without) == len(named):
        return Step("units", State.MISSING, len(without), tuple(without))
    return Step("units", State.DECIDE if without else State.DONE, len(without), tuple(without))


def _roster(house: House) -> Step:
    gaps = duty.gaps(duty.roster(house.session), house.places)
    named = dict.fromkeys(house.library.region_name(gap.region) for gap in gaps)
    return Step("roster", State.MISSING if gaps else State.DONE, len(gaps), tuple(named))


def _paging(house: House) -> Step:
    return Step("paging", _done(house.settings.paging_url))


def _number(house: House) -> Step:
    return Step("number", _done(house.settings.hotline_number))


def _address(house: House) -> Step:
    safe = (house.settings.public_url or "").startswith("https:")
    return Step("address", State.DONE if safe else State.MISSING)


def _saved(house: House) -> Step:
    last = audit.newest(house.session, SAVED)
    fresh = last is not None and house.now - last.at <= SAVED_FOR
    return Step("saved", State.DONE if fresh else State.MISSING)


def _hours(house: House) -> Step:
    known = hours.entered(house.session)
    return Step("hours", State.DONE if known else State.DECIDE, len(known))


def _standards(house: House) -> Step:
    """Without them pre-screening says 要看当地标准, and never guesses."""
    counted = {
        place: standards.not_entered(house.library, place, house.today) for place in house.places
    }
    named = tuple(house.library.region_name(place) for place, count in counted.items() if count)
    return Step("standards", State.DECIDE if named else State.DONE, sum(counted.values()), named)


def _catalogue(house: House) -> Step:
    open_ones = [
        house.library.region_name(place)
        for place in house.places
        for row in _rows(house.library, place)
        if row.lead is None
    ]
    named = tuple(dict.fromkeys(open_ones))
    return Step("catalogue", State.DECIDE if named else State.DONE, len(open_ones), named)


def _addresses(house: House) -> Step:
    """An address that nobody verified within 400 days is not told to residents."""
    there = [one for one in house.library.places if one.region in house.places]
    unknown = [one for one in there if not (one.address and nearby.verified(one, house.today))]
    state = State.DONE if there and not unknown else State.DECIDE
    return Step("addresses", state, len(unknown), tuple(one.name for one in unknown))


def _replies(house: House) -> Step:
    known = canned.everywhere(house.session)
    return Step("replies", State.DONE if known else State.DECIDE, len(known))


def _calendar(house: House) -> Step:
    this = house.today.year
    wanted = (this, this + 1) if house.today.month >= NEXT_YEAR_FROM else (this,)
    entered = {
        row.day.year
        for place in (Region.NATIONAL, *house.places)
        for row in calendars.entered(house.session, place)
    }
    open_ones = [year for year in wanted if not workdays.published(year) and year not in entered]
    named = tuple(str(year) for year in open_ones)
    return Step("calendar", State.DECIDE if named else State.DONE, len(named), named)


def _channels(house: House) -> Step:
    settings = house.settings
    ways = {
        "telegram": settings.telegram_token,
        "wechat": settings.wechat_app_id,
        "sms": settings.sms_url,
        "mail": settings.smtp_url,
    }
    off = tuple(name for name, given in ways.items() if given is None)
    return Step("channels", State.LATER if off else State.DONE, len(off), off)


def _public(house: House) -> Step:
    named = tuple(
        house.library.region_name(Region(row.region)) for row in going_live.live(house.session)
    )
    return Step("public", State.DONE if named else State.DECIDE, len(named), named)


def _rows(library: Library, place: Region) -> Sequence[Responsibility]:
    """Who is responsible for what in a place; none where it has no catalogue."""
    units = library.units.get(place)
    return () if units is None else list(units.matters.values())


def _works_for(one: Operator, place: Region, unit: str) -> bool:
    return one.role == Role.CASEWORKER and one.region == place and one.unit == unit


def _done(there: object) -> State:
    return State.DONE if there else State.MISSING


STEPS: tuple[Callable[[House], Step], ...] = (
    _staff,
    _editors,
    _roster,
    _paging,
    _number,
    _address,
    _saved,
    _units,
    _hours,
    _standards,
    _catalogue,
    _addresses,
    _replies,
    _calendar,
    _channels,
    _public,
)
