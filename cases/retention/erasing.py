"""How something is erased, whoever asks for it: keys destroyed, words out, what counts stays."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, ColumnElement, LargeBinary, Select, delete, or_, select, update
from sqlalchemy.sql.schema import Table
from sqlmodel import col
from sqlmodel import select as select_rows

from cases.database import Session
from cases.keys import DataKey
from cases.retention import holdings, needed
from cases.retention.holdings import BY_TABLE, Holding, How
from cases.talk.conversations import Conversation
from cases.tickets import reporters
from cases.tickets.reporters import Reporter
from cases.tickets.tickets import Ticket


def erase(session: Session, root: str, ids: Sequence[str], *, now: datetime) -> None:
    """Erase these rows of a table and all that hangs on them, in the caller's transaction."""
    if not ids:
        return
    session.flush()
    for one in holdings.children_first():
        reached = _reached(one.name, root, ids)
        if reached is not None:
            _apply(session, BY_TABLE[one.name], reached, now=now)
    # What was read before is not what stands there now.
    session.expire_all()


def forget(session: Session, conversations: Sequence[str], *, now: datetime) -> None:
    """Erase conversations; who has no other one left is forgotten with their key."""
    found = select_rows(Conversation.resident_id).where(col(Conversation.id).in_(conversations))
    people = sorted(set(session.exec(found)))
    erase(session, "conversations", conversations, now=now)
    still = select_rows(Conversation.resident_id).where(
        col(Conversation.resident_id).in_(people), col(Conversation.erased_at).is_(None)
    )
    known = set(session.exec(still))
    erase(session, "residents", [one for one in people if one not in known], now=now)


def forget_as_asked(session: Session, conversations: Sequence[str], *, now: datetime) -> None:
    """The same for those who asked for it, with their tickets and reports that have ended: what is
    an archive stays and is used for nothing any more (个人信息保护法 第47条)."""
    people = select_rows(Conversation.resident_id).where(col(Conversation.id).in_(conversations))
    theirs = (col(Ticket.resident_id).in_(people), col(Ticket.ended).is_(True))
    may_go = session.exec(
        select_rows(Ticket.id).where(*theirs, col(Ticket.erased_at).is_(None), ~needed.ticket())
    ).all()
    erase(session, "tickets", may_go, now=now)
    erase(session, "reporters", _reported(session, conversations), now=now)
    session.connection().execute(
        update(Ticket).where(*theirs, col(Ticket.restricted_at).is_(None)).values(restricted_at=now)
    )
    forget(session, conversations, now=now)


def _reported(session: Session, conversations: Sequence[str]) -> Sequence[str]:
    """The sealed reports from these conversations that have ended and nobody wants to open."""
    prints = [reporters.fingerprint(session, one) for one in conversations]
    return session.exec(
        select_rows(Reporter.ticket_id).where(
            col(Reporter.home_index).in_(prints), ~needed.reporter()
        )
    ).all()


def _apply(
    session: Session, holding: Holding, reached: ColumnElement[bool], *, now: datetime
) -> None:
    one, connection = holdings.table(holding.table), session.connection()
    if holding.owns_key:
        owned = select(one.c.key_id).where(reached)
        connection.execute(
            update(DataKey)
            .where(col(DataKey.id).in_(owned), col(DataKey.destroyed_at).is_(None))
            .values(wrapped=b"", destroyed_at=now)
        )
    match holding.how:
        case How.DELETE:
            connection.execute(delete(one).where(reached))
        case How.BLANK:
            connection.execute(update(one).where(reached).values(_emptied(holding, one, now=now)))
        case How.STAY:
            return


def _emptied(holding: Holding, one: Table, *, now: datetime) -> dict[str, object]:
    values: dict[str, object] = {
        column.name: None if column.nullable else _nothing(column)
        for column in holdings.personal(one)
    }
    values |= dict.fromkeys(holding.empties)
    return values | ({holding.mark: now} if holding.mark else {})


def _nothing(column: Column[object]) -> bytes | str:
    return b"" if isinstance(column.type, LargeBinary) else ""


def _reached(name: str, root: str, ids: Sequence[str]) -> ColumnElement[bool] | None:
    """Which rows of a table hang on these rows of the root; None where none ever does."""
    one = holdings.table(name)
    if name == root:
        (key,) = one.primary_key.columns
        return key.in_(ids)
    ways = [
        one.c[link.column].in_(above)
        for link in BY_TABLE[name].links
        if (above := _above(link.parent, link.to, root, ids)) is not None
    ]
    return or_(*ways) if ways else None


def _above(parent: str, to: str, root: str, ids: Sequence[str]) -> Select[tuple[object]] | None:
    reached = _reached(parent, root, ids)
    if reached is None:
        return None
    one = holdings.table(parent)
    (key,) = one.primary_key.columns
    return select(one.c[to] if to else key).where(reached)
