"""Which matter, which unit, which priority: what a story becomes, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from pydantic import BaseModel

from cases.commands import OpenTicket, OpenTogether
from cases.ticket_rules.reasons import Duty, Reason, Why
from handlers import accused, duties, outside, stories, underway
from handlers.accused import Names, Side
from handlers.underway import Underway
from knowledge import loading, units
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
    county: str
    above: str


class _Book(BaseModel, frozen=True, extra="forbid"):
    units: _Units
    matters: dict[Matter, _Cue]


@dataclass(frozen=True)
class Triage:
    """What is suggested, with its reasons; an operator may correct it.

    `not_to` are units that may never see it. `underway`: it is before somebody else already, and
    nobody gets it. `outside` is the place where none of our regions is. `sides` are the halves
    that a report on staff is split into, `duties` those whom a law wants told.
    """

    priority: Priority
    hazard: Hazard
    matter: Matter
    category: Category
    routing: Routing
    sealed: bool
    personal: bool
    not_to: tuple[str, ...]
    leaves_house: bool = False
    underway: Underway | None = None
    outside: str | None = None
    sides: tuple[Side, ...] = ()
    duties: tuple[Duty, ...] = ()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class _Read:
    """What a story is, before it is known who gets it."""

    said: Understanding
    matter: Matter
    category: Category
    region: Region | None
    reasons: tuple[Reason, ...]

    @property
    def accuses(self) -> bool:
        """Whether somebody's conduct or decision is complained of."""
        return self.matter in ACCUSING or self.category in ACCUSATIONS

    @property
    def scam(self) -> bool:
        """Whether somebody who only pretends to hold an office wants money: for the police."""
        return self.said.hazard is Hazard.EXTORTION and duties.pretended(self.said.text)


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
    read = _read(weigh(said), library, region)
    text = read.said.text
    house = read.accuses and not read.scam and stories.on_this_house(text)
    gone = _underway(read)
    at_home = read.accuses and any(body.home for body in stories.accused(text))
    found, halves = _routed(read, library, house=house)
    obliged = duties.of(
        text,
        hazard=read.said.hazard,
        matter=read.matter,
        category=read.category,
        writer=read.said.writer,
    )
    draft = Triage(
        priority=read.said.priority,
        hazard=read.said.hazard,
        matter=read.matter,
        category=read.category,
        routing=Routing(note=found.routing.note) if gone else found.routing,
        sealed=sealed or at_home or read.said.hazard in SEALED,
        personal=read.said.hazard in PERSONAL,
        not_to=found.not_to,
        leaves_house=house,
        underway=gone,
        outside=outside.place(text) if read.region is Region.NATIONAL else None,
        sides=() if house or gone else halves,
        duties=obliged,
        reasons=read.reasons,
    )
    home = (Reason(Why.CARE_HOME),) if at_home else ()
    return replace(draft, reasons=(*read.reasons, *home, *_explained(draft, text)))


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
    place = Region.NATIONAL if triage.outside is not None else region
    return OpenTicket(
        category=triage.category,
        priority=triage.priority,
        hazard=triage.hazard,
        matter=triage.matter,
        region=place,
        prefix=library.regions[place].ticket_prefix,
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
        reasons=triage.reasons,
        duties=triage.duties,
        days=triage.routing.days,
    )


def split(filed: OpenTicket, triage: Triage) -> OpenTicket | OpenTogether:
    """The same as one number with a part for each half, where a report on staff has two.

    The phone and the reporter's own word stand on the parent alone.
    """
    if not triage.sides:
        return filed
    parts = tuple(
        replace(
            filed,
            matter=side.matter,
            lead_unit=side.lead,
            joint_units=(),
            phone=None,
            secret=None,
            duties=(),
        )
        for side in triage.sides
    )
    return OpenTogether(replace(filed, lead_unit=None, joint_units=()), parts)


def _read(said: Understanding, library: Library, region: Region | None) -> _Read:
    matter, why = _matter(said, library)
    category = _category(said, matter)
    reasons = [why]
    if said.hazard is not Hazard.NONE:
        reasons = [_danger(said), *(one for one in reasons if one.why is not Why.HAZARD)]
    if category is Category.REFUSED:
        reasons.append(Reason(Why.REFUSED))
    elif category is OF_INTENT.get(said.intent):
        reasons.append(Reason(Why.WISH, said.intent))
    elsewhere = said.region is None and outside.place(said.text) is not None
    return _Read(said, matter, category, Region.NATIONAL if elsewhere else region, tuple(reasons))


def _danger(said: Understanding) -> Reason:
    if said.hazard is Hazard.DISPLACED and stories.lost(said.text):
        return Reason(Why.LOST)
    if said.hazard is Hazard.DISPLACED and stories.in_the_street(said.text):
        return Reason(Why.STREET)
    return Reason(Why.HAZARD, said.hazard)


def _underway(read: _Read) -> Underway | None:
    """A danger is never sent elsewhere, nor a report on somebody's conduct."""
    calm = read.said.hazard is Hazard.NONE and read.matter not in ACCUSING
    return underway.before(read.said.text) if calm else None


def _routed(read: _Read, library: Library, *, house: bool) -> tuple[accused.Away, tuple[Side, ...]]:
    text, names = read.said.text, _names()
    if read.scam:
        police = units.responsible(library, Matter.SAFEGUARDING, read.region)
        return accused.Away(replace(police, joint=()), ()), ()
    routing = units.responsible(library, read.matter, read.region, text=text)
    found = accused.Away(routing, ())
    if read.accuses:
        found = accused.away(text, routing, names, house=house)
    if read.category is Category.REFUSED and names.civil_affairs not in (found.routing.lead or ""):
        # Only another civil affairs office can check the household; else the level above decides.
        again = next((unit for unit in found.routing.joint if names.civil_affairs in unit), None)
        found = replace(found, routing=Routing(lead=again, note=routing.note))
    if read.matter is not Matter.FRAUD or read.region in {None, Region.NATIONAL}:
        return found, ()
    if not duties.by_staff(text):
        return found, ()
    basic = units.responsible(library, Matter.BASIC, read.region)
    return found, accused.sides(found, basic, names)


def _explained(triage: Triage, text: str) -> tuple[Reason, ...]:
    """Why the units, who gets it or does not, and who must be told."""
    routing = triage.routing
    found = [
        (triage.underway is not None, Reason(Why.UNDERWAY, triage.underway or "")),
        (triage.outside is not None, Reason(Why.OUTSIDE, triage.outside or "")),
        (routing.area is not None, Reason(Why.OFFICE, routing.area or "")),
        (routing.sourced, Reason(Why.CLAUSE, f"{routing.document} {routing.clause}")),
        (routing.lead is not None and not routing.sourced, Reason(Why.CONFIRM_LOCALLY)),
        (routing.lead is None and triage.underway is None, Reason(Why.NO_UNIT)),
        (triage.leaves_house, Reason(Why.LEAVES_HOUSE)),
        (bool(triage.not_to), Reason(Why.ACCUSED, "、".join(triage.not_to))),
        (bool(triage.sides), Reason(Why.TWO_SIDES, "、".join(s.lead for s in triage.sides))),
        (triage.personal, Reason(Why.PERSONAL)),
        (bool(triage.duties), Reason(Why.TOLD_BY_LAW, "、".join(_told(triage)))),
        (_of_own_will(triage, text), Reason(Why.OWN_WILL)),
    ]
    return tuple(reason for holds, reason in found if holds)


def _told(triage: Triage) -> list[str]:
    return [duty.addressee for duty in triage.duties]


def _of_own_will(triage: Triage, text: str) -> bool:
    """A capable adult who is beaten decides herself whom to tell."""
    return triage.hazard is Hazard.VIOLENCE and not duties.incapable(text) and not triage.duties


def _matter(said: Understanding, library: Library) -> tuple[Matter, Reason]:
    danger = Reason(Why.HAZARD, said.hazard)
    if said.priority is Priority.P0 and said.hazard in OF_HAZARD:
        return OF_HAZARD[said.hazard], danger
    refused = stories.refused(said.text)
    heard = {
        matter: [word for word in cue.words if word in said.text]
        for matter, cue in _book().matters.items()
        if not (refused and matter in ACCUSING)
    }
    best = max(heard, key=lambda matter: _book().matters[matter].weight * len(heard[matter]))
    if heard[best] and (said.hazard is Hazard.NONE or best in ACCUSING):
        return best, Reason(Why.WORDS, "、".join(heard[best]))
    if said.hazard is not Hazard.NONE:
        return OF_HAZARD[said.hazard], danger
    if said.programme is not None:
        about = library.matter_of(said.programme)
        return about or Matter.BASIC, Reason(Why.PROGRAMME, said.programme)
    return Matter.BASIC, Reason(Why.NOTHING_SAID)


def _category(said: Understanding, matter: Matter) -> Category:
    if said.priority is not Priority.P0 and stories.refused(said.text):
        return Category.REFUSED
    if said.hazard is not Hazard.NONE:
        return Category.EMERGENCY
    if matter in ACCUSING:
        return Category.REPORT if matter is Matter.FRAUD else Category.COMPLAINT
    return OF_INTENT.get(said.intent, Category.ENQUIRY)


@cache
def _names() -> Names:
    named = _book().units
    return Names(named.discipline, named.inspects, named.civil_affairs, named.county, named.above)


@cache
def _book() -> _Book:
    return loading.read_entry(CUES, _Book)
