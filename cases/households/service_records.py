"""What was delivered of a plan, how it was found, and what is still asked of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel, col, select, update

from cases import events, keys
from cases.database import Session, UtcDateTime
from cases.errors import CaseError, StaleError, UnknownError
from cases.household_rules.plan_steps import PlanMove, Wish
from cases.households import service_items
from cases.households.file_bodies import Body
from cases.households.households import Household
from cases.households.service_items import ServiceItem, StepBody
from cases.sealed import Place
from knowledge import workdays

ANSWER_WITHIN_DAYS = 5


class Opinion(StrEnum):
    """How a service was found."""

    SATISFIED = "satisfied"
    SO_SO = "so_so"
    UNHAPPY = "unhappy"


class ServiceDelivery(SQLModel, table=True):
    """One time that a service was given. `client_id` is the form's own: sent again, kept once."""

    __tablename__ = "service_deliveries"
    __table_args__ = (UniqueConstraint("item_id", "client_id"),)
    id: str = Field(primary_key=True)
    item_id: str = Field(foreign_key="service_items.id", index=True)
    client_id: str
    on: date
    minutes: int | None = None
    amount_fen: int | None = None
    signed: bool
    sealed_body: bytes
    by: str = Field(foreign_key="operators.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)


class ServiceOpinion(SQLModel, table=True):
    """How somebody found a service when they were asked."""

    __tablename__ = "service_opinions"
    __table_args__ = (
        CheckConstraint("opinion IN ('satisfied','so_so','unhappy')", name="opinion"),
    )
    id: str = Field(primary_key=True)
    item_id: str = Field(foreign_key="service_items.id", index=True)
    opinion: str
    on: date
    sealed_body: bytes
    by: str = Field(foreign_key="operators.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)


class ServiceRequest(SQLModel, table=True):
    """A wish about running services; it changes nothing until a person has settled it."""

    __tablename__ = "service_requests"
    __table_args__ = (CheckConstraint("wish IN ('stop','time','change','unhappy')", name="wish"),)
    id: str = Field(primary_key=True)
    household_id: str = Field(foreign_key="households.id", index=True)
    item_id: str | None = Field(default=None, foreign_key="service_items.id", index=True)
    ticket_id: str | None = Field(default=None, foreign_key="tickets.id", index=True)
    wish: str
    due: date
    sealed_body: bytes
    at: datetime = Field(sa_type=UtcDateTime)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    settled_by: str | None = Field(default=None, foreign_key="operators.id", index=True)
    sealed_outcome: bytes | None = None


class DeliveryBody(Body):
    """What was done and by whom."""

    what: str
    by_whom: str


class Words(Body):
    """Words, as they were said."""

    text: str = ""


@dataclass(frozen=True)
class Delivered:
    """A delivery as it is typed."""

    client_id: str
    on: date
    what: str
    by_whom: str
    signed: bool
    minutes: int | None = None
    amount_fen: int | None = None


@dataclass(frozen=True)
class Asked:
    """A wish as it is read; `outcome` is empty until somebody settled it."""

    row: ServiceRequest
    text: str
    outcome: str


def deliver(  # noqa: PLR0913
    session: Session,
    household: Household,
    item: ServiceItem,
    told: Delivered,
    *,
    by: str,
    today: date,
    now: datetime,
) -> ServiceDelivery:
    """Write down that a service was given; the same form again gives the same row.

    Raises CaseError for a day to come, MoveError for a service that does not run.
    """
    if told.on > today:
        raise CaseError("Nothing was delivered on a day to come; correct the day.")
    known = session.exec(
        select(ServiceDelivery).where(
            ServiceDelivery.item_id == item.id, ServiceDelivery.client_id == told.client_id
        )
    ).first()
    if known is not None:
        return known
    service_items.step(session, household, item, PlanMove.DELIVER, StepBody(), by=by, now=now)
    row = keys.new_id()
    body = DeliveryBody(what=told.what, by_whom=told.by_whom)
    kept = ServiceDelivery(
        id=row,
        item_id=item.id,
        client_id=told.client_id,
        on=told.on,
        minutes=told.minutes,
        amount_fen=told.amount_fen,
        signed=told.signed,
        sealed_body=_seal(session, household, "service_deliveries", row, body),
        by=by,
        at=now,
    )
    session.add(kept)
    session.flush()
    return kept


def rate(  # noqa: PLR0913
    session: Session,
    household: Household,
    item: ServiceItem,
    opinion: Opinion,
    text: str,
    *,
    on: date,
    by: str,
    now: datetime,
) -> ServiceOpinion:
    """Write down how a service was found; who is unhappy is a wish that a person looks into."""
    service_items.step(session, household, item, PlanMove.ASK_OPINION, StepBody(), by=by, now=now)
    row = keys.new_id()
    kept = ServiceOpinion(
        id=row,
        item_id=item.id,
        opinion=opinion,
        on=on,
        sealed_body=_seal(session, household, "service_opinions", row, Words(text=text)),
        by=by,
        at=now,
    )
    session.add(kept)
    session.flush()
    if opinion is Opinion.UNHAPPY:
        ask(session, household, item, Wish.UNHAPPY, text, now=now)
    return kept


def ask(  # noqa: PLR0913
    session: Session,
    household: Household,
    item: ServiceItem | None,
    wish: Wish,
    text: str,
    *,
    ticket_id: str | None = None,
    now: datetime,
) -> ServiceRequest:
    """Keep a wish with the day until which somebody answers; the services go on as they are."""
    row = keys.new_id()
    until = workdays.due(now, days=ANSWER_WITHIN_DAYS, working=True).due
    kept = ServiceRequest(
        id=row,
        household_id=household.id,
        item_id=None if item is None else item.id,
        ticket_id=ticket_id,
        wish=wish,
        due=(until - timedelta(days=1)).date(),
        sealed_body=_seal(session, household, "service_requests", row, Words(text=text)),
        at=now,
    )
    session.add(kept)
    session.flush()
    events.publish(session, events.Kind.HOUSEHOLD, {"household": household.id}, now=now)
    return kept


def settle(  # noqa: PLR0913
    session: Session,
    household: Household,
    request_id: str,
    outcome: str,
    *,
    by: str,
    now: datetime,
) -> ServiceRequest:
    """Note what a person did about a wish; once. Raises UnknownError, CaseError, StaleError."""
    asked = session.get(ServiceRequest, request_id)
    if asked is None or asked.household_id != household.id:
        raise UnknownError("There is no such wish.")
    if not outcome.strip():
        raise CaseError("Write down what was done about it.")
    place = Place("service_requests", "outcome", asked.id)
    done = session.connection().execute(
        update(ServiceRequest)
        .where(col(ServiceRequest.id) == asked.id, col(ServiceRequest.settled_at).is_(None))
        .values(
            settled_at=now,
            settled_by=by,
            sealed_outcome=keys.seal(session, household.key_id, place, outcome.strip()),
        )
    )
    if done.rowcount != 1:
        raise StaleError("Somebody has settled this meanwhile; look at the plan again.")
    session.refresh(asked)
    events.publish(session, events.Kind.HOUSEHOLD, {"household": household.id}, now=now)
    return asked


def deliveries(
    session: Session, household: Household, item: ServiceItem
) -> Sequence[tuple[ServiceDelivery, DeliveryBody]]:
    """What was given of a service, the last first. The caller records the look."""
    rows = session.exec(
        select(ServiceDelivery)
        .where(ServiceDelivery.item_id == item.id)
        .order_by(col(ServiceDelivery.on).desc(), col(ServiceDelivery.at).desc())
    )
    return [
        (row, DeliveryBody.model_validate_json(_open(session, household, row, "body")))
        for row in rows
    ]


def opinions(
    session: Session, household: Household, item: ServiceItem
) -> Sequence[tuple[ServiceOpinion, str]]:
    """How a service was found, the last first."""
    rows = session.exec(
        select(ServiceOpinion)
        .where(ServiceOpinion.item_id == item.id)
        .order_by(col(ServiceOpinion.on).desc(), col(ServiceOpinion.at).desc())
    )
    return [
        (row, Words.model_validate_json(_open(session, household, row, "body")).text)
        for row in rows
    ]


def requests(session: Session, household: Household) -> Sequence[Asked]:
    """What was asked of the services of a household: open first, the soonest due before."""
    rows = session.exec(
        select(ServiceRequest)
        .where(ServiceRequest.household_id == household.id)
        .order_by(col(ServiceRequest.due), col(ServiceRequest.at))
    )
    found = [
        Asked(
            row,
            Words.model_validate_json(_open(session, household, row, "body")).text,
            "" if row.sealed_outcome is None else _open(session, household, row, "outcome"),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: one.row.settled_at is not None)


def waiting(
    session: Session, *, region: str | None = None
) -> Sequence[tuple[ServiceRequest, Household]]:
    """The wishes that nobody has settled yet, the first due before."""
    statement = (
        select(ServiceRequest, Household)
        .join(Household, col(Household.id) == ServiceRequest.household_id)
        .where(col(ServiceRequest.settled_at).is_(None))
        .order_by(col(ServiceRequest.due), col(ServiceRequest.at))
    )
    if region is not None:
        statement = statement.where(Household.region == region)
    return session.exec(statement).all()


def _open(
    session: Session,
    household: Household,
    row: ServiceDelivery | ServiceOpinion | ServiceRequest,
    column: str,
) -> str:
    blob = row.sealed_body
    if column == "outcome" and isinstance(row, ServiceRequest):
        blob = row.sealed_outcome or b""
    place = Place(str(row.__tablename__), column, row.id)
    return keys.unseal(session, household.key_id, place, blob)


def _seal(session: Session, household: Household, table: str, row: str, body: Body) -> bytes:
    return keys.seal(session, household.key_id, Place(table, "body", row), body.model_dump_json())
