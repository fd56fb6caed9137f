"""How commands read and write: JSON alone on standard output, one sentence when wrong."""

import json
import re
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NoReturn, TextIO
from zoneinfo import ZoneInfo

import typer

from knowledge.names import Region

LOCAL = ZoneInfo("Asia/Shanghai")
WRONG_INPUT = 2
FOUND_SOMETHING = 1
# Far enough for every rule and record; beyond, reckoning with days and zones breaks.
YEARS = range(1900, 2200)
# Half a character as some programs write it: one U+FFFD, not one for each of its three bytes.
LONE_SURROGATE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")


def show(answer: object, *, as_json: bool, text: str | None = None) -> None:
    """Print an answer: the JSON alone, or the text for people."""
    if as_json or text is None:
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=None if as_json else 2))
    else:
        typer.echo(text)


def refuse(sentence: str) -> NoReturn:
    """Say in one sentence what is wrong and how to mend it; exit 2."""
    typer.echo(sentence, err=True)
    raise typer.Exit(WRONG_INPUT)


def given() -> TextIO:
    """Standard input; a caller that closed it is told so."""
    if sys.stdin is None:
        refuse("Standard input is closed; write the lines to it, or give a file.")
    return sys.stdin


def lines(path: Path | None) -> Iterator[str]:
    """The lines of a file or of standard input. What is not UTF-8 becomes U+FFFD."""
    if path is None or str(path) == "-":
        raw = given().buffer.read()
    else:
        try:
            raw = path.read_bytes()
        except OSError as error:
            refuse(f"{path} cannot be read ({error.strerror}); give a file that exists, or -.")
    text = LONE_SURROGATE.sub("\ufffd".encode(), raw).decode("utf-8", "replace")
    yield from text.removesuffix("\n").split("\n") if text else ()


def for_each(
    texts: Iterator[str], work: Callable[[str], object], errors: tuple[type[Exception], ...]
) -> None:
    """Print one JSON object for each line; a bad line prints its error and the rest goes on."""
    failed = False
    for number, text in enumerate(texts, start=1):
        try:
            answer = work(text.removesuffix("\r"))
        except errors as error:
            failed = True
            answer = {"line": number, "error": str(error)}
        typer.echo(json.dumps(answer, ensure_ascii=False))
    if failed:
        raise typer.Exit(WRONG_INPUT)


def region(name: str | None) -> Region | None:
    """The region of that name."""
    if name is None:
        return None
    try:
        return Region(name)
    except ValueError:
        refuse(f"There is no region {name!r}; choose one of: {', '.join(Region)}.")


def day(text: str | None) -> date:
    """The day given, or today in Asia/Shanghai."""
    if text is None:
        return datetime.now(LOCAL).date()
    try:
        given = date.fromisoformat(text)
    except ValueError:
        refuse(f"{text!r} is not a day; write it as 2026-11-22.")
    _check_year(given)
    return given


def moment(text: str | None) -> datetime:
    """The instant given, or now; a naive time is Asia/Shanghai."""
    if text is None:
        return datetime.now(UTC)
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        refuse(f"{text!r} is not a time; write it as 2026-11-22T08:30 or with an offset.")
    _check_year(given)
    return given if given.tzinfo is not None else given.replace(tzinfo=LOCAL)


def _check_year(given: date) -> None:
    if given.year not in YEARS:
        refuse(
            f"The year {given.year} is too far away; give a year from {YEARS[0]} to {YEARS[-1]}."
        )
