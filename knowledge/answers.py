"""What is said to a policy question, and on which clauses it relies."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from knowledge import citations, composing, finder
from knowledge.citations import Citation
from knowledge.composing import Asked, Layers, Part
from knowledge.cues import Refusal
from knowledge.library import Library
from knowledge.names import Aspect, Programme, Region
from knowledge.normalise import normalise

__all__ = ["Citation", "PolicyAnswer", "Topic", "answer", "told"]

FOLLOW_UPS = 3
DOUBTFUL = 0.35
HARDLY = 0.2
NEARLY_ALL = 0.75
SHORTEST_CONTENT = 3
CLAUSES_LOOKED_AT = 10


@dataclass(frozen=True, slots=True)
class Topic:
    """What was talked about before, so that "那要带什么" keeps it."""

    guide: str
    aspect: Aspect | None = None


@dataclass(frozen=True, slots=True)
class PolicyAnswer:
    """An answer with everything it relies on.

    `guide` is what to remember as topic; `found` is false when nothing fits (a miss).
    """

    text: str
    region: Region = Region.NATIONAL
    citations: tuple[Citation, ...] = ()
    programme: Programme | None = None
    aspect: Aspect | None = None
    guide: str | None = None
    confirm_locally: bool = False
    declined: bool = False
    suggestions: tuple[str, ...] = ()
    found: bool = True

    def to_json(self) -> dict[str, object]:
        """The contract's `ask` object."""
        return {
            "answer": self.text,
            "citations": [citation.to_json() for citation in self.citations],
            "region": str(self.region),
            "programme": None if self.programme is None else str(self.programme),
            "aspect": None if self.aspect is None else str(self.aspect),
            "confirm_locally": self.confirm_locally,
            "declined": self.declined,
            "suggestions": list(self.suggestions),
        }


def answer(  # noqa: PLR0913
    library: Library,
    question: str,
    *,
    region: Region | None,
    on: date,
    programme: Programme | None = None,
    aspect: Aspect | None = None,
    topic: Topic | None = None,
    likeness: bool = True,
) -> PolicyAnswer:
    """Answer for that region and day; a region named in the question wins over `region`.

    `programme`, `aspect` are what the caller understood and only lean the choice; `topic` is
    what was talked about before and answers a question that names nothing itself. Without
    `likeness` only the very words decline, for a caller who knows that nobody else is meant.
    """
    text, find = normalise(question).text, library.finder
    named = library.cues.region(text) or region
    where = None if named is Region.NATIONAL else named
    refusal = find.refusal(text) if likeness else library.cues.refusal(text)
    refused = _refused(library, refusal, named, on)
    if refused is not None:
        return refused
    found = find.guide(text, region=where, programme=programme)
    follows = topic is not None and (found is None or find.is_follow_up(text))
    if not follows and (found is None or found.score < DOUBTFUL):
        clause = _clause_that_says(library, text, where)
        if clause is not None:
            return _told_by_clause(library, clause, named, on)
    if topic is not None and follows:
        guide = topic.guide
    elif found is not None:
        guide = found.guide
    else:
        return _missed(library, named, find.aspect(text, {}, aspect))
    wanted = find.aspect(text, composing.told(library, guide, where), aspect) or aspect
    if follows and topic is not None:
        wanted = wanted or topic.aspect
    meant = find.programme(text) or programme or find.beside(guide, text, region=where)
    hardly = not follows and found is not None and found.score < HARDLY
    brief, doubtful = not (follows or hardly), hardly or find.goes_beyond(text)
    asked = Asked(
        guide, wanted, where, on, brief=brief, programme=meant, doubtful=doubtful, said=text
    )
    said = _told(composing.layers(library, asked), national=named is Region.NATIONAL)
    return _loosely(library, said) if hardly else said


def _loosely(library: Library, said: PolicyAnswer) -> PolicyAnswer:
    """What comes nearest, called no more than that, and a person first."""
    text = f"{library.say('answer.near')}\n{said.text}"
    return replace(said, text=text, suggestions=(library.say("suggest.person"), *said.suggestions))


def beside(
    library: Library, question: str, *, region: Region | None, on: date
) -> PolicyAnswer | None:
    """The short answer to what is asked beside something else; None where none is clear."""
    text = normalise(question).text
    where = None if region is Region.NATIONAL else region
    match = library.finder.guide(text, region=where)
    if match is None or match.score < DOUBTFUL or library.cues.refusal(text) is not None:
        return None
    aspect = library.finder.aspect(text, composing.told(library, match.guide, where))
    asked = Asked(match.guide, aspect, where, on, brief=aspect is None, said=text)
    return _told(composing.layers(library, asked), national=True)


def told(library: Library, topic: Topic, *, region: Region | None, on: date) -> PolicyAnswer:
    """What a guide says of its topic where no question has to be understood."""
    where = None if region is Region.NATIONAL else region
    asked = Asked(topic.guide, topic.aspect, where, on)
    return _told(composing.layers(library, asked), national=region is Region.NATIONAL)


def _clause_that_says(library: Library, text: str, region: Region | None) -> str | None:
    """A public clause of the nation or the region that holds nearly every word of the question."""
    content = library.finder.content_of(text)
    if len(content.replace(" ", "")) < SHORTEST_CONTENT:
        return None
    for hit in library.index.find(content, CLAUSES_LOOKED_AT):
        clause = library.clauses.get(hit.id)
        if clause is None or not clause.public:
            continue
        near = library.document_of(hit.id).region in {Region.NATIONAL, region}
        if near and finder.coverage(content, f"{clause.heading}\n{clause.says}") >= NEARLY_ALL:
            return hit.id
    return None


def _told_by_clause(
    library: Library, clause_id: str, region: Region | None, on: date
) -> PolicyAnswer:
    """One clause as it stands, where no guide treats of the matter."""
    clause, document = library.clause(clause_id), library.document_of(clause_id)
    binding = citations.in_force(clause, document, on)
    key = "answer.clause" if binding else "answer.clause_expired"
    says = f"{clause.says}{clause.note or ''}"
    text = library.say(key, document=document.title, clause=clause.number, says=says)
    return PolicyAnswer(
        text,
        region or Region.NATIONAL,
        citations=citations.cite(library, (clause_id,), on),
        programme=clause.programmes[0] if clause.programmes else None,
        confirm_locally=True,
        suggestions=(library.say("suggest.person"),),
    )


def _refused(
    library: Library, refusal: Refusal | None, region: Region | None, on: date
) -> PolicyAnswer | None:
    if refusal is None:
        return None
    return PolicyAnswer(
        library.say(refusal.phrase),
        region or Region.NATIONAL,
        citations=citations.cite(library, refusal.cites, on),
        declined=True,
        suggestions=(library.say("suggest.prescreen"), library.say("suggest.person")),
    )


def _missed(library: Library, region: Region | None, aspect: Aspect | None) -> PolicyAnswer:
    return PolicyAnswer(
        library.say("answer.miss"),
        region or Region.NATIONAL,
        aspect=aspect,
        confirm_locally=True,
        suggestions=(library.say("suggest.person"),),
        found=False,
    )


def _told(of: Layers, *, national: bool) -> PolicyAnswer:
    said = composing.parts(of)
    open_region = of.asked.region is None and not national and _region_matters(of, said)
    unsettled = of.asked.doubtful or any(part.confirm for part in said)
    confirm = open_region or unsettled
    return PolicyAnswer(
        text="\n".join(_lines(of, said, confirm=confirm, open_region=open_region)),
        region=of.asked.region or Region.NATIONAL,
        citations=(*_entered(said), *citations.cite(of.library, _ordered(said), of.asked.on)),
        programme=of.programme or of.asked.programme,
        aspect=of.asked.aspect,
        guide=of.asked.guide,
        confirm_locally=confirm,
        suggestions=_places(of) if open_region else _follow_ups(of),
    )


def _region_matters(of: Layers, said: Iterable[Part]) -> bool:
    """Whether a region's documents add to this aspect, or the nation leaves it to them."""
    told = any(name == of.asked.guide and r is not Region.NATIONAL for r, name in of.library.guides)
    if of.programme is None and not told:
        return False
    if any(part.confirm for part in said):
        return True
    aspect = of.asked.aspect
    return any(
        aspect is None or aspect in guide.answers
        for (region, name), guide in of.library.guides.items()
        if name == of.asked.guide and region is not Region.NATIONAL
    )


def _ordered(said: Iterable[Part]) -> Iterable[str]:
    """The clause ids: what was asked in the text's order, the four sentences', the expired."""
    parts = sorted(said, key=lambda part: (part.expired, part.brief))
    return (clause_id for part in parts for clause_id in part.cites)


def _entered(said: Iterable[Part]) -> Iterable[Citation]:
    return (citation for part in said for citation in part.entered)


def _lines(of: Layers, said: Iterable[Part], *, confirm: bool, open_region: bool) -> Iterable[str]:
    yield from dict.fromkeys(part.text for part in said)
    yield from _not_binding(of, said)
    if confirm and not open_region and not any(composing.whom(of) in part.text for part in said):
        yield of.library.say("answer.confirm", who=composing.whom(of))
    if of.money:
        yield of.library.say("answer.money")
    if open_region:
        yield of.library.say("answer.ask_region")


def _not_binding(of: Layers, said: Iterable[Part]) -> Iterable[str]:
    """Says of each national document that it did not bind yet, or no longer, on the day."""
    library, on = of.library, of.asked.on
    names = dict.fromkeys(library.holders[clause_id] for p in said for clause_id in p.cites)
    for document in (library.documents[name] for name in names):
        if document.region is not Region.NATIONAL or document.in_force(on):
            continue
        if document.valid_from is not None and on < document.valid_from:
            since = document.valid_from.isoformat()
            yield library.say("answer.not_yet", document=document.title, since=since)
        else:
            yield library.say("answer.gone", document=document.title)


def _places(of: Layers) -> tuple[str, ...]:
    """One question a region, for when the region is not known."""
    aspect = of.asked.aspect or Aspect.CONDITIONS
    return tuple(
        _place_name(of.library, region) + _question(of, aspect)
        for region in Region
        if region is not Region.NATIONAL
    )


def _place_name(library: Library, region: Region) -> str:
    return library.regions[region].aliases[0]


def _follow_ups(of: Layers) -> tuple[str, ...]:
    """Other sides of the same matter, and the way into pre-screening."""
    guide = (of.nation or of.local) if of.programme else None
    others = [aspect for aspect in guide.answers if aspect is not of.asked.aspect] if guide else []
    asks = [_question(of, aspect) for aspect in others[:FOLLOW_UPS]]
    if of.programme is not None:
        asks.append(of.library.say("suggest.prescreen"))
    return tuple(asks)


def _question(of: Layers, aspect: Aspect) -> str:
    if of.programme is None:
        return of.library.say("ask.topic", topic=of.title)
    return of.library.say(f"ask.{aspect}", topic=of.library.short_label(of.programme))
