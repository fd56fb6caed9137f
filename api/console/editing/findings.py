"""What a check of the knowledge finds when a draft is laid over it, told before it is published."""

from datetime import date
from pathlib import PurePosixPath

from api.console.editing import compared, editorial
from knowledge import checks
from knowledge.checks import Fault, Finding
from knowledge.library import Library
from knowledge.names import Region

CLAUSES = frozenset({Fault.NOT_IN_FORCE})
PROGRAMMES = frozenset({Fault.OTHER_PROGRAMME, Fault.NO_GUIDE})
FIELDS = ("answers", "brief", "misunderstandings", "asks", "programme", "cites", "note")


def arising(before: Library, after: Library, on: date) -> list[str]:
    """A sentence for each fault that the draft brings: which entry, which field, what to do."""
    return [told(after, finding) for finding in checks.arising(before, after, on)]


def told(library: Library, finding: Finding) -> str:
    """One finding as an editor reads it."""
    named = finding.told
    if finding.fault in CLAUSES:
        named = compared.value_of(library, "cites", named)
    elif finding.fault in PROGRAMMES:
        named = compared.value_of(library, "programme", named)
    sentence = editorial.load()["fault"][finding.fault].format(told=named)
    where = " · ".join(
        part for part in (_entry(library, finding), _field(library, finding)) if part
    )
    return editorial.notice("finding", where=where, sentence=sentence)


def _field(library: Library, finding: Finding) -> str:
    known = finding.place.split(".")[0] in FIELDS
    return compared.field(library, finding.place) if known else ""


def _entry(library: Library, finding: Finding) -> str:
    """What the entry is called that the finding is about."""
    path = PurePosixPath(finding.file)
    region, name = path.parts[0], path.stem
    place = library.region_name(Region(region))
    match path.parts[1]:
        case "guides" if path.suffix:
            return f"{library.guides[Region(region), name].title}（{place}）"
        case "documents":
            return f"《{library.documents[name].title}》"
        case "hotlines.yml":
            lines = (line.name for line in library.hotlines if line.id == finding.place)
            return next(lines, place)
        case _:
            return place
