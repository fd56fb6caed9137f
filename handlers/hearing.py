"""Which facts an answer tells: the words of a resident against the question that was asked."""

import re
from collections.abc import Iterator
from datetime import date

from handlers import speech, volunteering
from handlers.volunteering import Told
from knowledge import facts
from knowledge.facts import Fact, FactType, FactValue, Interval
from knowledge.household import Household, HouseholdError
from knowledge.names import Intent
from knowledge.question import Option, Question, Select
from nlu.understanding import Amount, DateSpan, Disability, Entity, EntityName, Understanding

REFUSED = "refused"
LONGEST_NUMBER = 6
# A shorter word, such as 有 or 是, stands in too many sentences to be looked for.
SHORTEST_WORD = 2
DENIED_WITHIN = 3


def answer(question: Question, said: Understanding) -> tuple[Told, ...] | None:
    """What the answer tells about the question's facts; None when it answers something else."""
    if refuses(said):
        return _unanswered(question, REFUSED)
    chosen = _chosen(question, said.text.strip())
    if chosen is not None:
        return chosen
    if said.intent is Intent.UNSURE:
        return _unanswered(question, None)
    if question.select is Select.MANY:
        denied = said.intent is Intent.DENY and not asks(said)
        return _none_of_them(question) if denied else None
    found = tuple(_by_type(question, fact, said) for fact in question.facts)
    told = tuple(one for one in found if one is not None)
    return told or None


def keep(household: Household, told: tuple[Told, ...]) -> Household | None:
    """The household with what was told; None when it contradicts what is known already."""
    try:
        for one in told:
            household = household.tell(one.fact, _plain(one.value), member=one.member)
    except HouseholdError:
        return None
    return household


def refuses(said: Understanding) -> bool:
    """Whether the resident would rather not say."""
    return speech.chinese().hears("prescreen.cue_refuse", said.text)


def asks(said: Understanding) -> bool:
    """Whether this is a question: 啥时候办 answers neither yes nor no."""
    words = speech.chinese()
    vague = words.hears("prescreen.cue_vague", said.text)
    return words.hears("prescreen.cue_asks", said.text) and not vague


def takes_back(said: Understanding) -> bool:
    """Whether the resident takes back or corrects what was said before."""
    return speech.chinese().hears("prescreen.cue_back", said.text)


def _none_of_them(question: Question) -> tuple[Told, ...]:
    usual = dict(question.otherwise)
    return tuple(
        Told(fact=fact, value=_told(usual.get(fact)), member=question.member)
        for fact in question.facts
    )


def _unanswered(question: Question, value: str | None) -> tuple[Told, ...]:
    """Who does not answer two things asked in one sentence means the sensitive one of them;
    the other is asked by itself."""
    open_facts = question.facts
    if question.select is Select.ONE and len(open_facts) > 1:
        shapes = (facts.shipped().get(fact) for fact in open_facts)
        sensitive = tuple(shape.id for shape in shapes if shape is not None and shape.sensitive)
        open_facts = sensitive or open_facts
    return tuple(Told(fact=fact, value=value, member=question.member) for fact in open_facts)


def _chosen(question: Question, text: str) -> tuple[Told, ...] | None:
    picked = [option for option in question.options if text in {option.label, option.value}]
    if not picked and question.select is Select.MANY:
        picked = [*_ticked(question, text)] or [*_mentioned(question, text)]
    if not picked:
        return None
    if any(option.refused for option in picked):
        return _unanswered(question, REFUSED)
    if any(option.unsure for option in picked):
        return _unanswered(question, None)
    told = {fact: value for option in picked for fact, value in option.tells}
    if question.select is Select.MANY:
        told = {**dict(question.otherwise), **told}
    return tuple(Told(fact=f, value=_told(v), member=question.member) for f, v in told.items())


def _ticked(question: Question, text: str) -> Iterator[Option]:
    """The labels that stand in the text, the longest first: a label may hold a 、 itself."""
    for option in sorted(question.options, key=lambda option: -len(option.label)):
        if option.tells and option.label in text:
            text = text.replace(option.label, "、")
            yield option


def _mentioned(question: Question, text: str) -> Iterator[Option]:
    """Options told in other words (有老人), unless they are denied (没有老人)."""
    for option in question.options:
        if any(_says(text, word) for word in _words(option)):
            yield option


def _words(option: Option) -> Iterator[str]:
    """Other words for the first fact of an option, as the catalogue of facts has them."""
    catalogue = facts.shipped()
    for fact_id, value in option.tells[-1:]:
        fact = catalogue.get(fact_id)
        for known in () if fact is None else fact.options:
            if known.value == value:
                yield from (word for word in known.aliases if len(word) >= SHORTEST_WORD)


def _says(text: str, word: str) -> bool:
    denied = speech.chinese().say("prescreen.cue_denied").split("|")
    before = (text[max(0, m.start() - DENIED_WITHIN) : m.start()] for m in _places(text, word))
    return any(not any(word in stretch for word in denied) for stretch in before)


def _places(text: str, word: str) -> Iterator[re.Match[str]]:
    return re.finditer(re.escape(word), text)


def _by_type(question: Question, fact_id: str, said: Understanding) -> Told | None:
    fact = facts.shipped().get(fact_id)
    if fact is None:
        return None
    value = _value_among(fact, said) if len(question.facts) > 1 else _value(fact, said)
    return None if value is None else Told(fact=fact_id, value=value, member=question.member)


def _value_among(fact: Fact, said: Understanding) -> bool | int | str | Interval | None:
    """What is said of one fact where several are told in one sentence: a bare number could
    mean any of them, so it means none."""
    match fact.type:
        case FactType.MONEY if not any(isinstance(e.value, Amount) for e in said.entities):
            words = speech.chinese()
            cues = ("prescreen.cue_nothing", "prescreen.cue_income")
            return 0 if all(words.hears(cue, said.text) for cue in cues) else None
        case FactType.INTEGER:
            sizes = (e.value for e in said.entities if e.name == EntityName.HOUSEHOLD_SIZE)
            return next((size for size in sizes if isinstance(size, int)), None)
        case _:
            return _value(fact, said)


def _value(fact: Fact, said: Understanding) -> bool | int | str | Interval | None:
    match fact.type:
        case FactType.BOOL:
            return _yes_or_no(fact, said)
        case FactType.MONEY:
            return _money(fact, said)
        case FactType.INTEGER:
            return _number(fact, said)
        case FactType.DATE:
            spans = (e.value for e in said.entities if isinstance(e.value, DateSpan))
            return next((span.start.isoformat() for span in spans), None)
        case FactType.CHOICE:
            return _choice(fact, said)


def _yes_or_no(fact: Fact, said: Understanding) -> bool | None:
    exact = fact.parse(said.text)
    if isinstance(exact, bool):
        return exact
    within = {
        o.value
        for o in fact.options
        if any(len(w) >= SHORTEST_WORD and w in said.text for w in (o.label, *o.aliases))
    }
    if len(within) == 1:
        return within == {True}
    if asks(said):
        return None
    if said.intent is Intent.AFFIRM:
        return True
    return False if said.intent is Intent.DENY else None


def _money(fact: Fact, said: Understanding) -> int | Interval | None:
    amounts = (e.value for e in said.entities if isinstance(e.value, Amount))
    amount = next(amounts, None)
    if amount is not None:
        whole = fact.unit == "fen/month"
        return volunteering.monthly(amount) if whole else volunteering.exact(amount)
    number = _bare(said)
    if number is not None:
        return number * 100
    return 0 if speech.chinese().hears("prescreen.cue_nothing", said.text) else None


def _number(fact: Fact, said: Understanding) -> int | None:
    wanted = EntityName.AGE if fact.id == "age" else EntityName.HOUSEHOLD_SIZE
    for entity in said.entities:
        if entity.name == wanted and isinstance(entity.value, int):
            return entity.value
    return _bare(said)


def _bare(said: Understanding) -> int | None:
    for entity in said.entities:
        if entity.name == EntityName.NUMBER and isinstance(entity.value, int):
            return entity.value
    text = said.text.strip()
    digits = text.isascii() and text.isdecimal()
    return int(text) if digits and len(text) <= LONGEST_NUMBER else None


def _choice(fact: Fact, said: Understanding) -> bool | int | str | Interval | None:
    for entity in said.entities:
        value = _of_entity(fact, entity)
        if value is not None and fact.parse(value) is not None:
            return value
    exact = fact.parse(said.text)
    if exact is not None:
        return _told(exact)
    within = [o for o in fact.options if any(w in said.text for w in (o.label, *o.aliases))]
    return within[0].value if len(within) == 1 else None


def _of_entity(fact: Fact, entity: Entity) -> str | int | None:
    match entity.value:
        case Disability(kind=kind, grade=grade):
            return kind if fact.id == "disability_kind" else grade
        case str() if entity.name == EntityName.REGION:
            return entity.value
        case _:
            return None


def _told(value: FactValue | None) -> bool | int | str | Interval | None:
    return value.isoformat() if isinstance(value, date) else value


def _plain(value: object) -> object:
    return {"low": value.low, "high": value.high} if isinstance(value, Interval) else value
