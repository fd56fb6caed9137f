"""The command `prescreen`: households a line, and what households show of the rules."""

import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from api.commands import console
from config.settings import Settings
from knowledge import facts, local_standards, prescreening, trying
from knowledge.household import Household, HouseholdError
from knowledge.names import Region
from knowledge.parameters import Parameter, ParameterError, Parameters
from knowledge.ruleset import RuleError, RuleSet
from knowledge.sheets import SheetError


@dataclass(frozen=True)
class _Place:
    """Where and when the households are checked."""

    rules: RuleSet
    region: Region
    on: date
    local: Parameters

    def asked(self, text: str) -> prescreening.Asked:
        raw = prescreening.read_line(text)
        return prescreening.Asked.of(raw, self.rules.catalogue, self.on)


FILE = typer.Argument(help="a JSON household a line, or -")
REGION = typer.Option(help="one of the six regions")
ON = typer.Option(help="the day of the check, 2026-11-22")
PARAMETERS = typer.Option(help="local standards, YAML or JSON")
LIST_FACTS = typer.Option("--list-facts", help="every fact that can be told")
LIST_PARAMETERS = typer.Option("--list-parameters", help="every standard that rules speak of")
EXPLAIN = typer.Option("--explain", help="each clause, what it looked at and where it stands")
NEVER_FAILED = typer.Option("--never-failed", help="the clauses that no household of FILE fails")
CHANGED_SINCE = typer.Option(help="who came out otherwise on this earlier day")
AS_JSON = typer.Option("--json", help="print JSON alone")


def prescreen(  # noqa: PLR0913, PLR0917
    file: Annotated[Path | None, FILE] = None,
    region: Annotated[str | None, REGION] = None,
    on: Annotated[str | None, ON] = None,
    parameters: Annotated[Path | None, PARAMETERS] = None,
    list_facts: Annotated[bool, LIST_FACTS] = False,  # noqa: FBT002
    list_parameters: Annotated[bool, LIST_PARAMETERS] = False,  # noqa: FBT002
    explain: Annotated[bool, EXPLAIN] = False,  # noqa: FBT002
    never_failed: Annotated[bool, NEVER_FAILED] = False,  # noqa: FBT002
    changed_since: Annotated[str | None, CHANGED_SINCE] = None,
    as_json: Annotated[bool, AS_JSON] = False,  # noqa: FBT002
) -> None:
    """Pre-screen households, one JSON object a line; never a decision.

    A line is {"id": …, "facts": {…, "members": [{…}]}}. A line that cannot be used is answered
    with its error and makes the exit code 2; the others are answered all the same.
    """
    rules = _rules()
    if list_facts or list_parameters:
        _list(rules, of_facts=list_facts)
        return
    if sum((explain, never_failed, changed_since is not None)) > 1:
        console.refuse("Give only one of --explain, --never-failed and --changed-since.")
    place = _place(rules, region, console.day(on), parameters)
    lines = console.lines(file)
    if never_failed:
        _never_failed(place, lines, as_json=as_json)
    elif explain and not as_json:
        _explain(place, lines)
    else:
        console.for_each(lines, _work(place, changed_since, explain=explain), (HouseholdError,))


def _work(place: _Place, since: str | None, *, explain: bool) -> Callable[[str], object]:
    if since is not None:
        return partial(_changes, place, console.day(since))
    return partial(_traced if explain else _screened, place)


def _list(rules: RuleSet, *, of_facts: bool) -> None:
    listed = (
        prescreening.list_facts(rules.catalogue)
        if of_facts
        else prescreening.list_parameters(rules)
    )
    console.show(listed, as_json=True)


def _rules() -> RuleSet:
    # Not the whole library: neither search nor units are needed here.
    try:
        return RuleSet.load(facts.CONTENT)
    except (RuleError, SheetError, ParameterError) as error:
        console.refuse(f"{error}")


def _place(rules: RuleSet, region: str | None, on: date, given: Path | None) -> _Place:
    place = console.region(region)
    if place is None:
        console.refuse("Give the region with --region; there is no default region.")
    return _Place(rules, place, on, _local(rules, place, on, given))


def _local(rules: RuleSet, place: Region, on: date, given: Path | None) -> Parameters:
    settings = Settings()
    path = given or settings.local_standards / f"{place}.yml"
    try:
        own = given is not None or path.exists()
        filed = Parameters.load(path, rules.standards) if own else Parameters.none()
        if given is not None or not settings.keys.exists():
            return filed
        return local_standards.laid_over(filed, _published(settings, place, on))
    except ParameterError as error:
        console.refuse(f"{error}")


def _published(settings: Settings, place: Region, on: date) -> Mapping[str, tuple[Parameter, ...]]:
    # Only a deployment with a store pays for what reads it.
    module = importlib.import_module("api.commands.published")
    read: Callable[[Settings, Region, date], Mapping[str, tuple[Parameter, ...]]]
    read = module.standards
    return read(settings, place, on)


def _screened(place: _Place, text: str) -> object:
    return prescreening.screen_line(
        text, rules=place.rules, region=place.region, on=place.on, local=place.local
    )


def _traced(place: _Place, text: str) -> object:
    asked = place.asked(text)
    verdicts = _verdicts(place, asked.household)
    return {"id": asked.id, "programmes": [trying.trace(v, asked.household) for v in verdicts]}


def _changes(place: _Place, since: date, text: str) -> object:
    asked = place.asked(text)
    found = trying.changed_between(
        place.rules,
        [asked.household],
        region=place.region,
        before=since,
        after=place.on,
        local=place.local,
    )
    changes = [{"id": c.programme, "before": c.before, "after": c.after} for c in found]
    return {"id": asked.id, "changes": changes}


def _explain(place: _Place, lines: Iterator[str]) -> None:
    failed = False
    for number, text in enumerate(lines, start=1):
        try:
            asked = place.asked(text)
        except HouseholdError as error:
            failed = True
            typer.echo(f"line {number}: {error}", err=True)
            continue
        typer.echo(f"# {number if asked.id is None else asked.id}")
        for verdict in _verdicts(place, asked.household):
            typer.echo("\n".join(trying.explain(verdict, asked.household)))
    if failed:
        raise typer.Exit(console.WRONG_INPUT)


def _never_failed(place: _Place, lines: Iterator[str], *, as_json: bool) -> None:
    try:
        households = [place.asked(text).household for text in lines]
    except HouseholdError as error:
        console.refuse(f"{error}")
    found = trying.never_failed(
        place.rules, households, region=place.region, on=place.on, local=place.local
    )
    console.show(list(found), as_json=as_json, text="\n".join(found))


def _verdicts(place: _Place, household: Household) -> tuple[prescreening.Verdict, ...]:
    return prescreening.evaluate(
        place.rules, household, region=place.region, on=place.on, local=place.local
    )
