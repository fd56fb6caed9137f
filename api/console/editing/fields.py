"""Which fields the form of an entry has, and how what was written in them becomes the entry."""

from collections.abc import Mapping, MutableMapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from enum import StrEnum

from knowledge.editions import Kind
from knowledge.entries import Grade, Status
from knowledge.names import Aspect, Programme, Region

Body = dict[str, object]


class Widget(StrEnum):
    """How a field is written: a line, a text, a line each, a day, one of several, yes or no."""

    LINE = "line"
    TEXT = "text"
    LINES = "lines"
    DAY = "day"
    CHOICE = "choice"
    MANY = "many"
    TICK = "tick"
    UNTICK = "untick"


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its path in the entry, how it is written, and out of which closed set."""

    path: str
    widget: Widget = Widget.LINE
    of: str = ""
    required: bool = False

    @property
    def options(self) -> Sequence[str]:
        """The names that may be chosen."""
        return _SETS.get(self.of, ())


@dataclass(frozen=True, slots=True)
class Section:
    """Fields that belong together; a section that is not open folds away. Of several alike each
    has a `number`."""

    name: str
    fields: tuple[Field, ...]
    open: bool = True
    number: int | None = None


W, F = Widget, Field
MISTAKES = "misunderstandings"
_SETS: Mapping[str, Sequence[str]] = {
    "programme": list(Programme),
    "aspect": list(Aspect),
    "region": list(Region),
    "grade": list(Grade),
    "status": list(Status),
}
_CLAUSE = (
    F("number", required=True),
    F("heading", required=True),
    F("says", W.TEXT, required=True),
    F("note", W.TEXT),
    F("programmes", W.MANY, "programme"),
    F("aspects", W.MANY, "aspect"),
    F("units", W.LINES),
    F("status", W.CHOICE, "status"),
    F("grade", W.CHOICE, "grade"),
    F("public", W.UNTICK),
)
_DOCUMENT = (
    F("title", required=True),
    F("number"),
    F("issuer"),
    F("issued", W.DAY),
    F("valid_from", W.DAY),
    F("valid_until", W.DAY),
    F("status", W.CHOICE, "status", required=True),
    F("grade", W.CHOICE, "grade", required=True),
    F("note", W.TEXT),
)
_BRIEF = tuple(
    F(f"brief.{name}", W.LINES if name == "cites" else W.TEXT)
    for name in ("can", "where", "bring", "how_long", "cites")
)
_HOTLINE = (
    F("number", required=True),
    F("name", required=True),
    F("purpose", W.TEXT, required=True),
    F("hours"),
    F("grade", W.CHOICE, "grade", required=True),
    F("verified", W.DAY),
    F("emergency", W.TICK),
)
_PLACE = (
    F("name", required=True),
    F("kind", required=True),
    F("areas", W.LINES),
    F("address"),
    F("hours"),
    F("step_free", W.TICK),
    F("verified", W.DAY),
    F("document"),
    F("clause"),
)
_PLAIN: Mapping[Kind, tuple[Field, ...]] = {
    Kind.CLAUSE: _CLAUSE,
    Kind.DOCUMENT: _DOCUMENT,
    Kind.HOTLINE: _HOTLINE,
    Kind.PLACE: _PLACE,
    Kind.PARAMETER: (),
    Kind.SERVICE: (),
    Kind.CATALOGUE: (),
}


def sections(kind: Kind, body: Mapping[str, object]) -> tuple[Section, ...]:
    """The form of an entry of this kind."""
    if kind is not Kind.GUIDE:
        return (Section("", _PLAIN[kind]),)
    head = (F("title", required=True), F("asks", W.LINES), F("money", W.UNTICK))
    answers = body.get("answers")
    said = answers if isinstance(answers, Mapping) else {}
    return (
        Section("", head),
        Section("brief", _BRIEF, open="brief" in body),
        *(Section(aspect, _answer(f"answers.{aspect}"), open=aspect in said) for aspect in Aspect),
        *_mistakes(body),
    )


def part(at: int) -> tuple[Section, ...]:
    """The form of one clause of a document that is being prepared."""
    rest = (f for f in _CLAUSE if f.path not in {"status", "grade"})
    return (
        Section("", tuple(F(f"clauses.{at}.{f.path}", f.widget, f.of, f.required) for f in rest)),
    )


def value_of(body: Mapping[str, object], field: Field) -> object:
    """What stands in a field now: a text, a list, or whether it is ticked."""
    found = _look(body, field.path)
    match field.widget:
        case Widget.TICK:
            return found is True
        case Widget.UNTICK:
            return found is not False
        case Widget.LINES:
            return "\n".join(str(item) for item in found) if isinstance(found, list) else ""
        case Widget.MANY:
            return found if isinstance(found, list) else []
        case _:
            return "" if found is None else str(found)


def written(
    body: Mapping[str, object], form: Sequence[Section], sent: Mapping[str, Sequence[str]]
) -> Body:
    """The entry with what was sent for the fields of this form; what is left empty is not there."""
    new: Body = deepcopy(dict(body))
    if any(section.name == MISTAKES for section in form):
        new[MISTAKES] = [*_rows(new), {}]
    for section in form:
        for field in section.fields:
            read = _read(field, sent.get(field.path, ()))
            _put(new, field.path, _in_old_order(_look(body, field.path), read))
    return _without_empty(new)


def _mistakes(body: Mapping[str, object]) -> tuple[Section, ...]:
    """A section each, and an empty one behind them for one more."""
    there = len(_rows(body))
    return tuple(
        Section(MISTAKES, _answer(f"{MISTAKES}.{at}"), open=at < there, number=at + 1)
        for at in range(there + 1)
    )


def _rows(body: Mapping[str, object]) -> list[object]:
    rows = body.get(MISTAKES)
    return rows if isinstance(rows, list) else []


def _answer(root: str) -> tuple[Field, ...]:
    return (
        F(f"{root}.says", W.TEXT),
        F(f"{root}.cites", W.LINES),
        F(f"{root}.confirm", W.TICK),
        F(f"{root}.asks", W.LINES),
    )


def _read(field: Field, sent: Sequence[str]) -> object:
    first = sent[0].replace("\r\n", "\n").strip() if sent else ""
    match field.widget:
        case Widget.TICK:
            return True if sent else None
        case Widget.UNTICK:
            return None if sent else False
        case Widget.LINES:
            return [line.strip() for line in first.splitlines() if line.strip()] or None
        case Widget.MANY:
            return list(sent) or None
        case _:
            return first or None


def _in_old_order(old: object, new: object) -> object:
    """What is ticked comes back in the order of the form; that alone is no change."""
    if not isinstance(old, list) or not isinstance(new, list) or set(old) != set(new):
        return new
    return old if len(old) == len(new) and old != new and _is_closed(new) else new


def _is_closed(names: Sequence[object]) -> bool:
    return all(name in {*Programme, *Aspect} for name in names)


def _look(body: object, path: str) -> object:
    for step in path.split("."):
        if isinstance(body, Mapping):
            body = body.get(step)
        elif isinstance(body, list) and step.isdigit() and int(step) < len(body):
            body = body[int(step)]
        else:
            return None
    return body


def _put(body: Body, path: str, value: object) -> None:
    *way, last = path.split(".")
    at: object = body
    for step in way:
        if isinstance(at, list):
            at = at[int(step)]
        elif isinstance(at, MutableMapping):
            at = at.setdefault(step, {})
    if isinstance(at, MutableMapping):
        if value is None:
            at.pop(last, None)
        else:
            at[last] = value


def _without_empty(body: Body) -> Body:
    """A part of which every field is empty is no part."""
    answers = body.get("answers")
    if isinstance(answers, Mapping):
        body["answers"] = {name: said for name, said in answers.items() if said}
    if MISTAKES in body:
        body[MISTAKES] = [said for said in _rows(body) if said] or None
    return {name: value for name, value in body.items() if value not in ({}, None)}
