"""How the difference between two versions is told to an editor: in Chinese names, without ids."""

from collections.abc import Mapping, Sequence

from api.console import labels
from api.console.editing import editorial
from knowledge import differences
from knowledge.differences import Line
from knowledge.editions import Body
from knowledge.library import Library
from knowledge.names import Aspect, Matter, Programme, Region

CLOSED: Mapping[str, type[Programme | Aspect]] = {
    "programmes": Programme,
    "programme": Programme,
    "about": Programme,
    "aspects": Aspect,
}
CHOSEN = frozenset({"status", "grade", "payer"})


def between(library: Library, before: Body, after: Body) -> Sequence[Line]:
    """What differs, as it is read on a page."""
    return differences.between(
        before,
        after,
        lambda path: field(library, path),
        lambda path, value: value_of(library, path, value),
    )


def field(library: Library, path: str) -> str:
    """A field by its path: `answers.amount.says` is 分项 · 金额 · 怎么说."""
    parts = path.split(".")
    before = ["", *parts]
    return " · ".join(
        _step(library, within, part) for within, part in zip(before, parts, strict=False)
    )


def value_of(library: Library, path: str, value: str) -> str:
    """A name of a closed set or an id as people call it; nothing for the entry's own id, which
    never changes; the rest unchanged."""
    before, _, last = path.rpartition(".")
    if last == "id":
        return ""
    if before == "needs" or last == "category":
        return _of_services(library, last, value)
    if last in CLOSED:
        return _named(library, CLOSED[last], value)
    if last in {"cites", "document"}:
        return _cited(library, value)
    if last == "region" and value in set(Region):
        return library.region_name(Region(value))
    if last == "parameter" and value in library.rules.standards:
        return library.rules.standards[value].description
    words = labels.load() if last == "payer" else editorial.load()
    return words[last if last in CHOSEN else "said"].get(value, value)


def _step(library: Library, within: str, part: str) -> str:
    if part.isdigit():
        return str(int(part) + 1)
    if within == "answers":
        return _named(library, Aspect, part)
    if within == "matters":
        return _named(library, Matter, part)
    if within == "needs":
        return _dimension(library, part)
    # What stands in brackets tells how to fill in a form.
    return editorial.load()["field"].get(part, part).partition("（")[0]


def _dimension(library: Library, part: str) -> str:
    lists = library.rules.services.values()
    return next((one.name for of in lists for one in of.dimensions if one.id == part), part)


def _of_services(library: Library, last: str, value: str) -> str:
    """The category of a service, or the grade from which on it helps, as its list calls it."""
    for of in library.rules.services.values():
        named = of.categories if last == "category" else dict(enumerate(of.grades))
        called = {str(key): name for key, name in named.items()}
        if value in called:
            return called[value]
    return value


def _named(library: Library, names: type[Programme | Aspect | Matter], value: str) -> str:
    return library.label(names(value)) if value in set(names) else value


def _cited(library: Library, value: str) -> str:
    """A clause as it is cited, a document by its title; an unknown id says itself."""
    if value in library.clauses:
        clause = library.clause(value)
        return f"《{library.document_of(value).title}》{clause.number} {clause.heading}"
    document = library.documents.get(value)
    return value if document is None else f"《{document.title}》"
