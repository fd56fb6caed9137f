"""One file for the resident: what is held of a household, in plain words on paper."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from api.console import visit
from api.console.households import household_page
from api.edge import EdgeOf, Now
from api.pages import LOCAL
from cases import audit
from cases.households import (
    assistance,
    file_parts,
    hardship_files,
    hardship_needs,
    households,
    need_assessments,
    people,
    same_household,
    service_items,
    service_records,
    visits,
)
from cases.households.file_bodies import RECORDS, Care, Home, Note, PartKind
from cases.permissions import Action
from knowledge.names import Region

router = APIRouter(prefix="/console/households", include_in_schema=False)


@router.get("/{household_id}/copy")
def copy(request: Request, edge: EdgeOf, now: Now, household_id: str) -> HTMLResponse:
    """The copy a resident may ask for (个人信息保护法 第45条), without tickets of one person."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        household = household_page.find(session, me, Action.EDIT_HOUSEHOLD, household_id)
        family = same_household.family(session, household)
        home = file_parts.holding(session, household, PartKind.HOME)
        care = file_parts.holding(session, household, PartKind.CARE)
        values = {
            "file": households.read(session, household),
            "people": [known for one in family for known in people.of_household(session, one)],
            "home": file_parts.read(session, household, home[-1], Home) if home else None,
            "care": file_parts.read(session, household, care[-1], Care) if care else None,
            "help": [given for one in family for given in assistance.of_household(session, one)],
            "records": [
                (part, file_parts.read(session, one, part, Note))
                for one in family
                for part in file_parts.holding(session, one, *RECORDS)
            ],
            "visits": [
                (row, visits.purpose(session, one, row))
                for one in family
                for row in visits.of_household(session, one)
            ],
            "assessed": [one for home in family for one in need_assessments.latest(session, home)],
            "plan": [
                (one, service_records.deliveries(session, home, one.row))
                for home in family
                for one in service_items.of_household(session, home)
            ],
            "services": edge.helpline.library().rules.services.get(Region(household.region)),
            "hardship": [one for home in family for one in hardship_files.steps(session, home)],
            "needs": [one for home in family for one in hardship_needs.of_household(session, home)],
            "today": now.astimezone(LOCAL).date(),
        }
        audit.record(session, me.operator.id, "copied household", household.id, now=now)
        return visit.page(session, edge, me, "household-copy.html", values, now=now)
