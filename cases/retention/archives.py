"""Which household files are archived, until when, what is held, and how two persons erase one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, update
from sqlmodel import Field, SQLModel, col, or_, select

from cases import keys
from cases.care.campaigns import CareHousehold, CareState
from cases.care.checks import CareCheck
from cases.database import Session, UtcDateTime
from cases.errors import CaseError, UnknownError
from cases.household_rules.plan_steps import ItemState
from cases.households import households, same_household
from cases.households.households import Household
from cases.households.same_household import HouseholdMerge
from cases.households.service_items import ServiceItem
from cases.households.service_records import ServiceRequest
from cases.households.visits import Visit, VisitState
from cases.retention import erasing
from cases.sealed import Place
from cases.tickets.tickets import Ticket
from knowledge.names import Category

LONGEST = 500
LONGEST_RULE = 200
MOST = 200
HOUSEHOLDS = "households"
ASKING = (CareState.WAITING, CareState.SENDING, CareState.SAID)


class Ground(StrEnum):
    """Why a file is to be erased: its term is over, or its people asked and are right."""

    TERM = "term"
    REQUEST = "request"


class Word(StrEnum):
    """What became of a wish to erase."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class Archive(SQLModel, table=True):
    """A file on which nothing is done any more. `keep_until` None: it is kept for ever. `rule` is
    the archives' rule that says so; a hold keeps it beyond every term."""

    __tablename__ = "household_archives"
    household_id: str = Field(primary_key=True, foreign_key="households.id")
    archived_on: date
    keep_until: date | None = None
    rule: str
    archived_by: str = Field(foreign_key="operators.id", index=True)
    sealed_hold: bytes | None = None
    held_by: str | None = Field(default=None, foreign_key="operators.id", index=True)


class Erasure(SQLModel, table=True):
    """A wish of one person that a file be erased, and the word of a second one. It outlives the
    file and tells nothing of anybody."""

    __tablename__ = "household_erasures"
    __table_args__ = (
        CheckConstraint("ground IN ('term','request')", name="ground"),
        CheckConstraint("word IN ('asked','confirmed','refused')", name="word"),
        CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name="two_persons"),
    )
    id: str = Field(primary_key=True)
    household_id: str = Field(foreign_key="households.id", index=True)
    ground: str
    ticket_number: str | None = None
    word: str = Word.ASKED
    asked_by: str = Field(foreign_key="operators.id", index=True)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    decided_by: str | None = Field(default=None, foreign_key="operators.id", index=True)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)


class ArchiveError(CaseError):
    """A file that cannot be archived or erased as it stands."""


class GoingOnError(ArchiveError):
    """A ticket, visit, service, check or question of this household goes on; end it first."""


class HeldError(ArchiveError):
    """The file is held; end the hold first."""


class NoGroundError(ArchiveError):
    """The term is not over, or the ticket is no wish about one's own data."""


class OwnWishError(ArchiveError):
    """A second person must decide, not the one who asked."""


@dataclass(frozen=True)
class Archived:
    """An archived file as the page shows it: no name. `held`: why; `wish`: what one has asked."""

    row: Archive
    region: str
    due: bool
    held: str
    wish: Erasure | None


def archive(  # noqa: PLR0913
    session: Session,
    household_id: str,
    *,
    keep_until: date | None,
    rule: str,
    by: str,
    on: date,
) -> Archive:
    """Put a file away, with its day and the rule for it; again, to mend the day.

    Raises UnknownError, GoingOnError, ArchiveError without a rule or for a part of another file.
    """
    household = households.find(session, household_id)
    if session.get(HouseholdMerge, household_id) is not None or not rule.strip():
        raise ArchiveError("Archive the file that this one belongs to, and name the rule.")
    _require_quiet(session, household)
    row = session.get(Archive, household_id) or Archive(
        household_id=household_id, archived_on=on, rule="", archived_by=by
    )
    row.keep_until, row.rule, row.archived_by = keep_until, rule.strip()[:LONGEST_RULE], by
    session.add(row)
    session.flush()
    return row


def take_out(session: Session, household_id: str) -> None:
    """Somebody works on the file again. Raises UnknownError."""
    session.delete(_find(session, household_id))
    session.connection().execute(
        update(Erasure)
        .where(col(Erasure.household_id) == household_id, col(Erasure.word) == Word.ASKED)
        .values(word=Word.REFUSED)
    )
    session.flush()


def hold(session: Session, household_id: str, *, why: str, by: str) -> None:
    """Keep a file beyond its term. Raises UnknownError, ArchiveError without a reason."""
    row = _find(session, household_id)
    if not why.strip():
        raise ArchiveError("Say why it must be kept.")
    key = households.find(session, household_id).key_id
    row.sealed_hold = keys.seal(session, key, _place(household_id), why.strip()[:LONGEST])
    row.held_by = by
    session.add(row)
    session.flush()


def release(session: Session, household_id: str) -> None:
    """Let the term count again. Raises UnknownError."""
    row = _find(session, household_id)
    row.sealed_hold, row.held_by = None, None
    session.add(row)
    session.flush()


def ask(  # noqa: PLR0913
    session: Session,
    household_id: str,
    ground: Ground,
    *,
    ticket: Ticket | None,
    by: str,
    now: datetime,
    today: date,
) -> Erasure:
    """Ask that a file be erased; `ticket` is where its people asked for it.

    Raises UnknownError, HeldError, GoingOnError, NoGroundError, ArchiveError when it is asked.
    """
    row = _find(session, household_id)
    _require_free(session, row)
    if ground is Ground.TERM and (row.keep_until is None or row.keep_until >= today):
        raise NoGroundError("Its term is not over.")
    if ground is Ground.REQUEST and (ticket is None or ticket.category != Category.RIGHTS):
        raise NoGroundError("Name the ticket with which its people asked for it.")
    if _asked(session, household_id) is not None:
        raise ArchiveError("Somebody has asked already; a second person decides first.")
    wish = Erasure(
        id=keys.new_id(),
        household_id=household_id,
        ground=ground,
        ticket_number=None if ticket is None else ticket.number,
        asked_by=by,
        asked_at=now,
    )
    session.add(wish)
    session.flush()
    return wish


def decide(session: Session, household_id: str, word: Word, *, by: str, now: datetime) -> Erasure:
    """The second person's word; confirmed, the file and all that is read with it are erased.

    Raises UnknownError, OwnWishError, HeldError, GoingOnError.
    """
    row = _find(session, household_id)
    wish = _asked(session, household_id)
    if wish is None:
        raise UnknownError("Nobody has asked to erase this; look at the page again.")
    if wish.asked_by == by:
        raise OwnWishError("You asked yourself; a second person must decide.")
    if word is Word.CONFIRMED:
        _require_free(session, row)
    done = session.connection().execute(
        update(Erasure)
        .where(col(Erasure.id) == wish.id, col(Erasure.word) == Word.ASKED)
        .values(word=word, decided_by=by, decided_at=now)
    )
    if done.rowcount != 1:
        raise UnknownError("Somebody else has decided meanwhile.")
    if word is Word.CONFIRMED:
        _erase(session, households.find(session, household_id), now=now)
    return wish


def listed(session: Session, *, today: date) -> Sequence[Archived]:
    """The archived files, those that are due first; no name is opened."""
    rows = session.exec(
        select(Archive, Household)
        .join(Household, col(Household.id) == Archive.household_id)
        .order_by(col(Archive.keep_until).is_(None), col(Archive.keep_until), col(Household.id))
        .limit(MOST)
    )
    return [_archived(session, row, household, today=today) for row, household in rows]


def erased(session: Session) -> Sequence[Erasure]:
    """The files that two persons erased, the newest first."""
    return session.exec(
        select(Erasure)
        .where(Erasure.word == Word.CONFIRMED)
        .order_by(col(Erasure.decided_at).desc())
        .limit(MOST)
    ).all()


def _archived(session: Session, row: Archive, household: Household, *, today: date) -> Archived:
    held = ""
    if row.sealed_hold is not None:
        held = keys.unseal(session, household.key_id, _place(household.id), row.sealed_hold)
    due = row.keep_until is not None and row.keep_until < today
    return Archived(row, household.region, due, held, _asked(session, household.id))


def _find(session: Session, household_id: str) -> Archive:
    """The archive row, locked: of two who decide at once the second sees what the first did."""
    households.find(session, household_id)
    row = session.exec(
        select(Archive)
        .where(Archive.household_id == household_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise UnknownError("This file is not archived.")
    return row


def _asked(session: Session, household_id: str) -> Erasure | None:
    return session.exec(
        select(Erasure).where(Erasure.household_id == household_id, Erasure.word == Word.ASKED)
    ).first()


def _require_free(session: Session, row: Archive) -> None:
    if row.sealed_hold is not None:
        raise HeldError("The file is held; end the hold first.")
    _require_quiet(session, households.find(session, row.household_id))


def _require_quiet(session: Session, household: Household) -> None:
    ids = [one.id for one in same_household.family(session, household)]
    running = or_(
        select(Ticket.id).where(col(Ticket.household_id).in_(ids), ~col(Ticket.ended)).exists(),
        select(Visit.id)
        .where(col(Visit.household_id).in_(ids), Visit.state == VisitState.PLANNED)
        .exists(),
        select(ServiceItem.id)
        .where(col(ServiceItem.household_id).in_(ids), ServiceItem.state == ItemState.AGREED)
        .exists(),
        select(ServiceRequest.id)
        .where(col(ServiceRequest.household_id).in_(ids), col(ServiceRequest.settled_at).is_(None))
        .exists(),
        select(CareCheck.id)
        .where(col(CareCheck.household_id).in_(ids), col(CareCheck.outcome).is_(None))
        .exists(),
        select(CareHousehold.id)
        .where(col(CareHousehold.household_id).in_(ids), col(CareHousehold.state).in_(ASKING))
        .exists(),
    )
    if session.exec(select(running)).one():
        raise GoingOnError("Something of this household goes on; end it first.")


def _erase(session: Session, household: Household, *, now: datetime) -> None:
    """The tickets in the file are no archive any more: each goes when its own term is over."""
    ids = [one.id for one in same_household.family(session, household)]
    session.connection().execute(
        update(Ticket).where(col(Ticket.household_id).in_(ids)).values(household_id=None)
    )
    erasing.erase(session, HOUSEHOLDS, ids, now=now)


def _place(row: str) -> Place:
    return Place("household_archives", "hold", row)
