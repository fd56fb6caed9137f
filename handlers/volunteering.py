"""Which facts people tell without being asked, and how they are read back to be put right."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import BaseModel, TypeAdapter

from handlers import speech
from handlers.turn import Turn
from knowledge import facts, loading
from knowledge.facts import Interval, Known
from knowledge.household import Household
from knowledge.names import Region
from nlu import gazetteer, tokenise
from nlu.understanding import Amount, Entity, EntityName, Per, Understanding, Writer

SIGNS = Path(__file__).parent / "volunteered.yml"
REGISTRATION = Path(__file__).parent / "registration.yml"
CLAUSE = re.compile(r"[^，。！？；,!?;\s]+")
# How the dictionary marks a place.
PLACE = "ns"
ELDER, GROWN = 60, 18
MONTHS, FEN = 12, 100


class Told(BaseModel, frozen=True):
    """One fact as it was told; a value of None is 不知道, "refused" is 不想说."""

    fact: str
    value: bool | int | str | Interval | None
    member: int | None = None


class _Sign(BaseModel, frozen=True, extra="forbid"):
    tells: dict[str, bool | int | str]
    says: tuple[re.Pattern[str], ...]


class _Registration(BaseModel, frozen=True, extra="forbid"):
    """How the place of registration is told: `place`, and `not` where it is denied."""

    says: tuple[re.Pattern[str], ...]


def story(turn: Turn, known: Household, *, correcting: bool = False) -> tuple[Told, ...]:
    """What a message tells by itself about the household. Nothing is guessed: an income counts
    only as the household's own (or as the right one, when `correcting`), an age only as a sign
    of an old or young person."""
    told: dict[str, Told] = {}
    for one in (
        *_signs(turn.text),
        *_registered(turn),
        *_counted(turn.said, known, correcting),
    ):
        told[one.fact] = one
    return tuple(told.values())


def read_back(told: tuple[Told, ...]) -> str:
    """What was told, in words, to be put right."""
    words = (_in_words(one) for one in told if one.value is not None)
    return "、".join(dict.fromkeys(word for word in words if word))


def one_in_words(household: Household, fact: str) -> str:
    """One fact of a household in words; empty where it was not told or says nothing by itself."""
    known = household.facts.get(fact)
    return "" if known is None else _in_words(Told(fact=fact, value=_value(known)))


def _value(known: Known) -> bool | int | str | Interval | None:
    return known.value.isoformat() if isinstance(known.value, date) else known.value


def _signs(text: str) -> Iterator[Told]:
    for sign in _read():
        if any(pattern.search(text) for pattern in sign.says):
            for fact, value in sign.tells.items():
                yield Told(fact=fact, value=value)


def _registered(turn: Turn) -> Iterator[Told]:
    """户口在淄川, 淄川户口, 户口是临沂的: only the place that is said of the registration."""
    said = next((found for one in _registration().says if (found := one.search(turn.text))), None)
    if said is None or turn.region in {None, Region.NATIONAL}:
        return
    named = (one for one in gazetteer.find(turn.text) if said.start() <= one.start < said.end())
    place = next(named, None)
    if place is not None:
        here = place.place.region is turn.region
        yield Told(fact="registered_here", value=here is (said["not"] is None))
    elif said["not"] is None and tokenise.kind(said["place"]) == PLACE:
        yield Told(fact="registered_here", value=False)


def _counted(
    said: Understanding,
    household: Household,
    correcting: bool,  # noqa: FBT001
) -> Iterator[Told]:
    sizes = [e.value for e in said.entities if e.name == EntityName.HOUSEHOLD_SIZE]
    known = household.facts.get("household_size")
    size = sizes[-1] if sizes else None if known is None else known.value
    if sizes and isinstance(size, int):
        yield Told(fact="household_size", value=size)
    for entity in said.entities:
        clause = _clause(said.text, entity)
        match entity.value:
            case Amount() as amount:
                whole = _whole(clause, size, told=correcting or bool(sizes))
                yield from _money(amount, clause, said.text, whole=whole)
            case int(age) if entity.name == EntityName.AGE and said.writer is not Writer.CHILD:
                yield from _aged(age)


def _whole(clause: str, size: object, *, told: bool) -> bool:
    """Whether an income is all that the household has: somebody alone, all of them, or said
    beside how many they are and of nobody in particular."""
    words = speech.chinese()
    if size == 1 or words.hears("prescreen.cue_whole", clause):
        return True
    return told and not words.hears("prescreen.cue_somebody", clause)


def _money(amount: Amount, clause: str, text: str, *, whole: bool) -> Iterator[Told]:
    """Nothing where a debt is paid off month by month: which amount is which is to be asked."""
    words = speech.chinese()
    if words.hears("prescreen.cue_medical", clause):
        yield Told(fact="medical_self_paid", value=_span(amount, 1))
    elif (
        not words.hears("prescreen.cue_debt", text)
        and words.hears("prescreen.cue_income", clause)
        and not words.hears("prescreen.cue_spent", clause)
        and whole
    ):
        yield Told(fact="monthly_income", value=monthly(amount))


def _aged(age: int) -> Iterator[Told]:
    if age >= ELDER:
        yield Told(fact="has_elder", value=True)
    elif age < GROWN:
        yield Told(fact="has_child", value=True)


def monthly(amount: Amount) -> int | Interval:
    """An amount a month, in 分."""
    return _span(amount, MONTHS if amount.per is Per.YEAR else 1)


def exact(amount: Amount) -> int | Interval:
    """An amount as it was said, in 分."""
    return _span(amount, 1)


def _span(amount: Amount, divisor: int) -> int | Interval:
    low, high = amount.fen_low // divisor, amount.fen_high // divisor
    return low if low == high else Interval(low=low, high=high)


def _clause(text: str, entity: Entity) -> str:
    found = (m[0] for m in CLAUSE.finditer(text) if m.start() <= entity.start < m.end())
    return next(found, text)


def _in_words(told: Told) -> str:
    words, fact = speech.chinese(), facts.shipped().get(told.fact)
    if fact is None or told.value == "refused":
        return ""
    label = next((o.label for o in fact.options if o.value == told.value), None)
    match told.fact:
        case "household_size":
            return words.say("prescreen.noted_size", {"count": str(told.value)})
        case "monthly_income":
            return words.say("prescreen.noted_income", {"amount": _yuan(told.value)})
        case "medical_self_paid":
            return words.say("prescreen.noted_medical", {"amount": _yuan(told.value)})
        case "rigid_expenditure_12m" if label is None:
            return words.say("prescreen.noted_spent", {"amount": _yuan(told.value)})
        case "education_self_paid" if label is None:
            return words.say("prescreen.noted_school", {"amount": _yuan(told.value)})
        case _:
            return label or ""


def _yuan(value: object) -> str:
    words = speech.chinese()
    if isinstance(value, Interval):
        between = {"low": str(value.low // FEN), "high": str(value.high // FEN)}
        return words.say("prescreen.between", between)
    count = value // FEN if isinstance(value, int) else 0
    return words.say("prescreen.yuan", {"count": str(count)})


@cache
def _read() -> tuple[_Sign, ...]:
    shape = TypeAdapter(tuple[_Sign, ...])
    return loading.read(SIGNS, shape)


@cache
def _registration() -> _Registration:
    return loading.read_entry(REGISTRATION, _Registration)
