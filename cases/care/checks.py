"""A lead becomes a check with a day: who is looked in on, what came of it, who hears what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel, col, or_, select, update

from cases import events, keys
from cases.database import Session, UtcDateTime
from cases.errors import CaseError, MoveError, UnknownError
from cases.households import people
from cases.households.file_bodies import PartKind
from cases.households.file_parts import FilePart
from cases.households.households import Household
from cases.households.list_imports import ImportState, ListImport, ListRow
from cases.households.visit_results import Outcome as VisitOutcome
from cases.households.visit_results import VisitResult
from cases.talk import conversations
from cases.talk.conversations import Conversation
from cases.tickets import tickets
from cases.tickets.tickets import Ticket
from knowledge.names import Category, Region

YEAR = timedelta(days=365)


class Found(StrEnum):
    """What came of looking in."""

    HELPED = "helped"
    PASSED_ON = "passed_on"
    NO_NEED = "no_need"
    REFUSED = "refused"
    NOT_FOUND = "not_found"


class CareCheck(SQLModel, table=True):
    """Somebody looks in on a household because of a report or of a bureau's list; `household_id`
    is empty while no file is known."""

    __tablename__ = "care_checks"
    __table_args__ = (
        UniqueConstraint("ticket_id"),
        UniqueConstraint("list_id", "household_id"),
        CheckConstraint(
            "outcome IN ('helped','passed_on','no_need','refused','not_found')", name="outcome"
        ),
        Index("ix_care_checks_due", "outcome", "region", "due_on"),
    )
    id: str = Field(primary_key=True)
    region: str
    ticket_id: str | None = Field(default=None, foreign_key="tickets.id")
    list_id: str | None = Field(default=None, foreign_key="list_imports.id")
    household_id: str | None = Field(default=None, foreign_key="households.id", index=True)
    due_on: date
    outcome: str | None = None
    made_by: str = Field(foreign_key="operators.id", index=True)
    made_at: datetime = Field(sa_type=UtcDateTime)
    done_by: str | None = Field(default=None, foreign_key="operators.id", index=True)
    done_on: date | None = None
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


@dataclass(frozen=True)
class Rate:
    """How many of how many."""

    part: int
    whole: int


def from_ticket(  # noqa: PLR0913
    session: Session,
    ticket: Ticket,
    household: Household | None,
    *,
    due_on: date,
    by: str,
    now: datetime,
) -> CareCheck:
    """A check because of a report; one for each, its household known then or later.

    Raises CaseError for what is no report of somebody else or is private to one person.
    """
    if ticket.category != Category.DISCOVERY or tickets.only_by_secret(ticket):
        raise CaseError("Only a report on somebody who may need help becomes a check.")
    known = session.exec(select(CareCheck).where(CareCheck.ticket_id == ticket.id)).first()
    if known is not None and known.outcome is not None:
        raise MoveError("Somebody has looked in already.")
    row = known or CareCheck(
        id=keys.new_id(),
        region=ticket.region,
        ticket_id=ticket.id,
        due_on=due_on,
        made_by=by,
        made_at=now,
    )
    row.due_on = due_on
    row.household_id = row.household_id if household is None else household.id
    session.add(row)
    session.flush()
    _tell(session, row, now=now)
    return row


def from_list(session: Session, listed: ListImport, *, due_on: date, by: str, now: datetime) -> int:
    """A check for each household of a bureau's list that was taken in; those that have one keep
    it. Returns how many are new. Raises CaseError for a list that is not in yet."""
    if listed.state != ImportState.DONE:
        raise CaseError("Take the list in first; then its households can be looked in on.")
    known = set(session.exec(select(CareCheck.household_id).where(CareCheck.list_id == listed.id)))
    there = session.exec(
        select(ListRow.household_id)
        .where(ListRow.import_id == listed.id, col(ListRow.household_id).is_not(None))
        .distinct()
    ).all()
    new = [one for one in there if one not in known]
    session.add_all(
        CareCheck(
            id=keys.new_id(),
            region=listed.region,
            list_id=listed.id,
            household_id=one,
            due_on=due_on,
            made_by=by,
            made_at=now,
        )
        for one in new
    )
    session.flush()
    events.publish(session, events.Kind.HOUSEHOLD, {"list": listed.id}, now=now)
    return len(new)


def finish(  # noqa: PLR0913
    session: Session, check_id: str, outcome: Found, *, on: date, by: str, now: datetime
) -> CareCheck:
    """Write down what came of it, once. Raises UnknownError, MoveError when somebody was first."""
    row = find(session, check_id)
    done = session.connection().execute(
        update(CareCheck)
        .where(col(CareCheck.id) == row.id, col(CareCheck.outcome).is_(None))
        .values(outcome=outcome, done_by=by, done_on=on)
    )
    if done.rowcount != 1:
        raise MoveError("Somebody has written down already what came of it.")
    session.refresh(row)
    _tell(session, row, now=now)
    return row


def reporter_of(session: Session, check_id: str) -> tuple[Conversation, Ticket] | None:
    """Where whoever reported it hears that it was looked at, locked; None when nowhere."""
    row = find(session, check_id)
    if row.ticket_id is None:
        return None
    ticket = session.get_one(Ticket, row.ticket_id)
    home = tickets.home_of(session, ticket)
    return None if home is None else (conversations.find_for_update(session, home), ticket)


def told(session: Session, row: CareCheck, *, now: datetime) -> None:
    """Whoever reported it was told that it was looked at."""
    row.told_at = now
    session.add(row)
    session.flush()


def find(session: Session, check_id: str) -> CareCheck:
    """The check with this id. Raises UnknownError."""
    row = session.get(CareCheck, check_id)
    if row is None:
        raise UnknownError("There is no such check.")
    return row


def of_ticket(session: Session, ticket: Ticket) -> CareCheck | None:
    """The check that came of a report; None while there is none."""
    return session.exec(select(CareCheck).where(CareCheck.ticket_id == ticket.id)).first()


def open_ones(
    session: Session, *, region: Region | None, limit: int = 200
) -> Sequence[tuple[CareCheck, Ticket | None]]:
    """What is still to be looked into, the earliest day first."""
    statement = (
        select(CareCheck, Ticket)
        .join(Ticket, col(Ticket.id) == CareCheck.ticket_id, isouter=True)
        .where(col(CareCheck.outcome).is_(None))
        .order_by(col(CareCheck.due_on), col(CareCheck.made_at), col(CareCheck.id))
        .limit(limit)
    )
    if region is not None:
        statement = statement.where(CareCheck.region == region)
    return [(row, ticket) for row, ticket in session.exec(statement).all()]


def matches(
    session: Session, region: Region, *, id_number: str = "", name: str = "", born: date | None
) -> Sequence[Household]:
    """The files of a region that hold this person, by fingerprint of number or of name and day of
    birth; a name alone finds nobody."""
    known = [
        FilePart.id_index == people.index_of_number(session, people.plain_number(id_number)),
        FilePart.name_index == people.index_of_name(session, name, born),
    ]
    given = [bool(id_number.strip()), bool(name.strip()) and born is not None]
    wanted = [one for one, there in zip(known, given, strict=True) if there]
    if not wanted:
        return ()
    return session.exec(
        select(Household)
        .join(FilePart, col(FilePart.household_id) == Household.id)
        .where(Household.region == region, col(FilePart.ended_at).is_(None), or_(*wanted))
        .distinct()
    ).all()


def leads_looked_into(session: Session, region: Region, *, on: date) -> Rate:
    """Of the households on bureaus' lists whose check was due in twelve months: how many were
    looked in on, whatever came of it."""
    rows = session.exec(
        select(CareCheck.outcome).where(
            CareCheck.region == region,
            col(CareCheck.list_id).is_not(None),
            CareCheck.due_on > on - YEAR,
            CareCheck.due_on <= on,
        )
    ).all()
    return Rate(sum(one is not None for one in rows), len(rows))


def needs_known(session: Session, among: Sequence[Household], *, on: date) -> Rate:
    """Of these households: how many had their needs assessed, or were seen, in twelve months."""
    ids = {household.id for household in among}
    assessed = session.exec(
        select(FilePart.household_id).where(
            FilePart.kind == PartKind.ASSESSMENT,
            col(FilePart.ended_at).is_(None),
            col(FilePart.first) > on - YEAR,
            col(FilePart.first) <= on,
        )
    ).all()
    seen = session.exec(
        select(VisitResult.household_id).where(
            VisitResult.outcome == VisitOutcome.SEEN,
            VisitResult.seen_on > on - YEAR,
            col(VisitResult.seen_on) <= on,
        )
    ).all()
    return Rate(len(ids & {*assessed, *seen}), len(ids))


def _tell(session: Session, row: CareCheck, *, now: datetime) -> None:
    events.publish(session, events.Kind.HOUSEHOLD, {"check": row.id}, now=now)
