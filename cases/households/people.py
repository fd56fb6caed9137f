"""Who belongs to a household, and by what the same person is known in another file."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import col, select

from cases.database import Session
from cases.households import file_parts
from cases.households.file_bodies import PEOPLE, PartKind, Person
from cases.households.file_parts import Draft, FilePart
from cases.households.households import Household
from knowledge import identity_numbers
from knowledge.names import Region

BORN = slice(6, 14)


@dataclass(frozen=True)
class Known:
    """A person of a file, opened; `kind` is what they are to the household, `version` the row."""

    part_id: str
    kind: PartKind
    person: Person
    version: str


def write(  # noqa: PLR0913
    session: Session,
    household: Household,
    kind: PartKind,
    person: Person,
    *,
    part_id: str | None = None,
    seen: str | None = None,
    by: str,
    now: datetime,
) -> FilePart:
    """Write a person down, or a change of one."""
    draft = replace(drafted(session, kind, person), part_id=part_id, seen=seen)
    return file_parts.write(session, household, draft, by=by, now=now)


def drafted(session: Session, kind: PartKind, person: Person) -> Draft:
    """A person as a part of a file. A valid identity number tells the day of birth."""
    number = plain_number(person.id_number)
    told = person.model_copy(update={"id_number": number, "born": person.born or born_by(number)})
    return Draft(
        kind,
        told,
        until=told.authority_until,
        id_index=index_of_number(session, number),
        name_index=index_of_name(session, told.name, told.born),
    )


def of_household(session: Session, household: Household) -> Sequence[Known]:
    """The people of a file, members first. The caller records the look."""
    found = [
        Known(
            row.part_id,
            PartKind(row.kind),
            file_parts.read(session, household, row, Person),
            row.id,
        )
        for row in file_parts.holding(session, household, *PEOPLE)
    ]
    return sorted(found, key=lambda known: PEOPLE.index(known.kind))


def plain_number(number: str | None) -> str | None:
    """An identity number as it is compared; None when nothing was given."""
    text = unicodedata.normalize("NFKC", number or "").replace(" ", "").upper()
    return text or None


def born_by(number: str | None) -> date | None:
    """The day of birth in a valid number (GB 11643); None when it is not valid."""
    if number is None or not identity_numbers.is_valid(number):
        return None
    digits = number[BORN]
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


def index_of_number(session: Session, number: str | None) -> str | None:
    """The fingerprint of an identity number."""
    return None if number is None else session.vault.blind("identity number", number)


def index_of_name(session: Session, name: str, born: date | None) -> str | None:
    """The fingerprint of name and day of birth; a name alone tells too little."""
    plain = unicodedata.normalize("NFKC", name).replace(" ", "")
    if not plain or born is None:
        return None
    return session.vault.blind("identity name", f"{plain}\x1f{born.isoformat()}")


def files_of(session: Session, number: str) -> Sequence[Household]:
    """The files that hold a person of this identity number."""
    index = index_of_number(session, plain_number(number))
    if index is None:
        return ()
    return session.exec(
        select(Household)
        .join(FilePart, col(FilePart.household_id) == Household.id)
        .where(FilePart.id_index == index, col(FilePart.ended_at).is_(None))
        .distinct()
    ).all()


def files_by_index(
    session: Session, indexes: Sequence[str], *, region: Region
) -> Mapping[str, Household]:
    """The oldest file of a region for each of these fingerprints that has one."""
    rows = session.exec(
        select(FilePart.id_index, Household)
        .join(Household, col(Household.id) == FilePart.household_id)
        .where(
            col(FilePart.id_index).in_(indexes),
            col(FilePart.ended_at).is_(None),
            Household.region == region,
        )
        .order_by(col(Household.created_at).desc(), col(Household.id))
    )
    return {index: household for index, household in rows if index is not None}
