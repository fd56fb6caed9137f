"""A bureau's list on its way into files: kept, tried row by row, then all of it or nothing."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import TypeAdapter
from sqlalchemy import JSON, CheckConstraint, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel, col, delete, func, select, update

from cases import events, keys
from cases.database import Session, UtcDateTime
from cases.errors import CaseError, UnknownError
from cases.households import assistance, file_parts, households, people
from cases.households.file_bodies import Home, PartKind, Person, Way
from cases.households.file_parts import Draft
from cases.households.households import Household
from cases.sealed import Place
from knowledge.bureau_lists import Entry, Fault, Wrong
from knowledge.entitlements import Received
from knowledge.names import Region

# A part is one transaction; short, so that residents write between two of them.
BATCH = 10
_Row = TypeAdapter(Entry)


class ImportState(StrEnum):
    """How far a list has come. Only `ready` ones, without a wrong row, can be taken in."""

    READING = "reading"
    WRONG = "wrong"
    READY = "ready"
    WORKING = "working"
    DONE = "done"
    DROPPED = "dropped"


class ListImport(SQLModel, table=True):
    """One list as it was given: by whom, on which ground, how far it has come."""

    __tablename__ = "list_imports"
    __table_args__ = (
        CheckConstraint(
            "state IN ('reading','wrong','ready','working','done','dropped')", name="state"
        ),
    )
    id: str = Field(primary_key=True)
    key_id: str = Field(foreign_key="data_keys.id", index=True)
    region: str = Field(index=True)
    file_name: str
    digest: str = Field(index=True)
    source: str
    basis: str
    state: str = Field(default=ImportState.READING, index=True)
    rows: int = 0
    done: int = 0
    given_by: str = Field(foreign_key="operators.id", index=True)
    given_at: datetime = Field(sa_type=UtcDateTime)


class ListRow(SQLModel, table=True):
    """One row of a list; sealed until it is in a file, then empty. `household_id` says which."""

    __tablename__ = "list_rows"
    __table_args__ = (
        UniqueConstraint("import_id", "line"),
        Index("ix_list_rows_next", "import_id", "done", "head_index"),
        Index("ix_list_rows_twice", "import_id", "id_index"),
    )
    id: str = Field(primary_key=True)
    import_id: str = Field(foreign_key="list_imports.id", index=True)
    line: int
    faults: list[str] = Field(sa_column=Column(JSON, nullable=False))
    id_index: str | None = None
    head_index: str | None = None
    sealed_row: bytes = b""
    household_id: str | None = Field(default=None, foreign_key="households.id", index=True)
    done: bool = False


@dataclass(frozen=True)
class Given:
    """A list as somebody gives it: its name and bytes, where it comes from, by which law."""

    file_name: str
    content: bytes
    source: str
    basis: str
    region: Region


def begin(session: Session, given: Given, *, by: str, now: datetime) -> ListImport:
    """Open a list. The same file once more is the same list. Raises CaseError without a ground."""
    if not given.source.strip() or not given.basis.strip():
        raise CaseError("Say where the list comes from and by which rule it may be given.")
    digest = hashlib.sha256(given.content).hexdigest()
    known = session.exec(
        select(ListImport).where(
            ListImport.digest == digest,
            ListImport.region == given.region,
            ListImport.state != ImportState.DROPPED,
        )
    ).first()
    if known is not None:
        return known
    row = ListImport(
        id=keys.new_id(),
        key_id=keys.create(session, now=now),
        region=given.region,
        file_name=given.file_name[:200],
        digest=digest,
        source=given.source.strip(),
        basis=given.basis.strip(),
        given_by=by,
        given_at=now,
    )
    session.add(row)
    session.flush()
    return row


def keep(session: Session, listed: ListImport, read: Iterable[Entry | Wrong]) -> None:
    """Keep the rows of a part of the list; those kept already (after a stop) stay as they are."""
    for one in read:
        faults = [str(fault) for fault in one.faults] if isinstance(one, Wrong) else []
        row = ListRow(id=keys.new_id(), import_id=listed.id, line=one.line, faults=faults)
        if isinstance(one, Entry):
            row.id_index = people.index_of_number(session, one.id_number)
            row.head_index = people.index_of_number(session, one.head_number)
            row.sealed_row = keys.seal(
                session, listed.key_id, _place(row.id), _Row.dump_json(one).decode()
            )
        session.add(row)
    session.flush()
    listed.rows = count(session, listed)
    session.add(listed)
    session.flush()


def close(session: Session, listed: ListImport) -> ImportState:
    """The list is read: who stands in it twice or under a head it lacks is wrong too."""
    _mark(session, listed, _twice(session, listed), Fault.TWICE)
    _mark(session, listed, _headless(session, listed), Fault.NO_HEAD)
    bad = len(wrong(session, listed, limit=1))
    listed.state = ImportState.WRONG if bad else ImportState.READY
    session.add(listed)
    session.flush()
    return ImportState(listed.state)


def start(session: Session, listed: ListImport) -> None:
    """Let it be taken in, piece by piece. Raises CaseError unless every row is right."""
    done = session.connection().execute(
        update(ListImport)
        .where(col(ListImport.id) == listed.id, col(ListImport.state) == ImportState.READY)
        .values(state=ImportState.WORKING)
    )
    if done.rowcount != 1:
        raise CaseError("Only a list without a wrong row is taken in; mend it and give it again.")
    session.refresh(listed)


def work(session: Session, *, now: datetime, limit: int = BATCH) -> int:
    """Take in some households of a list, each whole, in the caller's transaction; how many rows.

    What was committed stays done, so a process that dies goes on where it was.
    """
    listed = session.exec(
        select(ListImport)
        .where(ListImport.state == ImportState.WORKING)
        .order_by(col(ListImport.given_at))
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if listed is None:
        return 0
    heads = session.exec(
        select(ListRow.head_index)
        .where(ListRow.import_id == listed.id, col(ListRow.done).is_(False))
        .group_by(col(ListRow.head_index))
        .order_by(func.min(col(ListRow.line)))
        .limit(limit)
    ).all()
    done = sum(_take_in(session, listed, head, now=now) for head in heads if head is not None)
    listed.done += done
    if not heads:
        listed.state = ImportState.DONE
    session.add(listed)
    session.flush()
    events.publish(session, events.Kind.HOUSEHOLD, {"import": listed.id}, now=now)
    return done


def drop(session: Session, listed: ListImport) -> None:
    """Throw a list away before anything of it is taken in. Raises CaseError after that."""
    if listed.state in {ImportState.WORKING, ImportState.DONE}:
        raise CaseError("This list is being taken in already; it cannot be dropped.")
    listed.state = ImportState.DROPPED
    session.connection().execute(delete(ListRow).where(col(ListRow.import_id) == listed.id))
    session.add(listed)
    session.flush()


def find(session: Session, import_id: str) -> ListImport:
    """The list with this id. Raises UnknownError."""
    row = session.get(ListImport, import_id)
    if row is None:
        raise UnknownError("There is no such list.")
    return row


def newest(session: Session, *, region: Region | None = None) -> Sequence[ListImport]:
    """The lists of late, the newest first."""
    statement = select(ListImport).order_by(col(ListImport.given_at).desc()).limit(50)
    if region is not None:
        statement = statement.where(ListImport.region == region)
    return session.exec(statement).all()


def wrong(session: Session, listed: ListImport, *, limit: int = 100_000) -> Sequence[ListRow]:
    """Every wrong row, by its line."""
    rows = session.exec(
        select(ListRow).where(ListRow.import_id == listed.id).order_by(col(ListRow.line))
    )
    found = (row for row in rows if row.faults)
    return [row for row, _ in zip(found, range(limit), strict=False)]


def count(session: Session, listed: ListImport) -> int:
    """How many rows are kept."""
    return session.exec(
        select(func.count(col(ListRow.id))).where(ListRow.import_id == listed.id)
    ).one()


def last_line(session: Session, listed: ListImport) -> int:
    """The last line that is kept, behind which reading goes on after a stop."""
    return (
        session.exec(
            select(func.max(col(ListRow.line))).where(ListRow.import_id == listed.id)
        ).one()
        or 0
    )


def _take_in(session: Session, listed: ListImport, head: str, *, now: datetime) -> int:
    rows = session.exec(
        select(ListRow)
        .where(
            ListRow.import_id == listed.id, ListRow.head_index == head, col(ListRow.done).is_(False)
        )
        .order_by(col(ListRow.line))
    ).all()
    entries = [(row, _open(session, listed, row)) for row in rows]
    first = next((one for row, one in entries if row.id_index == head), entries[0][1])
    household = _household(session, listed, first, now=now)
    for row, entry in entries:
        _person(session, listed, household, entry, now=now)
        row.household_id, row.done, row.sealed_row = household.id, True, b""
        session.add(row)
    session.flush()
    return len(rows)


def _household(session: Session, listed: ListImport, head: Entry, *, now: datetime) -> Household:
    """The file that holds the head already, else a new one."""
    known = [one for one in people.files_of(session, head.id_number) if one.region == listed.region]
    if known:
        return known[0]
    household = households.open_file(
        session,
        name=head.name,
        address=head.address,
        region=Region(listed.region),
        conversation_id=None,
        created_by=listed.given_by,
        now=now,
    )
    if head.street or head.address:
        home = Draft(PartKind.HOME, Home(street=head.street, living=head.address))
        file_parts.write(session, household, home, by=listed.given_by, now=now)
    return household


def _person(
    session: Session, listed: ListImport, household: Household, entry: Entry, *, now: datetime
) -> None:
    by = listed.given_by
    known = {one.person.id_number for one in people.of_household(session, household)}
    if entry.id_number not in known:
        ways = (Way(value=entry.phone),) if entry.phone else ()
        person = Person(
            name=entry.name, id_number=entry.id_number, relation=entry.relation, ways=ways
        )
        people.write(session, household, PartKind.MEMBER, person, by=by, now=now)
    if entry.programme is not None and entry.since is not None:
        what = entry.what or "—"
        given = Received(entry.programme, what, entry.since, listed.source, entry.until)
        has = [one.received for one in assistance.of_household(session, household)]
        if not any((one.programme, one.since) == (given.programme, given.since) for one in has):
            assistance.record(session, household, given, by=by, now=now)


def _twice(session: Session, listed: ListImport) -> Sequence[str]:
    return [
        index
        for index in session.exec(
            select(ListRow.id_index)
            .where(ListRow.import_id == listed.id, col(ListRow.id_index).is_not(None))
            .group_by(col(ListRow.id_index))
            .having(func.count() > 1)
        )
        if index is not None
    ]


def _headless(session: Session, listed: ListImport) -> Sequence[str]:
    rows = session.exec(
        select(ListRow.id_index, ListRow.head_index).where(
            ListRow.import_id == listed.id, col(ListRow.id_index).is_not(None)
        )
    ).all()
    there = {own for own, _ in rows}
    return [own for own, head in rows if own is not None and head not in there]


def _mark(session: Session, listed: ListImport, indexes: Sequence[str], fault: Fault) -> None:
    wanted = set(indexes)
    if not wanted:
        return
    rows = session.exec(select(ListRow).where(ListRow.import_id == listed.id))
    for row in rows:
        if row.id_index in wanted and fault not in row.faults:
            row.faults = [*row.faults, fault]
            session.add(row)
    session.flush()


def _open(session: Session, listed: ListImport, row: ListRow) -> Entry:
    blob = keys.unseal(session, listed.key_id, _place(row.id), row.sealed_row)
    return _Row.validate_json(blob)


def _place(row: str) -> Place:
    return Place("list_rows", "row", row)
