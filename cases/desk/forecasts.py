"""How long somebody will wait, as a range, and whether the ranges told so far may be believed."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

# The range leaves out so much of what happened to others at either end, and is then made wider:
# those whose wait has ended began it on a quieter or busier hour.
LOW_QUANTILE, HIGH_QUANTILE = 0.04, 0.96
LOW_SLACK, HIGH_SLACK = 0.75, 1.15
# A range is told from so many served waits on, and believed after so many were compared.
ENOUGH_SERVED = 20
ENOUGH_TOLD = 20
INSIDE_AT_LEAST = 0.8
WIDEST = 1.5
# Below this nobody can tell the difference: the shortest time by which a wait is measured.
AT_ONCE_S = 1.0
# A range narrower than this would promise seconds that nobody can keep.
NARROWEST_S = 10


@dataclass(frozen=True)
class Situation:
    """What is known when somebody asks: how many stand before them, how much effort is free and
    how much there is in all on duty, and what one chat costs in effort times seconds."""

    ahead: int
    room: int
    capacity: int
    cost_s: float | None


@dataclass(frozen=True)
class Served:
    """One wait that ended: what it was measured by when it began, what was told, what it was."""

    measure_s: float
    at_once: bool
    low_s: int | None
    high_s: int | None
    waited_s: int


@dataclass(frozen=True)
class Range:
    """Seconds from now."""

    low_s: int
    high_s: int


@dataclass(frozen=True)
class Calibration:
    """How good the ranges were: the share inside, the median width against the spread of waits."""

    told: int
    inside: float
    width: float
    spread: float

    @property
    def holds(self) -> bool:
        """Whether a range may be told at all."""
        enough = self.told >= ENOUGH_TOLD and self.inside >= INSIDE_AT_LEAST
        return enough and self.width <= max(WIDEST * self.spread, NARROWEST_S)


def is_at_once(situation: Situation) -> bool:
    """Whether a free hand is there for everybody up to this place in line."""
    return situation.room > situation.ahead


def measure(situation: Situation) -> float | None:
    """By what a wait is measured: seconds until so many hands come free; None when unknown."""
    if is_at_once(situation):
        return AT_ONCE_S
    if situation.cost_s is None or situation.capacity <= 0:
        return None
    before = situation.ahead + 1 - max(situation.room, 0)
    return max(before * situation.cost_s / situation.capacity, AT_ONCE_S)


def forecast(served: Sequence[Served], situation: Situation) -> Range | None:
    """The range in which others like this waited; None when too few are known."""
    by = measure(situation)
    at_once = is_at_once(situation)
    alike = sorted(one.waited_s / one.measure_s for one in served if one.at_once is at_once)
    if by is None or len(alike) < ENOUGH_SERVED:
        return None
    wider, longer = (1.0, 1.0) if at_once else (LOW_SLACK, HIGH_SLACK)
    low = math.floor(by * _quantile(alike, LOW_QUANTILE) * wider)
    high = math.ceil(by * _quantile(alike, HIGH_QUANTILE) * longer)
    return Range(low, max(high, low + NARROWEST_S))


def calibrate(served: Sequence[Served]) -> Calibration:
    """How the ranges told so far compare with what happened."""
    told = [
        (one.low_s, one.high_s, one.waited_s)
        for one in served
        if one.low_s is not None and one.high_s is not None
    ]
    if not told:
        return Calibration(0, 0.0, 0.0, 0.0)
    inside = sum(low <= waited <= high for low, high, waited in told) / len(told)
    width = statistics.median(high - low for low, high, _ in told)
    waits = sorted(float(waited) for _, _, waited in told)
    return Calibration(len(told), inside, width, _quantile(waits, 0.9) - _quantile(waits, 0.1))


def _quantile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    below, above = ordered[math.floor(place)], ordered[math.ceil(place)]
    return below + (above - below) * (place - math.floor(place))
