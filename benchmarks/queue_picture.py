"""A played day as a drawing: how long people waited, how many told ranges came true, what each
desk bore."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from cases.desk.forecasts import INSIDE_AT_LEAST
from cases.desk.waits import Wait

HALF_HOUR_S = 1800
HALF_HOURS = 48
# Each panel: its top, its height; all begin and end at the same places from the left.
LEFT, WIDTH, HEIGHT, EACH = 60, 720, 150, 230
RED, BLUE, GREY = "#b3151b", "#17558f", "#6b6b6b"
Line = Sequence[tuple[float, float]]


def draw(waits: Sequence[Wait], effort: Mapping[str, float], *, begin: datetime) -> str:
    """The drawing as SVG; every panel says what it shows and what its colours mean."""
    halves = _halves(waits, begin)
    panels = (_waited(halves), _came_true(halves), _bore(effort))
    height = EACH * len(panels)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 {height}" font-size="12" '
        'font-family="sans-serif" role="img"><title>A day at the desks: waits, ranges, effort'
        f'</title><rect width="800" height="{height}" fill="#fff"/>'
        + "".join(
            f'<g transform="translate(0,{EACH * place})">{panel}</g>'
            for place, panel in enumerate(panels)
        )
        + "</svg>\n"
    )


def _halves(waits: Sequence[Wait], begin: datetime) -> Mapping[int, Sequence[Wait]]:
    found: dict[int, list[Wait]] = defaultdict(list)
    for one in waits:
        if one.asked_at is not None:
            found[int((one.asked_at - begin).total_seconds()) // HALF_HOUR_S].append(one)
    return found


def _waited(halves: Mapping[int, Sequence[Wait]]) -> str:
    seconds = {at: sorted(one.seconds or 0 for one in found) for at, found in halves.items()}
    late = [(at, row[int(len(row) * 0.9)]) for at, row in sorted(seconds.items())]
    median = [(at, row[len(row) // 2]) for at, row in sorted(seconds.items())]
    top = max((value for _, value in late), default=1) or 1
    named = (("median", BLUE), ("nine in ten waited no longer", RED))
    return (
        _frame("Minutes waited, by the hour of asking", f"{top / 60:.0f} min", named)
        + _hours()
        + _line(late, top, RED)
        + _line(median, top, BLUE)
    )


def _came_true(halves: Mapping[int, Sequence[Wait]]) -> str:
    told = [(at, _share(found)) for at, found in sorted(halves.items())]
    shares = [(at, share) for at, share in told if share is not None]
    aim = [(0.0, INSIDE_AT_LEAST), (float(HALF_HOURS), INSIDE_AT_LEAST)]
    named = (("inside", BLUE), (f"the aim, {INSIDE_AT_LEAST:.0%}", GREY))
    return (
        _frame("Share of the foreseen waits that came true", "100 %", named)
        + _hours()
        + _line(aim, 1.0, GREY)
        + _line(shares, 1.0, BLUE)
    )


def _share(found: Sequence[Wait]) -> float | None:
    told = [
        one.low_s <= (one.seconds or 0) <= one.high_s
        for one in found
        if one.low_s is not None and one.high_s is not None
    ]
    return sum(told) / len(told) if told else None


def _bore(effort: Mapping[str, float]) -> str:
    hours = sorted((value / 3600 for value in effort.values()), reverse=True)
    top = max(hours, default=1.0) or 1.0
    step = WIDTH / max(len(hours), 1)
    bars = "".join(
        f'<rect x="{LEFT + place * step:.1f}" y="{_y(value, top):.1f}" width="{step * 0.8:.1f}" '
        f'height="{HEIGHT * value / top:.1f}" fill="{BLUE}"/>'
        for place, value in enumerate(hours)
    )
    named = (("one bar a desk, the fullest first", BLUE),)
    return _frame("Effort of each desk (hours times weight)", f"{top:.0f} h", named) + bars


def _frame(title: str, top: str, named: Sequence[tuple[str, str]]) -> str:
    legend = "".join(
        f'<rect x="{420 + 150 * place}" y="8" width="10" height="10" fill="{colour}"/>'
        f'<text x="{434 + 150 * place}" y="17">{name}</text>'
        for place, (name, colour) in enumerate(named)
    )
    base = _y(0, 1)
    return (
        f'<text x="{LEFT}" y="17" font-weight="bold">{title}</text>{legend}'
        f'<text x="8" y="{_y(1, 1) + 10:.0f}">{top}</text><text x="8" y="{base:.0f}">0</text>'
        f'<line x1="{LEFT}" y1="{base}" x2="{LEFT + WIDTH}" y2="{base}" stroke="{GREY}"/>'
    )


def _hours() -> str:
    below = _y(0, 1) + 18
    return "".join(
        f'<text x="{_x(2 * hour):.0f}" y="{below:.0f}" text-anchor="middle">{hour}:00</text>'
        for hour in range(0, 25, 3)
    )


def _line(row: Line, top: float, colour: str) -> str:
    points = " ".join(f"{_x(at):.1f},{_y(value, top):.1f}" for at, value in row)
    return f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{points}"/>'


def _x(half_hour: float) -> float:
    return LEFT + half_hour * WIDTH / HALF_HOURS


def _y(value: float, top: float) -> float:
    return 40 + HEIGHT - HEIGHT * value / top
