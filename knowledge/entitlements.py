"""What a household's 幸福清单 holds: help received, help not yet used, and its delivery."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from knowledge.names import Programme
from knowledge.verdict import Outcome, Verdict

# Who has this help was found to be so by the office that gave it.
TELLS: Mapping[Programme, Mapping[str, object]] = {
    Programme.RIGID_EXPENDITURE: {"recognised": "rigid_expenditure"},
    Programme.DIBAO_MARGIN: {"recognised": "dibao_margin"},
    Programme.DIBAO: {"recognised": "dibao"},
    Programme.TEKUN: {"recognised": "tekun"},
    Programme.DISABILITY_LIVING: {"has_disabled": True},
    Programme.DISABILITY_NURSING: {"has_disabled": True, "has_severe_disability": True},
}


class Occasion(StrEnum):
    """Why a list is made: every year, and whenever something changed."""

    YEARLY = "yearly"
    CHANGE = "change"


class Receipt(StrEnum):
    """How it was delivered: signed for, or read out to who cannot read."""

    SIGNED = "signed"
    READ_OUT = "read_out"


@dataclass(frozen=True, slots=True)
class Received:
    """Help that the household has: what, how much in words, since when, by which source."""

    programme: Programme
    what: str
    since: date
    source: str
    until: date | None = None

    def running(self, on: date) -> bool:
        """Whether it is still given on that day."""
        return self.since <= on and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True)
class Unused:
    """Help that looks open to the household and that it does not have."""

    programme: Programme
    outcome: Outcome
    where: str | None
    documents: tuple[str, ...]
    next_step: str | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """Who brought the list, when and how it was taken."""

    by: str
    on: date
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class HappinessList:
    """The list of one household on one day."""

    household: str
    made_on: date
    occasion: Occasion
    received: tuple[Received, ...]
    unused: tuple[Unused, ...]
    delivery: Delivery | None = None


def compose(
    household: str,
    received: Iterable[Received],
    verdicts: Iterable[Verdict],
    *,
    on: date,
    occasion: Occasion,
) -> HappinessList:
    """The list for a household already assisted. What looks likely comes before what still
    lacks something; what looks unlikely is left out, and so is what is already given."""
    given = tuple(sorted((r for r in received if r.running(on)), key=lambda r: r.since))
    have = {one.programme for one in given}
    open_to = [v for v in verdicts if v.programme not in have]
    likely = [v for v in open_to if v.outcome is Outcome.LIKELY]
    waiting = [v for v in open_to if v.outcome is Outcome.NEED_MORE and v.waits_for_standard]
    unused = tuple(
        Unused(v.programme, v.outcome, v.where, v.documents, v.next_step)
        for v in (*likely, *waiting)
    )
    return HappinessList(household, on, occasion, given, unused)


def told_by(received: Iterable[Received], *, on: date) -> dict[str, object]:
    """What the help that is running tells of the household by itself; nothing is guessed."""
    told: dict[str, object] = {}
    for one in received:
        if one.running(on):
            told.update(TELLS.get(one.programme, {}))
    return told


def due(last: HappinessList | None, *, changed_on: date | None, on: date) -> Occasion | None:
    """Whether a household needs a new list: after a change, else a year after the last."""
    if changed_on is not None and (last is None or last.made_on < changed_on <= on):
        return Occasion.CHANGE
    if last is None or _year_after(last.made_on) <= on:
        return Occasion.YEARLY
    return None


def delivery_rate(lists: Iterable[HappinessList]) -> tuple[int, int]:
    """送达: how many of how many lists were delivered; kept apart so that none of none is
    not called a hundred per cent."""
    all_lists = tuple(lists)
    return sum(one.delivery is not None for one in all_lists), len(all_lists)


def _year_after(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, month=3, day=1)
