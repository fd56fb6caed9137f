"""A household's special-hardship file: each step with its evidence, who acts next, until when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel, col, select, update

from cases import events, keys
from cases.database import Session, UtcDateTime
from cases.errors import CaseError, StaleError, UnknownError
from cases.household_rules import hardship_steps
from cases.household_rules.hardship_steps import (
    Due,
    Proof,
    ProofMissingError,
    Stage,
    Standing,
    Step,
)
from cases.household_rules.need_projects import Need
from cases.households import assistance, file_parts, hardship_needs
from cases.households.file_bodies import Body, Note, PartKind
from cases.households.file_parts import Draft
from cases.households.hardship_needs import HardshipNeed
from cases.households.households import Household
from cases.sealed import Place
from knowledge.entitlements import Received
from knowledge.names import Programme

SAME_PERSON = "Whoever wrote down the decision does not file it; ask a second person."


class HardshipFile(SQLModel, table=True):
    """Where a household stands. Open, it always has who acts next and a day; `sealed_pair` is the
    one official who is paired with it."""

    __tablename__ = "hardship_files"
    __table_args__ = (
        CheckConstraint(
            "(due_on IS NULL) = (stage IN ('not_taken','ended'))", name="due_while_open"
        ),
        CheckConstraint(
            "(next_actor = 'nobody') = (stage IN ('not_taken','ended'))", name="actor_while_open"
        ),
    )
    household_id: str = Field(primary_key=True, foreign_key="households.id")
    county: str
    stage: str
    level: int = 1
    next_actor: str
    due_on: date | None = Field(default=None, index=True)
    confirm: bool = False
    version: int = 0
    help_id: str | None = Field(default=None, foreign_key="household_help.id", index=True)
    sealed_pair: bytes | None = None


class HardshipStep(SQLModel, table=True):
    """One step that was taken, never changed."""

    __tablename__ = "hardship_steps"
    id: str = Field(primary_key=True)
    household_id: str = Field(foreign_key="households.id", index=True)
    step: str
    stage: str
    level: int
    on: date
    sealed_body: bytes
    by: str = Field(foreign_key="operators.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)


class Pair(Body):
    """The one official who is paired with a household, and of which unit."""

    unit: str
    name: str
    phone: str = ""


class Told(Body):
    """What was written down at a step: each piece of evidence, and who was named."""

    proofs: Mapping[Proof, str] = {}
    pair: Pair | None = None


@dataclass(frozen=True)
class Taken:
    """A step as somebody writes it down; `days` are what the place entered for a step, `called`
    how the help is called that a filing begins, `cadence` the date that a conference settles."""

    step: Step
    on: date
    told: Told
    by: str
    today: date
    called: str
    days: int | None = None
    cadence: str | None = None


def standing(file: HardshipFile) -> Standing:
    """The file as the table of steps sees it."""
    return Standing(Stage(file.stage), file.level, paired=file.sealed_pair is not None)


def find(session: Session, household: Household) -> HardshipFile | None:
    """The household's file; None before anybody found it."""
    return session.get(HardshipFile, household.id)


def begin(
    session: Session, household: Household, county: str, taken: Taken, *, now: datetime
) -> HardshipFile:
    """Begin the file of a household that was found. Raises CaseError, ProofMissingError."""
    if find(session, household) is not None or not county.strip():
        raise CaseError("Say in which county; a household has one file, go on with it.")
    if Proof.FINDING not in taken.told.proofs:
        raise ProofMissingError((Proof.FINDING,))
    _check_day(session, household, taken)
    first = Standing()
    due = hardship_steps.due(first, taken.step, on=taken.on, days=taken.days)
    file = HardshipFile(
        household_id=household.id,
        county=county.strip(),
        stage=first.stage,
        next_actor=hardship_steps.actor(first),
        due_on=None if due is None else due.on,
        confirm=due is not None and due.confirm,
    )
    session.add(file)
    session.flush()
    _log(session, household, first, taken, now=now)
    return file


def take(
    session: Session, household: Household, taken: Taken, *, version: int, now: datetime
) -> HardshipFile:
    """Take a step of the table. Raises UnknownError, MoveError, ProofMissingError, StaleError, and
    CaseError where a second person is wanted or the need is not listed."""
    file = find(session, household)
    if file is None:
        raise UnknownError("This household has no such file.")
    proofs = frozenset(taken.told.proofs)
    after = hardship_steps.take(standing(file), taken.step, proofs)
    _check(session, household, taken)
    before = None if file.due_on is None else Due(file.due_on, file.confirm)
    due = hardship_steps.due(after, taken.step, on=taken.on, days=taken.days, before=before)
    session.flush()
    done = session.connection().execute(
        update(HardshipFile)
        .where(col(HardshipFile.household_id) == household.id, col(HardshipFile.version) == version)
        .values(
            version=version + 1,
            stage=after.stage,
            level=after.level,
            next_actor=hardship_steps.actor(after),
            due_on=None if due is None else due.on,
            confirm=due is not None and due.confirm,
        )
    )
    if done.rowcount != 1:
        raise StaleError("Somebody took a step meanwhile; look at the file again.")
    session.refresh(file)
    _follow(session, household, file, taken, now=now)
    _log(session, household, after, taken, now=now)
    return file


def pair_of(session: Session, household: Household, file: HardshipFile) -> Pair | None:
    """The one who is paired with the household; None until somebody is."""
    if file.sealed_pair is None:
        return None
    place = Place("hardship_files", "pair", household.id)
    blob = keys.unseal(session, household.key_id, place, file.sealed_pair)
    return Pair.model_validate_json(blob)


def steps(session: Session, household: Household) -> Sequence[tuple[HardshipStep, Told]]:
    """What was done, the last first. The caller records the look."""
    return [
        (row, Told.model_validate_json(_open(session, household, row)))
        for row in _steps(session, household)
    ]


def waiting(
    session: Session, *, region: str | None = None
) -> Sequence[tuple[HardshipFile, Household]]:
    """The open files with who acts next, the first due before."""
    statement = (
        select(HardshipFile, Household)
        .join(Household, col(Household.id) == HardshipFile.household_id)
        .where(col(HardshipFile.due_on).is_not(None))
        .order_by(col(HardshipFile.due_on))
    )
    if region is not None:
        statement = statement.where(Household.region == region)
    return session.exec(statement).all()


def listed(session: Session, *, region: str | None = None) -> Sequence[Need]:
    """The needs of the households in care, as they are counted; of nobody under review."""
    statement = (
        select(HardshipNeed, HardshipFile)
        .join(HardshipFile, col(HardshipFile.household_id) == HardshipNeed.household_id)
        .join(Household, col(Household.id) == HardshipNeed.household_id)
        .where(col(HardshipFile.stage).in_(hardship_steps.SHOWN))
        .order_by(col(HardshipNeed.number))
    )
    if region is not None:
        statement = statement.where(Household.region == region)
    rows = session.exec(statement)
    return [hardship_needs.as_listed(need, file.county) for need, file in rows]


def _check(session: Session, household: Household, taken: Taken) -> None:
    _check_day(session, household, taken)
    if taken.step is Step.LIST_NEEDS and not hardship_needs.open_of(session, household):
        raise CaseError("Put at least one need into the list first.")
    if taken.step is Step.PAIR and taken.told.pair is None:
        raise CaseError("Name the official and the unit.")
    decided = hardship_steps.FILED_AFTER.get(taken.step)
    if decided is not None:
        last = next(row for row in _steps(session, household) if row.step == decided)
        if last.by == taken.by:
            raise CaseError(SAME_PERSON)


def _check_day(session: Session, household: Household, taken: Taken) -> None:
    before = next(iter(_steps(session, household)), None)
    if taken.on > taken.today or (before is not None and taken.on < before.on):
        raise CaseError("A step is taken after the one before it and not on a day to come.")


def _follow(
    session: Session, household: Household, file: HardshipFile, taken: Taken, *, now: datetime
) -> None:
    """What a step means for the rest of the file: help begins or ends, a date is done."""
    match taken.step:
        case Step.FILE:
            _begin_help(session, household, file, taken, now=now)
        case Step.FILE_EXIT if file.help_id is not None:
            assistance.end(session, household, file.help_id, on=taken.on, now=now)
            file.help_id = None
        case Step.PAIR if taken.told.pair is not None:
            place = Place("hardship_files", "pair", household.id)
            body = taken.told.pair.model_dump_json()
            file.sealed_pair = keys.seal(session, household.key_id, place, body)
        case Step.FIND:
            file.sealed_pair = None
        case Step.CONFER if taken.cadence is not None:
            done = Draft(PartKind.DONE, Note(), code=taken.cadence, first=taken.on)
            file_parts.write(session, household, done, by=taken.by, now=now)
        case _:
            return
    session.add(file)
    session.flush()


def _begin_help(
    session: Session, household: Household, file: HardshipFile, taken: Taken, *, now: datetime
) -> None:
    receipt = taken.told.proofs[Proof.COUNTY_RECEIPT]
    received = Received(Programme.SPECIAL_CARE, taken.called, taken.on, receipt)
    file.help_id = assistance.record(session, household, received, by=taken.by, now=now).id


def _log(
    session: Session, household: Household, after: Standing, taken: Taken, *, now: datetime
) -> None:
    row = keys.new_id()
    body = taken.told.model_dump_json()
    session.add(
        HardshipStep(
            id=row,
            household_id=household.id,
            step=taken.step,
            stage=after.stage,
            level=after.level,
            on=taken.on,
            sealed_body=keys.seal(session, household.key_id, _place(row), body),
            by=taken.by,
            at=now,
        )
    )
    session.flush()
    events.publish(session, events.Kind.HOUSEHOLD, {"household": household.id}, now=now)


def _steps(session: Session, household: Household) -> Sequence[HardshipStep]:
    return session.exec(
        select(HardshipStep)
        .where(HardshipStep.household_id == household.id)
        .order_by(col(HardshipStep.at).desc(), col(HardshipStep.id))
    ).all()


def _open(session: Session, household: Household, row: HardshipStep) -> str:
    return keys.unseal(session, household.key_id, _place(row.id), row.sealed_body)


def _place(row: str) -> Place:
    return Place("hardship_steps", "body", row)
