"""Which facts an answer tells: the words of a resident against the question that was asked."""

from dataclasses import dataclass
from datetime import date

from handlers import speech
from knowledge import facts
from knowledge.facts import Fact, FactType, Interval
from knowledge.household import Household, HouseholdError
from knowledge.names import Intent
from knowledge.question import Question, Select
from nlu.understanding import (
    Amount,
    DateSpan,
    Disability,
    Entity,
    EntityName,
    Understanding,
)

MONTHS = 12
REFUSED = "refused"


@dataclass(frozen=True)
class Told:
    """One fact as it was told; a value of None is 不知道, "refused" is 不想说."""

    fact: str
    value: object
    member: int | None = None


def answer(question: Question, said: Understanding) -> tuple[Told, ...] | None:
    """What the answer tells about the question's facts; None when it answers something else."""
    if refuses(said):
        return _unanswered(question, REFUSED)
    chosen = _chosen(question, said.text)
    if chosen is not None:
        return chosen
    if said.intent is Intent.UNSURE:
        return _unanswered(question, None)
    found = tuple(_by_type(question, fact, said) for fact in question.facts)
    told = tuple(one for one in found if one is not None)
    return told or None


def story(said: Understanding) -> tuple[Told, ...]:
    """What a first message tells by itself: how many people, how much a month, how old."""
    told: list[Told] = []
    for entity in said.entities:
        match entity.name, entity.value:
            case EntityName.HOUSEHOLD_SIZE, int() as size:
                told.append(Told("household_size", size))
            case EntityName.AMOUNT, Amount() as amount if speech.chinese().hears(
                "prescreen.cue_income", said.text
            ):
                told.append(Told("monthly_income", _monthly(amount)))
            case _:
                continue
    return tuple(told)


def keep(household: Household, told: tuple[Told, ...]) -> Household | None:
    """The household with what was told; None when it contradicts what is known already."""
    try:
        for one in told:
            household = household.tell(one.fact, one.value, member=one.member)
    except HouseholdError:
        return None
    return household


def refuses(said: Understanding) -> bool:
    """Whether the resident would rather not say."""
    return speech.chinese().hears("prescreen.cue_refuse", said.text)


def takes_back(said: Understanding) -> bool:
    """Whether the resident takes the last answer back."""
    return speech.chinese().hears("prescreen.cue_back", said.text)


def _chosen(question: Question, text: str) -> tuple[Told, ...] | None:
    parts = [part.strip() for part in text.replace("，", "、").split("、") if part.strip()]
    picked = [o for part in parts for o in question.options if part in {o.label, o.value}]
    if not picked:
        return None
    if question.select is Select.ONE and len(picked) > 1:
        return None
    if any(option.refused for option in picked):
        return _unanswered(question, REFUSED)
    if any(option.unsure for option in picked):
        return _unanswered(question, None)
    told = {fact: value for option in picked for fact, value in option.tells}
    if question.select is Select.MANY:
        told = {**dict(question.otherwise), **told}
    return tuple(Told(fact, _plain(value), question.member) for fact, value in told.items())


def _by_type(question: Question, fact_id: str, said: Understanding) -> Told | None:
    fact = facts.shipped().get(fact_id)
    if fact is None:
        return None
    value = _value_among(fact, said) if len(question.facts) > 1 else _value(fact, said)
    return None if value is None else Told(fact_id, value, question.member)


def _unanswered(question: Question, value: str | None) -> tuple[Told, ...]:
    """Who does not answer two things asked in one sentence means the sensitive one of them;
    the other is asked by itself."""
    open_facts = question.facts
    if question.select is Select.ONE and len(open_facts) > 1:
        shapes = (facts.shipped().get(fact) for fact in open_facts)
        sensitive = tuple(shape.id for shape in shapes if shape is not None and shape.sensitive)
        open_facts = sensitive or open_facts
    return tuple(Told(fact, value, question.member) for fact in open_facts)


def _value_among(fact: Fact, said: Understanding) -> object | None:
    """What is said of one fact where several are told in one sentence: a bare number could
    mean any of them, so it means none."""
    match fact.type:
        case FactType.MONEY:
            if any(isinstance(e.value, Amount) for e in said.entities):
                return _money(fact, said)
            words = speech.chinese()
            cues = ("prescreen.cue_nothing", "prescreen.cue_income")
            return 0 if all(words.hears(cue, said.text) for cue in cues) else None
        case FactType.INTEGER:
            sizes = (e.value for e in said.entities if e.name == EntityName.HOUSEHOLD_SIZE)
            return next((size for size in sizes if isinstance(size, int)), None)
        case _:
            return _value(fact, said)


def _value(fact: Fact, said: Understanding) -> object | None:
    match fact.type:
        case FactType.BOOL:
            return _yes_or_no(said)
        case FactType.MONEY:
            return _money(fact, said)
        case FactType.INTEGER:
            return _number(said)
        case FactType.DATE:
            spans = (e.value for e in said.entities if isinstance(e.value, DateSpan))
            return next((span.start.isoformat() for span in spans), None)
        case FactType.CHOICE:
            return _choice(fact, said)


def _yes_or_no(said: Understanding) -> bool | None:
    if said.intent is Intent.AFFIRM:
        return True
    return False if said.intent is Intent.DENY else None


def _money(fact: Fact, said: Understanding) -> object | None:
    amounts = (e.value for e in said.entities if isinstance(e.value, Amount))
    amount = next(amounts, None)
    if amount is not None:
        return _monthly(amount) if fact.id.startswith("monthly") else _exact(amount)
    nothing = speech.chinese().hears("prescreen.cue_nothing", said.text)
    number = _number(said)
    if number is not None:
        return number * 100
    return 0 if nothing else None


def _number(said: Understanding) -> int | None:
    wanted = (EntityName.HOUSEHOLD_SIZE, EntityName.AGE, EntityName.NUMBER)
    for entity in said.entities:
        if entity.name in wanted and isinstance(entity.value, int):
            return entity.value
    text = said.text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < len("1234567") else None


def _choice(fact: Fact, said: Understanding) -> object | None:
    for entity in said.entities:
        value = _of_entity(fact, entity)
        if value is not None and fact.parse(value) is not None:
            return value
    exact = fact.parse(said.text)
    if exact is not None:
        return _plain(exact)
    within = [o for o in fact.options if any(w in said.text for w in (o.label, *o.aliases))]
    return within[0].value if len(within) == 1 else None


def _of_entity(fact: Fact, entity: Entity) -> object | None:
    match entity.value:
        case Disability(kind=kind, grade=grade):
            return kind if fact.id == "disability_kind" else grade
        case str() if entity.name == EntityName.REGION:
            return entity.value
        case _:
            return None


def _monthly(amount: Amount) -> object:
    divisor = MONTHS if amount.per == "year" else 1
    low, high = amount.fen_low // divisor, amount.fen_high // divisor
    return low if low == high else {"low": low, "high": high}


def _exact(amount: Amount) -> object:
    low, high = amount.fen_low, amount.fen_high
    return low if low == high else {"low": low, "high": high}


def _plain(value: object) -> object:
    match value:
        case Interval(low=low, high=high):
            return {"low": low, "high": high}
        case date():
            return value.isoformat()
        case _:
            return value
