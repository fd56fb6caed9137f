"""Which matter, which unit, which priority: what a story becomes, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, TypeAdapter

from cases.commands import OpenTicket
from knowledge import units
from knowledge.library import Library
from knowledge.names import P0_HAZARDS, Category, Hazard, Intent, Matter, Priority, Region
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
PERSONAL = frozenset({Hazard.SELF_HARM, Hazard.VIOLENCE, Hazard.CHILD_AT_RISK})
DISCIPLINE = "纪委监委"


class _Cue(BaseModel, frozen=True, extra="forbid"):
    weight: int
    words: tuple[str, ...]


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


def decide(
    said: Understanding, library: Library, *, region: Region | None, sealed: bool = False
) -> Triage:
    """Read a story: danger first, then whose conduct, then what it is about."""
    matter = _matter(said, library)
    category = _category(said, matter)
    routing = units.responsible(library, matter, region)
    not_to: tuple[str, ...] = ()
    if matter in ACCUSING:
        routing, not_to = _away_from_accused(said.text, routing)
    return Triage(
        priority=said.priority,
        hazard=said.hazard,
        matter=matter,
        category=category,
        routing=routing,
        sealed=sealed or said.hazard is Hazard.INSTITUTION_ABUSE,
        personal=said.hazard in PERSONAL,
        not_to=not_to,
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
    if said.hazard in P0_HAZARDS:
        return OF_HAZARD[said.hazard]
    scores = {
        matter: cue.weight * sum(word in said.text for word in cue.words)
        for matter, cue in _cues().items()
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
    if said.hazard is not Hazard.NONE:
        return Category.EMERGENCY
    if matter in ACCUSING:
        return Category.REPORT if matter is Matter.FRAUD else Category.COMPLAINT
    return OF_INTENT.get(said.intent, Category.ENQUIRY)


def _away_from_accused(text: str, routing: Routing) -> tuple[Routing, tuple[str, ...]]:
    """A complaint never goes back to a unit that it names (信访工作条例 第30条)."""
    named = (routing.lead, *routing.joint)
    accused = tuple(unit for unit in named if unit and _names(text, unit))
    left = tuple(unit for unit in named if unit and unit not in accused)
    lead = next((unit for unit in left if DISCIPLINE in unit), left[0] if left else None)
    joint = tuple(unit for unit in left if unit != lead)
    note, document, clause = routing.note, routing.document, routing.clause
    return Routing(lead, joint, document, clause, note), (*accused, *_below(text))


def _below(text: str) -> tuple[str, ...]:
    words = ("村委会", "居委会", "街道", "镇政府", "乡政府", "民政局", "民政所", "救助站")
    return tuple(word for word in words if word in text)


def _names(text: str, unit: str) -> bool:
    short = unit.removeprefix("区").removeprefix("县").removeprefix("市")
    return unit in text or (len(short) > len("民政") and short in text)


@cache
def _cues() -> Mapping[Matter, _Cue]:
    shape = TypeAdapter(dict[Matter, _Cue])
    return shape.validate_python(yaml.safe_load(CUES.read_text(encoding="utf-8")))
