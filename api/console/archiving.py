"""What administrators do with archived household files: a day, a hold, and erasing by two."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel
from starlette.responses import Response

from api import casework
from api.auth import Staff
from api.console import keeping, labels, visit
from api.edge import Edge, EdgeOf, Now
from api.pages import LOCAL
from cases import audit, permissions
from cases.database import Session
from cases.errors import CaseError, ForbiddenError, UnknownError
from cases.permissions import Action
from cases.retention import archives
from cases.retention.archives import (
    GoingOnError,
    Ground,
    HeldError,
    NoGroundError,
    OwnWishError,
    Word,
)
from cases.tickets.tickets import Ticket

router = APIRouter(prefix="/console/keeping/archives", include_in_schema=False)
Field = Annotated[str, Form(max_length=archives.LONGEST)]
# The address of a file's page, or the number at its end.
FILE = re.compile(r"(?:^|/)([0-9a-f]{32})/?$")
NOTICES: tuple[tuple[type[CaseError], str], ...] = (
    (GoingOnError, "archive_going_on"),
    (HeldError, "archive_held"),
    (NoGroundError, "archive_no_ground"),
    (OwnWishError, "archive_own_wish"),
)
Work = Callable[[Session, Staff], None]


class ArchiveForm(BaseModel):
    """Which file is put away, until when, by which rule. No day: for ever."""

    file: Annotated[str, Form(max_length=300)] = ""
    until: Annotated[str, Form(max_length=10)] = ""
    rule: Annotated[str, Form(max_length=archives.LONGEST_RULE)] = ""
    csrf: str = ""


@router.post("")
def archive(
    request: Request, edge: EdgeOf, now: Now, form: Annotated[ArchiveForm, Form()]
) -> Response:
    """Put a file away with its day, or mend the day."""

    def work(session: Session, me: Staff) -> None:
        permissions.require(me.operator, Action.ERASE_ARCHIVE)
        found = FILE.search(form.file.strip())
        if found is None:
            raise UnknownError("There is no such file.")
        until = date.fromisoformat(form.until) if form.until else None
        archives.archive(
            session,
            found[1],
            keep_until=until,
            rule=form.rule,
            by=me.operator.id,
            on=_today(now),
        )
        _done(session, me, "archived household", found[1], now)

    return _carry_out(request, edge, form.csrf, work, now=now)


@router.post("/{household_id}/take-out")
def take_out(
    request: Request, edge: EdgeOf, now: Now, household_id: str, csrf: Field = ""
) -> Response:
    """The file is worked on again."""

    def work(session: Session, me: Staff) -> None:
        permissions.require(me.operator, Action.ERASE_ARCHIVE)
        archives.take_out(session, household_id)
        _done(session, me, "took household out of the archive", household_id, now)

    return _carry_out(request, edge, csrf, work, now=now)


@router.post("/{household_id}/hold")
def hold(  # noqa: PLR0913, PLR0917
    request: Request, edge: EdgeOf, now: Now, household_id: str, why: Field = "", csrf: Field = ""
) -> Response:
    """Keep it beyond every term."""

    def work(session: Session, me: Staff) -> None:
        permissions.require(me.operator, Action.HOLD_DATA)
        archives.hold(session, household_id, why=why, by=me.operator.id)
        _done(session, me, "held household", household_id, now)

    return _carry_out(request, edge, csrf, work, now=now)


@router.post("/{household_id}/release")
def release(
    request: Request, edge: EdgeOf, now: Now, household_id: str, csrf: Field = ""
) -> Response:
    """Let its term count again."""

    def work(session: Session, me: Staff) -> None:
        permissions.require(me.operator, Action.HOLD_DATA)
        archives.release(session, household_id)
        _done(session, me, "ended hold on household", household_id, now)

    return _carry_out(request, edge, csrf, work, now=now)


@router.post("/{household_id}/ask")
def ask(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    household_id: str,
    ground: Annotated[Ground, Form()],
    number: Field = "",
    csrf: Field = "",
) -> Response:
    """Ask that it be erased."""

    def work(session: Session, me: Staff) -> None:
        permissions.require(me.operator, Action.ERASE_ARCHIVE)
        archives.ask(
            session,
            household_id,
            ground,
            ticket=_ticket(session, me, number.strip()) if ground is Ground.REQUEST else None,
            by=me.operator.id,
            now=now,
            today=_today(now),
        )
        _done(session, me, "asked to erase household", household_id, now)

    return _carry_out(request, edge, csrf, work, now=now)


@router.post("/{household_id}/decide")
def decide(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    household_id: str,
    confirmed: Annotated[bool, Form()],
    csrf: Field = "",
) -> Response:
    """The second person's word."""
    word = Word.CONFIRMED if confirmed else Word.REFUSED

    def work(session: Session, me: Staff) -> None:
        permissions.require(me.operator, Action.ERASE_ARCHIVE)
        archives.decide(session, household_id, word, by=me.operator.id, now=now)
        _done(session, me, f"{word} erasing of household", household_id, now)

    return _carry_out(request, edge, csrf, work, now=now)


def _carry_out(request: Request, edge: Edge, csrf: str, work: Work, *, now: datetime) -> Response:
    """Do it in one transaction; what cannot be is told on the page."""
    try:
        with edge.store.write() as session:
            work(session, visit.begin_with_form(session, request, edge, csrf, now=now))
    except ForbiddenError:
        raise
    except (CaseError, ValueError) as error:
        return keeping.page(request, edge, now, labels.notice(_notice(error)))
    return visit.to("/console/keeping#archives")


def _notice(error: Exception) -> str:
    return next((name for kind, name in NOTICES if isinstance(error, kind)), "no_archive")


def _done(session: Session, me: Staff, what: str, household_id: str, now: datetime) -> None:
    audit.record(session, me.operator.id, what, household_id, now=now)


def _ticket(session: Session, me: Staff, number: str) -> Ticket | None:
    try:
        return casework.find(session, me.operator, Action.SEE_TICKET, number)
    except CaseError:
        return None


def _today(now: datetime) -> date:
    return now.astimezone(LOCAL).date()
