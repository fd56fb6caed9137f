"""How one line of the conversation is shown: words, numbers to dial, buttons, clauses, the card."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cases.desk.queues import Standing
from cases.talk.conversations import Mode
from cases.talk.messages import Choice, Cited, Line, Sender, Shared
from handlers import speech

# After these a number counts something and is not dialled.
_COUNTED = r"(?!\s*(?:元|块|万|人|天|名|%|％|号文))"
_NUMBER_LINE = re.compile(r"^\s*(?P<number>\+?\d[\d-]{2,})\s+(?P<name>\S.*)$")
# A link to a list or to a copy: whatever host stands before it, only our own page is opened.
_OWN = re.compile(
    r"(?:https?://[^\s/]+)?(?P<path>/list/[0-9a-f]{32}|/copy/[0-9a-f]{32}-[0-9a-f]+-[0-9a-f]{64})"
)
SECONDS_A_MINUTE = 60


@dataclass(frozen=True)
class Piece:
    """A stretch of text; with `dial` it is a telephone number, with `opens` a page of our own."""

    text: str
    dial: str | None = None
    opens: str | None = None


@dataclass(frozen=True)
class Number:
    """A number on the urgent card."""

    number: str
    name: str


@dataclass(frozen=True)
class Button:
    """A button; `wish` names the picture of one that stands in the menu."""

    label: str
    value: str
    wish: str | None


@dataclass(frozen=True)
class Shown:
    """A line as the page shows it."""

    seq: int
    sender: Sender
    paragraphs: Sequence[Sequence[Piece]]
    numbers: Sequence[Number]
    choices: Sequence[Button]
    many: bool
    citations: Sequence[Cited]
    files: Sequence[Shared]
    ticket: str | None
    staff: str | None


@dataclass(frozen=True)
class Waiting:
    """What the strip above the writing place says. Minutes are None while unknown;
    `opens` says when somebody is there again, empty within hours."""

    mode: Mode
    ahead: int | None = None
    low: int | None = None
    high: int | None = None
    opens: str = ""
    writing: bool = False


def show(line: Line, hotlines: Iterable[str]) -> Shown:
    """A line as the page shows it; `hotlines` are the numbers that may be dialled from text."""
    text = [part for part in line.text.splitlines() if part.strip()]
    numbers = _numbers(text) if line.urgent else ()
    if numbers:
        # The card above says what a colon would lead to.
        text = [_ended(part) for part in text if not _NUMBER_LINE.match(part)]
    ours = line.sender is not Sender.RESIDENT
    pattern = _pattern(tuple(sorted(hotlines, key=len, reverse=True)))
    return Shown(
        seq=line.seq,
        sender=line.sender,
        paragraphs=[_pieces(part, pattern) if ours else [Piece(part)] for part in text],
        numbers=numbers,
        choices=[_button(choice) for choice in line.choices],
        many=line.select == "many",
        citations=line.citations,
        files=line.files,
        # Every line of a turn knows the ticket; it is shown where the words speak of it.
        ticket=line.ticket_number if (line.ticket_number or "") in line.text else None,
        staff=line.staff_name,
    )


def waiting(mode: Mode, standing: Standing | None, *, writing: bool = False) -> Waiting:
    """The place in line in whole minutes, rounded up."""
    if mode is not Mode.QUEUED or standing is None:
        return Waiting(mode, writing=writing and mode is Mode.OPERATOR)
    return Waiting(
        mode,
        standing.position - 1,
        _minutes(standing.wait_low_s),
        _minutes(standing.wait_high_s),
        "" if standing.opens_at is None else speech.chinese().when(standing.opens_at),
    )


def _button(choice: Choice) -> Button:
    return Button(choice.label, choice.value, speech.chinese().menu().get(choice.label))


def _ended(text: str) -> str:
    return f"{text.rstrip()[:-1]}。" if text.rstrip().endswith(("：", ":")) else text


def _minutes(seconds: int | None) -> int | None:
    return None if seconds is None else max(-(-seconds // SECONDS_A_MINUTE), 1)


def _numbers(text: Sequence[str]) -> Sequence[Number]:
    found = (_NUMBER_LINE.match(part) for part in text)
    return [Number(hit["number"], hit["name"].strip()) for hit in found if hit]


@lru_cache(maxsize=16)
def _pattern(numbers: tuple[str, ...]) -> re.Pattern[str] | None:
    if not numbers:
        return None
    either = "|".join(re.escape(number) for number in numbers)
    return re.compile(rf"(?<![\d-])({either})(?![\d-]){_COUNTED}")


def _pieces(text: str, pattern: re.Pattern[str] | None) -> Sequence[Piece]:
    found = _OWN.search(text)
    if found is None:
        return _dialled(text, pattern)
    link = Piece(found[0], opens=found["path"])
    before, after = text[: found.start()], text[found.end() :]
    return [*_dialled(before, pattern), link, *_dialled(after, pattern)]


def _dialled(text: str, pattern: re.Pattern[str] | None) -> Sequence[Piece]:
    if pattern is None:
        return [Piece(text)]
    parts = pattern.split(text)
    # Every second part is what the pattern matched.
    return [Piece(part, part if at % 2 else None) for at, part in enumerate(parts) if part]
