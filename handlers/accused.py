"""To whom a report never goes, and how one on staff is split: the household, and the conduct."""

from dataclasses import dataclass, replace

from handlers import stories
from knowledge.names import Matter
from knowledge.units import Routing


@dataclass(frozen=True)
class Names:
    """How the units that a report may go to are named, and known again in a routing row."""

    discipline: str
    inspects: str
    civil_affairs: str
    county: str
    above: str


@dataclass(frozen=True)
class Side:
    """One half of a report: what it is about and who looks into it."""

    matter: Matter
    lead: str


@dataclass(frozen=True)
class Away:
    """Where a report goes, and to whom never."""

    routing: Routing
    not_to: tuple[str, ...]


def away(text: str, routing: Routing, names: Names, *, house: bool) -> Away:
    """A complaint never goes back to a unit that it names (信访工作条例 第30条); with nobody
    left it goes to the discipline authority, 需当地确认."""
    bodies = stories.accused(text)
    named = tuple(unit for unit in (routing.lead, *routing.joint) if unit)
    shut = tuple(
        unit
        for unit in named
        if unit in text
        or any(body.unit.search(unit) for body in bodies)
        or (house and stories.of_this_house(unit))
    )
    left = tuple(unit for unit in named if unit not in shut)
    not_to = tuple(dict.fromkeys((*shut, *(body.name for body in bodies))))
    if (named and not left) or (house and not any(names.inspects in unit for unit in left)):
        return Away(Routing(lead=names.discipline, note=routing.note), not_to)
    lead = next((unit for unit in left if names.inspects in unit), left[0] if left else None)
    joint = tuple(unit for unit in left if unit != lead)
    return Away(replace(routing, lead=lead, joint=joint), not_to)


def sides(found: Away, basic: Routing, names: Names) -> tuple[Side, ...]:
    """The two halves of a report on staff and on whom they favoured; none where one body has both.

    The household's entitlement is checked by the county's civil affairs office, the conduct by the
    discipline authority, which gives a receipt.
    """
    named = [u for u in (found.routing.lead, *found.routing.joint, basic.lead, *basic.joint) if u]
    free = [unit for unit in named if unit not in found.not_to]
    if any(names.civil_affairs in unit for unit in found.not_to):
        return ()
    near = (u for u in free if names.civil_affairs in u and names.above not in u)
    checks = next(near, names.county)
    inspects = next((unit for unit in free if names.inspects in unit), names.discipline)
    return (Side(Matter.FRAUD, checks), Side(Matter.CONDUCT, inspects))
