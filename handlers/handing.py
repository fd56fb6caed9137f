"""Which units an application would go to, and which facts each of them would be told."""

from collections.abc import Iterable, Mapping, Sequence

from handlers import volunteering
from handlers.dialogue import Offer
from knowledge import checklist, units
from knowledge.checklist import Group
from knowledge.household import Household
from knowledge.library import Library
from knowledge.names import Matter, Programme, Region
from knowledge.units import Routing
from knowledge.verdict import Verdict

# Power, water, gas, television and buses: nobody leads, each gives its own discount.
EACH_FOR_ITSELF = frozenset({Matter.UTILITY})
WORTH_ASKING = frozenset({Group.LIKELY, Group.STANDARD})
# Where nothing looks open, no more than these are passed on.
MOST_IN_DOUBT = 6
# An answer that says nothing without its question is not handed over; nor is that there is nothing.
UNCLEAR = frozenset({"property_over_limit", "supporters_able", "still_stuck"})
NOTHING = (None, False, "none", 0)
TOLD_EITHER_WAY = frozenset({"registered_here"})


def wanted(verdicts: Sequence[Verdict], focus: Sequence[Programme]) -> Sequence[Verdict]:
    """What an application is made for: what looks open or waits for a standard, and what was
    asked about unless a clause stands in the way. With nothing of it: whatever is in doubt, and
    else all of it, for anybody may apply."""
    open_to = [v for v in verdicts if checklist.group_of(v) in WORTH_ASKING]
    asked = [v for v in verdicts if v.programme in focus and v not in open_to]
    possible = [v for v in asked if checklist.group_of(v) is not Group.UNLIKELY]
    doubtful = [v for v in verdicts if checklist.group_of(v) is Group.MORE]
    return (*open_to, *possible) or doubtful[:MOST_IN_DOUBT] or asked or verdicts[:1]


def offers(
    verdicts: Iterable[Verdict], household: Household, library: Library, region: Region | None
) -> tuple[Offer, ...]:
    """One offer a unit, as the routing of the region names it; never a guessed unit."""
    by_matter: dict[Matter, list[Verdict]] = {}
    for verdict in verdicts:
        by_matter.setdefault(library.matters[verdict.programme], []).append(verdict)
    told: dict[tuple[str | None, Matter | None], Offer] = {}
    for matter, asked in by_matter.items():
        routing = units.responsible(library, matter, region)
        for unit in _receivers(matter, routing):
            # Units that nobody names are looked for matter by matter.
            place = (unit, matter if unit is None else None)
            told[place] = _joined(told.get(place), _offer(unit, matter, asked, household))
    return tuple(told.values())


def in_words(household: Household, facts: Iterable[str]) -> Mapping[str, str]:
    """Facts that may be handed over, in words, by their id."""
    return {fact: volunteering.one_in_words(household, fact) for fact in facts}


def _receivers(matter: Matter, routing: Routing) -> Sequence[str | None]:
    if matter in EACH_FOR_ITSELF and routing.lead is not None:
        return (routing.lead, *routing.joint)
    return (routing.lead,)


def _offer(
    unit: str | None, matter: Matter, asked: Sequence[Verdict], household: Household
) -> Offer:
    looked_at = {fact for v in asked for clause in v.clauses for fact in clause.facts}
    facts = tuple(fact for fact in household.facts if fact in looked_at and _says(household, fact))
    programmes = tuple(verdict.programme for verdict in asked)
    return Offer(unit=unit, matter=matter, programmes=programmes, facts=facts)


def _joined(before: Offer | None, more: Offer) -> Offer:
    if before is None:
        return more
    return before.model_copy(
        update={
            "programmes": tuple(dict.fromkeys((*before.programmes, *more.programmes))),
            "facts": tuple(dict.fromkeys((*before.facts, *more.facts))),
        }
    )


def _says(household: Household, fact: str) -> bool:
    value = household.facts[fact].value
    empty = value in NOTHING and fact not in TOLD_EITHER_WAY
    return fact not in UNCLEAR and not empty and bool(in_words(household, (fact,))[fact])
