"""How talks were: why persons were asked for, what residents answered, a sample, told waits."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import fmean
from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, Response

from api import auth
from api.auth import Staff
from api.console import visit
from api.edge import EdgeOf, Now
from cases import audit, permissions
from cases.danger.duty import SERVED
from cases.database import Session
from cases.desk import impressions, waits, wrap_ups
from cases.desk.forecasts import ENOUGH_TOLD, INSIDE_AT_LEAST, WIDEST, Calibration
from cases.desk.wrap_ups import WrappedUp
from cases.errors import UnknownError
from cases.permissions import Action
from knowledge.names import Region

router = APIRouter(prefix="/console/quality", include_in_schema=False)
LOOKS_BACK = timedelta(days=7)
Mark = Annotated[int, Field(ge=1, le=5)]


class CheckForm(BaseModel):
    """Three marks from one to five."""

    csrf: str = ""
    right: Mark
    kind: Mark
    complete: Mark


@router.get("")
def show(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """Figures of a week, what the bot failed at, and a sample drawn by lot."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.DIRECT_DESK)
        since = now - LOOKS_BACK
        scores = [
            one.score
            for one in impressions.given(session, since=since)
            if one.score is not None and _sees(session, me, one.conversation_id)
        ]
        ended = [
            one for one in wrap_ups.since(session, since) if _sees(session, me, one.conversation_id)
        ]
        values = {
            "scores": Counter(scores),
            "mean": round(fmean(scores), 1) if scores else None,
            "codes": Counter(one.code for one in ended),
            "sample": _sample(session, me, since),
            "asked": waits.reasons(session, me.operator.region, since=since),
            "failed": [
                one
                for one in waits.failures(session, me.operator.region, since=since)
                if one.conversation_id is not None and _sees(session, me, one.conversation_id)
            ],
            "told": _told(session, me),
            "inside_at_least": INSIDE_AT_LEAST,
            "widest": WIDEST,
            "enough": ENOUGH_TOLD,
        }
        return visit.page(session, edge, me, "quality.html", values, now=now)


@router.post("/{wrap_up_id}")
def check(
    request: Request, edge: EdgeOf, now: Now, wrap_up_id: str, form: Annotated[CheckForm, Form()]
) -> Response:
    """Keep what was found in one talk."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        permissions.require(me.operator, Action.DIRECT_DESK)
        row = session.get(WrappedUp, wrap_up_id)
        if row is None or not _sees(session, me, row.conversation_id):
            raise UnknownError("There is no such talk.")
        impressions.check(
            session,
            row,
            right=form.right,
            kind=form.kind,
            complete=form.complete,
            by=me.operator.id,
            now=now,
        )
        audit.record(session, me.operator.id, "checked talk", row.conversation_id, now=now)
    return visit.to("/console/quality")


def _sample(session: Session, me: Staff, since: datetime) -> Sequence[WrappedUp]:
    def may(one: WrappedUp) -> bool:
        return one.by != me.operator.id and _sees(session, me, one.conversation_id)

    return impressions.draw(session, since=since, may=may)


def _told(session: Session, me: Staff) -> Sequence[tuple[Region, Calibration]]:
    """How good the ranges were that were foreseen for the lines this account directs."""
    mine = [one for one in SERVED if me.operator.region in {None, one}]
    return [(one, waits.told(session, one)) for one in mine]


def _sees(session: Session, me: Staff, conversation_id: str) -> bool:
    return auth.may_see(session, me.operator, Action.DIRECT_DESK, conversation_id)
