"""What of a household's list is printed: as much as one A4 page of large letters holds."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from knowledge.checklist import Checklist, Group, Item

# One page at 16 pt: so many lines, so many Chinese characters in each.
LINES = 37
WIDTH = 31
NARROW = 0.58
HEAD = 5
# Notes take no more lines than this from what stands in the way.
NOTES = 7
# Each section says at its end how many programmes stand only behind the code.
KEPT_FREE = 1


@dataclass(frozen=True)
class Row:
    """What is said together of `count` programmes: in full, and in short where room is scarce."""

    names: str
    count: int
    full: str
    short: str


@dataclass(frozen=True)
class Section:
    """One group as it is printed, names with words; `more` programmes did not find room."""

    group: Group
    rows: tuple[tuple[str, str], ...]
    more: int


@dataclass(frozen=True)
class Paper:
    """The whole page. `notes` stand before the group of what stands in the way."""

    sections: tuple[Section, ...]
    notes: tuple[str, ...]


def fit(made: Checklist, wording: Mapping[str, str], closing: Sequence[str]) -> Paper:
    """What one page holds: every group that has programmes, the hopeful ones first; then what
    else is to be known of those (what is only planned or explored), then what stands in the way.

    `closing` are the sentences under them, which must stand on the page too.
    """
    groups = [group for group in Group if made.of(group)]
    spare = LINES - HEAD - sum(lines(text) for text in closing)
    spare -= sum(lines(wording[f"print_{group}"]) + KEPT_FREE for group in groups)
    sections: list[Section] = []
    notes: tuple[str, ...] = ()
    for group in groups:
        if group is Group.UNLIKELY:
            notes, spare = _notes(made, wording, spare)
        section, spare = _section(group, made.of(group), wording, spare)
        sections.append(section)
    if Group.UNLIKELY not in groups:
        notes, spare = _notes(made, wording, spare)
    return Paper(tuple(sections), notes)


def lines(text: str) -> int:
    """How many lines a paragraph takes on the page."""
    wide = sum(NARROW if char.isascii() else 1 for char in text)
    return max(math.ceil(wide / WIDTH), 1)


def _notes(made: Checklist, wording: Mapping[str, str], spare: int) -> tuple[tuple[str, ...], int]:
    """The notes of what may be applied for, as many as find room under their heading."""
    hopeful = [item for item in made.items if item.group is not Group.UNLIKELY]
    found = dict.fromkeys(f"{item.name}：{note}" for item in hopeful for note in item.notes)
    room = min(spare, NOTES) - lines(wording["print_notes"])
    taken: list[str] = []
    for text in found:
        if lines(text) > room:
            break
        taken.append(text)
        room -= lines(text)
    used = sum(map(lines, taken)) + lines(wording["print_notes"]) if taken else 0
    return tuple(taken), spare - used


def _section(
    group: Group, items: tuple[Item, ...], wording: Mapping[str, str], spare: int
) -> tuple[Section, int]:
    taken: list[tuple[str, str]] = []
    left = len(items)
    for row in _rows(group, items, wording):
        costs = ((text, lines(f"{row.names}: {text}")) for text in (row.full, row.short))
        found = next((one for one in costs if one[1] <= spare), None)
        if found is None:
            break
        taken.append((row.names, found[0]))
        spare -= found[1]
        left -= row.count
    return Section(group, tuple(taken), left), spare


def _rows(group: Group, items: tuple[Item, ...], wording: Mapping[str, str]) -> Iterator[Row]:
    if group is not Group.UNLIKELY:
        yield from _by_place(items, wording)
        return
    for item in items:
        stuck = wording["comma"].join(item.failed)
        yield Row(item.name, 1, stuck, stuck)


def _by_place(items: tuple[Item, ...], wording: Mapping[str, str]) -> Iterator[Row]:
    """Programmes asked for at the same place, with all that is to be brought there, once."""
    places: dict[str, list[Item]] = {}
    for item in items:
        places.setdefault(item.where or wording["window"], []).append(item)
    for where, here in places.items():
        names = wording["comma"].join(item.name for item in here)
        papers = dict.fromkeys(paper for item in here for paper in item.bring)
        bring = wording["print_bring"].format(bring=wording["comma"].join(papers))
        yield Row(names, len(here), f"{where}{bring}" if papers else where, where)
