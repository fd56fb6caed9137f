"""Whether a household looks eligible, not, or what is missing: a hint, never a decision."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from knowledge import asking
from knowledge.facts import Catalogue
from knowledge.household import Household, HouseholdError
from knowledge.names import Programme, Region
from knowledge.parameters import Parameters
from knowledge.ruleset import RuleError, RuleSet
from knowledge.screening import evaluate
from knowledge.verdict import ClauseResult, Missing, MissingKind, Outcome, Verdict

__all__ = [
    "Asked",
    "ClauseResult",
    "Household",
    "HouseholdError",
    "Missing",
    "MissingKind",
    "Outcome",
    "RuleError",
    "RuleSet",
    "Verdict",
    "evaluate",
    "list_facts",
    "list_parameters",
    "prescreen_line",
    "read_line",
    "screen_line",
]


def screen_line(
    text: str, *, rules: RuleSet, region: Region, on: date, local: Parameters
) -> dict[str, object]:
    """One line of JSON in, the contract's object out; HouseholdError when it cannot be."""
    return prescreen_line(read_line(text), rules, region=region, on=on, local=local)


def read_line(text: str) -> object:
    """The value of one line of JSON; HouseholdError where two readers could understand it
    differently: a key told twice, NaN, numbers or nesting without measure, half a character."""
    try:
        raw: object = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
        json.dumps(raw, ensure_ascii=False, allow_nan=False).encode()
    except HouseholdError:
        raise
    except (ValueError, RecursionError) as error:
        raise HouseholdError("the line is not valid JSON; give one object a line.") from error
    return raw


@dataclass(frozen=True, slots=True)
class Asked:
    """One line {id?, facts, focus?}."""

    id: object
    household: Household
    focus: frozenset[Programme]

    @classmethod
    def of(cls, raw: object, catalogue: Catalogue, on: date) -> "Asked":
        """HouseholdError says in one sentence what cannot be."""
        if not isinstance(raw, Mapping) or "facts" not in raw:
            raise HouseholdError('a household must be an object like {"id": …, "facts": {…}}.')
        household = Household.from_json(raw["facts"], catalogue)
        _check_event_date(household, on)
        return cls(raw.get("id"), household, _focus(raw.get("focus")))


def prescreen_line(
    raw: object, rules: RuleSet, *, region: Region, on: date, local: Parameters
) -> dict[str, object]:
    """One household {id?, facts, focus?} in, its verdicts and the next question out.

    HouseholdError says in one sentence what cannot be.
    """
    asked = Asked.of(raw, rules.catalogue, on)
    verdicts = evaluate(rules, asked.household, region=region, on=on, local=local)
    question = asking.next_question(
        rules, asked.household, region=region, on=on, local=local, focus=asked.focus
    )
    return {
        "id": asked.id,
        "programmes": [verdict.to_json() for verdict in verdicts],
        "next": None if question is None else question.to_json(),
        "rules_version": rules.version,
    }


def list_facts(catalogue: Catalogue) -> list[dict[str, object]]:
    """Every fact that can be told, in the contract's shape."""
    return [
        {
            "id": fact.id,
            "entity": fact.entity.value,
            "type": fact.type.value,
            "unit": fact.unit,
            "options": [{"value": option.value, "label": option.label} for option in fact.options],
            "question": fact.question,
            "why": fact.why,
            "sensitive": fact.sensitive,
        }
        for fact in catalogue
    ]


def list_parameters(rules: RuleSet) -> list[dict[str, object]]:
    """Every standard that rules speak of, with the regions whose rules do."""
    used = {region: rules.standards_used(region) for region in Region}
    return [
        {
            "id": standard.id,
            "unit": standard.unit,
            "regions": [region.value for region in Region if standard.id in used[region]],
            "description": standard.description,
        }
        for standard in rules.standards.values()
        if standard.constant is None
    ]


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise HouseholdError(f"{twice} is told twice; keep one of them.")
    return found


def _no_number(name: str) -> None:
    raise HouseholdError(f"{name} is not a number; leave the fact out or write null.")


def _focus(raw: object) -> frozenset[Programme]:
    if raw is None:
        return frozenset()
    if not isinstance(raw, list):
        raise HouseholdError("focus must be a list of programmes.")
    try:
        return frozenset(Programme(item) for item in raw)
    except ValueError as error:
        raise HouseholdError(f"focus: {error}.") from error


def _check_event_date(household: Household, on: date) -> None:
    told = household.facts.get("event_date")
    if told is not None and isinstance(told.value, date) and told.value > on:
        raise HouseholdError(f"event_date {told.value} lies after the day of the check, {on}.")
