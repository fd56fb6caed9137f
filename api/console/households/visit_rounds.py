"""What a caseworker's round is made of: what is due, put into days, promised, printed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from api.console import labels
from api.pages import LOCAL
from cases import permissions
from cases.database import Session
from cases.errors import CaseError, SlotFullError
from cases.households import (
    file_parts,
    households,
    people,
    reckoning,
    same_household,
    visit_plans,
    visits,
)
from cases.households.file_bodies import Home, PartKind, Way
from cases.households.households import File, Household
from cases.households.visit_results import Outcome, Told
from cases.households.visits import Visit
from cases.operators import Operator
from cases.permissions import Action, Row
from knowledge import notices, rounds
from knowledge.names import Region
from knowledge.occasions import Kind
from knowledge.rounds import Stop, Want

LEAST_DAYS = 30
VISITED = frozenset({Kind.CHECK, Kind.NEEDS, Kind.EXPIRY, Kind.LOOK, Kind.AGE, Kind.CHANGE})


@dataclass(frozen=True)
class Proposed:
    """A stop with the household it is for; `value` is what the form sends back."""

    stop: Stop
    file: File
    purpose: str
    value: str


@dataclass(frozen=True)
class Proposal:
    """The stops in order, and the households that found no place."""

    stops: tuple[Proposed, ...]
    left: tuple[File, ...]


@dataclass(frozen=True)
class OnTheRoad:
    """What somebody needs at a door."""

    file: File
    at: datetime
    purpose: str
    street: str
    needs: tuple[str, ...]
    ways: tuple[tuple[str, Way], ...]


def propose(
    session: Session, me: Operator, days: Sequence[date], *, capacity: int, now: datetime
) -> Proposal:
    """What is due within the days or soon after, each household once, by street."""
    if not days:
        return Proposal((), ())
    wants, files = _wants(session, me, until=days[-1] + timedelta(days=LEAST_DAYS), now=now)
    taken = _taken(session, me, days[0], days[-1])
    made = rounds.plan(wants, days, capacity=capacity, taken=taken)
    return Proposal(
        tuple(_proposed(stop, files[stop.household]) for stop in made.stops),
        tuple(files[one] for one in made.left),
    )


def promise(
    session: Session, me: Operator, chosen: Sequence[str], *, now: datetime
) -> Sequence[Visit]:
    """Promise the stops that were chosen. Raises CaseError when an hour is taken or wrong."""
    planned = []
    for value in chosen:
        household_id, at, *dues = [*value.split(), "", ""][: max(len(value.split()), 2)]
        household = _mine(session, me, household_id)
        known = {_named(due) for due in reckoning.of_household(session, household)}
        if not dues or not known.issuperset(dues):
            raise CaseError("What was due has changed meanwhile; plan the week again.")
        made = visits.plan(
            session,
            household,
            local=_local(at),
            zone=str(LOCAL),
            purpose=_purpose(dues),
            remind_at=None,
            planned_by=me.id,
            notices=notices.before(_kinds(dues)),
            now=now,
        )
        names = [due.partition("=")[2] for due in dues]
        visit_plans.assign(session, made, me.id, dues=names)
        planned.append(made)
    return planned


def go_again(  # noqa: PLR0913
    session: Session, me: Operator, household: Household, seen: Visit, told: Told, *, now: datetime
) -> Visit | None:
    """Promise the next visit that a result asks for, at the first free hour of that day.

    What could not be seen to is what the next one is for. None where no next day was named;
    raises SlotFullError when that day is full.
    """
    if told.next_on is None:
        return None
    local = rounds.first_free(told.next_on, _taken(session, me, told.next_on, told.next_on))
    if local is None:
        raise SlotFullError("That day is full; choose another one.")
    plan = visit_plans.of_visit(session, seen)
    open_ones = plan.dues.split() if plan is not None and told.outcome is not Outcome.SEEN else ()
    again = visits.plan(
        session,
        household,
        local=local,
        zone=str(LOCAL),
        purpose=labels.load()["visit_words"]["again"],
        remind_at=None,
        planned_by=me.id,
        notices=notices.before((Kind.LOOK,)),
        now=now,
    )
    visit_plans.assign(session, again, me.id, dues=open_ones)
    return again


def for_the_road(session: Session, me: Operator, day: date) -> Sequence[OnTheRoad]:
    """The stops of a day in order, with what is needed at the door."""
    begin = datetime.combine(day, time(), tzinfo=LOCAL)
    rows = visit_plans.between(session, me.id, begin, begin + timedelta(days=1))
    return [
        at_the_door(session, row, household)
        for row, household, _ in rows
        if permissions.may(me, Action.SEE_HOUSEHOLD, Row(region=household.region))
    ]


def _wants(
    session: Session, me: Operator, *, until: date, now: datetime
) -> tuple[list[Want], dict[str, File]]:
    region = None if me.region is None else Region(me.region)
    planned = visit_plans.households_with_visit(session, after=now)
    wants: list[Want] = []
    files: dict[str, File] = {}
    for due, household in reckoning.due_soon(session, on=until, region=region):
        if household.id in planned or Kind(due.kind) not in VISITED:
            continue
        if not permissions.may(me, Action.EDIT_HOUSEHOLD, Row(region=household.region)):
            continue
        files.setdefault(household.id, households.read(session, household))
        wants.append(Want(household.id, _street(session, household), due.due_on, _named(due)))
    return wants, files


def _taken(session: Session, me: Operator, first: date, last: date) -> frozenset[datetime]:
    """The local times of these days at which somebody is visited already."""
    begin = datetime.combine(first, time(), tzinfo=LOCAL)
    end = datetime.combine(last + timedelta(days=1), time(), tzinfo=LOCAL)
    return frozenset(
        plan.at.astimezone(LOCAL).replace(tzinfo=None)
        for _, _, plan in visit_plans.between(session, me.id, begin, end)
    )


def _named(due: reckoning.HouseholdDue) -> str:
    return f"{due.kind}={due.name}"


def _proposed(stop: Stop, file: File) -> Proposed:
    value = " ".join((stop.household, stop.at.isoformat(timespec="minutes"), *stop.names))
    return Proposed(stop, file, _purpose(stop.names), value)


def _purpose(names: Sequence[str]) -> str:
    words = labels.load()["due_kind"]
    told = dict.fromkeys(words[kind] for kind in _kinds(names))
    return labels.load()["visit_words"]["and"].join(told)


def _kinds(names: Sequence[str]) -> list[Kind]:
    try:
        return [Kind(name.partition("=")[0]) for name in names]
    except ValueError as error:
        raise CaseError("This is not something that is due; plan the week again.") from error


def _local(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError as error:
        raise CaseError("This is not a time; plan the week again.") from error


def _mine(session: Session, me: Operator, household_id: str) -> Household:
    household = households.find(session, household_id)
    permissions.require(me, Action.EDIT_HOUSEHOLD, Row(region=household.region))
    return household


def _home(session: Session, household: Household) -> Home:
    rows = file_parts.holding(session, household, PartKind.HOME)
    return file_parts.read(session, household, rows[-1], Home) if rows else Home()


def _street(session: Session, household: Household) -> str:
    return _home(session, household).street


def at_the_door(session: Session, row: Visit, household: Household) -> OnTheRoad:
    """What is needed at the door of one household. The caller records the look."""
    home = _home(session, household)
    known = [
        one.person
        for file in same_household.family(session, household)
        for one in people.of_household(session, file)
    ]
    return OnTheRoad(
        file=households.read(session, household),
        at=row.at,
        purpose=visits.purpose(session, household, row),
        street=home.street,
        needs=tuple(need for need in (home.needs, *(one.needs for one in known)) if need),
        ways=tuple((one.name, way) for one in known for way in one.ways),
    )
