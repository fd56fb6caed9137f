"""A careful message to a group: each household once, at a chosen pace, stopped at any time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel, and_, col, func, or_, select, update

from cases import events, keys
from cases.care.groups import Found, Group, Reach
from cases.database import Session, UtcDateTime
from cases.errors import CaseError, UnknownError
from knowledge.care import Reason
from knowledge.names import Programme, Region

LEASE = timedelta(seconds=30)
BATCH = 20
# What was missed while nobody ran is not made up for in a burst.
CATCHES_UP = timedelta(seconds=2)
MOST_A_MINUTE = 600


class CampaignState(StrEnum):
    """Whether it goes on. `done`: nothing is left to be said."""

    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"


class CareState(StrEnum):
    """How far one household has come. `left_out`: nothing was said to it, and `why` says why."""

    WAITING = "waiting"
    SENDING = "sending"
    SAID = "said"
    ANSWERED = "answered"
    SILENT = "silent"
    LEFT_OUT = "left_out"


class Why(StrEnum):
    """Why nothing was said."""

    NO_WAY = "no_way"
    NO_CONSENT = "no_consent"
    NOT_TO_CALL = "not_to_call"
    SAME_CHAT = "same_chat"
    TOO_LATE = "too_late"
    FAILED = "failed"


class Campaign(SQLModel, table=True):
    """One message to one group. `street` and the ages say whom it is for, as it was chosen."""

    __tablename__ = "care_campaigns"
    __table_args__ = (CheckConstraint("state IN ('running','stopped','done')", name="state"),)
    id: str = Field(primary_key=True)
    form_id: str = Field(unique=True)
    region: str = Field(index=True)
    reason: str
    street: str = ""
    age_from: int | None = None
    age_until: int | None = None
    alone: bool = False
    programme: str | None = None
    state: str = Field(default=CampaignState.RUNNING, index=True)
    a_minute: int
    answer_seconds: int
    next_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    made_by: str = Field(foreign_key="operators.id", index=True)
    made_at: datetime = Field(sa_type=UtcDateTime)

    @property
    def group(self) -> Group:
        """Whom it is for."""
        programme = None if self.programme is None else Programme(self.programme)
        return Group(
            Region(self.region), self.street, self.age_from, self.age_until, self.alone, programme
        )


class CareHousehold(SQLModel, table=True):
    """One household of a campaign: there once, claimed under a lease, said to at most once."""

    __tablename__ = "care_households"
    __table_args__ = (
        UniqueConstraint("campaign_id", "household_id"),
        CheckConstraint(
            "state IN ('waiting','sending','said','answered','silent','left_out')", name="state"
        ),
        CheckConstraint("answer IN ('fine','need','danger','no_more','other')", name="answer"),
        Index("ix_care_households_due", "campaign_id", "state", "due_at"),
        Index("ix_care_households_heard", "conversation_id", "state"),
        Index("ix_care_households_silent", "state", "due_at"),
    )
    id: str = Field(primary_key=True)
    campaign_id: str = Field(foreign_key="care_campaigns.id")
    household_id: str = Field(foreign_key="households.id", index=True)
    conversation_id: str | None = Field(default=None, foreign_key="conversations.id")
    state: str = CareState.WAITING
    why: str | None = None
    # When it is said; once it was said, until when an answer is waited for.
    due_at: datetime = Field(sa_type=UtcDateTime)
    fence: int = 0
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    said_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    seq: int | None = None
    answer: str | None = None
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ticket_id: str | None = Field(default=None, foreign_key="tickets.id", index=True)
    call_id: str | None = Field(default=None, foreign_key="callbacks.id", index=True)


@dataclass(frozen=True)
class Wish:
    """A campaign as it is asked for; the same `form_id` is the same campaign."""

    form_id: str
    group: Group
    reason: Reason
    a_minute: int


def begin(
    session: Session, wish: Wish, found: Sequence[Found], *, by: str, now: datetime
) -> Campaign:
    """Begin; the form sent twice begins once. Raises CaseError for a pace that is none."""
    known = session.exec(select(Campaign).where(Campaign.form_id == wish.form_id)).first()
    if known is not None:
        return known
    if not 1 <= wish.a_minute <= MOST_A_MINUTE:
        raise CaseError(f"Choose a pace between 1 and {MOST_A_MINUTE} households a minute.")
    group = wish.group
    campaign = Campaign(
        id=keys.new_id(),
        form_id=wish.form_id,
        region=group.region,
        reason=wish.reason.id,
        street=group.street,
        age_from=group.age_from,
        age_until=group.age_until,
        alone=group.alone,
        programme=group.programme,
        a_minute=wish.a_minute,
        answer_seconds=int(wish.reason.answer_within.total_seconds()),
        next_at=now,
        ends_at=now + wish.reason.useful_for,
        made_by=by,
        made_at=now,
    )
    session.add(campaign)
    session.flush()
    session.add_all(_row(campaign, one, now=now) for one in found)
    session.flush()
    _tell(session, campaign, now=now)
    return campaign


def stop(session: Session, campaign_id: str, *, now: datetime) -> Campaign:
    """Say nothing more; what is being said at this instant and has not been said yet, neither."""
    campaign = find_for_update(session, campaign_id)
    if campaign.state == CampaignState.RUNNING:
        campaign.state = CampaignState.STOPPED
        session.connection().execute(
            update(CareHousehold)
            .where(
                col(CareHousehold.campaign_id) == campaign.id,
                col(CareHousehold.state) == CareState.SENDING,
            )
            .values(state=CareState.WAITING, fence=CareHousehold.fence + 1, leased_until=None)
        )
        _tell(session, campaign, now=now)
    session.add(campaign)
    session.flush()
    return campaign


def go_on(session: Session, campaign_id: str, *, a_minute: int, now: datetime) -> Campaign:
    """Go on with those to whom nothing was said yet. Raises CaseError once it is of no use."""
    campaign = find_for_update(session, campaign_id)
    if not 1 <= a_minute <= MOST_A_MINUTE:
        raise CaseError(f"Choose a pace between 1 and {MOST_A_MINUTE} households a minute.")
    if campaign.state != CampaignState.STOPPED or campaign.ends_at <= now:
        raise CaseError("This can go on no more; begin a new one.")
    campaign.state, campaign.a_minute, campaign.next_at = CampaignState.RUNNING, a_minute, now
    session.add(campaign)
    session.flush()
    _tell(session, campaign, now=now)
    return campaign


def claim(session: Session, *, now: datetime) -> Sequence[CareHousehold]:
    """Households to say it to now, under a lease, no faster than each campaign's pace.

    One process at a time paces a campaign; the others look past it.
    """
    campaigns = session.exec(
        select(Campaign)
        .where(Campaign.state == CampaignState.RUNNING, Campaign.next_at <= now)
        .order_by(col(Campaign.next_at))
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    claimed: list[CareHousehold] = []
    for campaign in campaigns:
        if campaign.ends_at <= now:
            _close(session, campaign, now=now)
        else:
            claimed += _claim_of(session, campaign, now=now)
    session.flush()
    return claimed


def said(  # noqa: PLR0913
    session: Session,
    row: CareHousehold,
    conversation_id: str,
    *,
    seq: int,
    answer_by: datetime,
    now: datetime,
) -> bool:
    """It is said in this transaction; False when the lease was lost or it was stopped."""
    return _settle(
        session,
        row,
        state=CareState.SAID,
        due_at=answer_by,
        said_at=now,
        seq=seq,
        conversation_id=conversation_id,
    )


def wait(session: Session, row: CareHousehold, until: datetime) -> bool:
    """Say it later, when it is a safe hour; False when the lease was lost."""
    return _settle(session, row, state=CareState.WAITING, due_at=until)


def leave_out(session: Session, row: CareHousehold, why: Why) -> bool:
    """Say nothing to this household; it stands on the result page with the reason."""
    return _settle(session, row, state=CareState.LEFT_OUT, why=why)


def find(session: Session, campaign_id: str) -> Campaign:
    """The campaign with this id. Raises UnknownError."""
    campaign = session.get(Campaign, campaign_id)
    if campaign is None:
        raise UnknownError("There is no such campaign.")
    return campaign


def find_for_update(session: Session, campaign_id: str) -> Campaign:
    """The same, locked until the commit. Raises UnknownError."""
    campaign = session.exec(
        select(Campaign)
        .where(Campaign.id == campaign_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if campaign is None:
        raise UnknownError("There is no such campaign.")
    return campaign


def newest(
    session: Session, *, region: Region | None = None, limit: int = 50
) -> Sequence[Campaign]:
    """The campaigns of late, of one region or of all."""
    statement = select(Campaign).order_by(col(Campaign.made_at).desc()).limit(limit)
    if region is not None:
        statement = statement.where(Campaign.region == region)
    return session.exec(statement).all()


def _row(campaign: Campaign, one: Found, *, now: datetime) -> CareHousehold:
    reached = one.reach is Reach.REACHED
    return CareHousehold(
        id=keys.new_id(),
        campaign_id=campaign.id,
        household_id=one.household.id,
        state=CareState.WAITING if reached else CareState.LEFT_OUT,
        why=None if reached else Why(one.reach),
        due_at=now,
    )


def _claim_of(session: Session, campaign: Campaign, *, now: datetime) -> Sequence[CareHousehold]:
    every = timedelta(minutes=1) / campaign.a_minute
    since = max(campaign.next_at, now - CATCHES_UP)
    places = min(BATCH, 1 + int((now - since) / every))
    rows = session.exec(
        select(CareHousehold)
        .where(
            CareHousehold.campaign_id == campaign.id,
            CareHousehold.due_at <= now,
            or_(
                CareHousehold.state == CareState.WAITING,
                and_(
                    col(CareHousehold.state) == CareState.SENDING,
                    col(CareHousehold.leased_until) < now,
                ),
            ),
        )
        .order_by(col(CareHousehold.due_at), col(CareHousehold.id))
        .limit(places)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for row in rows:
        row.state, row.leased_until = CareState.SENDING, now + LEASE
        row.fence += 1
        session.add(row)
    campaign.next_at = since + every * len(rows) if rows else now + timedelta(seconds=1)
    if not rows and not _left(session, campaign):
        campaign.state = CampaignState.DONE
        _tell(session, campaign, now=now)
    session.add(campaign)
    return rows


def _left(session: Session, campaign: Campaign) -> int:
    return session.exec(
        select(func.count())
        .select_from(CareHousehold)
        .where(
            CareHousehold.campaign_id == campaign.id,
            col(CareHousehold.state).in_((CareState.WAITING, CareState.SENDING)),
        )
    ).one()


def _close(session: Session, campaign: Campaign, *, now: datetime) -> None:
    """It is of no use any more: whoever was not reached by then is a person's."""
    session.connection().execute(
        update(CareHousehold)
        .where(
            col(CareHousehold.campaign_id) == campaign.id,
            col(CareHousehold.state).in_((CareState.WAITING, CareState.SENDING)),
        )
        .values(
            state=CareState.LEFT_OUT,
            why=Why.TOO_LATE,
            fence=CareHousehold.fence + 1,
            leased_until=None,
        )
    )
    campaign.state = CampaignState.DONE
    session.add(campaign)
    _tell(session, campaign, now=now)


def _settle(session: Session, row: CareHousehold, **values: object) -> bool:
    done = session.connection().execute(
        update(CareHousehold)
        .where(
            col(CareHousehold.id) == row.id,
            col(CareHousehold.state) == CareState.SENDING,
            col(CareHousehold.fence) == row.fence,
        )
        .values(**values, leased_until=None)
    )
    return done.rowcount == 1


def _tell(session: Session, campaign: Campaign, *, now: datetime) -> None:
    events.publish(session, events.Kind.HOUSEHOLD, {"campaign": campaign.id}, now=now)
