"""What a deployment may publish over the shipped content: the kinds, their shapes, their faults."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails

from knowledge.entries import Clause, Document, Entry, Guide, Hotline, Place, Slug, Units
from knowledge.library import Library
from knowledge.loading import LibraryError
from knowledge.names import Region
from knowledge.needs import Service
from knowledge.parameters import Parameter

Body = Mapping[str, object]
Row = Document | Guide | Hotline | Place | Service
AS_SHIPPED: Body = {}


class Kind(StrEnum):
    """What can be published. The subject of each is the id; of a guide, a standard and a service
    it is `REGION/ID`, of a catalogue of units `REGION`."""

    DOCUMENT = "document"
    CLAUSE = "clause"
    GUIDE = "guide"
    HOTLINE = "hotline"
    PLACE = "place"
    PARAMETER = "parameter"
    SERVICE = "service"
    CATALOGUE = "catalogue"


REGIONAL = frozenset({Kind.GUIDE, Kind.PARAMETER, Kind.SERVICE, Kind.CATALOGUE})
# What is not drafted among the texts, because it has a page of its own.
OWN_PAGE = frozenset({Kind.PARAMETER, Kind.SERVICE, Kind.CATALOGUE})


class Trouble(StrEnum):
    """What can be wrong with an entry. `OTHER` is told in the message alone."""

    MISSING = "missing"
    EMPTY = "empty"
    NO_DAY = "no_day"
    NO_NUMBER = "no_number"
    NO_SUCH_NAME = "no_such_name"
    NO_SUCH_FIELD = "no_such_field"
    NO_SUCH_REGION = "no_such_region"
    NO_SUCH_DOCUMENT = "no_such_document"
    NO_SUCH_CLAUSE = "no_such_clause"
    STILL_CITED = "still_cited"
    TAKEN = "taken"
    NOT_COMPETENT = "not_competent"
    OTHER_SUBJECT = "other_subject"
    TWO_VALUES = "two_values"
    NO_CLAUSES = "no_clauses"
    BROKEN = "broken"
    OTHER = "other"


class EditionError(LibraryError):
    """An entry that cannot be published. `field` is where, `told` what the sentence names."""

    def __init__(self, of: str, trouble: Trouble, field: str = "", told: str = "") -> None:
        where = f"{of}: {field}" if field else of
        super().__init__(f"{where}: {trouble.replace('_', ' ')} {told}; mend it there.")
        self.of = of
        self.trouble = trouble
        self.field = field
        self.told = told


@dataclass(frozen=True, slots=True)
class Edition:
    """One published version of one entry. An empty body means: as it was shipped."""

    kind: Kind
    subject: str
    version: int
    body: Body

    @property
    def name(self) -> str:
        """How errors call it."""
        return f"{self.kind} {self.subject}"


class ClauseEdition(Clause):
    """A clause with the document that it belongs to."""

    document: Slug


class DocumentEdition(Document):
    """A document; without clauses it keeps those that it has."""

    clauses: tuple[Clause, ...] = ()


class Values(Entry):
    """All dated values of one local standard; days may not lie in two of them."""

    values: tuple[Parameter, ...] = Field(min_length=1)


SHAPES: Mapping[Kind, type[Entry]] = {
    Kind.DOCUMENT: DocumentEdition,
    Kind.CLAUSE: ClauseEdition,
    Kind.GUIDE: Guide,
    Kind.HOTLINE: Hotline,
    Kind.PLACE: Place,
    Kind.PARAMETER: Values,
    Kind.SERVICE: Service,
    Kind.CATALOGUE: Units,
}
_TROUBLES: Mapping[str, Trouble] = {
    "missing": Trouble.MISSING,
    "string_too_short": Trouble.EMPTY,
    "too_short": Trouble.EMPTY,
    "enum": Trouble.NO_SUCH_NAME,
    "extra_forbidden": Trouble.NO_SUCH_FIELD,
    "int_parsing": Trouble.NO_NUMBER,
}


def read(edition: Edition) -> Entry:
    """The entry in its shape. Raises EditionError."""
    return as_entry(edition, SHAPES[edition.kind])


def as_entry(edition: Edition, shape: type[Entry]) -> Entry:
    """The entry in this shape. Raises EditionError with the first field that is not right."""
    try:
        return shape.model_validate(edition.body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        trouble = _trouble(first)
        told = str(first["loc"][-1]) if trouble is Trouble.NO_SUCH_FIELD else first["msg"]
        raise EditionError(edition.name, trouble, field, told) from error


def body_of(library: Library, kind: Kind, subject: str) -> Body | None:
    """The entry as it stands now, ready to be edited; None where there is none."""
    match kind:
        case Kind.PARAMETER:
            return _values(library, subject)
        case Kind.CATALOGUE:
            units = next((u for u in library.units.values() if u.region == subject), None)
            return None if units is None else _plain(units)
        case Kind.CLAUSE:
            clause = library.clauses.get(subject)
            if clause is None:
                return None
            return {"document": library.holders[subject], **_plain(clause)}
        case Kind.DOCUMENT:
            document = library.documents.get(subject)
            return None if document is None else _without_clauses(document)
        case _:
            found = _row(library, kind, subject)
            return None if found is None else _plain(found)


def region_of(library: Library, kind: Kind, subject: str, body: Body) -> Region:
    """Which region's editors an entry belongs to. Raises EditionError for an unknown region."""
    named: object = body.get("region", Region.NATIONAL)
    if kind in REGIONAL:
        named = subject.partition("/")[0]
    if kind is Kind.CLAUSE:
        document = library.documents.get(str(body.get("document", "")))
        named = Region.NATIONAL if document is None else document.region
    try:
        return Region(str(named))
    except ValueError as error:
        of = f"{kind} {subject}"
        raise EditionError(of, Trouble.NO_SUCH_REGION, "region", str(named)) from error


def _row(library: Library, kind: Kind, subject: str) -> Row | None:
    rows: Mapping[str, Row]
    match kind:
        case Kind.GUIDE:
            rows = {f"{region}/{name}": guide for (region, name), guide in library.guides.items()}
        case Kind.HOTLINE:
            rows = {line.id: line for line in library.hotlines}
        case Kind.SERVICE:
            listed = library.rules.services.items()
            rows = {f"{region}/{s.id}": s for region, found in listed for s in found.services}
        case _:
            rows = {place.id: place for place in library.places}
    return rows.get(subject)


def _values(library: Library, subject: str) -> Body | None:
    region, _, name = subject.partition("/")
    if region not in set(Region):
        return None
    rows = [row for row in library.local(Region(region)).values if row.parameter == name]
    return {"values": [_plain(row) for row in rows]} if rows else None


def _without_clauses(document: Document) -> Body:
    return {key: value for key, value in _plain(document).items() if key != "clauses"}


def _plain(entry: Entry) -> dict[str, object]:
    return entry.model_dump(mode="json", exclude_defaults=True)


def _trouble(error: ErrorDetails) -> Trouble:
    kind = error["type"]
    if kind.startswith(("date", "datetime")):
        return Trouble.NO_DAY
    last = str(error["loc"][-1]) if error["loc"] else ""
    if kind == "enum" and last == "region":
        return Trouble.NO_SUCH_REGION
    return _TROUBLES.get(kind, Trouble.OTHER)
