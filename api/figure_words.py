"""How figures are read on a page and in a report: names, units, definitions, and lines."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from cases.figures.figures import By, Figure, Measure
from knowledge.library import Library
from knowledge.names import Matter, Region

WORDS = Path(__file__).parent / "figures.toml"
SHARES = frozenset({Measure.IN_TIME, Measure.SATISFIED, Measure.REOPENED})
PER_CENT = 100


def shown(measure: Measure, figure: Figure) -> str:
    """A figure as it is read; a share in per cent."""
    if figure.value is None:
        return words()["page"]["nothing"]
    value = figure.value * PER_CENT if measure in SHARES else figure.value
    return f"{value:.1f}".removesuffix(".0")


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """The wording and the definitions."""
    found: dict[str, dict[str, str]] = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    return found


class Namer:
    """How lines are called."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def __call__(self, by: By, name: str | None) -> str:
        """The name of a line; None is where no unit is known."""
        if name is None:
            return words()["page"]["no_unit"]
        match by:
            case By.MATTER:
                known = name in set(Matter)
                return self._library.label(Matter(name)) if known else name
            case By.REGION:
                return self._library.region_name(Region(name)) if name in set(Region) else name
            case By.WEEK:
                return words()["week"]["name"].format(day=name)
            case By.UNIT:
                return name
