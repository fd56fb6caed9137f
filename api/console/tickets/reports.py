"""The daily, weekly or monthly report as a download for those who may take figures out."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api import reporting
from api.console import visit
from api.edge import EdgeOf, Now
from api.pages import LOCAL
from api.reporting import Report, Span
from cases import audit, permissions
from cases.figures import tallies
from cases.permissions import Action
from knowledge.names import Region

router = APIRouter(prefix="/console/reports", include_in_schema=False)


@router.get("/{span}.docx")
def report(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    span: Span,
    on: Annotated[str, Query(max_length=10)] = "",
    region: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """The report in which a day lies; nothing sealed, anonymous or anybody's own is counted."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.SEE_FIGURES)
        permissions.require(me.operator, Action.EXPORT_TICKETS)
        asked = me.operator.region or (region if region in set(Region) else None)
        place = Region(asked) if asked else None
        day = reporting.day(on) or now.astimezone(LOCAL).date()
        period = reporting.period_of(span, day, place)
        cases = [one for one in tallies.seen_by(session, me.operator, period) if not one.personal]
        audit.record(session, me.operator.id, "took report", f"{span} of {day}", now=now)
    since, until = reporting.days_of(span, day)
    made = Report(edge.settings.service_name, span, since, until, place, cases)
    body = reporting.as_docx(made, edge.helpline.library(), now=now)
    headers = {
        "Content-Disposition": f'attachment; filename="{span}-{since}.docx"',
        "Cache-Control": "no-store",
    }
    return Response(body, media_type=reporting.MEDIA_TYPE, headers=headers)
