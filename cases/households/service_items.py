"""The services of a person's plan: offered, agreed to one by one, changed, passed on, ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel, col, select, update

from cases import events, keys
from cases.database import Session, UtcDateTime
from cases.errors import CaseError, StaleError, UnknownError
from cases.household_rules import plan_steps
from cases.household_rules.plan_steps import ItemState, PlanMove
from cases.households import assistance, file_parts
from cases.households.file_bodies import Body
from cases.households.households import Household
from cases.sealed import Place
from knowledge.entitlements import Received
from knowledge.names import Programme
from knowledge.needs import Payer, Service

NOT_AGREED = "Write down who agreed; a service is arranged with the person or who speaks for them."
NO_CONSENT = "This receiver is no state organ; write down who agreed to give them what."


class ServiceItem(SQLModel, table=True):
    """One service for one person, for ever one row. `version` rises with each step; `help_id` is
    the help that it counts as while it runs."""

    __tablename__ = "service_items"
    __table_args__ = (
        UniqueConstraint("household_id", "person_id", "service_id"),
        CheckConstraint("state IN ('proposed','agreed','declined','stopped')", name="state"),
    )
    id: str = Field(primary_key=True)
    household_id: str = Field(foreign_key="households.id", index=True)
    person_id: str
    service_id: str
    state: str
    version: int = 0
    help_id: str | None = Field(default=None, foreign_key="household_help.id", index=True)
    sealed_body: bytes
    at: datetime = Field(sa_type=UtcDateTime)


class ServiceStep(SQLModel, table=True):
    """One step of a service, never changed. Without `by` the resident took it."""

    __tablename__ = "service_steps"
    id: str = Field(primary_key=True)
    item_id: str = Field(foreign_key="service_items.id", index=True)
    move: str
    sealed_body: bytes
    by: str | None = Field(default=None, foreign_key="operators.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)


class ItemBody(Body):
    """What the list said of the service when it was offered, and how it is arranged."""

    whom: str
    name: str
    standard: str = ""
    provider: str = ""
    payer: Payer = Payer.UNKNOWN
    document: str
    clause: str
    arranged: str = ""


class StepBody(Body):
    """What was said at a step: `agreed_by` whose yes it was, `given` what a receiver was told."""

    text: str = ""
    agreed_by: str = ""
    to: str = ""
    organ: bool = False
    given: str = ""


@dataclass(frozen=True)
class Opened:
    """A service of a plan as it is read."""

    row: ServiceItem
    body: ItemBody


def offer(  # noqa: PLR0913
    session: Session,
    household: Household,
    person_id: str,
    whom: str,
    service: Service,
    *,
    by: str,
    now: datetime,
) -> ServiceItem:
    """Put a service of the list into a person's plan; it waits for a yes.

    Raises UnknownError for somebody who is not in the file, MoveError while it is in the plan.
    """
    file_parts.find(session, household, person_id)
    body = ItemBody(
        whom=whom,
        name=service.name,
        standard=service.standard or "",
        provider=service.provider or "",
        payer=service.payer,
        document=service.cite.document,
        clause=service.cite.clause,
    )
    known = session.exec(
        select(ServiceItem).where(
            ServiceItem.household_id == household.id,
            ServiceItem.person_id == person_id,
            ServiceItem.service_id == service.id,
        )
    ).first()
    if known is None:
        row = keys.new_id()
        known = ServiceItem(
            id=row,
            household_id=household.id,
            person_id=person_id,
            service_id=service.id,
            state=ItemState.PROPOSED,
            sealed_body=_seal(session, household, row, body),
            at=now,
        )
        session.add(known)
        session.flush()
        _log(session, household, known, PlanMove.OFFER, StepBody(), by=by, now=now)
        return known
    step(session, household, known, PlanMove.OFFER, StepBody(), by=by, now=now)
    return _keep(session, household, known, body)


def answer(  # noqa: PLR0913
    session: Session,
    household: Household,
    item: ServiceItem,
    move: PlanMove,
    *,
    agreed_by: str = "",
    arranged: str = "",
    by: str | None,
    today: date,
    now: datetime,
) -> ServiceItem:
    """Take a yes or no to one service. Without `by` the resident said so; else it is written down
    who did. A yes counts as help from that day. Raises CaseError, MoveError."""
    if move not in plan_steps.BY_RESIDENT or (by is not None and not agreed_by.strip()):
        raise CaseError(NOT_AGREED)
    step(session, household, item, move, StepBody(agreed_by=agreed_by.strip()), by=by, now=now)
    if move is PlanMove.DECLINE:
        return item
    body = read(session, household, item)
    # Help is written down by an account: a resident's own yes by whose file it is.
    received = Received(
        Programme.SERVICE_ASSISTANCE, body.name, today, body.provider or body.clause
    )
    writer = by or household.created_by
    given = assistance.record(session, household, received, by=writer, now=now)
    item.help_id = given.id
    return _keep(session, household, item, body.model_copy(update={"arranged": arranged.strip()}))


def change(  # noqa: PLR0913
    session: Session,
    household: Household,
    item: ServiceItem,
    arranged: str,
    *,
    agreed_by: str,
    by: str,
    now: datetime,
) -> ServiceItem:
    """Arrange a running service in another way, with whom it was agreed. Raises CaseError."""
    if not agreed_by.strip() or not arranged.strip():
        raise CaseError(NOT_AGREED)
    said = StepBody(text=arranged.strip(), agreed_by=agreed_by.strip())
    step(session, household, item, PlanMove.CHANGE, said, by=by, now=now)
    body = read(session, household, item)
    return _keep(session, household, item, body.model_copy(update={"arranged": arranged.strip()}))


def refer(  # noqa: PLR0913
    session: Session,
    household: Household,
    item: ServiceItem,
    to: StepBody,
    *,
    by: str,
    now: datetime,
) -> ServiceItem:
    """Pass a running service on to another provider, with the note of what was given to whom.

    Raises CaseError without a receiver, or without consent where it is no state organ.
    """
    if not to.to.strip() or not to.given.strip():
        raise CaseError("Write down who takes it over, and what they were told.")
    if not to.organ and not to.agreed_by.strip():
        raise CaseError(NO_CONSENT)
    step(session, household, item, PlanMove.REFER, to, by=by, now=now)
    body = read(session, household, item)
    return _keep(session, household, item, body.model_copy(update={"provider": to.to.strip()}))


def stop(  # noqa: PLR0913
    session: Session,
    household: Household,
    item: ServiceItem,
    why: str,
    *,
    heard: str,
    by: str,
    today: date,
    now: datetime,
) -> ServiceItem:
    """End a running service: always a person, always with whom was heard and why. CaseError."""
    if not why.strip() or not heard.strip():
        raise CaseError("Write down why it ends, and who was heard about it.")
    said = StepBody(text=why.strip(), agreed_by=heard.strip())
    step(session, household, item, PlanMove.STOP, said, by=by, now=now)
    if item.help_id is not None:
        assistance.end(session, household, item.help_id, on=today, now=now)
        item.help_id = None
    session.add(item)
    session.flush()
    return item


def step(  # noqa: PLR0913
    session: Session,
    household: Household,
    item: ServiceItem,
    move: PlanMove,
    said: StepBody,
    *,
    by: str | None,
    now: datetime,
) -> None:
    """Make a move of the table. Raises MoveError, StaleError when another was faster."""
    target = plan_steps.after(ItemState(item.state), move)
    session.flush()
    done = session.connection().execute(
        update(ServiceItem)
        .where(col(ServiceItem.id) == item.id, col(ServiceItem.version) == item.version)
        .values(version=item.version + 1, state=target)
    )
    if done.rowcount != 1:
        raise StaleError("Somebody has changed this service meanwhile; look at the plan again.")
    session.refresh(item)
    _log(session, household, item, move, said, by=by, now=now)


def of_household(session: Session, household: Household) -> Sequence[Opened]:
    """The services of a household's plans, in the order of their offers. The caller records it."""
    rows = session.exec(
        select(ServiceItem)
        .where(ServiceItem.household_id == household.id)
        .order_by(col(ServiceItem.at), col(ServiceItem.id))
    )
    return [Opened(row, read(session, household, row)) for row in rows]


def find(session: Session, household: Household, item_id: str) -> ServiceItem:
    """The service of this household. Raises UnknownError."""
    item = session.get(ServiceItem, item_id)
    if item is None or item.household_id != household.id:
        raise UnknownError("There is no such service in this plan.")
    return item


def read(session: Session, household: Household, item: ServiceItem) -> ItemBody:
    """A service, opened. The caller records the look."""
    blob = keys.unseal(
        session, household.key_id, _place("service_items", item.id), item.sealed_body
    )
    return ItemBody.model_validate_json(blob)


def steps(
    session: Session, household: Household, item: ServiceItem
) -> Sequence[tuple[ServiceStep, StepBody]]:
    """What was done about a service, the last first."""
    rows = session.exec(
        select(ServiceStep)
        .where(ServiceStep.item_id == item.id)
        .order_by(col(ServiceStep.at).desc(), col(ServiceStep.id))
    )
    return [(row, _said(session, household, row)) for row in rows]


def _said(session: Session, household: Household, row: ServiceStep) -> StepBody:
    blob = keys.unseal(session, household.key_id, _place("service_steps", row.id), row.sealed_body)
    return StepBody.model_validate_json(blob)


def _log(  # noqa: PLR0913
    session: Session,
    household: Household,
    item: ServiceItem,
    move: PlanMove,
    said: StepBody,
    *,
    by: str | None,
    now: datetime,
) -> None:
    row = keys.new_id()
    place = _place("service_steps", row)
    body = keys.seal(session, household.key_id, place, said.model_dump_json())
    session.add(ServiceStep(id=row, item_id=item.id, move=move, sealed_body=body, by=by, at=now))
    session.flush()
    events.publish(session, events.Kind.HOUSEHOLD, {"household": household.id}, now=now)


def _keep(session: Session, household: Household, item: ServiceItem, body: ItemBody) -> ServiceItem:
    item.sealed_body = _seal(session, household, item.id, body)
    session.add(item)
    session.flush()
    return item


def _seal(session: Session, household: Household, row: str, body: ItemBody) -> bytes:
    place = _place("service_items", row)
    return keys.seal(session, household.key_id, place, body.model_dump_json())


def _place(table: str, row: str) -> Place:
    return Place(table, "body", row)
