"""How a line of the conversation looks on a channel that shows plain text and buttons."""

from dataclasses import dataclass

from cases.messages import Cited, Line
from handlers.speech import Speech


@dataclass(frozen=True)
class Shape:
    """What a channel can show: characters a message, buttons a row, characters on a button."""

    longest: int
    buttons_a_row: int
    longest_label: int


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
    texts = cut(_with_sources(line, speech), shape.longest)
    buttons = [
        Button(_shortened(choice.label, shape.longest_label), at)
        for at, choice in enumerate(line.choices)
    ]
    step = shape.buttons_a_row
    rows = tuple(tuple(buttons[at : at + step]) for at in range(0, len(buttons), step))
    return (*(Page(text) for text in texts[:-1]), Page(texts[-1], rows))


def cut(text: str, longest: int) -> list[str]:
    """Pieces of at most `longest` characters, cut after a line or a sentence where there is one."""
    pieces = []
    while len(text) > longest:
        end = max(text.rfind(mark, longest // 2, longest) for mark in "\n。！？")
        end = end + 1 if end > 0 else longest
        pieces.append(text[:end].strip())
        text = text[end:]
    return [*pieces, text.strip()]


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
