"""A bureau's list: given with its ground, tried row by row, then all of it or nothing."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import TypeAdapter
from sqlalchemy import JSON, CheckConstraint, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel, col, delete, select, update

from cases import keys
from cases.database import Session, UtcDateTime
from cases.errors import CaseError, UnknownError
from cases.sealed import Place
from knowledge.bureau_lists import Entry
from knowledge.names import Region

_Row = TypeAdapter(Entry)


class ImportState(StrEnum):
    """How far a list has come. Only `ready` ones, without a wrong row, can be taken in.

    While it is `working`, nobody sees anything of what was taken in.
    """

    READING = "reading"
    WRONG = "wrong"
    READY = "ready"
    WORKING = "working"
    DONE = "done"
    DROPPED = "dropped"


class ListImport(SQLModel, table=True):
    """One list as it was given: by whom, on which ground, how far it has come.

    `why`: why it could not be read at all.
    """

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
    why: str | None = None
    rows: int = 0
    done: int = 0
    fence: int = 0
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    given_by: str = Field(foreign_key="operators.id", index=True)
    given_at: datetime = Field(sa_type=UtcDateTime)


class ListFile(SQLModel, table=True):
    """The file itself, sealed under the list's key, until it is read."""

    __tablename__ = "list_files"
    import_id: str = Field(primary_key=True, foreign_key="list_imports.id")
    sealed_content: bytes


class ListRow(SQLModel, table=True):
    """One row of a list; sealed until it is in a file, then empty. `household_id` says which.

    A row that is wrong has no fingerprint and says in `faults` what is wrong, and in which column.
    """

    __tablename__ = "list_rows"
    __table_args__ = (
        UniqueConstraint("import_id", "line"),
        Index("ix_list_rows_next", "import_id", "done", "line"),
        Index("ix_list_rows_together", "import_id", "head_index"),
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
    sealed = keys.seal_bytes(session, row.key_id, _place("content", row.id), given.content)
    session.add(ListFile(import_id=row.id, sealed_content=sealed))
    session.flush()
    return row


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


def drop(session: Session, listed: ListImport) -> None:
    """Throw a list away before anything of it is taken in. Raises CaseError after that."""
    done = session.connection().execute(
        update(ListImport)
        .where(
            col(ListImport.id) == listed.id,
            col(ListImport.state).not_in((ImportState.WORKING, ImportState.DONE)),
        )
        .values(state=ImportState.DROPPED)
    )
    if done.rowcount != 1:
        raise CaseError("This list is being taken in already; it cannot be dropped.")
    forget_file(session, listed)
    session.connection().execute(delete(ListRow).where(col(ListRow.import_id) == listed.id))
    session.refresh(listed)


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
    """The wrong rows, by their line."""
    return session.exec(
        select(ListRow)
        .where(ListRow.import_id == listed.id, col(ListRow.id_index).is_(None))
        .order_by(col(ListRow.line))
        .limit(limit)
    ).all()


def content(session: Session, listed: ListImport) -> bytes:
    """The file as it was given. Raises UnknownError when it was read already."""
    row = session.get(ListFile, listed.id)
    if row is None:
        raise UnknownError("This list was read already.")
    place = _place("content", listed.id)
    return keys.unseal_bytes(session, listed.key_id, place, row.sealed_content)


def forget_file(session: Session, listed: ListImport) -> None:
    """The file is needed no longer."""
    session.connection().execute(delete(ListFile).where(col(ListFile.import_id) == listed.id))


def seal(session: Session, listed: ListImport, row: str, entry: Entry) -> bytes:
    """A right row as it is kept."""
    text = _Row.dump_json(entry).decode()
    return keys.seal(session, listed.key_id, _place("row", row), text)


def unseal(session: Session, listed: ListImport, row: ListRow) -> Entry:
    """A row that was not yet taken in."""
    blob = keys.unseal(session, listed.key_id, _place("row", row.id), row.sealed_row)
    return _Row.validate_json(blob)


def _place(column: str, row: str) -> Place:
    return Place("list_rows", column, row)
