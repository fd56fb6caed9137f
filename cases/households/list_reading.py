"""How a list is read: by one process at a time under a lease, and after a stop from there on."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_
from sqlmodel import col, delete, func, select, update

from cases import keys
from cases.database import Session
from cases.households import list_imports, people
from cases.households.list_imports import ImportState, ListImport, ListRow
from knowledge.bureau_lists import Blame, Column, Entry, Fault, Wrong

LEASE = timedelta(seconds=90)
MOST_TRIES = 5
FAILED = "failed"
# How many fingerprints one statement names.
AT_ONCE = 500


def claim(session: Session, *, now: datetime) -> ListImport | None:
    """Take a list that is to be read, or whose reader has died. None without one."""
    listed = session.exec(
        select(ListImport)
        .where(
            ListImport.state == ImportState.READING,
            or_(col(ListImport.leased_until).is_(None), col(ListImport.leased_until) < now),
        )
        .order_by(col(ListImport.given_at))
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if listed is None:
        return None
    listed.fence += 1
    listed.leased_until = now + LEASE
    session.add(listed)
    session.flush()
    if listed.fence > MOST_TRIES:
        refuse(session, listed, FAILED)
        return None
    return listed


def last_line(session: Session, listed: ListImport) -> int:
    """The last line that is kept, behind which reading goes on after a stop."""
    newest = select(func.max(col(ListRow.line))).where(ListRow.import_id == listed.id)
    return session.exec(newest).one() or 0


def keep(
    session: Session, listed: ListImport, read: Sequence[Entry | Wrong], *, now: datetime
) -> bool:
    """Keep a part of the list; False when another reads it now or it was dropped."""
    done = session.connection().execute(
        update(ListImport)
        .where(
            col(ListImport.id) == listed.id,
            col(ListImport.fence) == listed.fence,
            col(ListImport.state) == ImportState.READING,
        )
        .values(rows=ListImport.rows + len(read), leased_until=now + LEASE)
    )
    if done.rowcount != 1:
        return False
    session.add_all(_row(session, listed, one) for one in read)
    session.flush()
    return True


def close(session: Session, claimed: ListImport) -> None:
    """The list is read: who stands in it twice or under a head it lacks is wrong too.

    Of a list with a wrong row nothing else is kept: it is mended and given again.
    """
    listed = _mine(session, claimed)
    if listed is None:
        return
    _mark(session, listed, _twice(session, listed), Blame(Fault.TWICE, Column.ID_NUMBER))
    _mark(session, listed, _headless(session, listed), Blame(Fault.NO_HEAD, Column.HEAD_NUMBER))
    bad = list_imports.wrong(session, listed, limit=1)
    if bad:
        session.connection().execute(
            delete(ListRow).where(
                col(ListRow.import_id) == listed.id, col(ListRow.id_index).is_not(None)
            )
        )
    _settle(session, listed, ImportState.WRONG if bad else ImportState.READY)


def refuse(session: Session, claimed: ListImport, why: str) -> None:
    """It cannot be read to the end: nothing of it is kept."""
    listed = _mine(session, claimed)
    if listed is None:
        return
    session.connection().execute(delete(ListRow).where(col(ListRow.import_id) == listed.id))
    listed.why, listed.rows = why, 0
    _settle(session, listed, ImportState.WRONG)


def _settle(session: Session, listed: ListImport, state: ImportState) -> None:
    list_imports.forget_file(session, listed)
    listed.state, listed.leased_until = state, None
    session.add(listed)
    session.flush()


def _mine(session: Session, claimed: ListImport) -> ListImport | None:
    """The list, locked; None when another reads it now or it was dropped."""
    return session.exec(
        select(ListImport)
        .where(
            ListImport.id == claimed.id,
            ListImport.fence == claimed.fence,
            ListImport.state == ImportState.READING,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()


def _row(session: Session, listed: ListImport, read: Entry | Wrong) -> ListRow:
    row = keys.new_id()
    if isinstance(read, Wrong):
        faults = [str(blame) for blame in read.faults]
        return ListRow(id=row, import_id=listed.id, line=read.line, faults=faults)
    return ListRow(
        id=row,
        import_id=listed.id,
        line=read.line,
        faults=[],
        id_index=people.index_of_number(session, read.id_number),
        head_index=people.index_of_number(session, read.head_number),
        sealed_row=list_imports.seal(session, listed, row, read),
    )


def _twice(session: Session, listed: ListImport) -> Sequence[str | None]:
    return session.exec(
        select(ListRow.id_index)
        .where(ListRow.import_id == listed.id, col(ListRow.id_index).is_not(None))
        .group_by(col(ListRow.id_index))
        .having(func.count() > 1)
    ).all()


def _headless(session: Session, listed: ListImport) -> Sequence[str | None]:
    rows = session.exec(
        select(ListRow.id_index, ListRow.head_index).where(
            ListRow.import_id == listed.id, col(ListRow.id_index).is_not(None)
        )
    ).all()
    there = {own for own, _ in rows}
    return [own for own, head in rows if head not in there]


def _mark(
    session: Session, listed: ListImport, indexes: Iterable[str | None], blame: Blame
) -> None:
    wanted = [index for index in indexes if index is not None]
    for first in range(0, len(wanted), AT_ONCE):
        session.connection().execute(
            update(ListRow)
            .where(
                col(ListRow.import_id) == listed.id,
                col(ListRow.id_index).in_(wanted[first : first + AT_ONCE]),
            )
            .values(faults=[str(blame)], id_index=None, sealed_row=b"")
        )
