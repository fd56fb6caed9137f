"""What the bot has heard of a household, as the operator reads it: each fact with its source."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cases.database import Session
from cases.talk import conversations
from cases.talk.conversations import Conversation
from handlers.dialogue import Dialogue
from knowledge import facts
from knowledge.facts import Fact, FactType, FactValue, Interval, Known, Source
from knowledge.household import Household
from nlu.understanding import Entity, EntityName, Understanding

FEN = 100


# Staff open the ticket by its link; a bare number says nothing beside its sentence.
UNTOLD = {EntityName.TICKET_NUMBER, EntityName.NUMBER}
SHOWN_OF_ID = 4


@dataclass(frozen=True)
class Mention:
    """Something the resident named in their own words, of which kind."""

    kind: str
    words: str


@dataclass(frozen=True)
class Heard:
    """One fact. `member` counts from 1, None is the household; `value` None is what they do not
    know or would not say, as the source tells; yes and no stand as `true` and `false`."""

    question: str
    member: int | None
    value: str | None
    source: Source
    in_yuan: bool = False


def of(session: Session, chat: Conversation) -> Sequence[Heard]:
    """The facts that were told, inferred or confirmed in a chat, the household's own first."""
    kept = conversations.state_of(session, chat)
    if kept is None:
        return ()
    household = Household.restore(json.loads(Dialogue.model_validate_json(kept).facts))
    catalogue = facts.shipped()
    rows = list(_rows(catalogue.household, household.facts, None))
    for number, person in enumerate(household.members, start=1):
        rows += _rows(catalogue.person, person, number)
    return rows


def mentioned(said: Understanding) -> Sequence[Mention]:
    """What the resident named themselves, once each, in the order in which they said it."""
    named = [Mention(one.name, _words(one)) for one in said.entities if one.name not in UNTOLD]
    return list(dict.fromkeys(named))


def _words(entity: Entity) -> str:
    """As it was said; of an identity number no more than its end."""
    if entity.name == EntityName.ID_NUMBER:
        return f"…{entity.text[-SHOWN_OF_ID:]}"
    return entity.text


def _rows(
    catalogue: Mapping[str, Fact], told: Mapping[str, Known], member: int | None
) -> Iterator[Heard]:
    for name, known in told.items():
        fact = catalogue[name]
        value = None if known.value is None else _in_words(fact, known.value)
        yield Heard(
            fact.question,
            member,
            value,
            known.source,
            in_yuan=fact.type is FactType.MONEY and _chosen(fact, known.value) is None,
        )


def _in_words(fact: Fact, value: FactValue) -> str:
    label = _chosen(fact, value)
    if label is not None:
        return label
    match value:
        case Interval(low=low, high=high):
            return f"{_number(fact, low)}–{_number(fact, high)}"
        case bool():
            return str(value).lower()
        case int():
            return _number(fact, value)
        case date():
            return value.isoformat()
        case str():
            return value


def _chosen(fact: Fact, value: FactValue | None) -> str | None:
    """The button that means this value."""
    return next((one.label for one in fact.options if one.value == value), None)


def _number(fact: Fact, value: int) -> str:
    """Money is kept in fen and read in yuan."""
    return f"{value / FEN:,.0f}" if fact.type is FactType.MONEY else str(value)
