"""How a question is put into words: opening turns, single facts, whom it is about."""

from dataclasses import replace
from pathlib import Path

from pydantic import Field

from knowledge import sheets
from knowledge.entries import Entry, Slug, Text
from knowledge.facts import Catalogue, Fact
from knowledge.household import Household
from knowledge.names import Region
from knowledge.question import Option, Question, Select

HERE = "here"


class OpeningOption(Entry):
    """One thing to tick, with the facts that it tells."""

    label: Text
    tells: dict[Slug, bool | int | str] = Field(min_length=1)


class Opening(Entry):
    """An opening turn. What no ticked option tells becomes `otherwise`; one of which a single
    option is chosen can be joined with others where that option may be left unticked."""

    id: Slug
    question: Text
    why: Text
    select: Select
    options: tuple[OpeningOption, ...]
    otherwise: dict[Slug, bool | int | str] = Field(default_factory=dict)


class Joined(Entry):
    """Words for several openings in one turn, when few options are left of them."""

    question: Text
    why: Text
    options_at_most: int


class Together(Entry):
    """Words for facts that are asked in one turn while all of them are open. They are told in
    one sentence: what is not understood of it is asked for by itself."""

    facts: tuple[Slug, ...] = Field(min_length=2)
    question: Text
    why: Text


class Phrases(Entry):
    """The words around the questions."""

    unsure: Text
    refused: Text
    none: Text
    only_one: Text
    unnamed: Text
    relations: dict[Slug, Text]
    joined: Joined
    together: tuple[Together, ...] = ()
    openings: tuple[Opening, ...]


def load(content: Path, catalogue: Catalogue) -> Phrases:
    """Reads the words; an opening may only tell facts that exist with values they have."""
    path = content / "national" / "asking.yml"
    phrases = sheets.read_one(path, Phrases)
    for index, opening in enumerate(phrases.openings):
        told = [*(o.tells for o in opening.options), opening.otherwise]
        for fact, value in (pair for tells in told for pair in tells.items()):
            shape = catalogue.household.get(fact)
            if shape is None or (value != HERE and shape.parse(value) is None):
                raise sheets.at(path, ("openings", index), f"{fact}: {value} is not an answer")
    for index, group in enumerate(phrases.together):
        for fact in set(group.facts) - set(catalogue.household):
            raise sheets.at(path, ("together", index), f"{fact} is not a fact of the household")
    return phrases


def openings(phrases: Phrases, wanted: set[str], region: Region) -> tuple[Question, ...]:
    """The opening turns cut down to the facts that are wanted; they become one turn where few
    options are left."""
    cut = [_cut(opening, wanted, region) for opening in phrases.openings]
    found = [question for question in cut if question is not None]
    ticked = [_to_tick(question) for question in found]
    if len(found) > 1 and _many_options(ticked) <= phrases.joined.options_at_most:
        found = [_join(phrases, ticked)]
    return tuple(ready(phrases, question) for question in found)


def _many_options(questions: list[Question]) -> int:
    return sum(len(question.options) for question in questions)


def _to_tick(question: Question) -> Question:
    """The same as a question of several answers: what goes without saying is not an option."""
    usual = set(question.otherwise)
    options = tuple(option for option in question.options if not set(option.tells) <= usual)
    return replace(question, select=Select.MANY, options=options)


def _cut(opening: Opening, wanted: set[str], region: Region) -> Question | None:
    options = []
    for option in opening.options:
        tells = tuple(
            (fact, region.value if value == HERE else value)
            for fact, value in option.tells.items()
            if fact in wanted and not (value == HERE and region is Region.NATIONAL)
        )
        if tells:
            options.append(Option(option.label, option.label, tells))
    if not options:
        return None
    facts = tuple(dict.fromkeys(fact for option in options for fact, _ in option.tells))
    return Question(
        facts=facts,
        question=opening.question,
        why=opening.why,
        select=opening.select,
        options=tuple(options),
        otherwise=tuple((f, v) for f, v in opening.otherwise.items() if f in facts),
    )


def _join(phrases: Phrases, many: list[Question]) -> Question:
    return Question(
        facts=tuple(dict.fromkeys(fact for question in many for fact in question.facts)),
        question=phrases.joined.question,
        why=phrases.joined.why,
        select=Select.MANY,
        options=tuple(option for question in many for option in question.options),
        otherwise=tuple(pair for question in many for pair in question.otherwise),
    )


def ready(phrases: Phrases, question: Question) -> Question:
    """The question with the answers that every question has."""
    none = (Option(phrases.none, phrases.none),) if question.select is Select.MANY else ()
    return replace(question, options=(*question.options, *none, *_ways_out(phrases)))


def ask(phrases: Phrases, household: Household, fact: Fact, member: int | None) -> Question:
    """The question for one fact of the household or of one member."""
    options = tuple(
        Option(option.label, str(option.value), ((fact.id, option.value),))
        for option in fact.options
    )
    return Question(
        facts=(fact.id,),
        question=_wording(phrases, household, fact, member),
        why=fact.why,
        select=Select.ONE,
        options=(*options, *_ways_out(phrases)),
        member=member,
        sensitive=fact.sensitive,
    )


def ask_together(phrases: Phrases, group: Together) -> Question:
    """The question for several facts that are told in one sentence."""
    return Question(
        facts=group.facts,
        question=group.question,
        why=group.why,
        select=Select.ONE,
        options=_ways_out(phrases),
        sensitive=True,
    )


def _wording(phrases: Phrases, household: Household, fact: Fact, member: int | None) -> str:
    if member is None:
        return fact.question
    told = household.members[member] if member < len(household.members) else {}
    if fact.flagged_question and not told and _alone_unknown(household, fact):
        return fact.flagged_question
    return fact.question.format(who=_who(phrases, household, member))


def _alone_unknown(household: Household, fact: Fact) -> bool:
    """Whether nobody told so far was asked about it, so that "the one who has it" is meant."""
    return all(fact.id not in person for person in household.members)


def _who(phrases: Phrases, household: Household, member: int) -> str:
    size = household.facts.get("household_size")
    if size is not None and size.value == 1:
        return phrases.only_one
    relation = household.known("relation", member=member)
    named = phrases.relations.get(str(relation.value)) if relation is not None else None
    return named or phrases.unnamed.format(n=member + 1)


def _ways_out(phrases: Phrases) -> tuple[Option, Option]:
    return (
        Option(phrases.unsure, phrases.unsure, unsure=True),
        Option(phrases.refused, phrases.refused, refused=True),
    )
