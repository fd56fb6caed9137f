"""How a line of the conversation looks on a channel that shows plain text, and how it is cut."""

import string
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cases.talk.messages import Cited, Line
from handlers.speech import Speech

# What belongs to the character before it: a cut never stands before one of these.
JOINED = frozenset("\u200d\ufe0e\ufe0f\u20e3")
JOINER = "\u200d"
LETTERS = string.ascii_uppercase


def in_bytes(text: str) -> int:
    """How long a text is for a channel that counts bytes of UTF-8."""
    return len(text.encode("utf-8", "replace"))


@dataclass(frozen=True)
class Shape:
    """What a channel can show: how long a message is, buttons a row, characters on a button.

    `measure` counts as the channel does. Without buttons choices have letters before them.
    """

    longest: int
    buttons_a_row: int = 0
    longest_label: int = 0
    measure: Callable[[str], int] = len


@dataclass(frozen=True)
class Button:
    """A button and the place of its choice under the line."""

    label: str
    at: int


@dataclass(frozen=True)
class Page:
    """One message of the channel; the buttons stand under the last page alone."""

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()


def pages(line: Line, shape: Shape, speech: Speech) -> tuple[Page, ...]:
    """The line with its sources below it, cut where the channel's messages end."""
    if not shape.buttons_a_row:
        texts = cut(_lettered(line, speech), shape.longest, shape.measure)
        return tuple(Page(text) for text in texts)
    texts = cut(_with_sources(line, speech), shape.longest, shape.measure)
    buttons = [
        Button(_shortened(choice.label, shape.longest_label), at)
        for at, choice in enumerate(line.choices)
    ]
    step = shape.buttons_a_row
    rows = tuple(tuple(buttons[at : at + step]) for at in range(0, len(buttons), step))
    return (*(Page(text) for text in texts[:-1]), Page(texts[-1], rows))


def cut(text: str, longest: int, measure: Callable[[str], int] = len) -> list[str]:
    """Pieces no longer than the channel takes, cut after a line or a sentence where there is one,
    and never inside a character."""
    pieces = []
    while measure(text) > longest:
        most = _most(text, longest, measure)
        end = max(text.rfind(mark, most // 2, most) for mark in "\n。！？")
        end = end + 1 if end > 0 else _whole(text, most)
        pieces.append(text[:end].strip())
        text = text[end:]
    return [*pieces, text.strip()]


def lettered(labels: Sequence[str]) -> list[tuple[str, str]]:
    """Each label with the letter that chooses it."""
    return list(zip(LETTERS, labels, strict=False))


def picked(text: str, values: Sequence[str]) -> list[str] | None:
    """What somebody chose who answers with letters alone; None when these are other words."""
    said = unicodedata.normalize("NFKC", text).upper()
    letters = [one for one in said if not one.isspace() and one not in "、,.，。"]
    known = dict(lettered(values))
    if not letters or any(one not in known for one in letters):
        return None
    return [known[one] for one in dict.fromkeys(letters)]


def _most(text: str, longest: int, measure: Callable[[str], int]) -> int:
    """How many characters from the beginning the channel takes, at least one."""
    low, high = 1, min(len(text), longest)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure(text[:middle]) <= longest else (low, middle - 1)
    return low


def _whole(text: str, end: int) -> int:
    """The cut moved before what belongs together; where nothing else is left, as it was."""
    at = end
    while at > 1 and (_belongs(text[at]) or text[at - 1] == JOINER):
        at -= 1
    return at if at > 1 else end


def _belongs(character: str) -> bool:
    return character in JOINED or bool(unicodedata.combining(character))


def _lettered(line: Line, speech: Speech) -> str:
    text = _with_sources(line, speech)
    if not line.choices:
        return text
    rows = [f"{letter}  {label}" for letter, label in lettered([c.label for c in line.choices])]
    return "\n".join((text, "", speech.say("channel.letters"), *rows))


def _with_sources(line: Line, speech: Speech) -> str:
    if not line.citations:
        return line.text
    sources = "\n".join(dict.fromkeys(_source(cited, speech) for cited in line.citations))
    return f"{line.text}\n\n{sources}"


def _source(cited: Cited, speech: Speech) -> str:
    key = "channel.source" if cited.in_force else "channel.source_past"
    return speech.say(key, {"document": cited.document, "clause": cited.clause})


def _shortened(label: str, longest: int) -> str:
    return label if len(label) <= longest else f"{label[: longest - 1]}…"
