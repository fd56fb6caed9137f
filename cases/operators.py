"""Who works here: accounts, roles, sign-in sessions, and who is at the desk now."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Column
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, SQLModel, col, select, update

from cases import keys
from cases.database import Session, UtcDateTime
from cases.errors import CaseError, UnknownError
from knowledge.names import Region, Tongue

SESSION_LIFE = timedelta(hours=12)
SESSION_IDLE = timedelta(hours=2)
SETUP_LIFE = timedelta(hours=24)
PRESENT_FOR = timedelta(seconds=60)
TAKEN = "There is already an account called {name}; choose another name."


class Role(StrEnum):
    """What somebody is here for. One account has one role."""

    OPERATOR = "operator"
    CASEWORKER = "caseworker"
    SUPERVISOR = "supervisor"
    EDITOR = "editor"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Operator(SQLModel, table=True):
    """A staff account. `region` and `unit` narrow what it may see; None is not narrowed."""

    __tablename__ = "operators"
    __table_args__ = (
        CheckConstraint(
            "role IN ('operator','caseworker','supervisor','editor','auditor','admin')",
            name="role",
        ),
    )
    id: str = Field(primary_key=True)
    name: str = Field(unique=True)
    role: str
    region: str | None = None
    unit: str | None = None
    password_hash: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    present_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    paused: bool = False
    capacity: int = 6
    # What somebody is good at; empty is everything.
    matters: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    # What they speak besides the common language, as they say themselves.
    tongues: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


class StaffSession(SQLModel, table=True):
    """A sign-in, kept on the server. The browser holds a token of which only the digest is here."""

    __tablename__ = "staff_sessions"
    token_digest: str = Field(primary_key=True)
    operator_id: str = Field(foreign_key="operators.id", index=True)
    csrf: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime, index=True)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SetupLink(SQLModel, table=True):
    """The one-time link with which the first administrator makes an account."""

    __tablename__ = "setup_links"
    token_digest: str = Field(primary_key=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class NameTakenError(CaseError):
    """An account of this name exists; choose another name."""


@dataclass(frozen=True)
class SignedIn:
    """Somebody who is signed in, with the secret that their forms carry."""

    operator: Operator
    csrf: str


def add(  # noqa: PLR0913
    session: Session,
    name: str,
    *,
    role: Role,
    password_hash: str,
    region: Region | None = None,
    unit: str | None = None,
    now: datetime,
) -> Operator:
    """Make an account. A caseworker belongs to a unit. Raises NameTakenError, CaseError."""
    if role is Role.CASEWORKER and (unit is None or region is None):
        raise CaseError("A caseworker needs a region and a unit; give both.")
    if by_name(session, name) is not None:
        raise NameTakenError(TAKEN.format(name=name))
    operator = Operator(
        id=keys.new_id(),
        name=name,
        role=role,
        region=region,
        unit=unit,
        password_hash=password_hash,
        created_at=now,
    )
    session.add(operator)
    try:
        session.flush()
    except IntegrityError as error:
        # Somebody else made it at this very moment.
        raise NameTakenError(TAKEN.format(name=name)) from error
    return operator


def by_name(session: Session, name: str) -> Operator | None:
    """The account of this name, if there is one."""
    return session.exec(select(Operator).where(Operator.name == name)).first()


def find(session: Session, operator_id: str) -> Operator:
    """The account with this id. Raises UnknownError."""
    operator = session.get(Operator, operator_id)
    if operator is None:
        raise UnknownError("There is no such account.")
    return operator


def everyone(session: Session) -> Sequence[Operator]:
    """All accounts by name."""
    return session.exec(select(Operator).order_by(col(Operator.name))).all()


def any_exist(session: Session) -> bool:
    """Whether somebody has an account at all."""
    return session.exec(select(Operator.id).limit(1)).first() is not None


def sign_in(session: Session, operator: Operator, *, now: datetime) -> tuple[str, StaffSession]:
    """Begin a session; returns the token for the browser, of which only a digest is kept."""
    token = secrets.token_urlsafe(32)
    row = StaffSession(
        token_digest=_digest(token),
        operator_id=operator.id,
        csrf=secrets.token_urlsafe(32),
        created_at=now,
        seen_at=now,
    )
    operator.present_at = now
    session.add(operator)
    session.add(row)
    session.flush()
    return token, row


def signed_in(session: Session, token: str, *, now: datetime) -> SignedIn | None:
    """Whose living session this token is: not ended, not idle too long, account not disabled."""
    return who_signed_in(session, [token], now=now).get(token)


def who_signed_in(
    session: Session, tokens: Iterable[str], *, now: datetime
) -> Mapping[str, SignedIn]:
    """Those of these tokens whose sessions live, in one reading."""
    asked = {_digest(token): token for token in tokens}
    found = session.exec(
        select(StaffSession, Operator)
        .join(Operator, col(StaffSession.operator_id) == Operator.id)
        .where(col(StaffSession.token_digest).in_(asked), col(Operator.disabled_at).is_(None))
    )
    return {
        asked[row.token_digest]: SignedIn(one, row.csrf)
        for row, one in found
        if _lives(row, now=now)
    }


def _lives(row: StaffSession, *, now: datetime) -> bool:
    aged = abs(now - row.created_at) > SESSION_LIFE or abs(now - row.seen_at) > SESSION_IDLE
    return row.ended_at is None and not aged


def sign_out(session: Session, token: str, *, now: datetime) -> None:
    """End the session of this token; who sits at no other console is counted on no more."""
    row = session.get(StaffSession, _digest(token))
    if row is None:
        return
    # First the person, then the sign-in, as whoever notes them present does.
    lock(session, row.operator_id)
    row.ended_at = now
    session.add(row)
    session.flush()
    elsewhere = session.exec(
        select(StaffSession.token_digest).where(
            StaffSession.operator_id == row.operator_id,
            col(StaffSession.ended_at).is_(None),
            col(StaffSession.seen_at).between(now - PRESENT_FOR, now + PRESENT_FOR),
        )
    ).first()
    if elsewhere is None:
        _leave(session, find(session, row.operator_id))


def renew_password(
    session: Session,
    operator: Operator,
    password_hash: str,
    *,
    keep: str | None = None,
    now: datetime,
) -> None:
    """A new password: all sign-ins of the account end but that of the token `keep`."""
    operator.password_hash = password_hash
    session.add(operator)
    session.flush()
    session.connection().execute(
        update(StaffSession)
        .where(
            col(StaffSession.operator_id) == operator.id,
            col(StaffSession.ended_at).is_(None),
            col(StaffSession.token_digest) != _digest(keep or ""),
        )
        .values(ended_at=now)
    )
    if keep is None:
        _leave(session, operator)


def disable(session: Session, operator_id: str, *, now: datetime) -> Operator:
    """Close an account: its sign-ins end with the next request, what it holds waits again soon.

    Raises UnknownError.
    """
    operator = find(session, operator_id)
    operator.disabled_at = operator.disabled_at or now
    _leave(session, operator)
    return operator


def lock(session: Session, operator_id: str) -> None:
    """Hold the desk until the commit: whoever takes a chat locks the desk first, then the chat."""
    session.exec(
        select(Operator.id).where(Operator.id == operator_id).with_for_update(key_share=True)
    ).one()


def note_present(session: Session, operator_id: str, token: str, *, now: datetime) -> None:
    """The console of this operator is open: keep the session and the presence alive."""
    operator = find(session, operator_id)
    operator.present_at = now
    session.add(operator)
    row = session.get(StaffSession, _digest(token))
    if row is not None:
        row.seen_at = now
        session.add(row)
    session.flush()


def rest(session: Session, operator: Operator) -> None:
    """The operator steps away: what they hold stays theirs, nobody counts on them for more."""
    operator.paused = True
    session.add(operator)
    session.flush()


def come_back(session: Session, operator: Operator) -> None:
    """The operator is there again."""
    operator.paused = False
    session.add(operator)
    session.flush()


def equip(session: Session, operator: Operator, *, capacity: int, matters: Sequence[str]) -> None:
    """What this operator holds at most, and what they are good at; no matter is every matter."""
    operator.capacity = capacity
    operator.matters = [str(one) for one in matters]
    session.add(operator)
    session.flush()


def speak(session: Session, operator: Operator, tongues: Sequence[Tongue]) -> None:
    """What this operator speaks besides the common language."""
    operator.tongues = [str(one) for one in tongues]
    session.add(operator)
    session.flush()


def on_duty(session: Session, *, now: datetime) -> Sequence[Operator]:
    """Who can be rung: present on a console, not paused, may talk to residents."""
    return [one for one in at_desk(session, now=now) if not one.paused]


def is_present(operator: Operator, *, now: datetime) -> bool:
    """Whether somebody's console was heard of just now; a stamp of the future tells nothing."""
    return operator.present_at is not None and abs(now - operator.present_at) <= PRESENT_FOR


def at_desk(session: Session, *, now: datetime) -> Sequence[Operator]:
    """Who is present on a console and may talk to residents, resting for a moment or not."""
    talking = (Role.OPERATOR, Role.SUPERVISOR, Role.ADMIN)
    return session.exec(
        select(Operator).where(
            col(Operator.present_at).between(now - PRESENT_FOR, now + PRESENT_FOR),
            col(Operator.disabled_at).is_(None),
            col(Operator.role).in_(talking),
        )
    ).all()


def _leave(session: Session, operator: Operator) -> None:
    operator.present_at = None
    session.add(operator)
    session.flush()


def make_setup_link(session: Session, *, now: datetime) -> str:
    """A one-time token for the first administrator; replaces earlier unused ones."""
    for link in session.exec(select(SetupLink).where(col(SetupLink.used_at).is_(None))):
        session.delete(link)
    token = secrets.token_urlsafe(24)
    session.add(SetupLink(token_digest=_digest(token), created_at=now))
    session.flush()
    return token


def setup_link_valid(session: Session, token: str, *, now: datetime) -> bool:
    """Whether this link still works: not once anybody has an account, made here or elsewhere."""
    if any_exist(session):
        return False
    link = session.get(SetupLink, _digest(token))
    return link is not None and link.used_at is None and abs(now - link.created_at) <= SETUP_LIFE


def use_setup_link(session: Session, token: str, *, now: datetime) -> None:
    """Spend the link. Raises UnknownError when it was used, is too old or never existed, and once
    anybody has an account: then an administrator makes the others."""
    if any_exist(session):
        raise UnknownError("There is an account already; ask its owner, or use: operator add")
    # One UPDATE: of two who open the link at once, one becomes the administrator.
    spent = session.connection().execute(
        update(SetupLink)
        .where(
            col(SetupLink.token_digest) == _digest(token),
            col(SetupLink.used_at).is_(None),
            col(SetupLink.created_at).between(now - SETUP_LIFE, now + SETUP_LIFE),
        )
        .values(used_at=now)
    )
    if spent.rowcount != 1:
        raise UnknownError("This set-up link was used or is too old; restart to get a new one.")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
