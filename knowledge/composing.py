"""In which order an answer is said: four sentences, the region, the nation, what has expired."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from knowledge import citations, nearby, precedence, spoken_standards, units
from knowledge.citations import Citation
from knowledge.entries import Answer, Brief, Document, Guide, Status
from knowledge.library import Library
from knowledge.names import Aspect, Programme, Region

LAW_ALONE = frozenset({Aspect.RIGHTS, Aspect.DEFINITION})
CAUTIONS = {Status.PLAN_TARGET: "目标", Status.PILOT: "试点", Status.EXPLORED: "探索"}
# Beside the four sentences the region adds a word; the rest is offered as further questions.
ADDED = 1
PIECES = 3
GOING = frozenset({Aspect.WHERE, Aspect.CONTACT})


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question came down to. `region` is None where none is known; `doubtful` where the
    guide fits so loosely that its answer needs asking locally."""

    guide: str
    aspect: Aspect | None
    region: Region | None
    on: date
    brief: bool = True
    programme: Programme | None = None
    doubtful: bool = False
    said: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One paragraph with the clauses behind it. `confirm` means it needs asking locally;
    `entered` are sources that this deployment has entered itself; `brief` are the four
    sentences; `expired` quotes what no longer binds."""

    text: str
    cites: tuple[str, ...] = ()
    entered: tuple[Citation, ...] = ()
    confirm: bool = False
    brief: bool = False
    expired: bool = False


@dataclass(frozen=True, slots=True)
class Layers:
    """The regional guide laid over the national one, for one question."""

    library: Library
    asked: Asked
    local: Guide | None
    nation: Guide | None

    @property
    def title(self) -> str:
        """What the guide is called."""
        guide = self.nation or self.local
        return guide.title if guide else ""

    @property
    def programme(self) -> Programme | None:
        """The programme that the guide is about; None for a topic."""
        guide = self.nation or self.local
        return guide.programme if guide else None

    @property
    def money(self) -> bool:
        """Whether money is in play."""
        return any(guide.money for guide in (self.local, self.nation) if guide)

    @property
    def place(self) -> str:
        """The name of the region whose guide is used."""
        region = self.local.region if self.local else self.asked.region or Region.NATIONAL
        return self.library.region_name(region)


def layers(library: Library, asked: Asked) -> Layers:
    """The two guides that answer; one of them may be missing."""
    local = None
    if asked.region not in {None, Region.NATIONAL}:
        local = library.guides.get((asked.region or Region.NATIONAL, asked.guide))
    nation = library.guides.get((Region.NATIONAL, asked.guide))
    if nation is None and local is None:
        local = next(
            (guide for (_, name), guide in library.guides.items() if name == asked.guide), None
        )
    return Layers(library, asked, local, nation)


def parts(of: Layers) -> tuple[Part, ...]:
    """Everything that is said about the matter itself, in order."""
    said = [*_brief(of)] if of.asked.brief or of.asked.aspect is None else []
    if of.asked.aspect is not None:
        said.extend(_aspect(of, of.asked.aspect))
    else:
        said.extend(_overlay(of, briefed=bool(said)))
    return tuple(said) or (_unsaid(of, Aspect.DEFINITION),)


def told(library: Library, guide: str, region: Region | None) -> dict[Aspect, str]:
    """What the nation's and the region's guide say, by aspect."""
    texts: dict[Aspect, str] = {}
    for where in (Region.NATIONAL, region):
        entry = library.guides.get((where, guide)) if where else None
        for aspect, said in entry.answers.items() if entry else ():
            texts[aspect] = f"{texts.get(aspect, '')}\n{said.says}"
    return texts


def _brief(of: Layers) -> Iterable[Part]:
    for guide in (of.local, of.nation):
        if guide and guide.brief and not expired(of, guide.brief.cites):
            yield Part(_four(guide.brief), guide.brief.cites, brief=True)
            return


def _four(brief: Brief) -> str:
    return "\n".join((brief.can, brief.where, brief.bring, brief.how_long))


def _aspect(of: Layers, aspect: Aspect) -> Iterable[Part]:
    local = of.local.answers.get(aspect) if of.local else None
    nation = of.nation.answers.get(aspect) if of.nation else None
    if local is None and nation is None:
        yield from (_unsaid(of, aspect),) if of.programme else _overlay(of, briefed=False)
        return
    dead = local is not None and expired(of, local.cites)
    if local and not dead:
        yield from _law_first(of, local, nation)
        yield _regional(of, local)
    entered = list(_entered(of)) if aspect is Aspect.AMOUNT else []
    yield from entered
    if aspect is Aspect.AMOUNT:
        yield from _targets(of, local.says if local else "")
    if nation:
        told = _national(of, nation, alone=local is None or dead)
        yield replace(told, confirm=told.confirm and not entered)
        if local is None and of.asked.region and not entered:
            yield from _silent_region(of, aspect)
    if aspect in GOING:
        yield from _nearest(of)
    if local and dead:
        yield _quoted(of, local)


def _entered(of: Layers) -> Iterable[Part]:
    """The money that this deployment has entered for the region and the day."""
    programme = of.programme or of.asked.programme
    for said in spoken_standards.spoken(of.library, programme, of.asked.region, of.asked.on):
        yield Part(said.text, entered=(said.citation,))


def _nearest(of: Layers) -> Iterable[Part]:
    """The place to go to, where the register has a verified one."""
    region = of.asked.region
    if region is None:
        return
    place = nearby.nearest(of.library.places, region, of.asked.said, on=of.asked.on)
    if place is not None and place.address is not None:
        key = "answer.place_hours" if place.hours else "answer.place"
        values = {"name": place.name, "address": place.address, "hours": place.hours or ""}
        yield Part(of.library.say(key, **values))


def _silent_region(of: Layers, aspect: Aspect) -> Iterable[Part]:
    """What the region's guide of a topic says instead; of a programme, that it is silent."""
    if of.programme is None:
        yield from _overlay(of, briefed=True)
    elif aspect not in LAW_ALONE:
        yield _unsaid_here(of, aspect)


def _overlay(of: Layers, *, briefed: bool) -> Iterable[Part]:
    """Without an aspect: what the region adds; where nothing was said yet, what the thing is."""
    pieces = ADDED if briefed else PIECES
    if of.local:
        first = [a for a in of.local.answers.values() if not expired(of, a.cites)]
        yield from (_regional(of, answer) for answer in first[:pieces])
        dead = [a for a in of.local.answers.values() if expired(of, a.cites)]
        yield from (_quoted(of, answer) for answer in dead[:pieces])
    if not briefed and of.nation:
        yield from (_national(of, a, alone=True) for a in list(of.nation.answers.values())[:2])


def _regional(of: Layers, answer: Answer) -> Part:
    key = "answer.region" if of.asked.region else "answer.elsewhere"
    text = of.library.say(key, region=of.place, says=answer.says)
    confirm = answer.confirm or of.asked.region is None
    return Part(_cautioned(of, text, answer.cites), answer.cites, confirm=confirm)


def _law_first(of: Layers, local: Answer, nation: Answer | None) -> Iterable[Part]:
    """The law, where the region's text is harsher or older than it."""
    library = of.library
    sources = [(library.holders[name], library.clause(name).number) for name in local.cites]
    cites = (*local.cites, *(nation.cites if nation else ()))
    for row in precedence.ahead(library.law_first, sources, cites):
        yield Part(row.says, row.law, confirm=True)


def _targets(of: Layers, told: str) -> Iterable[Part]:
    """The region's planned values for the year asked about, where the text has not told them."""
    region = of.asked.region or Region.NATIONAL
    numbers = of.library.targets.get(region, {}).get(of.programme, ()) if of.programme else ()
    for row in of.library.indicators[region]:
        value = row.values.get(of.asked.on.year, "")
        if row.no not in numbers or not value.strip("—") or value in told:
            continue
        year = str(of.asked.on.year)
        text = of.library.say(
            "answer.indicator", region=of.place, year=year, name=row.name, value=value
        )
        cites = of.library.clauses_numbered(region, f"表{row.no}")
        if not expired(of, cites):
            yield Part(text, cites, confirm=True)


def _cautioned(of: Layers, text: str, cites: Iterable[str]) -> str:
    """The text, with what it is where the documents only plan, try or explore."""
    stati = {_status(of, clause_id) for clause_id in cites}
    for status, word in CAUTIONS.items():
        if status in stati and word not in text:
            text += "\n" + of.library.say(f"answer.{status}", region=of.place)
    return text


def _status(of: Layers, clause_id: str) -> Status:
    return of.library.clause(clause_id).status or of.library.document_of(clause_id).status


def _national(of: Layers, answer: Answer, *, alone: bool) -> Part:
    text = answer.says if alone else of.library.say("answer.nation", says=answer.says)
    unread = citations.unverified(of.library, answer.cites)
    return Part(text, answer.cites, confirm=answer.confirm or unread)


def _quoted(of: Layers, answer: Answer) -> Part:
    """Expired text, named as expired."""
    document = next(iter(_dead_documents(of, answer.cites)))
    if document.valid_until is None:
        text = of.library.say("answer.expired", document=document.title, says=answer.says)
    else:
        until = f"{document.valid_until.year}年{document.valid_until.month}月"
        text = of.library.say(
            "answer.expired_until", document=document.title, until=until, says=answer.says
        )
    return Part(text, answer.cites, confirm=True, expired=True)


def expired(of: Layers, cites: Iterable[str]) -> bool:
    """Whether the text relies on a regional document that does not bind on the day asked about."""
    return bool(_dead_documents(of, cites))


def _dead_documents(of: Layers, cites: Iterable[str]) -> tuple[Document, ...]:
    library, on = of.library, of.asked.on
    dead = (
        library.document_of(name)
        for name in cites
        if not citations.in_force(library.clause(name), library.document_of(name), on)
    )
    return tuple(document for document in dead if document.region is not Region.NATIONAL)


def _unsaid(of: Layers, aspect: Aspect) -> Part:
    return Part(_silence(of, "answer.unsaid", aspect), confirm=True)


def _unsaid_here(of: Layers, aspect: Aspect) -> Part:
    return Part(_silence(of, "answer.unsaid_here", aspect), confirm=True)


def _silence(of: Layers, key: str, aspect: Aspect) -> str:
    label = of.library.label(aspect)
    return of.library.say(key, place=of.place, topic=of.title, aspect=label, who=whom(of))


def whom(of: Layers) -> str:
    """Whom a resident asks where the documents are silent."""
    if of.nation is not None and of.nation.whom is not None:
        return of.nation.whom
    matter = of.library.matter_of(of.programme)
    routing = units.responsible(of.library, matter, of.asked.region) if matter else units.NOBODY
    return routing.lead or of.library.say("answer.nobody")
