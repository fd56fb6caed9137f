"""How a region's line gives its chats out: picked by hand or automatically, back to whom."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, text
from sqlmodel import Field, SQLModel, col, select

from cases.database import Session, UtcDateTime
from knowledge.names import Region


class LineSetting(SQLModel, table=True):
    """One region's line. `automatic`: the next chat goes to whoever has most room; `sticky`: to
    whom the resident talked with last, if they are free."""

    __tablename__ = "line_settings"
    region: str = Field(primary_key=True)
    automatic: bool = False
    sticky: bool = True
    set_by: str = Field(foreign_key="operators.id", index=True)
    set_at: datetime = Field(sa_type=UtcDateTime)


def put(  # noqa: PLR0913
    session: Session, region: Region, *, automatic: bool, sticky: bool, by: str, now: datetime
) -> LineSetting:
    """Set how a line gives its chats out; of two who set it at once the last decides."""
    session.connection().execute(
        text(
            "INSERT INTO line_settings (region, automatic, sticky, set_by, set_at) "
            "VALUES (:region, :automatic, :sticky, :by, :at) ON CONFLICT (region) DO UPDATE "
            "SET automatic = excluded.automatic, sticky = excluded.sticky, "
            "set_by = excluded.set_by, set_at = excluded.set_at"
        ).bindparams(bindparam("at", type_=UtcDateTime)),
        {"region": region, "automatic": automatic, "sticky": sticky, "by": by, "at": now},
    )
    return session.get_one(LineSetting, str(region), populate_existing=True)


def all_set(session: Session) -> Sequence[LineSetting]:
    """The lines that were set, by region; the others are picked by hand."""
    return session.exec(select(LineSetting).order_by(col(LineSetting.region))).all()


def automatic(session: Session) -> frozenset[str]:
    """The regions whose chats are given out automatically."""
    return frozenset(row.region for row in all_set(session) if row.automatic)


def sticky(session: Session) -> frozenset[str]:
    """The regions whose residents come back to whom they talked with, if they are free."""
    return frozenset(row.region for row in all_set(session) if row.sticky)
