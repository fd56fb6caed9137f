"""The project library that charities may be shown: needs without whose they are."""

from datetime import datetime

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from api import spreadsheets
from api.auth import Staff
from api.console import labels, visit
from api.edge import EdgeOf, Now
from api.spreadsheets import Kind
from cases import audit, permissions
from cases.database import Session
from cases.household_rules import need_projects
from cases.household_rules.need_projects import Shown
from cases.households import hardship_files
from cases.permissions import Action

router = APIRouter(prefix="/console/needs", include_in_schema=False)
FEN = 100


@router.get("")
def page(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """The needs, without whose they are; looking at them is recorded."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        values = {
            "shown": _shown(session, me, now=now),
            "fewest": need_projects.FEWEST,
            "clause": need_projects.LIBRARY_CLAUSE,
        }
        return visit.page(session, edge, me, "needs-library.html", values, now=now)


@router.get("/table.{kind}")
def table(request: Request, edge: EdgeOf, now: Now, kind: Kind) -> Response:
    """The same as a file, to be given to charities."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        words = labels.load()
        rows = [
            (
                need.number,
                words["need_kind"][need.kind or "other"],
                need.county or words["needs_table"]["anywhere"],
                None if need.amount_fen is None else need.amount_fen // FEN,
                words["need_state"][need.state],
            )
            for need in _shown(session, me, now=now).needs
        ]
    head = [words["needs_table"][name] for name in ("number", "kind", "county", "yuan", "state")]
    return spreadsheets.response(kind, "needs", head, rows)


def _shown(session: Session, me: Staff, *, now: datetime) -> Shown:
    permissions.require(me.operator, Action.SHOW_NEEDS)
    audit.record(session, me.operator.id, "showed needs", me.operator.region or "all", now=now)
    return need_projects.shown(hardship_files.listed(session, region=me.operator.region))
