"""Who looked at what and who did what: a chain of rows, each bound to the one before it."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import text
from sqlmodel import Field, SQLModel, col, select

from cases.database import Session, UtcDateTime

DIGEST_BYTES = 32
GENESIS = "0" * 64
DRAW = text("UPDATE audit_head SET seq = seq + 1 WHERE id = 1 RETURNING seq, digest")
BEGIN = text("INSERT INTO audit_head (id, seq, digest) VALUES (1, 0, :d) ON CONFLICT DO NOTHING")


class AuditRow(SQLModel, table=True):
    """One look or act. `digest` covers the row and the digest before it, under a key of ours:

    who can write to the database but has not the key file cannot forge a link.
    """

    __tablename__ = "audit"
    seq: int = Field(primary_key=True)
    actor: str
    action: str
    subject: str
    at: datetime = Field(sa_type=UtcDateTime)
    digest: str


class AuditHead(SQLModel, table=True):
    """The newest link, locked while the next one is forged."""

    __tablename__ = "audit_head"
    id: int = Field(primary_key=True)
    seq: int
    digest: str


@dataclass(frozen=True)
class Break:
    """Where the chain does not hold."""

    seq: int
    why: str


@dataclass(frozen=True)
class Head:
    """The newest link of the chain, as it is kept outside the database."""

    seq: int
    digest: str

    @classmethod
    def read(cls, text: str) -> "Head":
        """The head that `str` wrote. Raises ValueError."""
        seq, digest = text.strip().split(":")
        if len(bytes.fromhex(digest)) != DIGEST_BYTES:
            raise ValueError("A digest has 64 hexadecimal digits.")
        return cls(int(seq), digest)

    def __str__(self) -> str:
        return f"{self.seq}:{self.digest}"


def record(session: Session, actor: str, action: str, subject: str, *, now: datetime) -> None:
    """Add a row; it is forged just before the commit, in the same transaction as the act."""
    session.defer("audit", lambda: _append(session, actor, action, subject, now))


def rows(session: Session, *, after: int = 0, limit: int = 500) -> Sequence[AuditRow]:
    """The rows behind `after`, oldest first."""
    return session.exec(
        select(AuditRow).where(col(AuditRow.seq) > after).order_by(col(AuditRow.seq)).limit(limit)
    ).all()


def newest(session: Session, actions: Collection[str]) -> AuditRow | None:
    """The last row of any of these actions; None where there is none."""
    return session.exec(
        select(AuditRow)
        .where(col(AuditRow.action).in_(actions))
        .order_by(col(AuditRow.seq).desc())
        .limit(1)
    ).first()


def verify(session: Session) -> Sequence[Break]:
    """Every place where a row was changed, is missing, or the tail was cut."""
    breaks: list[Break] = []
    digest, seq = GENESIS, 0
    while page := rows(session, after=seq):
        for row in page:
            if row.seq != seq + 1:
                breaks.append(Break(seq + 1, "a row is missing"))
            link = _link(digest, row.seq, row.actor, row.action, row.subject, row.at)
            if row.digest != session.vault.blind("audit", link):
                breaks.append(Break(row.seq, "the row was changed"))
            digest, seq = row.digest, row.seq
    head = session.get(AuditHead, 1) or AuditHead(id=1, seq=0, digest=GENESIS)
    if (head.seq, head.digest) != (seq, digest):
        breaks.append(Break(max(head.seq, seq), "the tail was cut or the head replaced"))
    return breaks


def head(session: Session) -> Head:
    """The newest link; 0 and zeros before the first."""
    row = session.get(AuditHead, 1)
    return Head(0, GENESIS) if row is None else Head(row.seq, row.digest)


def compare(session: Session, kept: Head) -> Sequence[Break]:
    """Whether a head that was kept elsewhere is still a link of this chain.

    Who cuts the end and sets the head back leaves a chain that holds: only this shows it.
    """
    if kept == Head(0, GENESIS):
        return ()
    row = session.get(AuditRow, kept.seq)
    if row is None:
        return (Break(kept.seq, "the end was cut: the chain was once longer"),)
    if row.digest != kept.digest:
        return (Break(kept.seq, "the chain is another one than the head was kept of"),)
    return ()


def _append(session: Session, actor: str, action: str, subject: str, now: datetime) -> None:
    connection = session.connection()
    # The update locks the head until the commit: two links never share a predecessor.
    drawn = connection.execute(DRAW).first()
    if drawn is None:
        connection.execute(BEGIN, {"d": GENESIS})
        drawn = connection.execute(DRAW).one()
    seq, before = drawn
    link = _link(before, seq, actor, action, subject, now)
    digest = session.vault.blind("audit", link)
    session.add(
        AuditRow(seq=seq, actor=actor, action=action, subject=subject, at=now, digest=digest)
    )
    connection.execute(text("UPDATE audit_head SET digest = :d WHERE id = 1"), {"d": digest})
    session.flush()


def _link(  # noqa: PLR0913, PLR0917
    before: str, seq: int, actor: str, action: str, subject: str, at: datetime
) -> str:
    return json.dumps([before, seq, actor, action, subject, at.astimezone(UTC).isoformat()])
