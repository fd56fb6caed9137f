"""What a channel handed in: on disk, with the channel's place, before anything is acknowledged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Exists, Index, UniqueConstraint
from sqlalchemy.orm import aliased
from sqlmodel import Field, SQLModel, col, or_, select, update

from cases import keys
from cases.database import Session, UtcDateTime
from cases.sealed import Place

# Longer than a long poll, so that only a poller that is gone loses its place.
POLL_LEASE = timedelta(seconds=15)
WORK_LEASE = timedelta(seconds=15)
# Longer than a file takes that is fetched, looked at and listened to (`bot/fetching.py`).
FILE_LEASE = timedelta(seconds=75)
BATCH = 5
# How many updates of one chat are answered at once.
BURST = 10
MOST_ATTEMPTS = 3


class UpdateState(StrEnum):
    """How far an update has come. `dead`: it cannot be read; a person must look."""

    WAITING = "waiting"
    DONE = "done"
    DEAD = "dead"


class Channel(SQLModel, table=True):
    """One channel that is polled: how far it was read, and by whom."""

    __tablename__ = "channels"
    name: str = Field(primary_key=True)
    key_id: str = Field(foreign_key="data_keys.id", index=True)
    position: int = Field(default=0, sa_type=BigInteger)
    leased_by: str | None = None
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Update(SQLModel, table=True):
    """One raw update. One row per id of the channel; its body is emptied once it is done."""

    __tablename__ = "updates"
    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        CheckConstraint("state IN ('waiting','done','dead')", name="state"),
        Index("ix_updates_waiting", "state", "channel", "chat", "position"),
    )
    id: str = Field(primary_key=True)
    channel: str = Field(foreign_key="channels.name")
    external_id: str
    position: int = Field(sa_type=BigInteger)
    chat: str
    sealed_body: bytes
    state: str = UpdateState.WAITING
    attempts: int = 0
    claimed_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    received_at: datetime = Field(sa_type=UtcDateTime, index=True)


@dataclass(frozen=True)
class Raw:
    """An update as it came: its id, its place in the channel's order, its chat, its text."""

    external_id: str
    position: int
    chat: str
    body: str


def lease(session: Session, channel: str, who: str, *, now: datetime) -> int | None:
    """The position to read from; None while another process reads this channel."""
    row = _channel(session, channel, now=now)
    won = session.connection().execute(
        update(Channel)
        .where(
            col(Channel.name) == channel,
            or_(
                col(Channel.leased_by).is_(None),
                col(Channel.leased_by) == who,
                col(Channel.leased_until) < now,
            ),
        )
        .values(leased_by=who, leased_until=now + POLL_LEASE)
    )
    if won.rowcount != 1:
        return None
    session.refresh(row)
    return row.position


def let_go(session: Session, channel: str, who: str) -> None:
    """Give the channel to whoever asks next."""
    session.connection().execute(
        update(Channel)
        .where(col(Channel.name) == channel, col(Channel.leased_by) == who)
        .values(leased_by=None, leased_until=None)
    )


def keep(  # noqa: PLR0913
    session: Session,
    channel: str,
    updates: Iterable[Raw],
    *,
    position: int | None,
    now: datetime,
    held_until: datetime | None = None,
) -> int:
    """Put updates on disk and move the channel's place; returns how many were new.

    `position` is None for a channel that hands in by webhook. Until `held_until` the webhook itself
    answers, and no other worker.
    """
    row = _channel(session, channel, now=now)
    # One batch may hold the same update twice.
    apart = {one.external_id: one for one in updates}
    new = [one for one in apart.values() if not _known(session, channel, one.external_id)]
    for one in new:
        made = keys.new_id()
        session.add(
            Update(
                id=made,
                channel=channel,
                external_id=one.external_id,
                position=one.position,
                chat=_chat(session, channel, one.chat),
                sealed_body=keys.seal(session, row.key_id, _place(made), one.body),
                claimed_until=held_until,
                received_at=now,
            )
        )
    if position is not None:
        row.position = max(row.position, position)
        session.add(row)
    session.flush()
    return len(new)


def claim(  # noqa: PLR0913
    session: Session,
    channel: str,
    *,
    now: datetime,
    limit: int = BATCH,
    chat: str | None = None,
    held_until: datetime | None = None,
) -> Sequence[Sequence[Update]]:
    """Updates to work on, each chat's in its order; of several chats, or of the one named.

    `held_until`: also those that were kept for this worker.

    A chat is claimed as a whole by its first update, so that no two workers answer one chat. What
    came behind the first is a burst, answered together as far as it goes.
    """
    rows = session.exec(
        select(Update)
        .where(
            Update.channel == channel,
            Update.state == UpdateState.WAITING,
            or_(
                col(Update.claimed_until).is_(None),
                col(Update.claimed_until) < now,
                col(Update.claimed_until) == held_until,
            ),
            ~_behind_another(),
            *(() if chat is None else (Update.chat == _chat(session, channel, chat),)),
        )
        .order_by(col(Update.position))
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    bursts = [(row, *_behind(session, row)) for row in rows]
    for burst in bursts:
        burst[0].attempts += 1
        for row in burst:
            row.claimed_until = now + WORK_LEASE
            session.add(row)
    session.flush()
    return bursts


def _behind_another() -> Exists:
    """Whether an earlier update of the same chat still waits."""
    earlier = aliased(Update)
    return (
        select(earlier.id)
        .where(
            earlier.channel == Update.channel,
            earlier.chat == Update.chat,
            earlier.state == UpdateState.WAITING,
            earlier.position < Update.position,
        )
        .exists()
    )


def hold(session: Session, row: Update, *, until: datetime) -> None:
    """Nobody else takes it up before then."""
    row.claimed_until = until
    session.add(row)
    session.flush()


def release(session: Session, row: Update) -> None:
    """Let it be claimed again at once: what stood before it in its burst has failed."""
    row.claimed_until = None
    session.add(row)
    session.flush()


def state_of(session: Session, channel: str, external_id: str) -> UpdateState | None:
    """How far an update has come; None when it never came."""
    found = session.exec(
        select(Update.state).where(Update.channel == channel, Update.external_id == external_id)
    ).first()
    return None if found is None else UpdateState(found)


def body_of(session: Session, row: Update) -> str:
    """The raw text of an update that is not done."""
    channel = session.get_one(Channel, row.channel)
    return keys.unseal(session, channel.key_id, _place(row.id), row.sealed_body)


def finish(session: Session, row: Update) -> None:
    """It was answered; what it said stands in its conversation and nowhere else."""
    _end(session, row, UpdateState.DONE, sealed_body=b"")


def bury(session: Session, row: Update) -> None:
    """It cannot be read, now or later: it stays as it is until a person has looked."""
    _end(session, row, UpdateState.DEAD, sealed_body=row.sealed_body)


def hopeless(row: Update) -> bool:
    """Whether it has been tried often enough."""
    return row.attempts >= MOST_ATTEMPTS


def lost(row: Update) -> bool:
    """Whether those who tried it never came back: it may be what ended them."""
    return row.attempts > MOST_ATTEMPTS


def dead(session: Session, *, limit: int = 100) -> Sequence[Update]:
    """What a person must look at, the latest first."""
    return session.exec(
        select(Update)
        .where(Update.state == UpdateState.DEAD)
        .order_by(col(Update.received_at).desc())
        .limit(limit)
    ).all()


def _end(session: Session, row: Update, state: UpdateState, *, sealed_body: bytes) -> None:
    row.state, row.sealed_body, row.claimed_until = state, sealed_body, None
    session.add(row)
    session.flush()


def _channel(session: Session, name: str, *, now: datetime) -> Channel:
    row = session.get(Channel, name)
    if row is None:
        row = Channel(name=name, key_id=keys.create(session, now=now))
        session.add(row)
        session.flush()
    return row


def _behind(session: Session, first: Update) -> Sequence[Update]:
    return session.exec(
        select(Update)
        .where(
            Update.channel == first.channel,
            Update.chat == first.chat,
            Update.state == UpdateState.WAITING,
            Update.position > first.position,
        )
        .order_by(col(Update.position))
        .limit(BURST - 1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()


def _chat(session: Session, channel: str, chat: str) -> str:
    return session.vault.blind("updates", f"{channel}:{chat}")


def _known(session: Session, channel: str, external_id: str) -> bool:
    found = session.exec(
        select(Update.id).where(Update.channel == channel, Update.external_id == external_id)
    ).first()
    return found is not None


def _place(row: str) -> Place:
    return Place("updates", "body", row)
