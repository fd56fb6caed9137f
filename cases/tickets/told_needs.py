"""What a resident told of a person's needs, kept until somebody has looked and confirmed it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Index
from sqlmodel import Field, SQLModel, col, select, update
from sqlmodel.sql.expression import Select

from cases import events, keys
from cases.commands import OpenTicket
from cases.database import Session, UtcDateTime
from cases.errors import CaseError, StaleError, UnknownError
from cases.households import households
from cases.households.households import Household
from cases.households.need_assessments import NeedAssessment, Said
from cases.sealed import Place
from cases.talk.conversations import Conversation
from cases.ticket_rules.lifecycle import State
from cases.tickets import history, tickets
from cases.tickets.history import NoteKind
from cases.tickets.tickets import Ticket
from knowledge.assessing import Told

LOCAL = ZoneInfo("Asia/Shanghai")


class ToldNeeds(SQLModel, table=True):
    """One telling, sealed under its ticket's key; never changed, and settled once."""

    __tablename__ = "told_needs"
    __table_args__ = (Index("ix_told_needs_open", "settled_at", "ticket_id"),)
    ticket_id: str = Field(primary_key=True, foreign_key="tickets.id")
    sealed_told: bytes
    at: datetime = Field(sa_type=UtcDateTime)
    # The assessment that was made of it; None while it waits, and when it was put aside.
    assessment_id: str | None = Field(default=None, foreign_key="need_assessments.id", index=True)
    settled_by: str | None = Field(default=None, foreign_key="operators.id", index=True)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


@dataclass(frozen=True)
class Waiting:
    """A telling that nobody has confirmed yet, and the ticket it came with."""

    ticket: Ticket
    row: ToldNeeds
    told: Told

    @property
    def said(self) -> Said:
        """As the assessment keeps it beside what was found."""
        told = self.told
        return Said(
            ticket=self.ticket.number,
            on=self.row.at.astimezone(LOCAL).date(),
            by_helper=self.ticket.by_helper,
            whom=told.whom,
            grades=told.grades,
            ungraded=told.ungraded,
        )


def keep(
    session: Session,
    conversation: Conversation | None,
    ticket: Ticket,
    draft: OpenTicket,
    *,
    now: datetime,
) -> None:
    """Keep what was told with the ticket, and put both into the file of the home that tells it.

    What is told of another home waits until a person says whose it is.
    """
    if draft.needs is None:
        return
    place, told = _place(ticket.id), draft.needs.model_dump_json()
    sealed = keys.seal(session, ticket.key_id, place, told)
    session.add(ToldNeeds(ticket_id=ticket.id, sealed_told=sealed, at=now))
    session.flush()
    if conversation is None or draft.needs.elsewhere:
        return
    household = households.reached_by(session, conversation.id)
    if household is not None and not ticket.personal:
        tickets.file_under(session, ticket, household.id, now=now)


def take_in(session: Session, household: Household, ticket: Ticket, *, now: datetime) -> None:
    """Put a telling into the file of the home it is about. Raises CaseError where the ticket
    tells of no needs, is settled, or stands in a file already."""
    row = session.get(ToldNeeds, ticket.id)
    if row is None or row.settled_at is not None or ticket.household_id is not None:
        raise CaseError("This ticket tells of no needs that wait for a file; look at its number.")
    tickets.file_under(session, ticket, household.id, now=now)


def waiting(session: Session, household: Household) -> Sequence[Waiting]:
    """What was told of this household and waits for a person, the oldest first."""
    rows = session.exec(
        _open().where(Ticket.household_id == household.id).order_by(col(ToldNeeds.at))
    )
    return [Waiting(ticket, row, _told(session, ticket, row)) for row, ticket in rows]


def households_waiting(session: Session, *, region: str | None) -> Sequence[tuple[Ticket, str]]:
    """The tickets whose telling waits and the household of each, the oldest first."""
    chosen = _open().where(col(Ticket.household_id).is_not(None))
    if region is not None:
        chosen = chosen.where(Ticket.region == region)
    rows = session.exec(chosen.order_by(col(ToldNeeds.at)))
    return [(ticket, ticket.household_id) for _, ticket in rows if ticket.household_id]


def find(session: Session, household: Household, number: str) -> Waiting:
    """The telling that came with this ticket. Raises UnknownError when it is not this
    household's, StaleError when somebody has settled it already."""
    row = session.exec(
        select(ToldNeeds, Ticket)
        .join(Ticket, col(Ticket.id) == ToldNeeds.ticket_id)
        .where(Ticket.number == number, Ticket.household_id == household.id)
    ).first()
    if row is None:
        raise UnknownError("Nothing was told of needs with this ticket.")
    if row[0].settled_at is not None:
        raise StaleError("Somebody has settled this already; look at the page again.")
    return Waiting(row[1], row[0], _told(session, row[1], row[0]))


def confirm(
    session: Session, one: Waiting, assessment: NeedAssessment, *, by: str, now: datetime
) -> None:
    """This assessment was made of it. Raises StaleError when a colleague was first."""
    _settle(session, one, assessment.id, by=by, now=now)


def put_aside(session: Session, one: Waiting, why: str, *, by: str, now: datetime) -> None:
    """Nobody is to be assessed after it; why goes into the ticket's story.

    Raises CaseError without a reason, StaleError when a colleague was first.
    """
    if not why.strip():
        raise CaseError("Say why nobody is assessed after it.")
    _settle(session, one, None, by=by, now=now)
    history.write(session, one.ticket, NoteKind.REMARK, why.strip(), actor=by, now=now)


def _settle(
    session: Session, one: Waiting, assessment_id: str | None, *, by: str, now: datetime
) -> None:
    taken = session.connection().execute(
        update(ToldNeeds)
        .where(col(ToldNeeds.ticket_id) == one.ticket.id, col(ToldNeeds.settled_at).is_(None))
        .values(assessment_id=assessment_id, settled_by=by, settled_at=now)
    )
    if taken.rowcount != 1:
        raise StaleError("Somebody has settled this already; look at the page again.")
    home = {"household": one.ticket.household_id or ""}
    events.publish(session, events.Kind.HOUSEHOLD, home, now=now)


def _open() -> Select[ToldNeeds, Ticket]:
    """What waits; not what was withdrawn or whose words are gone."""
    return (
        select(ToldNeeds, Ticket)
        .join(Ticket, col(Ticket.id) == ToldNeeds.ticket_id)
        .where(
            col(ToldNeeds.settled_at).is_(None),
            col(Ticket.erased_at).is_(None),
            Ticket.state != State.WITHDRAWN,
        )
    )


def _told(session: Session, ticket: Ticket, row: ToldNeeds) -> Told:
    blob = keys.unseal(session, ticket.key_id, _place(ticket.id), row.sealed_told)
    return Told.model_validate_json(blob)


def _place(ticket_id: str) -> Place:
    return Place("told_needs", "told", ticket_id)
