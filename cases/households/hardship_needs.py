"""The needs of special-hardship households: listed, taken up by a charity, met."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel, col, select, update

from cases import events, keys
from cases.database import Session, UtcDateTime
from cases.errors import CaseError, StaleError, UnknownError
from cases.household_rules import need_projects
from cases.household_rules.need_projects import Need, NeedKind, NeedMove, NeedState
from cases.households.file_bodies import Body
from cases.households.households import Household
from cases.sealed import Place

NUMBER_BYTES = 4
NO_CONSENT = "Write down who of the household agreed, before a charity learns who it is."


class HardshipNeed(SQLModel, table=True):
    """One need. Its number is drawn by chance and tells nothing; `identity_told`: the charity
    knows whose it is, because the household agreed."""

    __tablename__ = "hardship_needs"
    __table_args__ = (CheckConstraint("state IN ('open','taken','met','withdrawn')", name="state"),)
    number: str = Field(primary_key=True)
    household_id: str = Field(foreign_key="households.id", index=True)
    kind: str
    amount_fen: int | None = None
    state: str = NeedState.OPEN
    sealed_body: bytes
    identity_told: bool = False
    taken_on: date | None = None
    by: str = Field(foreign_key="operators.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)


class NeedBody(Body):
    """What is needed, who takes it up, who agreed that they learn whose it is, what came of it."""

    what: str
    taker: str = ""
    consent: str = ""
    outcome: str = ""


@dataclass(frozen=True)
class Opened:
    """A need as it is read by those who work on the file."""

    row: HardshipNeed
    body: NeedBody


def list_need(  # noqa: PLR0913
    session: Session,
    household: Household,
    kind: NeedKind,
    what: str,
    amount_fen: int | None,
    *,
    by: str,
    now: datetime,
) -> HardshipNeed:
    """Put a need into the list of a household. Raises CaseError without words."""
    if not what.strip():
        raise CaseError("Write down what is needed.")
    number = secrets.token_hex(NUMBER_BYTES).upper()
    row = HardshipNeed(
        number=number,
        household_id=household.id,
        kind=kind,
        amount_fen=amount_fen,
        sealed_body=_seal(session, household, number, NeedBody(what=what.strip())),
        by=by,
        at=now,
    )
    session.add(row)
    session.flush()
    events.publish(session, events.Kind.HOUSEHOLD, {"household": household.id}, now=now)
    return row


def take_up(  # noqa: PLR0913
    session: Session,
    household: Household,
    need: HardshipNeed,
    taker: str,
    *,
    identity_told: bool,
    consent: str,
    on: date,
    now: datetime,
) -> HardshipNeed:
    """Note that a charity takes a need up; whose it is they learn only with consent. CaseError."""
    if not taker.strip():
        raise CaseError("Write down who takes it up.")
    if identity_told and not consent.strip():
        raise CaseError(NO_CONSENT)
    told = {"taker": taker.strip(), "consent": consent.strip()}
    _move(session, household, need, NeedMove.TAKE, told, now=now)
    need.identity_told, need.taken_on = identity_told, on
    session.add(need)
    session.flush()
    return need


def settle(  # noqa: PLR0913
    session: Session,
    household: Household,
    need: HardshipNeed,
    move: NeedMove,
    outcome: str,
    *,
    now: datetime,
) -> HardshipNeed:
    """Note that a need is met, given back or not needed any more, with a word. Raises CaseError."""
    if move is NeedMove.TAKE or not outcome.strip():
        raise CaseError("Write down what came of it.")
    return _move(session, household, need, move, {"outcome": outcome.strip()}, now=now)


def find(session: Session, number: str) -> HardshipNeed:
    """The need of that number. Raises UnknownError."""
    need = session.get(HardshipNeed, number) if number.isalnum() else None
    if need is None:
        raise UnknownError("There is no such need.")
    return need


def of_household(session: Session, household: Household) -> Sequence[Opened]:
    """The needs of a household in the order in which they were listed. The caller records it."""
    rows = session.exec(
        select(HardshipNeed)
        .where(HardshipNeed.household_id == household.id)
        .order_by(col(HardshipNeed.at), col(HardshipNeed.number))
    )
    return [Opened(row, _read(session, household, row)) for row in rows]


def open_of(session: Session, household: Household) -> bool:
    """Whether the household has a need that is not met yet."""
    states = (one.row.state for one in of_household(session, household))
    return any(state in need_projects.SHOWN for state in states)


def as_listed(need: HardshipNeed, county: str) -> Need:
    """A need as far as it is counted and shown."""
    return Need(
        need.number,
        need.household_id,
        county,
        NeedKind(need.kind),
        need.amount_fen,
        NeedState(need.state),
    )


def _move(  # noqa: PLR0913
    session: Session,
    household: Household,
    need: HardshipNeed,
    move: NeedMove,
    told: dict[str, str],
    *,
    now: datetime,
) -> HardshipNeed:
    before = need.state
    target = need_projects.after(NeedState(before), move)
    body = _read(session, household, need).model_copy(update=told)
    session.flush()
    done = session.connection().execute(
        update(HardshipNeed)
        .where(col(HardshipNeed.number) == need.number, col(HardshipNeed.state) == before)
        .values(state=target, sealed_body=_seal(session, household, need.number, body))
    )
    if done.rowcount != 1:
        raise StaleError("Somebody changed this need meanwhile; look at it again.")
    session.refresh(need)
    events.publish(session, events.Kind.HOUSEHOLD, {"household": household.id}, now=now)
    return need


def _read(session: Session, household: Household, need: HardshipNeed) -> NeedBody:
    blob = keys.unseal(session, household.key_id, _place(need.number), need.sealed_body)
    return NeedBody.model_validate_json(blob)


def _seal(session: Session, household: Household, number: str, body: NeedBody) -> bytes:
    return keys.seal(session, household.key_id, _place(number), body.model_dump_json())


def _place(number: str) -> Place:
    return Place("hardship_needs", "body", number)
