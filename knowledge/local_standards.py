"""How a local standard is entered: what was typed becomes a dated row beside the earlier ones."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from knowledge.compiling import CompiledAmount, CompiledProgramme
from knowledge.editions import Edition, EditionError, Trouble
from knowledge.expressions import Expression
from knowledge.mentions import Mentions
from knowledge.names import Programme, Region
from knowledge.parameters import Measure, Parameter, ParameterError, Parameters, Standard
from knowledge.ruleset import RuleSet

FEN_PER_YUAN = 100
MONEY = re.compile(r"\d{1,9}(\.\d{1,2})?")
RATIO = re.compile(r"\d{1,4}(\.\d{1,4})?%?|\d{1,3}/\d{1,3}")
NUMBER = re.compile(r"\d{1,4}")
TRUTHS = {"true": True, "false": False}
Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Use:
    """What a standard is good for: a programme, and the clauses of it that look at it."""

    programme: Programme
    says: tuple[str, ...]


def typed(standard: Standard, text: str) -> bool | int | str:
    """The value that a person typed: money in 元, ratios as 150%, 1.5 or 3/2, true or false.

    Money becomes whole 分. Raises ParameterError, which names the standard.
    """
    plain = unicodedata.normalize("NFKC", text).strip().replace(",", "")
    match standard.measure:
        case Measure.MONEY if MONEY.fullmatch(plain):
            return int(Fraction(plain) * FEN_PER_YUAN)
        case Measure.RATIO if RATIO.fullmatch(plain) and not plain.endswith("/0"):
            return plain
        case Measure.NUMBER if NUMBER.fullmatch(plain):
            return int(plain)
        case Measure.BOOL if plain in TRUTHS:
            return TRUTHS[plain]
        case _:
            raise ParameterError(f"{standard.id}: this is not a {standard.measure}.", "value")


def beside(rows: Iterable[Parameter], new: Parameter) -> tuple[Parameter, ...]:
    """The rows with a new one: one of the same first day gives way, and one without an end ends
    the day before. Raises ParameterError where two would hold on one day."""
    kept = [
        row.model_copy(update={"valid_until": new.valid_from - timedelta(days=1)})
        if row.valid_until is None and row.valid_from < new.valid_from
        else row
        for row in rows
        if row.valid_from != new.valid_from
    ]
    after = sorted((*kept, new), key=lambda row: row.valid_from)
    return checked(after)


def without(rows: Iterable[Parameter], valid_from: date) -> tuple[Parameter, ...]:
    """The rows without the one that begins on that day."""
    return tuple(row for row in rows if row.valid_from != valid_from)


def checked(rows: Iterable[Parameter]) -> tuple[Parameter, ...]:
    """The same rows, read as a file would be. Raises ParameterError."""
    return Parameters.of([as_row(row) for row in rows]).values


def as_row(row: Parameter) -> dict[str, object]:
    """A row as it stands in a file."""
    return row.model_dump(mode="json", exclude_none=True)


def of_standard(known: Parameters, standard: str) -> tuple[Parameter, ...]:
    """The rows of one standard, the earliest first."""
    found = [row for row in known.values if row.parameter == standard]
    return tuple(sorted(found, key=lambda row: row.valid_from))


def laid_over(file: Parameters, published: Mapping[str, tuple[Parameter, ...]]) -> Parameters:
    """The rows of a file with those that were published in the place of theirs."""
    kept = tuple(row for row in file.values if row.parameter not in published)
    return Parameters((*kept, *(row for rows in published.values() for row in rows)))


def uses(rules: RuleSet, region: Region, on: date) -> Mapping[str, tuple[Use, ...]]:
    """What each standard decides in the region on that day, programme by programme."""
    compiled = rules.at(region, on)
    found: dict[str, list[Use]] = {}
    for programme in compiled.programmes:
        for name, says in _named(programme, compiled.nodes).items():
            found.setdefault(name, []).append(Use(programme.programme, tuple(says)))
    return {name: tuple(used) for name, used in found.items()}


def _named(programme: CompiledProgramme, nodes: Mapping[str, Expression]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for clause in (*programme.clauses, *programme.exceptions):
        for name in clause.parameters:
            found.setdefault(name, []).append(clause.rule.says)
    for amount in programme.amounts:
        for name in _in_amount(amount, nodes):
            found.setdefault(name, []).append(amount.rule.formula)
    return {name: list(dict.fromkeys(says)) for name, says in found.items()}


def _in_amount(amount: CompiledAmount, nodes: Mapping[str, Expression]) -> set[str]:
    roots = [one for one in (amount.when, amount.low, amount.high) if one is not None]
    mentions = Mentions(nodes)
    return {name for root in roots for name in mentions.standards(root)}


def shown(standard: Standard, row: Parameter | None) -> str:
    """The value as it was typed; empty where there is none. A floor is shown by its number."""
    if row is None:
        return ""
    value = row.at_least if row.value is None else row.value
    if value is None or isinstance(value, bool):
        return str(value).lower()
    if standard.measure is not Measure.MONEY:
        return str(value)
    yuan, fen = divmod(int(value), FEN_PER_YUAN)
    return f"{yuan}.{fen:02d}" if fen else str(yuan)


def of_edition(rules: RuleSet, edition: Edition, standard: str) -> tuple[Parameter, ...]:
    """The dated values of a published standard. Raises EditionError."""
    rows = edition.body.get("values")
    if not isinstance(rows, list) or not rows:
        raise EditionError(edition.name, Trouble.MISSING, "values")
    try:
        values = Parameters.of(rows, rules.standards).values
    except ParameterError as error:
        where = ".".join(("values", *(str(part) for part in error.place)))
        both = error.place[-1:] == ("valid_from",) and "two values" in str(error)
        trouble = Trouble.TWO_VALUES if both else Trouble.OTHER
        raise EditionError(edition.name, trouble, where, str(error)) from error
    for at, row in enumerate(values):
        if row.parameter != standard:
            where = f"values.{at}.parameter"
            raise EditionError(edition.name, Trouble.OTHER_SUBJECT, where, row.parameter)
    return values
