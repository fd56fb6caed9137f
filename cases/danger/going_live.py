"""A place is opened to the public only while somebody can be rung at every hour, and stays so."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Field, SQLModel, col, select

from cases.danger import duty
from cases.danger.duty import DutyShift, Gap
from cases.database import Session, UtcDateTime
from cases.errors import CaseError, UnknownError
from knowledge.names import Region


class GapError(CaseError):
    """The roster has hours without anybody: `gaps`. Enter shifts for them first."""

    def __init__(self, gaps: Sequence[Gap]) -> None:
        super().__init__("The duty roster has hours without anybody; enter shifts for them first.")
        self.gaps = tuple(gaps)


class LiveRegion(SQLModel, table=True):
    """A place that was opened to the public, by whom and when."""

    __tablename__ = "live_regions"
    region: str = Field(primary_key=True)
    by: str = Field(foreign_key="operators.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)


def live(session: Session) -> Sequence[LiveRegion]:
    """The places that are open to the public, by name."""
    return session.exec(select(LiveRegion).order_by(col(LiveRegion.region))).all()


def open_place(session: Session, region: Region, *, by: str, now: datetime) -> LiveRegion:
    """Open a place to the public. Raises GapError, CaseError for one that has no roster."""
    if region not in duty.SERVED:
        raise CaseError("Only a place that is served can be opened to the public.")
    gaps = duty.gaps(_locked(session), (region,))
    if gaps:
        raise GapError(gaps)
    row = session.get(LiveRegion, str(region)) or LiveRegion(region=region, by=by, at=now)
    session.add(row)
    session.flush()
    return row


def close_place(session: Session, region: Region) -> None:
    """The place is not open to the public any more; residents are served all the same."""
    row = session.get(LiveRegion, str(region))
    if row is not None:
        session.delete(row)
        session.flush()


def end_shift(session: Session, shift_id: str, *, now: datetime) -> None:
    """Take a shift out of the roster. Raises GapError where an open place would be left without
    anybody, UnknownError."""
    rows = _locked(session)
    if shift_id not in {row.id for row in rows}:
        raise UnknownError("There is no such shift.")
    opened = [Region(row.region) for row in live(session)]
    left = duty.gaps((row for row in rows if row.id != shift_id), opened)
    # A gap that was there before is not this shift's doing.
    new = [gap for gap in left if gap not in duty.gaps(rows, opened)]
    if new:
        raise GapError(new)
    duty.end(session, shift_id, now=now)


def _locked(session: Session) -> Sequence[DutyShift]:
    """The roster, held until the commit: opening a place and ending a shift come one by one."""
    return session.exec(
        select(DutyShift).where(col(DutyShift.ended_at).is_(None)).with_for_update()
    ).all()
