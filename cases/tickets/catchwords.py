"""By which words a ticket is found though its text is sealed: keyed marks of letter pairs."""

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from sqlalchemy import BigInteger, Index, insert
from sqlmodel import Field, SQLModel, col, delete, func, select

from cases.database import Session
from knowledge import normalise

# A longer story is found by its first words.
MOST_PAIRS = 120
PURPOSE = "ticket catchword"
HEX_DIGITS = 15
# Fewer tickets than this are looked through one by one; else the newest are walked.
RARE = 1000
RUN = re.compile(r"[0-9a-z\u3400-\u9fff]+")


class Catchword(SQLModel, table=True):
    """That a ticket's text has this pair of letters. Without the key file it says nothing."""

    __tablename__ = "ticket_catchwords"
    __table_args__ = (
        Index("ix_ticket_catchwords_ticket_id", "ticket_id"),
        {"sqlite_with_rowid": False},
    )
    mark: int = Field(primary_key=True, sa_type=BigInteger)
    ticket_id: str = Field(primary_key=True, foreign_key="tickets.id")


def keep(session: Session, ticket_id: str, text: str) -> None:
    """Make a ticket be found by this text, besides what it is found by already."""
    marks = marks_of(session, text)
    known = set(session.exec(select(Catchword.mark).where(Catchword.ticket_id == ticket_id)))
    new = [{"mark": mark, "ticket_id": ticket_id} for mark in sorted(marks - known)]
    if new:
        session.connection().execute(insert(Catchword), new)


def forget(session: Session, ticket_id: str) -> None:
    """Let it be found by nothing any more."""
    session.connection().execute(delete(Catchword).where(col(Catchword.ticket_id) == ticket_id))


def rarest(session: Session, marks: Collection[int]) -> int | None:
    """A mark that few tickets have, if there is one among them: the search begins with those."""
    for mark in sorted(marks):
        few = select(Catchword.mark).where(Catchword.mark == mark).limit(RARE).subquery()
        if session.exec(select(func.count()).select_from(few)).one() < RARE:
            return mark
    return None


def marks_of(session: Session, text: str) -> set[int]:
    """The fingerprints of a text's pairs of letters."""
    return {_mark(session, pair) for pair in _pairs(text)}


def shared(
    session: Session, marks: Collection[int], among: Sequence[str]
) -> dict[str, tuple[int, int]]:
    """For each of these tickets how many of the marks it has, and how many it has at all."""
    found: dict[str, tuple[int, int]] = {}
    rows = session.exec(
        select(Catchword.ticket_id, Catchword.mark).where(col(Catchword.ticket_id).in_(among))
    )
    for ticket_id, mark in rows:
        common, whole = found.get(ticket_id, (0, 0))
        found[ticket_id] = (common + (mark in marks), whole + 1)
    return found


def _pairs(text: str) -> Sequence[str]:
    runs = RUN.findall(normalise.readable(text).lower())
    pairs = [a + b for run in runs for a, b in pairwise(run)]
    return list(dict.fromkeys(pairs))[:MOST_PAIRS]


def _mark(session: Session, pair: str) -> int:
    return int(session.vault.blind(PURPOSE, pair)[:HEX_DIGITS], 16)
