"""Where the rules of danger lie: a file a danger in nlu/dangers, and the words they share."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from knowledge.names import Hazard

FOLDER = Path(__file__).with_name("dangers")
SPEECH = FOLDER / "speech.yml"
CONCEPTS = FOLDER / "concepts.yml"
DIALECTS = FOLDER / "dialects"
# In the order in which they are read: a word may be of two.
FAMILIES = ("minnan", "yue", "hakka", "wu", "north")

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Speech:
    """What silences a find, figures of speech, and what the names in patterns stand for."""

    context: Mapping[str, str]
    figures: Sequence[str]
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Dialect:
    """Words that show a dialect, and what its words mean."""

    signs: str
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Dialects:
    """Words that mean the same in every message, and those of one dialect each."""

    anywhere: Mapping[str, str]
    families: Sequence[Dialect]


def dialects() -> Dialects:
    """How words of dialects read in common speech."""
    anywhere = yaml.load(_text(DIALECTS / "anywhere.yml"), Loader=yaml.CSafeLoader)
    rows = [yaml.load(_text(dialect(name)), Loader=yaml.CSafeLoader) for name in FAMILIES]
    return Dialects(anywhere, [Dialect(**row) for row in rows])


def dialect(name: str) -> Path:
    """The file of one family of dialects."""
    return DIALECTS / f"{name}.yml"


def speech() -> Speech:
    """How danger is spoken of."""
    return Speech(**yaml.load(_text(SPEECH), Loader=yaml.CSafeLoader))


def concepts() -> Mapping[str, str]:
    """Lists of words for the chains."""
    found: Mapping[str, Mapping[str, str]] = yaml.load(_text(CONCEPTS), Loader=yaml.CSafeLoader)
    return found["concepts"]


def rows(part: str) -> Iterator[tuple[Hazard, Row]]:
    """The rows of one part of every danger's file, the gravest danger first."""
    for hazard in Hazard:
        if hazard is not Hazard.NONE:
            parts: Mapping[str, list[Row]] = yaml.load(_text(of(hazard)), Loader=yaml.CSafeLoader)
            yield from ((hazard, row) for row in parts.get(part, []))


def of(hazard: Hazard) -> Path:
    """The file of one danger."""
    return FOLDER / f"{hazard}.yml"


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
