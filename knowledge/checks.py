"""What is wrong with the content that loading alone does not show."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from knowledge import citations
from knowledge.entries import Answer, Guide, Status
from knowledge.library import Library, cited, fresh
from knowledge.names import Aspect, Programme, Region
from knowledge.normalise import normalise

FEWEST_ASKS = 8
FIGURE = re.compile(r"\d+(?:\.\d+)?")
TELEPHONE = re.compile(r"(?<!\d)(?:1[12]\d|12\d{3}|96110|0\d{2,3}-?\d{7,8}|1[3-9]\d{9})(?!\d)")
ARTICLE = re.compile(r"第[\d、,，和]+条")
UNCERTAIN = "确认"
DENIED = "没有写"


class Fault(StrEnum):
    """What can be found, so that a page can say it in its own words."""

    NO_CLAUSE = "no_clause"
    UNSOURCED_FIGURE = "unsourced_figure"
    NOT_IN_FORCE = "not_in_force"
    OVER = "over"
    OTHER_PROGRAMME = "other_programme"
    ASKED_TWICE = "asked_twice"
    UNREACHABLE = "unreachable"
    FEW_ASKS = "few_asks"
    STALE_NUMBER = "stale_number"
    LOOSE_NUMBER = "loose_number"
    NO_GUIDE = "no_guide"
    NO_PLACE = "no_place"
    SHAMING = "shaming"
    UNVERIFIED_COPY = "unverified_copy"
    BROKEN_REFERENCE = "broken_reference"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend: in which file, at which place, what is wrong, what to do.

    `told` is what a sentence about the fault names."""

    file: str
    place: str
    what: str
    mend: str
    fault: Fault
    told: str = ""

    def __str__(self) -> str:
        return f"{self.file}: {self.place}: {self.what}; {self.mend}"

    def to_json(self) -> dict[str, str]:
        """One row of `knowledge check --json`."""
        return {"file": self.file, "place": self.place, "what": self.what, "mend": self.mend}


def check(library: Library, on: date) -> tuple[Finding, ...]:
    """Everything found, by file; empty where the content is in order on that day."""
    rules: tuple[Callable[[Library, date], Iterable[Finding]], ...] = (
        unsourced,
        expired,
        contradicting,
        unreachable,
        too_few_asks,
        unverified_numbers,
        without_place,
        shaming,
        unverified_copies,
        broken_references,
    )
    found = [finding for rule in rules for finding in rule(library, on)]
    return tuple(sorted(found, key=lambda finding: (finding.file, finding.place)))


def arising(before: Library, after: Library, on: date) -> tuple[Finding, ...]:
    """What is found in the second library and not in the first: the faults of what was changed."""
    known = set(check(before, on))
    return tuple(finding for finding in check(after, on) if finding not in known)


def unsourced(library: Library, _on: date) -> Iterable[Finding]:
    """Figures that no cited clause holds, and statements without any clause."""
    for guide in library.guides.values():
        for place, said in _said(guide):
            if not said.cites and not said.confirm:
                mend = "cite one or set confirm: true"
                yield _finding(guide, place, "cites no clause", mend, Fault.NO_CLAUSE)
                continue
            missing = _figures(said.says) - _sourced(library, said.cites)
            if missing and said.cites and not _denies(said.says):
                told = "、".join(sorted(missing))
                what, mend = f"{told} stands in no cited clause", "cite its clause or take it out"
                yield _finding(guide, place, what, mend, Fault.UNSOURCED_FIGURE, told)


def expired(library: Library, on: date) -> Iterable[Finding]:
    """National statements on expired texts, and expired documents that do not say so."""
    for guide in library.guides.values():
        if guide.region is not Region.NATIONAL:
            continue
        for clause_id in dict.fromkeys(cited(guide)):
            document = library.document_of(clause_id)
            if not citations.in_force(library.clause(clause_id), document, on):
                what = f"relies on {clause_id}, not in force on {on}"
                mend = "cite the text in force"
                yield _finding(guide, "cites", what, mend, Fault.NOT_IN_FORCE, clause_id)
    for document in library.documents.values():
        over = document.valid_until is not None and document.valid_until < on
        if over and document.status is not Status.EXPIRED and not document.note:
            file = f"{document.region}/documents/{document.id}.yml"
            what = "is over and does not say so"
            told = str(document.valid_until)
            yield Finding(file, "note", what, "say so in note", Fault.OVER, told)


def contradicting(library: Library, _on: date) -> Iterable[Finding]:
    """One question under two guides of a region, one guide under two programmes."""
    for guide in library.guides.values():
        nation = library.guides.get((Region.NATIONAL, guide.id))
        if nation and guide.programme is not nation.programme:
            what = f"is {guide.programme}, nationally {nation.programme}"
            mend, told = "use one programme", str(nation.programme or "")
            yield _finding(guide, "programme", what, mend, Fault.OTHER_PROGRAMME, told)
    owners: dict[tuple[Region, str], list[Guide]] = {}
    for guide in library.guides.values():
        for ask in guide.asks:
            owners.setdefault((guide.region, ask), []).append(guide)
    for (_, ask), guides in owners.items():
        if len({guide.id for guide in guides}) > 1:
            others = "、".join(sorted({guide.id for guide in guides[:-1]}))
            what = f"{ask} is asked of {others} too"
            told = f"{ask}（{others}）"
            mend = "keep it in one guide"
            yield _finding(guides[-1], "asks", what, mend, Fault.ASKED_TWICE, told)


def unreachable(library: Library, _on: date) -> Iterable[Finding]:
    """Guides that none of their own ways of asking finds."""
    for guide in library.guides.values():
        asks = (guide.title, *guide.asks)
        if not any(_finds(library, guide, ask) for ask in asks):
            what, mend = "no ask of its own finds it", "add asks of its own"
            yield _finding(guide, "asks", what, mend, Fault.UNREACHABLE)


def too_few_asks(library: Library, _on: date) -> Iterable[Finding]:
    """Guides that hold too few ways residents ask for them."""
    for guide in library.guides.values():
        fewest = FEWEST_ASKS if guide.region is Region.NATIONAL else 1
        if len(guide.asks) < fewest:
            what = f"has {len(guide.asks)} asks, {fewest} are wanted"
            mend, told = "add ways people ask", str(fewest)
            yield _finding(guide, "asks", what, mend, Fault.FEW_ASKS, told)


def unverified_numbers(library: Library, on: date) -> Iterable[Finding]:
    """Numbers without a recent day of verification, and guides that state them all the same."""
    doubtful = set()
    for line in library.hotlines:
        if fresh(line, on):
            continue
        doubtful.add(line.number)
        if line.verified is not None or UNCERTAIN not in line.purpose:
            file = f"{line.region}/hotlines.yml"
            what = f"verified: {line.verified or 'never'}"
            mend = "call it and enter the day, or say 需当地确认"
            yield Finding(file, line.id, what, mend, Fault.STALE_NUMBER, line.number)
    known = {line.number for line in library.hotlines} - doubtful
    for guide in library.guides.values():
        for place, said in _said(guide):
            loose = set(TELEPHONE.findall(said.says)) - known
            if loose and UNCERTAIN not in said.says and not said.confirm:
                told = "、".join(sorted(loose))
                what, mend = f"states {told} as a fact", "verify the number or set confirm: true"
                yield _finding(guide, place, what, mend, Fault.LOOSE_NUMBER, told)


def without_place(library: Library, _on: date) -> Iterable[Finding]:
    """Programmes without a guide, or whose guide does not say where to go."""
    for programme in Programme:
        guides = [
            guide
            for (region, _), guide in library.guides.items()
            if guide.programme is programme and region is Region.NATIONAL
        ]
        if not guides:
            file, what, mend = "national/guides", "has no guide", "write its guide"
            yield Finding(file, programme, what, mend, Fault.NO_GUIDE, programme)
        elif not any(guide.brief or Aspect.WHERE in guide.answers for guide in guides):
            what, mend = "names no place to go", "add brief or where"
            yield _finding(guides[0], "where", what, mend, Fault.NO_PLACE)


def shaming(library: Library, _on: date) -> Iterable[Finding]:
    """Words that must never reach a resident."""
    words = {word for row in library.law_first for word in row.avoid}
    for guide in library.guides.values():
        for place, said in _said(guide):
            for word in sorted(word for word in words if word in said.says):
                mend = "say it without that word"
                yield _finding(guide, place, f"says {word}", mend, Fault.SHAMING, word)


def unverified_copies(library: Library, _on: date) -> Iterable[Finding]:
    """Statements that rest on unverified copies (grade C) without saying so."""
    for guide in library.guides.values():
        for place, said in _said(guide):
            if citations.unverified(library, said.cites) and not said.confirm:
                what = "rests on an unverified copy (grade C)"
                yield _finding(guide, place, what, "set confirm: true", Fault.UNVERIFIED_COPY)


def broken_references(library: Library, _on: date) -> Iterable[Finding]:
    """Units whose document or clause the content does not have."""
    numbers = Counter(
        (document.id, clause.number)
        for document in library.documents.values()
        for clause in document.clauses
    )
    for region, units in library.units.items():
        for matter, row in units.matters.items():
            if row.document and not numbers[row.document, row.clause or ""]:
                what = f"names {row.document} {row.clause}, which is not there"
                file, mend = f"{region}/units.yml", "correct document and clause"
                told = f"{row.document} {row.clause or ''}"
                yield Finding(file, matter, what, mend, Fault.BROKEN_REFERENCE, told)


def _said(guide: Guide) -> Iterable[tuple[str, Answer]]:
    if guide.brief is not None:
        brief = guide.brief
        text = "\n".join((brief.can, brief.where, brief.bring, brief.how_long))
        yield "brief", Answer(says=text, cites=brief.cites)
    for aspect, answer in guide.answers.items():
        yield f"answers.{aspect}", answer
    for at, answer in enumerate(guide.misunderstandings):
        yield f"misunderstandings.{at}", answer


def _denies(text: str) -> bool:
    """Whether a text only names a figure to say that no document has it."""
    return DENIED in text


def _figures(text: str) -> set[str]:
    """Figures of two digits and more, without telephone numbers and numbers of articles."""
    bare = ARTICLE.sub("", TELEPHONE.sub("", text))
    return {figure for figure in FIGURE.findall(bare) if len(figure) > 1}


def _sourced(library: Library, cites: Iterable[str]) -> set[str]:
    texts = []
    for clause_id in cites:
        clause, document = library.clause(clause_id), library.document_of(clause_id)
        days = (document.issued, document.valid_from, document.valid_until)
        texts += [clause.says, clause.heading, clause.number, clause.note or "", document.title]
        texts += [document.number or "", document.note or "", *(str(day) for day in days)]
    text = "\n".join(texts)
    return set(FIGURE.findall(text)) | {figure.lstrip("0") for figure in FIGURE.findall(text)}


def _finds(library: Library, guide: Guide, ask: str) -> bool:
    region = None if guide.region is Region.NATIONAL else guide.region
    found = library.finder.matches(normalise(ask).text, region=region)
    return found[0].guide == guide.id


def _finding(  # noqa: PLR0913, PLR0917
    guide: Guide, place: str, what: str, mend: str, fault: Fault, told: str = ""
) -> Finding:
    return Finding(f"{guide.region}/guides/{guide.id}.yml", place, what, mend, fault, told)


def undated(library: Library) -> tuple[str, ...]:
    """Titles of documents whose source names no first day of validity: worth a look, no fault."""
    return tuple(
        document.title for document in library.documents.values() if document.valid_from is None
    )
