"""A year of reviews: 10,000 invented households, their caseworkers, and what a tick costs.

Run as `python -m benchmarks.reviews [--households 10000] [--caseworkers 24] [--rows 1000000]`.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from benchmarks import measuring
from cases import database, sealed
from cases.channels import reminders
from cases.channels.reminders import Reminder
from cases.database import Store
from knowledge import cadences, notices, rounds
from knowledge.cadences import Born, Granted, Happened, Place, Standing
from knowledge.library import Library
from knowledge.names import Programme, Region
from knowledge.occasions import Book, Happening, Kind, Trait
from knowledge.parameters import Parameters
from knowledge.rounds import Want
from knowledge.workdays import NO_LOCAL_DAYS

FIRST, LAST = date(2026, 1, 5), date(2027, 1, 3)
REGIONS = [region for region in Region if region is not Region.NATIONAL]
PICTURE = Path(__file__).parent.parent / "docs" / "pictures" / "reviews.svg"
GIVEN = (
    (Programme.DIBAO, 60),
    (Programme.TEKUN, 12),
    (Programme.DIBAO_MARGIN, 10),
    (Programme.RIGID_EXPENDITURE, 6),
    (Programme.DISABILITY_NURSING, 8),
    (Programme.SERVICE_ASSISTANCE, 4),
)
HAPPENS_A_YEAR = 0.15
UNSETTLED, NOT_MET = 0.3, 0.05
PART = 20_000
SPREAD_SECONDS = 30_000_000
AHEAD = timedelta(days=30)
TICKS = 200


@dataclass
class Year:
    """What was counted."""

    visits: Counter[date] = field(default_factory=Counter)
    late: list[int] = field(default_factory=list)
    reminders: int = 0
    not_reached: int = 0
    reckoned: int = 0


def household(chance: random.Random) -> Standing:
    """An invented household that received help before the year began."""
    names, weights = zip(*GIVEN, strict=True)
    programme = chance.choices(names, weights)[0]
    since = FIRST - timedelta(days=chance.randint(1, 360))
    traits = {
        one for one in (Trait.CAN_WORK, Trait.INCOME_NOT_FIXED) if chance.random() < UNSETTLED
    }
    if programme is Programme.TEKUN:
        traits.add(chance.choice((Trait.CARED_AT_HOME, Trait.CARED_IN_A_HOME)))
    born = (Born("0", FIRST - timedelta(days=chance.randint(0, 25_000))),)
    happened: tuple[Happened, ...] = ()
    if chance.random() < HAPPENS_A_YEAR:
        day = FIRST + timedelta(days=chance.randint(0, 360))
        happened = (Happened("0", chance.choice((Happening.DEATH, Happening.JOB)), day),)
    region = chance.choice(REGIONS)
    return Standing(region, (Granted(programme, since),), frozenset(traits), born, happened)


def place() -> Place:
    """What an invented place has entered."""
    months = {"tekun_home_look_months": 3, "tekun_institution_look_months": 6, "gradual_months": 6}
    rows = [
        {
            "parameter": name,
            "value": value,
            "unit": "month",
            "valid_from": "2020-01-01",
            "document": "虚构标准",
        }
        for name, value in months.items()
    ]
    return Place(Parameters.of(rows))


class Town:
    """The households, each with the dates that were reckoned last."""

    def __init__(self, book: Book, count: int, chance: random.Random) -> None:
        self.book, self.place, self.year = book, place(), Year()
        self.standings = [household(chance) for _ in range(count)]
        self.streets = [f"{chance.randint(0, count // 40)}" for _ in range(count)]
        self.dues: list[tuple[cadences.Due, ...]] = [() for _ in range(count)]

    def reckon(self, one: int, on: date) -> None:
        """What is due of a household now."""
        told = self.standings[one]
        known = replace(told, happened=tuple(h for h in told.happened if h.on <= on))
        self.dues[one] = cadences.dues(known, self.book, on=on, place=self.place)
        self.year.reckoned += 1

    def wants(self, mine: Sequence[int], until: date) -> list[Want]:
        """What of one caseworker's households is due."""
        return [
            Want(str(one), self.streets[one], due.on, f"{due.kind}={due.key}")
            for one in mine
            for due in self.dues[one]
            if min(due.on, due.tell_from) <= until and due.kind is not Kind.PAPERWORK
        ]

    def visit(self, stop: rounds.Stop, chance: random.Random) -> None:
        """Somebody comes; what was due is done on that day, and the household was told before."""
        one, day = int(stop.household), stop.at.date()
        kinds = [Kind(name.partition("=")[0]) for name in stop.names]
        self.year.reminders += len(notices.before(kinds))
        self.year.visits[day] += 1
        if chance.random() < NOT_MET:
            self.year.not_reached += 1
            return
        late = [
            (day - due.on).days for due in self.dues[one] if f"{due.kind}={due.key}" in stop.names
        ]
        self.year.late += late
        names = {name.partition("=")[2]: day for name in stop.names}
        told = self.standings[one]
        granted = told.granted
        if any(kind is Kind.EXPIRY for kind in kinds):
            granted = tuple(replace(given, since=day) for given in granted)
        self.standings[one] = replace(told, done={**told.done, **names}, granted=granted)
        self.reckon(one, day)


def simulate(town: Town, caseworkers: int, capacity: int, chance: random.Random) -> Year:
    """Monday by Monday each caseworker plans a week and goes."""
    mine = [list(range(n, len(town.standings), caseworkers)) for n in range(caseworkers)]
    monday = FIRST
    while monday <= LAST:
        for one in range(len(town.standings)):
            fresh = any(
                monday - timedelta(days=7) <= h.on < monday for h in town.standings[one].happened
            )
            if not town.dues[one] or fresh:
                town.reckon(one, monday)
        days = [
            day
            for day in rounds.working_days(monday, 5, NO_LOCAL_DAYS)
            if day < monday + timedelta(days=7)
        ]
        for theirs in mine:
            wants = town.wants(theirs, monday + AHEAD)
            for stop in rounds.plan(wants, days, capacity=capacity).stops:
                town.visit(stop, chance)
        monday += timedelta(days=7)
    return town.year


def tick_cost(rows: int, due: int = 50) -> tuple[float, float]:
    """Milliseconds of a look with nothing due, and with 50 due, behind so many future rows."""
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/a.db", sealed.open_or_create(Path(folder)))
        database.upgrade(store)
        _fill(store, rows, now + timedelta(days=1))
        idle = [_claim(store, now) for _ in range(TICKS)]
        busy = []
        for _ in range(TICKS // 10):
            _fill(store, due, now - timedelta(seconds=1))
            busy.append(_claim(store, now))
            with store.write() as session:
                session.connection().exec_driver_sql("DELETE FROM reminders WHERE state='sending'")
        store.close()
    return statistics.median(idle) * 1000, statistics.median(busy) * 1000


def _fill(store: Store, rows: int, first: datetime) -> None:
    serial = time.monotonic_ns()
    future = first > datetime.now(UTC)
    for begin in range(0, rows, PART):
        batch = [
            {
                "id": f"{serial}-{one}",
                "kind": "visit",
                "subject": f"{serial}-{one}",
                "local_date": "2027-01-01",
                "zone": "Asia/Shanghai",
                "due_at": first + timedelta(seconds=one % SPREAD_SECONDS if future else 0),
                "state": "due",
                "fence": 0,
                "created_at": first,
            }
            for one in range(begin, min(begin + PART, rows))
        ]
        with store.write() as session:
            session.connection().execute(insert(Reminder), batch)


def _claim(store: Store, now: datetime) -> float:
    with store.write() as session:
        began = time.perf_counter()
        reminders.claim(session, now=now)
        return time.perf_counter() - began


def draw(year: Year) -> str:
    """Visits a week as bars, the picture of the year."""
    weeks: Counter[int] = Counter()
    for day, count in year.visits.items():
        weeks[(day - FIRST).days // 7] += count
    most = max(weeks.values(), default=1)
    bars = "".join(
        f'<rect x="{10 + 12 * week}" y="{130 - 110 * weeks[week] / most:.1f}" width="10" '
        f'height="{110 * weeks[week] / most:.1f}" fill="#17558f"/>'
        for week in range(53)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 660 150" role="img" '
        f'aria-label="Visits a week, at most {most}">'
        f'<text x="10" y="14" font-size="11">visits a week (at most {most})</text>{bars}'
        '<text x="10" y="145" font-size="11">January</text>'
        '<text x="590" y="145" font-size="11">December</text></svg>\n'
    )


def main() -> None:
    """Simulate, measure, show."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=10_000)
    parser.add_argument("--caseworkers", type=int, default=24)
    parser.add_argument("--capacity", type=int, default=5)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    print(f"{measuring.machine()}; seed {asked.seed}")
    chance = random.Random(asked.seed)  # noqa: S311
    began = time.monotonic()
    town = Town(Library.load().cadences, asked.households, chance)
    year = simulate(town, asked.caseworkers, asked.capacity, chance)
    worked = len(year.visits) * asked.caseworkers
    late = sorted(max(one, 0) for one in year.late) or [0]
    rows = [
        ["households", str(asked.households)],
        ["caseworkers", str(asked.caseworkers)],
        ["visits", str(year.visits.total())],
        ["visits per caseworker and working day", f"{year.visits.total() / max(worked, 1):.2f}"],
        ["reminders", str(year.reminders)],
        ["not met, planned again", str(year.not_reached)],
        ["things done", str(len(late))],
        ["of these late", f"{sum(one > 0 for one in late) / len(late):.1%}"],
        ["days late, median / 95 % / most", _three(late)],
        ["dates reckoned", str(year.reckoned)],
        ["seconds", f"{time.monotonic() - began:.1f}"],
    ]
    measuring.show("A year of reviews", ("what", "count"), rows)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(draw(year), encoding="utf-8")
    few, many = tick_cost(1000), tick_cost(asked.rows)
    ticks = [
        ["nothing due", f"{few[0]:.3f}", f"{many[0]:.3f}", f"{many[0] / few[0]:.2f}"],
        ["50 due", f"{few[1]:.3f}", f"{many[1]:.3f}", f"{many[1] / few[1]:.2f}"],
    ]
    measuring.show(
        "One tick, milliseconds", ("what", "1,000 rows", f"{asked.rows:,} rows", "times"), ticks
    )


def _three(ordered: Sequence[int]) -> str:
    last = len(ordered) - 1
    return f"{ordered[last // 2]} / {ordered[int(0.95 * last)]} / {ordered[last]}"


if __name__ == "__main__":
    main()
