"""What differs between two versions of an entry, line by line, as an editor reads it."""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

SENTENCE = re.compile(r"(?<=[。；！？\n])")
CONTEXT = 2


class Mark(StrEnum):
    """What became of a line."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the comparison; a skipped one stands for any number that are the same."""

    mark: Mark
    text: str


_MARKS = {" ": Mark.SAME, "-": Mark.GONE, "+": Mark.NEW, "@": Mark.SKIPPED}


def as_written(_path: str, value: str) -> str:
    """A value as it stands in the entry."""
    return value


def between(
    before: Mapping[str, object],
    after: Mapping[str, object],
    label: Callable[[str], str],
    say: Callable[[str, str], str] = as_written,
) -> tuple[Line, ...]:
    """The unified difference; empty where both say the same. `label` names a field's path, `say`
    what stands there."""
    old, new = list(_lines(before, label, say)), list(_lines(after, label, say))
    found = list(difflib.unified_diff(old, new, lineterm="", n=CONTEXT))[2:]
    return tuple(Line(_MARKS[line[0]], "" if line[0] == "@" else line[1:]) for line in found)


def _lines(
    body: Mapping[str, object], label: Callable[[str], str], say: Callable[[str, str], str]
) -> Iterable[str]:
    """A line a sentence, each under the name of its field."""
    for path, value in flat(body):
        name = label(path)
        for sentence in SENTENCE.split(say(path, value)):
            if sentence.strip():
                yield f"{name} | {sentence.strip()}"


def flat(value: object, path: str = "") -> Iterable[tuple[str, str]]:
    """Every single value with its path, in an order that does not depend on how it was written."""
    if isinstance(value, Mapping):
        for key in sorted(value):
            yield from flat(value[key], f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for at, item in enumerate(value):
            # Rows are told apart; plain words of a list are compared as a list.
            yield from flat(item, f"{path}.{at}" if isinstance(item, Mapping) else path)
    else:
        yield path, "" if value is None else str(value)
