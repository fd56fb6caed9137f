"""How a bureau's list becomes rows: which column is what, and what is wrong with each row."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from knowledge import identity_numbers, loading, spreadsheets
from knowledge.library import Library
from knowledge.names import Programme

BOOK = Path(__file__).parent / "content" / "national" / "bureau_lists.yml"
LONGEST = 300
# What a spreadsheet would carry out when the list is opened again (full-width signs as well).
FORMULA = re.compile(r"^[=+\-@\t\r＝＋－＠]")
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00:00)?")
OLDEST = date(1900, 1, 1)


class Column(StrEnum):
    """What a column of a list may hold."""

    NAME = "name"
    ID_NUMBER = "id_number"
    HEAD_NUMBER = "head_number"
    RELATION = "relation"
    ADDRESS = "address"
    STREET = "street"
    PHONE = "phone"
    PROGRAMME = "programme"
    SINCE = "since"
    UNTIL = "until"
    WHAT = "what"


NEEDED = (Column.NAME, Column.ID_NUMBER)


class Fault(StrEnum):
    """What is wrong with a row."""

    NO_NAME = "no_name"
    NO_NUMBER = "no_number"
    WRONG_NUMBER = "wrong_number"
    TWICE = "twice"
    FORMULA = "formula"
    WRONG_DAY = "wrong_day"
    DAYS_CROSSED = "days_crossed"
    UNKNOWN_PROGRAMME = "unknown_programme"
    NO_SINCE = "no_since"
    NO_HEAD = "no_head"
    TOO_LONG = "too_long"


class ListError(Exception):
    """A list that cannot be read at all; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One person of a list, read and found right."""

    line: int
    name: str
    id_number: str
    head_number: str
    relation: str = ""
    address: str = ""
    street: str = ""
    phone: str = ""
    programme: Programme | None = None
    since: date | None = None
    until: date | None = None
    what: str = ""


@dataclass(frozen=True, slots=True)
class Blame:
    """What is wrong, and in which column."""

    fault: Fault
    column: Column

    @classmethod
    def read(cls, text: str) -> "Blame":
        """What `str` wrote."""
        fault, column = text.split()
        return cls(Fault(fault), Column(column))

    def __str__(self) -> str:
        return f"{self.fault} {self.column}"


@dataclass(frozen=True, slots=True)
class Wrong:
    """A row that is not right: which line of the file, and each thing that is wrong."""

    line: int
    faults: tuple[Blame, ...]


@cache
def headings() -> Mapping[Column, tuple[str, ...]]:
    """How lists call their columns."""
    return loading.read(BOOK, TypeAdapter(dict[Column, tuple[str, ...]]))


def columns(first: Sequence[str]) -> Mapping[int, Column]:
    """Which column is what, by the heading. Raises ListError where a needed one is missing."""
    names = {name: column for column, all_names in headings().items() for name in all_names}
    found: dict[int, Column] = {}
    for place, heading in enumerate(first):
        column = names.get(_plain(heading))
        if column is not None and column not in found.values():
            found[place] = column
    missing = [headings()[column][0] for column in NEEDED if column not in found.values()]
    if missing:
        raise ListError(
            f"The first row has no column {missing[0]}; add it and give the list again."
        )
    return found


def read(
    line: int,
    cells: Sequence[str],
    where: Mapping[int, Column],
    programmes: Mapping[str, Programme],
) -> Entry | Wrong:
    """One row; text is taken as text, a formula is a fault and never carried out."""
    told = {
        column: _plain(cells[place]) if place < len(cells) else ""
        for place, column in where.items()
    }
    number = told[Column.ID_NUMBER].upper().replace(" ", "")
    since, until = (_day(told.get(one, "")) for one in (Column.SINCE, Column.UNTIL))
    programme = programmes.get(told.get(Column.PROGRAMME, ""))
    faults = (*_of_cells(told, number), *_of_help(told, since, until, programme))
    if faults:
        return Wrong(line, faults)
    return Entry(
        line,
        told[Column.NAME],
        number,
        told.get(Column.HEAD_NUMBER, "").upper().replace(" ", "") or number,
        relation=told.get(Column.RELATION, ""),
        address=told.get(Column.ADDRESS, ""),
        street=told.get(Column.STREET, ""),
        phone=told.get(Column.PHONE, ""),
        programme=programme,
        since=since if isinstance(since, date) else None,
        until=until if isinstance(until, date) else None,
        what=told.get(Column.WHAT, ""),
    )


def entries(content: bytes, programmes: Mapping[str, Programme]) -> Iterator[Entry | Wrong]:
    """Each row of a file behind its heading. Raises ListError, SheetError."""
    found = spreadsheets.rows(content)
    first = next(found, None)
    if first is None:
        raise ListError("The list is empty; give one with a heading.")
    where = columns(first[1])
    for line, cells in found:
        yield read(line, cells, where, programmes)


def programmes_by_name(library: Library) -> Mapping[str, Programme]:
    """The programmes as lists call them."""
    names: dict[str, Programme] = {}
    for one in Programme:
        entry = library.labels["programmes"][one]
        for name in (entry.name, entry.short, *entry.aliases):
            if name:
                names.setdefault(name, one)
    return names


def _of_cells(told: Mapping[Column, str], number: str) -> list[Blame]:
    faults = [Blame(Fault.FORMULA, column) for column, text in told.items() if FORMULA.match(text)]
    faults += [
        Blame(Fault.TOO_LONG, column) for column, text in told.items() if len(text) > LONGEST
    ]
    if not told[Column.NAME]:
        faults.append(Blame(Fault.NO_NAME, Column.NAME))
    if not number:
        faults.append(Blame(Fault.NO_NUMBER, Column.ID_NUMBER))
    elif not identity_numbers.is_valid(number):
        faults.append(Blame(Fault.WRONG_NUMBER, Column.ID_NUMBER))
    return faults


def _of_help(
    told: Mapping[Column, str],
    since: date | str | None,
    until: date | str | None,
    programme: Programme | None,
) -> list[Blame]:
    faults = [
        Blame(Fault.WRONG_DAY, column)
        for column, day in ((Column.SINCE, since), (Column.UNTIL, until))
        if isinstance(day, str)
    ]
    if isinstance(since, date) and isinstance(until, date) and until < since:
        faults.append(Blame(Fault.DAYS_CROSSED, Column.UNTIL))
    if told.get(Column.PROGRAMME) and programme is None:
        faults.append(Blame(Fault.UNKNOWN_PROGRAMME, Column.PROGRAMME))
    if programme is not None and since is None:
        faults.append(Blame(Fault.NO_SINCE, Column.SINCE))
    return faults


def _day(text: str) -> date | str | None:
    """The day; None where nothing was written, the text itself where it is no day."""
    if not text:
        return None
    found = DAY.fullmatch(text)
    if found is None:
        return text
    try:
        day = datetime(int(found[1]), int(found[2]), int(found[3])).date()  # noqa: DTZ001
    except ValueError:
        return text
    return day if day >= OLDEST else text


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip(" \n\u3000\ufeff")
