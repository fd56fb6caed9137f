"""A day at the desks, played with the program's own queue: waits, ranges told, effort of each desk.

Run as `python -m benchmarks.queue [--arrivals N] [--desks N] [--picture FILE]`. Arrivals follow
a day with two peaks; talks last as long as talks do; nothing is measured in real time, so the
machine's load changes no figure.
"""

import argparse
import heapq
import math
import random
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import col, select, update

from benchmarks import measuring, queue_picture
from cases import database, operators, sealed
from cases.database import Session, Store
from cases.desk import assigning, forecasts, line_settings, queues, routing
from cases.desk.forecasts import Calibration, Served
from cases.desk.waits import Wait
from cases.operators import Operator, Role
from cases.talk import conversations
from knowledge.names import Matter, Priority, Region

# Nothing here is to survive: where the machine offers memory for files, it is used.
MEMORY = Path("/dev/shm")  # noqa: S108
BEGIN = datetime(2026, 11, 22, 16, tzinfo=UTC)
DAY_S = 24 * 3600
DESKS = 34
TALK_MEAN_S, TALK_SPREAD = 840, 0.75
CLASSES = ((0.02, Priority.P0), (0.15, Priority.P1), (1.0, Priority.P2))
STEP_S = 60
SHIFT_S = 1800
MOST_AT_ONCE = 1000
# Of so many who ask one is asked what range they were told.
ASKED_EACH = 10
NIGHT, EVENING = 0.35, 0.6
DAWN_H, MORNING_H, EVENING_H, DUSK_H = 7, 9, 18, 22


@dataclass
class Day:
    """What is being played: who sits when, what is to come, what was held."""

    dice: random.Random
    desks: list[str] = field(default_factory=list)
    coming: list[tuple[float, int, str]] = field(default_factory=list)
    came: int = 0
    told: int = 0
    asked: int = 0
    effort: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    talks: dict[str, int] = field(default_factory=lambda: defaultdict(int))


@dataclass(frozen=True)
class Played:
    """What the day showed."""

    waits: Sequence[Wait]
    told_share: float
    effort: dict[str, float]
    talks: dict[str, int]


def play(store: Store, arrivals: int, *, desks: int = DESKS, seed: int = 1) -> Played:
    """Play a day with so many arrivals."""
    day = Day(random.Random(seed))  # noqa: S311
    with store.write() as session:
        day.desks = [_a_desk(session, number).id for number in range(desks)]
        line_settings.put(
            session, Region.ZICHUAN, automatic=True, sticky=False, by=day.desks[0], now=BEGIN
        )
    for number, at in enumerate(_arrivals(day.dice, arrivals)):
        heapq.heappush(day.coming, (at, number, ""))
    shift = -1
    while day.coming:
        at = day.coming[0][0]
        with store.write() as session:
            if shift != (shift := int(at / SHIFT_S)):
                _sit(session, day, shift)
            until = min(at + STEP_S, (shift + 1) * SHIFT_S)
            while day.coming and day.coming[0][0] < until:
                _happen(session, day, heapq.heappop(day.coming))
            # No console is open that would read the log of changes.
            session.deferred.clear()
    with store.read() as session:
        waits = session.exec(select(Wait).where(col(Wait.served_at).is_not(None))).all()
    return Played(waits, day.told / max(day.asked, 1), day.effort, day.talks)


def calibration(waits: Sequence[Wait], *, at_once: bool | None = None) -> Calibration:
    """How good what was foreseen at the asking was."""
    return forecasts.calibrate(
        [
            Served(one.measure_s or 1.0, bool(one.at_once), one.low_s, one.high_s, one.seconds or 0)
            for one in waits
            if at_once is None or one.at_once is at_once
        ]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the day and print what it showed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--arrivals", type=int, default=10_000)
    parser.add_argument("--picture", type=Path)
    parser.add_argument("--desks", type=int, default=DESKS)
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        store = new_store(Path(folder))
        played = play(store, chosen.arrivals, desks=chosen.desks)
        store.close()
    _print(played)
    if chosen.picture is not None:
        drawing = queue_picture.draw(played.waits, played.effort, begin=BEGIN)
        chosen.picture.write_text(drawing, encoding="utf-8")
    return 0


def new_store(folder: Path) -> Store:
    """An empty helpline on SQLite."""
    store = Store(f"sqlite:///{folder}/queue.db", sealed.open_or_create(folder))
    database.upgrade(store)
    return store


def _arrivals(dice: random.Random, count: int) -> list[float]:
    found: list[float] = []
    while len(found) < count:
        at = dice.uniform(0, DAY_S)
        hour = at / 3600
        wanted = 0.25 + 0.9 * math.exp(-(((hour - 10) / 1.8) ** 2))
        wanted += 0.8 * math.exp(-(((hour - 15.5) / 2) ** 2))
        if dice.random() < wanted / 1.2:
            found.append(at)
    return sorted(found)


def _a_desk(session: Session, number: int) -> Operator:
    return operators.add(
        session,
        f"desk {number:02}",
        role=Role.OPERATOR,
        password_hash="none",  # noqa: S106
        region=Region.ZICHUAN,
        now=BEGIN,
    )


def _sit(session: Session, day: Day, shift: int) -> None:
    """Who is there for this half hour: few at night, all by day."""
    hour = shift * SHIFT_S / 3600 % 24
    share = 1.0 if MORNING_H <= hour < EVENING_H else EVENING
    share = NIGHT if hour < DAWN_H or hour >= DUSK_H else share
    there = set(day.desks[: max(int(len(day.desks) * share), 1)])
    for one in operators.everyone(session):
        one.present_at = _time(shift * SHIFT_S) if one.id in there else None
        session.add(one)
    session.flush()


def _happen(session: Session, day: Day, what: tuple[float, int, str]) -> None:
    at, number, chat_id = what
    now = _time(at)
    # Who sits there stays there: a stamp lasts only a minute, and none counts that lies ahead.
    sitting = update(Operator).where(col(Operator.present_at).is_not(None))
    session.connection().execute(sitting.values(present_at=now))
    if chat_id:
        queues.hand_back(session, conversations.find(session, chat_id), now=now)
    else:
        _ask(session, day, now)
    for given in assigning.give_out(session, may=lambda *_: True, most=MOST_AT_ONCE, now=now):
        lasts = day.dice.lognormvariate(math.log(TALK_MEAN_S) - TALK_SPREAD**2 / 2, TALK_SPREAD)
        weight = routing.effort(given.conversation.queue_priority)
        day.effort[given.operator.id] += weight * lasts
        day.talks[given.operator.id] += 1
        heapq.heappush(day.coming, (at + lasts, number, given.conversation.id))


def _ask(session: Session, day: Day, now: datetime) -> None:
    drawn = day.dice.random()
    priority = next(name for share, name in CLASSES if drawn < share)
    opened = conversations.open_new(session, region=Region.ZICHUAN, channel="web", now=now)
    queues.enqueue(
        session,
        opened.conversation,
        reason="asked",
        priority=priority,
        matter=Matter.BASIC,
        now=now,
    )
    day.came += 1
    if day.came % ASKED_EACH == 0:
        standing = queues.standing(session, opened.conversation, now=now)
        day.asked += 1
        day.told += standing is not None and standing.wait_high_s is not None


def _time(at: float) -> datetime:
    return BEGIN + timedelta(seconds=at)


def _print(played: Played) -> None:
    rows = []
    for priority in Priority:
        seconds = sorted(one.seconds or 0 for one in played.waits if one.priority == priority)
        if seconds:
            shares = (seconds[int(share * (len(seconds) - 1))] for share in (0.5, 0.9, 1.0))
            rows.append([str(priority), str(len(seconds)), *(f"{one:,}" for one in shares)])
    measuring.show("Seconds waited", ["class", "served", "median", "90 %", "longest"], rows)
    kinds = (("all", None), ("in line", False), ("at once", True))
    measuring.show(
        "Ranges foreseen at the asking",
        ["who", "foreseen", "inside", "median width s", "10-90 % spread s", "ratio", "holds"],
        [[name, *_shown(calibration(played.waits, at_once=kind))] for name, kind in kinds],
    )
    hours = sorted(one / 3600 for one in played.effort.values())
    talks = sorted(played.talks.values())
    measuring.show(
        "Effort of a desk (hours times weight) and talks",
        ["", "least", "median", "most"],
        [
            ["effort", f"{hours[0]:.1f}", f"{hours[len(hours) // 2]:.1f}", f"{hours[-1]:.1f}"],
            ["talks", str(talks[0]), str(talks[len(talks) // 2]), str(talks[-1])],
        ],
    )
    sys.stdout.write(f"A range was told to {played.told_share:.1%} of those who asked.\n")


def _shown(found: Calibration) -> list[str]:
    ratio = found.width / found.spread if found.spread else 0.0
    return [
        f"{found.told:,}",
        f"{found.inside:.1%}",
        f"{found.width:,.0f}",
        f"{found.spread:,.0f}",
        f"{ratio:.2f}",
        "yes" if found.holds else "no",
    ]


if __name__ == "__main__":
    sys.exit(main())
