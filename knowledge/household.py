"""What is known of a household, and which facts about it are refused as impossible."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from knowledge import facts
from knowledge.facts import REFUSED, UNSURE, Catalogue, Fact, Interval, Known, Source

MEMBERS_AT_MOST = 30
LONGEST_NAME = 60
FIRST_DAY = date(1900, 1, 1)


class HouseholdError(ValueError):
    """Facts that cannot be: the message says which one and what would be right."""


@dataclass(frozen=True, slots=True)
class Household:
    """Facts of the household and of its members. The members are an open list until
    `complete` or until `household_size` says how many there are."""

    facts: Mapping[str, Known]
    members: tuple[Mapping[str, Known], ...] = ()
    complete: bool = False

    @classmethod
    def empty(cls) -> "Household":
        """Nothing is known yet."""
        return cls({})

    @classmethod
    def from_json(cls, raw: object, catalogue: Catalogue | None = None) -> "Household":
        """The household in the contract's shape: null is 不知道, "refused" is 不想说."""
        known = catalogue or facts.shipped()
        if not isinstance(raw, Mapping):
            raise HouseholdError("facts must be an object with fact names as keys.")
        own = {str(key): value for key, value in raw.items()}
        people = own.pop("members", None)
        complete = own.pop("members_complete", False)
        if not isinstance(complete, bool):
            raise HouseholdError("members_complete must be true or false.")
        told = {key: _known(known.household, key, value) for key, value in own.items()}
        household = cls(told, _members(known, people), complete)
        household.check()
        return household

    def tell(
        self, fact: str, value: object, *, member: int | None = None, source: Source = Source.SAID
    ) -> "Household":
        """The household with one more fact; None is 不知道, "refused" is 不想说."""
        catalogue = facts.shipped()
        known = _known(catalogue.household if member is None else catalogue.person, fact, value)
        known = known if known.value is None else Known(known.value, source)
        told = self.put(fact, known, member)
        told.check()
        return told

    def forget(self, fact: str, *, member: int | None = None) -> "Household":
        """Taking back equals never having said."""
        if member is None:
            return replace(self, facts={k: v for k, v in self.facts.items() if k != fact})
        people = list(self.members)
        if member < len(people):
            people[member] = {k: v for k, v in people[member].items() if k != fact}
        while people and not people[-1]:
            people.pop()
        return replace(self, members=tuple(people))

    def known(self, fact: str, *, member: int | None = None) -> Known | None:
        """What was said about it; None if it was never told or asked."""
        if member is None:
            return self.facts.get(fact)
        return self.members[member].get(fact) if member < len(self.members) else None

    def to_json(self) -> dict[str, object]:
        """The contract's shape, without the sources."""
        told: dict[str, object] = {key: _plain(value) for key, value in self.facts.items()}
        if self.members:
            told["members"] = [
                {key: _plain(value) for key, value in person.items()} for person in self.members
            ]
        if self.complete:
            told["members_complete"] = True
        return told

    def dump(self) -> dict[str, object]:
        """Everything with its sources, for keeping; `restore` reads it back."""
        return {
            "facts": {k: [_plain(v), v.source.value] for k, v in self.facts.items()},
            "members": [
                {k: [_plain(v), v.source.value] for k, v in person.items()}
                for person in self.members
            ],
            "complete": self.complete,
        }

    @classmethod
    def restore(cls, raw: Mapping[str, object]) -> "Household":
        """What `dump` kept; facts that no longer exist are dropped."""
        catalogue = facts.shipped()
        own, people = raw.get("facts"), raw.get("members")
        return cls(
            _restored(catalogue.household, own),
            tuple(_restored(catalogue.person, p) for p in people)
            if isinstance(people, list)
            else (),
            raw.get("complete") is True,
        )

    def check(self) -> None:
        """Refuses what contradicts itself."""
        size = self.facts.get("household_size", UNSURE).value
        most = size.high if isinstance(size, Interval) else size
        if isinstance(most, int) and most < len(self.members):
            raise HouseholdError(
                f"household_size is {most}, but {len(self.members)} members are told; "
                "correct one of them."
            )

    def put(self, fact: str, known: Known, member: int | None) -> "Household":
        """The household with one more fact whose value is already known to be possible."""
        if member is None:
            return replace(self, facts={**self.facts, fact: known})
        if not 0 <= member < MEMBERS_AT_MOST:
            raise HouseholdError(f"at most {MEMBERS_AT_MOST} members can be told.")
        people = [*self.members, *({} for _ in range(member + 1 - len(self.members)))]
        people[member] = {**people[member], fact: known}
        return replace(self, members=tuple(people))


def _members(catalogue: Catalogue, raw: object) -> tuple[Mapping[str, Known], ...]:
    if raw is None:
        return ()
    if not isinstance(raw, list):
        raise HouseholdError("members must be a list with one object for each person.")
    if len(raw) > MEMBERS_AT_MOST:
        raise HouseholdError(f"{len(raw)} members are told; at most {MEMBERS_AT_MOST} can be.")
    return tuple(_person(catalogue, index, person) for index, person in enumerate(raw))


def _person(catalogue: Catalogue, index: int, raw: object) -> Mapping[str, Known]:
    if not isinstance(raw, Mapping):
        raise HouseholdError(f"members[{index}] must be an object with fact names as keys.")
    try:
        return {str(k): _known(catalogue.person, str(k), v) for k, v in raw.items()}
    except HouseholdError as error:
        raise HouseholdError(f"members[{index}]: {error}") from error


def _known(catalogue: Mapping[str, Fact], fact: str, raw: object) -> Known:
    shape = catalogue.get(fact)
    if shape is None:
        near = difflib.get_close_matches(fact, catalogue, n=1)
        meant = f"did you mean {near[0]}?" if near else "list the facts to see their names."
        raise HouseholdError(f"{fact[:LONGEST_NAME]!r} is not a known fact; {meant}")
    if raw is None:
        return UNSURE
    if raw == "refused":
        return REFUSED
    value = shape.parse(raw)
    if value is None:
        raise HouseholdError(f"{fact}: {_wanted(shape)}.")
    if isinstance(value, date) and value < FIRST_DAY:
        raise HouseholdError(f"{fact}: the day must not be before {FIRST_DAY}.")
    return Known(value)


def _wanted(fact: Fact) -> str:
    match fact.type:
        case facts.FactType.BOOL:
            return "must be true or false"
        case facts.FactType.DATE:
            return "must be a day that exists, written YYYY-MM-DD"
        case facts.FactType.MONEY:
            return "must be a whole number of 分, not negative"
        case facts.FactType.INTEGER:
            return f"must be a whole number from {fact.low} to {fact.high}"
        case facts.FactType.CHOICE:
            return "must be one of " + ", ".join(str(o.value) for o in fact.options)


def _plain(known: Known) -> object:
    match known:
        case Known(value=None, source=Source.REFUSED):
            return "refused"
        case Known(value=Interval(low=low, high=high)):
            return {"low": low, "high": high}
        case Known(value=date() as day):
            return day.isoformat()
        case Known(value=value):
            return value


def _restored(catalogue: Mapping[str, Fact], raw: object) -> dict[str, Known]:
    told: dict[str, Known] = {}
    for fact, pair in raw.items() if isinstance(raw, Mapping) else ():
        if fact in catalogue and isinstance(pair, list) and len(pair) == len(("value", "source")):
            value = catalogue[fact].parse(pair[0]) if pair[0] is not None else None
            told[fact] = Known(value, Source(pair[1]))
    return told
