"""A storm, a flood, a cold spell in one area: what belongs to it, who waits, when it is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel, col, select

from cases import events, keys
from cases.commands import OpenTicket
from cases.database import Session, UtcDateTime
from cases.errors import CaseError, MoveError, UnknownError
from cases.ticket_rules.lifecycle import State
from cases.tickets import tickets
from cases.tickets.tickets import Ticket
from knowledge import incidents as book
from knowledge.names import Hazard, Matter, Region

# What was opened so long before the event may already belong to it.
BEFORE = timedelta(days=2)
MOST = 200
# A unit has not taken it yet: nobody answers for it.
UNOWNED = (State.RECEIVED, State.TRIAGED, State.SENT_BACK)


class IncidentState(StrEnum):
    """Whether it is on."""

    ON = "on"
    OVER = "over"


class How(StrEnum):
    """Who put a ticket into an event: the rule, or a person. `out`: a person took it out."""

    RULE = "rule"
    PERSON = "person"
    OUT = "out"


class Incident(SQLModel, table=True):
    """One event. `area` is a street or town as people name it; empty is the whole region."""

    __tablename__ = "incidents"
    __table_args__ = (CheckConstraint("state IN ('on','over')", name="state"),)
    id: str = Field(primary_key=True)
    region: str = Field(index=True)
    area: str = ""
    kind: str
    state: str = Field(default=IncidentState.ON, index=True)
    begun_by: str = Field(foreign_key="operators.id", index=True)
    begun_at: datetime = Field(sa_type=UtcDateTime)
    ended_by: str | None = Field(default=None, foreign_key="operators.id", index=True)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # How many still waited, each with a unit, when it was declared over.
    waited: int = 0


class IncidentTicket(SQLModel, table=True):
    """A ticket of an event; a ticket belongs to one event."""

    __tablename__ = "incident_tickets"
    __table_args__ = (CheckConstraint("how IN ('rule','person','out')", name="how"),)
    ticket_id: str = Field(primary_key=True, foreign_key="tickets.id")
    incident_id: str = Field(foreign_key="incidents.id", index=True)
    how: str
    at: datetime = Field(sa_type=UtcDateTime)


@dataclass(frozen=True)
class Waiting:
    """Who still waits: with a unit that has taken it, and with nobody."""

    owned: Sequence[Ticket]
    unowned: Sequence[Ticket]


def begin(  # noqa: PLR0913
    session: Session, region: Region, kind: str, area: str, *, by: str, now: datetime
) -> Incident:
    """An event begins; the same one that is on already stays one. Raises CaseError."""
    if kind not in book.kinds() or region is Region.NATIONAL:
        raise CaseError("Choose a place and what kind of event it is.")
    for known in on_in(session, region):
        if (known.kind, known.area) == (kind, area):
            return known
    row = Incident(id=keys.new_id(), region=region, area=area, kind=kind, begun_by=by, begun_at=now)
    session.add(row)
    session.flush()
    _tell(session, row, now=now)
    return row


def on_in(session: Session, region: Region | None) -> Sequence[Incident]:
    """The events that are on in a region, the newest first; none where no region is known."""
    if region is None:
        return ()
    return session.exec(
        select(Incident)
        .where(Incident.region == region, Incident.state == IncidentState.ON)
        .order_by(col(Incident.begun_at).desc())
    ).all()


def gather(session: Session, ticket: Ticket, draft: OpenTicket, *, now: datetime) -> None:
    """Put a new ticket into the event that it looks to be of. What is private never is."""
    if tickets.only_by_secret(ticket):
        return
    for incident in on_in(session, Region(ticket.region)):
        kind = book.kinds().get(incident.kind)
        if kind is None or incident.area not in draft.narrative:
            continue
        if kind.holds(hazard=draft.hazard, matter=draft.matter, told=draft.narrative):
            _put(session, incident, ticket.id, How.RULE, now=now)
            return


def put(session: Session, incident: Incident, ticket: Ticket, *, now: datetime) -> None:
    """A person says that a ticket belongs to it. Raises CaseError for what is private."""
    if tickets.only_by_secret(ticket) or ticket.region != incident.region:
        raise CaseError("This ticket does not belong to an event.")
    _put(session, incident, ticket.id, How.PERSON, now=now)


def take_out(session: Session, incident: Incident, ticket: Ticket, *, now: datetime) -> None:
    """A person says that it does not belong to it; the rule does not put it back."""
    _put(session, incident, ticket.id, How.OUT, now=now)


def of(session: Session, incident: Incident) -> Sequence[tuple[Ticket, How]]:
    """The tickets of an event, the oldest first."""
    rows = session.exec(
        select(Ticket, IncidentTicket.how)
        .join(IncidentTicket, col(IncidentTicket.ticket_id) == Ticket.id)
        .where(IncidentTicket.incident_id == incident.id, IncidentTicket.how != How.OUT)
        .order_by(col(Ticket.opened_at))
    ).all()
    return [(ticket, How(how)) for ticket, how in rows]


def proposed(session: Session, incident: Incident) -> Sequence[Ticket]:
    """Open tickets of the place that look to be of it and were told before or elsewhere: by their
    danger or matter alone, for words that were told earlier are not opened for this."""
    kind = book.kinds().get(incident.kind)
    if kind is None:
        return ()
    rows = session.exec(
        select(Ticket)
        .join(IncidentTicket, col(IncidentTicket.ticket_id) == Ticket.id, isouter=True)
        .where(
            Ticket.region == incident.region,
            col(Ticket.ended).is_(False),
            Ticket.opened_at >= incident.begun_at - BEFORE,
            col(IncidentTicket.ticket_id).is_(None),
        )
        .order_by(col(Ticket.opened_at))
        .limit(MOST)
    ).all()
    return [
        one
        for one in rows
        if not tickets.only_by_secret(one)
        and kind.holds(hazard=Hazard(one.hazard), matter=Matter(one.matter), told="")
    ]


def waiting(session: Session, incident: Incident) -> Waiting:
    """Who of an event still waits."""
    still = [ticket for ticket, _ in of(session, incident) if not ticket.ended]
    unowned = [one for one in still if one.lead_unit is None or one.state in UNOWNED]
    return Waiting([one for one in still if one not in unowned], unowned)


def end(session: Session, incident_id: str, *, by: str, now: datetime) -> Incident:
    """It is over. Raises MoveError while somebody waits for whom no unit answers; who waits with a
    unit goes on being worked on as before."""
    row = session.exec(
        select(Incident)
        .where(Incident.id == incident_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise UnknownError("There is no such event.")
    if row.state == IncidentState.OVER:
        return row
    left = waiting(session, row)
    if left.unowned:
        raise MoveError("Somebody still waits and no unit has taken it; give it to one first.")
    row.state, row.ended_by, row.ended_at = IncidentState.OVER, by, now
    row.waited = len(left.owned)
    session.add(row)
    session.flush()
    _tell(session, row, now=now)
    return row


def find(session: Session, incident_id: str) -> Incident:
    """The event with this id. Raises UnknownError."""
    row = session.get(Incident, incident_id)
    if row is None:
        raise UnknownError("There is no such event.")
    return row


def newest(
    session: Session, *, region: Region | None = None, limit: int = 50
) -> Sequence[Incident]:
    """The events of late, those that are on first."""
    statement = select(Incident).order_by(col(Incident.state), col(Incident.begun_at).desc())
    if region is not None:
        statement = statement.where(Incident.region == region)
    return session.exec(statement.limit(limit)).all()


def _put(session: Session, incident: Incident, ticket_id: str, how: How, *, now: datetime) -> None:
    row = session.get(IncidentTicket, ticket_id)
    if row is None:
        row = IncidentTicket(ticket_id=ticket_id, incident_id=incident.id, how=how, at=now)
    row.incident_id, row.how, row.at = incident.id, how, now
    session.add(row)
    session.flush()
    _tell(session, incident, now=now)


def _tell(session: Session, incident: Incident, *, now: datetime) -> None:
    events.publish(session, events.Kind.TICKET, {"incident": incident.id}, now=now)
