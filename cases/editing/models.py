"""Which model understands: asked for, trained, published by a second person, rolled back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel, col, func, select

from cases import events, keys
from cases.database import Session, UtcDateTime
from cases.editing import misreadings
from cases.errors import CaseError, ForbiddenError, StaleError, UnknownError

# A training lasts a minute or two; after this its process is taken for dead.
TRAINING_LEASE = timedelta(minutes=15)


class ModelState(StrEnum):
    """How far a model has come."""

    WANTED = "wanted"
    TRAINING = "training"
    READY = "ready"
    FAILED = "failed"


class TrainedModel(SQLModel, table=True):
    """One model: what it learnt beyond the shipped sentences, how it compares, its files."""

    __tablename__ = "trained_models"
    id: str = Field(primary_key=True)
    number: int = Field(unique=True)
    state: str = Field(index=True)
    asked_by: str = Field(foreign_key="operators.id", index=True)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    claimed_until: datetime = Field(sa_type=UtcDateTime)
    lessons: list[dict[str, str]] = Field(sa_column=Column(JSON, nullable=False))
    report: dict[str, object] | None = Field(default=None, sa_column=Column(JSON))
    archive: bytes | None = None


class ServingModel(SQLModel, table=True):
    """From when on which model answered; without a model it is the shipped one."""

    __tablename__ = "serving_models"
    version: int = Field(primary_key=True)
    model_id: str | None = Field(default=None, foreign_key="trained_models.id", index=True)
    published_by: str = Field(foreign_key="operators.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)


def ask_for(session: Session, *, by: str, now: datetime) -> TrainedModel:
    """Ask for a model that learns all lessons of this moment. Raises CaseError while one trains."""
    if is_busy(session):
        raise CaseError("A model is being trained already; wait for it.")
    newest = session.exec(select(func.max(TrainedModel.number))).one()
    learnt = [{"text": row.text, "intent": row.intent} for row in misreadings.lessons(session)]
    row = TrainedModel(
        id=keys.new_id(),
        number=(newest or 0) + 1,
        state=ModelState.WANTED,
        asked_by=by,
        asked_at=now,
        claimed_until=now,
        lessons=learnt,
    )
    session.add(row)
    _tell(session, now=now)
    return row


def is_busy(session: Session) -> bool:
    """Whether a model is being trained, or waits to be."""
    unfinished = select(TrainedModel.id).where(
        col(TrainedModel.state).in_((ModelState.WANTED, ModelState.TRAINING))
    )
    return session.exec(unfinished).first() is not None


def claim(session: Session, *, now: datetime) -> TrainedModel | None:
    """Take a model to be trained, one whose trainer died included; None when there is none."""
    row = session.exec(
        select(TrainedModel)
        .where(
            col(TrainedModel.state).in_((ModelState.WANTED, ModelState.TRAINING)),
            TrainedModel.claimed_until <= now,
        )
        .order_by(col(TrainedModel.number))
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if row is not None:
        row.state = ModelState.TRAINING
        row.claimed_until = now + TRAINING_LEASE
        session.add(row)
        _tell(session, now=now)
    return row


def finish(  # noqa: PLR0913
    session: Session,
    model_id: str,
    *,
    claim: datetime,
    archive: bytes,
    report: dict[str, object],
    now: datetime,
) -> None:
    """Keep a trained model. Raises StaleError when another process has taken it over."""
    row = _claimed(session, model_id, claim)
    row.state = ModelState.READY
    row.archive = archive
    row.report = report
    session.add(row)
    _tell(session, now=now)


def fail(session: Session, model_id: str, *, claim: datetime, now: datetime) -> None:
    """Note that a training came to nothing. Raises StaleError like `finish`."""
    row = _claimed(session, model_id, claim)
    row.state = ModelState.FAILED
    session.add(row)
    _tell(session, now=now)


def newest(session: Session, *, limit: int = 20) -> Sequence[TrainedModel]:
    """The models of late, the newest first."""
    return session.exec(
        select(TrainedModel).order_by(col(TrainedModel.number).desc()).limit(limit)
    ).all()


def publish(session: Session, model_id: str, *, by: str, now: datetime) -> None:
    """Let a trained model answer. Raises ForbiddenError for the one who asked for it."""
    row = session.get(TrainedModel, model_id)
    if row is None or row.state != ModelState.READY:
        raise UnknownError("No such trained model; look at the list again.")
    if row.asked_by == by:
        raise ForbiddenError("A second person must publish; ask a colleague.")
    _serve(session, model_id, by=by, now=now)


def roll_back(session: Session, *, by: str, now: datetime) -> None:
    """Go back to what answered before; one person may, since two have approved it once."""
    answering = current(session)
    if answering is None or answering.model_id is None:
        raise CaseError("The shipped model answers; there is nothing to go back to.")
    number = session.get_one(TrainedModel, answering.model_id).number
    earlier = session.exec(
        select(TrainedModel.id)
        .join(ServingModel, col(ServingModel.model_id) == TrainedModel.id)
        .where(TrainedModel.number < number)
        .order_by(col(TrainedModel.number).desc())
        .limit(1)
    ).first()
    _serve(session, earlier, by=by, now=now)


def current(session: Session) -> ServingModel | None:
    """What answers now; None means the shipped model, and that nothing was ever published."""
    return session.exec(
        select(ServingModel).order_by(col(ServingModel.version).desc()).limit(1)
    ).first()


def history(session: Session) -> Sequence[ServingModel]:
    """What answered when, the newest first."""
    return session.exec(select(ServingModel).order_by(col(ServingModel.version).desc())).all()


def archive_of(session: Session, model_id: str) -> bytes:
    """The files of a trained model. Raises UnknownError."""
    row = session.get(TrainedModel, model_id)
    if row is None or row.archive is None:
        raise UnknownError("No such trained model.")
    return row.archive


def _serve(session: Session, model_id: str | None, *, by: str, now: datetime) -> None:
    newest_version = session.exec(select(func.max(ServingModel.version))).one()
    version = (newest_version or 0) + 1
    session.add(ServingModel(version=version, model_id=model_id, published_by=by, at=now))
    _tell(session, now=now)


def _claimed(session: Session, model_id: str, claim: datetime) -> TrainedModel:
    row = session.get_one(TrainedModel, model_id, with_for_update=True)
    if row.state != ModelState.TRAINING or row.claimed_until != claim:
        raise StaleError("Another process has taken this training over.")
    return row


def _tell(session: Session, *, now: datetime) -> None:
    session.flush()
    events.publish(session, events.Kind.LEARNING, {"what": "model"}, now=now)
