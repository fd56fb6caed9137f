"""Which matter, which unit, which priority: what a story becomes, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel

from cases.commands import OpenTicket
from handlers import stories
from knowledge import units
from knowledge.library import Library
from knowledge.names import Category, Hazard, Intent, Matter, Priority, Region
from knowledge.units import Routing
from nlu.understanding import Understanding, Writer

CUES = Path(__file__).parent / "triage.yml"

OF_HAZARD: Mapping[Hazard, Matter] = {
    Hazard.SELF_HARM: Matter.PSYCHOLOGICAL,
    Hazard.VIOLENCE: Matter.WOMEN,
    Hazard.CHILD_AT_RISK: Matter.SAFEGUARDING,
    Hazard.MEDICAL_EMERGENCY: Matter.MEDICAL,
    Hazard.DISASTER_DANGER: Matter.DISASTER,
    Hazard.NO_FOOD: Matter.TEMPORARY,
    Hazard.DISPLACED: Matter.DISPLACED,
    Hazard.SUDDEN_HARDSHIP: Matter.TEMPORARY,
    Hazard.CARE_INTERRUPTED: Matter.SERVICE,
    Hazard.INSTITUTION_ABUSE: Matter.SERVICE,
    Hazard.EXTORTION: Matter.CONDUCT,
}
OF_INTENT: Mapping[Intent, Category] = {
    Intent.FILE_COMPLAINT: Category.COMPLAINT,
    Intent.REPORT_EMERGENCY: Category.EMERGENCY,
    Intent.CHECK_ELIGIBILITY: Category.APPLICATION,
    Intent.REQUEST_SERVICE: Category.SERVICE,
    Intent.REPORT_CHANGE: Category.CHANGE,
    Intent.PRIVACY_REQUEST: Category.RIGHTS,
}
ACCUSING = frozenset({Matter.CONDUCT, Matter.FRAUD})
ACCUSATIONS = frozenset({Category.COMPLAINT, Category.REPORT, Category.REFUSED})
SEALED = frozenset({Hazard.INSTITUTION_ABUSE})
PERSONAL = frozenset({Hazard.SELF_HARM, Hazard.VIOLENCE, Hazard.CHILD_AT_RISK})


class _Cue(BaseModel, frozen=True, extra="forbid"):
    weight: int
    words: tuple[str, ...]


class _Units(BaseModel, frozen=True, extra="forbid"):
    """How the units that triage itself speaks of are named, and known again in a routing row."""

    discipline: str
    inspects: str
    civil_affairs: str


class _Book(BaseModel, frozen=True, extra="forbid"):
    units: _Units
    matters: dict[Matter, _Cue]


@dataclass(frozen=True)
class Triage:
    """What is suggested; an operator may correct it. `not_to` are units that may never see it."""

    priority: Priority
    hazard: Hazard
    matter: Matter
    category: Category
    routing: Routing
    sealed: bool
    personal: bool
    not_to: tuple[str, ...]
    leaves_house: bool = False


def accuses(said: Understanding) -> bool:
    """Whether a message that may be no complaint is about somebody's conduct all the same."""
    return any(word in said.text for matter in ACCUSING for word in _book().matters[matter].words)


def weigh(said: Understanding) -> Understanding:
    """Danger for somebody else in the open: one message of a passer-by is enough.

    Somebody lost, or in the street and frail, is P0; in the street alone is P1 (社会救助法 第52条).
    """
    if said.priority is Priority.P0 or (said.intent is Intent.ASK_POLICY and said.sure):
        return said
    lost, seen = stories.lost(said.text), stories.in_the_street(said.text)
    if not lost and not seen:
        return said
    grave = lost or stories.frail(said.text)
    return replace(said, hazard=Hazard.DISPLACED, priority=Priority.P0 if grave else Priority.P1)


def decide(
    said: Understanding, library: Library, *, region: Region | None, sealed: bool = False
) -> Triage:
    """Read a story: danger first, then whose conduct, then what it is about."""
    said = weigh(said)
    matter = _matter(said, library)
    category = _category(said, matter)
    routing, not_to = units.responsible(library, matter, region), tuple[str, ...]()
    accuses = matter in ACCUSING or category in ACCUSATIONS
    house = accuses and stories.on_this_house(said.text)
    if accuses:
        routing, not_to = _away_from_accused(said.text, routing, house=house)
    civil = _book().units.civil_affairs
    if category is Category.REFUSED and civil not in (routing.lead or ""):
        # Only another civil affairs office can check the household; else the level above decides.
        again = next((unit for unit in routing.joint if civil in unit), None)
        routing = Routing(lead=again, note=routing.note)
    return Triage(
        priority=said.priority,
        hazard=said.hazard,
        matter=matter,
        category=category,
        routing=routing,
        sealed=sealed or said.hazard in SEALED,
        personal=said.hazard in PERSONAL,
        not_to=not_to,
        leaves_house=house,
    )


def ticket(  # noqa: PLR0913
    triage: Triage,
    library: Library,
    *,
    region: Region,
    narrative: str,
    said: Understanding,
    phone: str | None = None,
) -> OpenTicket:
    """The command that files what was decided."""
    return OpenTicket(
        category=triage.category,
        priority=triage.priority,
        hazard=triage.hazard,
        matter=triage.matter,
        region=region,
        prefix=library.regions[region].ticket_prefix,
        narrative=narrative,
        lead_unit=triage.routing.lead,
        joint_units=triage.routing.joint,
        source_document=triage.routing.document,
        source_clause=triage.routing.clause,
        not_to=triage.not_to,
        sealed=triage.sealed,
        personal=triage.personal,
        by_helper=said.writer is Writer.HELPER,
        phone=phone,
    )


def _matter(said: Understanding, library: Library) -> Matter:
    if said.priority is Priority.P0 and said.hazard in OF_HAZARD:
        return OF_HAZARD[said.hazard]
    refused = stories.refused(said.text)
    scores = {
        matter: cue.weight * sum(word in said.text for word in cue.words)
        for matter, cue in _book().matters.items()
        if not (refused and matter in ACCUSING)
    }
    best = max(scores, key=lambda matter: scores[matter])
    if scores[best] > 0 and (said.hazard is Hazard.NONE or best in ACCUSING):
        return best
    if said.hazard is not Hazard.NONE:
        return OF_HAZARD[said.hazard]
    if said.programme is not None:
        return library.matter_of(said.programme) or Matter.BASIC
    return Matter.BASIC


def _category(said: Understanding, matter: Matter) -> Category:
    if said.priority is not Priority.P0 and stories.refused(said.text):
        return Category.REFUSED
    if said.hazard is not Hazard.NONE:
        return Category.EMERGENCY
    if matter in ACCUSING:
        return Category.REPORT if matter is Matter.FRAUD else Category.COMPLAINT
    return OF_INTENT.get(said.intent, Category.ENQUIRY)


def _away_from_accused(
    text: str, routing: Routing, *, house: bool
) -> tuple[Routing, tuple[str, ...]]:
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
    ours = _book().units
    if (named and not left) or (house and not any(ours.inspects in unit for unit in left)):
        return Routing(lead=ours.discipline, note=routing.note), not_to
    lead = next((unit for unit in left if ours.inspects in unit), left[0] if left else None)
    joint = tuple(unit for unit in left if unit != lead)
    return replace(routing, lead=lead, joint=joint), not_to


@cache
def _book() -> _Book:
    return _Book.model_validate(yaml.safe_load(CUES.read_text(encoding="utf-8")))
