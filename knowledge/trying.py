"""What households show of the rules: why, which clauses never failed, who changes when."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from knowledge import screening
from knowledge.facts import FactFile
from knowledge.household import Household
from knowledge.names import Programme, Region
from knowledge.needs import ServiceList
from knowledge.parameters import Parameter, Parameters
from knowledge.phrasing import Phrases
from knowledge.programmes import Sheet
from knowledge.ruleset import RuleSet
from knowledge.verdict import ClauseResult, Outcome, Verdict

MARKS: Mapping[bool | None, str] = {True: "+", False: "-", None: "?"}


@dataclass(frozen=True, slots=True)
class Change:
    """A household whose outcome is another on the later day. `index` counts from 0."""

    index: int
    programme: Programme
    before: Outcome
    after: Outcome


def explain(verdict: Verdict, household: Household) -> tuple[str, ...]:
    """One line a clause: whether it holds, what it says, where it stands, and the facts and
    standards that it looked at."""
    lines = [f"{verdict.programme}: {verdict.outcome}"]
    for clause in verdict.clauses:
        seen = {**_told(clause, household), **clause.used}
        shown = ", ".join(f"{name}={_shown(value)}" for name, value in seen.items())
        place = f"《{clause.document}》{clause.clause}"
        lines.append(f"  {MARKS[clause.value]} {clause.id}: {clause.says} {place} [{shown}]")
    if verdict.missing:
        lines.append("  missing: " + ", ".join(f"{m.kind} {m.id}" for m in verdict.missing))
    return tuple(lines)


def trace(verdict: Verdict, household: Household) -> dict[str, object]:
    """The same for other programs: the verdict, and with each clause what it looked at."""
    clauses = [
        {
            **clause.to_json(),
            "says": clause.says,
            "facts": _told(clause, household),
            "parameters": clause.used,
        }
        for clause in verdict.clauses
    ]
    return {**verdict.to_json(), "clauses": clauses}


def _told(clause: ClauseResult, household: Household) -> dict[str, object]:
    """What the household told of the facts that the clause looks at."""
    own = Household(household.facts).to_json()
    told = {fact: own[fact] for fact in clause.facts if fact in own}
    for index, person in enumerate(household.members):
        of_person = Household(person).to_json()
        told |= {
            f"members[{index}].{fact}": of_person[fact]
            for fact in clause.facts
            if fact in of_person
        }
    return told


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def never_failed(
    rules: RuleSet, households: Iterable[Household], *, region: Region, on: date, local: Parameters
) -> tuple[str, ...]:
    """The clauses in force that are false for none of the households."""
    ids = [c.rule.id for p in rules.at(region, on).programmes for c in p.clauses]
    failed = {
        clause.id
        for household in households
        for verdict in _verdicts(rules, household, region, on, local)
        for clause in verdict.failed
    }
    return tuple(clause for clause in ids if clause not in failed)


def changed_between(  # noqa: PLR0913 - two days and the same place for both
    rules: RuleSet,
    households: Iterable[Household],
    *,
    region: Region,
    before: date,
    after: date,
    local: Parameters,
) -> tuple[Change, ...]:
    """Who comes out otherwise on the later day, household by household."""
    found = []
    for index, household in enumerate(households):
        old = {v.programme: v.outcome for v in _verdicts(rules, household, region, before, local)}
        for new in _verdicts(rules, household, region, after, local):
            was = old.get(new.programme, Outcome.NEED_MORE)
            if was is not new.outcome:
                found.append(Change(index, new.programme, was, new.outcome))
    return tuple(found)


def schemas() -> dict[str, dict[str, object]]:
    """The JSON Schema of each kind of file that rules are made of; of parameters one row."""
    return {
        "facts": FactFile.model_json_schema(),
        "rules": Sheet.model_json_schema(),
        "asking": Phrases.model_json_schema(),
        "services": ServiceList.model_json_schema(),
        "parameter": Parameter.model_json_schema(),
    }


def _verdicts(
    rules: RuleSet, household: Household, region: Region, on: date, local: Parameters
) -> tuple[Verdict, ...]:
    return screening.evaluate(rules, household, region=region, on=on, local=local)
