"""Which stamps are brought back when the clock was set back: none lasts beyond its own term."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Table, bindparam, select
from sqlmodel import SQLModel

from cases import audit, mails
from cases.care import campaigns
from cases.channels import inbox, intake, outbox, reminders
from cases.danger import paging
from cases.database import Session, Store
from cases.desk import cautions, typing_signs
from cases.editing import models
from cases.households import list_reading
from cases.retention import daily
from cases.tickets import handovers

# The clocks of two machines may differ by so much; what stands no further ahead is left alone.
DIFFER = timedelta(seconds=5)
CLOCK = "clock"
NO_TIME = timedelta(0)
# As long as a channel may ask to be left in peace.
QUIET = timedelta(hours=1)
PACED = timedelta(minutes=1)
BATCH = 500


@dataclass(frozen=True)
class Stamp:
    """A moment that is written as `ahead` from now at the most. `also`: moments of the same row
    that were reckoned from it."""

    table: str
    column: str
    ahead: timedelta = NO_TIME
    also: tuple[str, ...] = ()


def _past(table: str, *columns: str) -> tuple[Stamp, ...]:
    return tuple(Stamp(table, column) for column in columns)


STAMPS: tuple[Stamp, ...] = (
    # Who is there, who is signed in, and for how long a link or a permission is good.
    *_past("operators", "present_at"),
    *_past("staff_sessions", "created_at", "seen_at"),
    *_past("setup_links", "created_at"),
    *_past("channel_links", "made_at"),
    *_past("unsealings", "asked_at", "decided_at"),
    Stamp("checklists", "created_at", also=("expires_at",)),
    Stamp("attachments", "created_at", also=("erase_at",)),
    # Since when somebody waits, is served, was rung for or answered.
    *_past("conversations", "created_at", "active_at", "queued_at", "taken_at", "overflowed_at"),
    Stamp("conversations", "resting_until", cautions.RESTS_FOR),
    *_past("waits", "asked_at", "served_at"),
    *_past("passings", "at", "ended_at"),
    *_past("alerts", "opened_at"),
    *_past("rescues", "written_at"),
    *_past("care_households", "said_at", "answered_at"),
    Stamp("typing_signs", "until", typing_signs.LASTS),
    # Until when a process has something in hand.
    Stamp("inbound", "claimed_until", inbox.ANSWER_LEASE),
    Stamp("updates", "claimed_until", intake.WORK_LEASE),
    Stamp("channels", "leased_until", intake.POLL_LEASE),
    Stamp("messages", "leased_until", outbox.LEASE),
    Stamp("reminders", "leased_until", reminders.LEASE),
    Stamp("care_households", "leased_until", campaigns.LEASE),
    Stamp("pages", "leased_until", paging.LEASE),
    Stamp("handovers", "leased_until", handovers.LEASE),
    Stamp("list_imports", "leased_until", list_reading.LEASE),
    Stamp("erasing_runs", "leased_until", daily.LEASE),
    Stamp("trained_models", "claimed_until", models.TRAINING_LEASE),
    # When something is tried again.
    Stamp("messages", "not_before", QUIET),
    Stamp("threads", "quiet_until", QUIET),
    Stamp("pages", "due_at", paging.RETRY),
    Stamp("handovers", "at", also=("keep_until",)),
    Stamp("handovers", "due_at", handovers.LONGEST_RETRY),
    Stamp("mailboxes", "due_at", mails.EVERY),
    Stamp("care_campaigns", "next_at", PACED),
    # Of these there may be many; everything above has been seen to by then.
    *_past("updates", "received_at"),
    *_past("inbound", "received_at", "answered_at"),
    *_past("messages", "created_at"),
)


def bring_back(store: Store, *, now: datetime) -> int:
    """Move what stands further ahead than can have been written by now, all of it by as much as
    the furthest: what came first stays first. Returns how many stamps were moved.

    A promise for a day to come, and what was written down of a ticket, stays as it is.
    """
    with store.read() as session:
        by = max((_too_far(session, one, now=now) for one in STAMPS), default=NO_TIME)
    if not by:
        return 0
    moved = sum(_move_all(store, one, by, now=now) for one in STAMPS)
    with store.write() as session:
        told = f"{moved} stamps by {int(by.total_seconds())} s"
        audit.record(session, CLOCK, "the clock was set back", told, now=now)
    return moved


def _too_far(session: Session, stamp: Stamp, *, now: datetime) -> timedelta:
    """How far the furthest row stands beyond its term; nothing when none does."""
    column, limit = _table(stamp).c[stamp.column], now + stamp.ahead
    furthest = select(column).where(column > limit + DIFFER).order_by(column.desc()).limit(1)
    found: datetime | None = session.connection().execute(furthest).scalar()
    return NO_TIME if found is None else found - limit


def _move_all(store: Store, stamp: Stamp, by: timedelta, *, now: datetime) -> int:
    """Batch by batch, so that nobody waits long for the writer."""
    moved, last = 0, BATCH
    while last == BATCH:
        with store.write() as session:
            last = _move(session, stamp, by, now=now)
        moved += last
    return moved


def _move(session: Session, stamp: Stamp, by: timedelta, *, now: datetime) -> int:
    table = _table(stamp)
    column, names = table.c[stamp.column], (stamp.column, *stamp.also)
    ahead = (
        select(*table.primary_key.columns, *(table.c[name] for name in names))
        .where(column > now + stamp.ahead + DIFFER)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    rows = session.connection().execute(ahead).mappings().all()
    keys = list(table.primary_key.columns)
    moving = (
        table.update()
        .where(*(one == bindparam(f"own_{one.name}") for one in keys))
        .values({name: bindparam(f"new_{name}") for name in names})
    )
    new = [
        {f"own_{one.name}": row[one.name] for one in keys}
        | {f"new_{name}": None if row[name] is None else row[name] - by for name in names}
        for row in rows
    ]
    if new:
        session.connection().execute(moving, new)
    return len(rows)


def _table(stamp: Stamp) -> Table:
    return SQLModel.metadata.tables[stamp.table]
