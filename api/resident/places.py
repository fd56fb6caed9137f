"""The public register of places where help is given, by region, with what was verified of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from api import pages
from api.edge import EdgeOf, Now
from api.resident import thread
from knowledge import nearby
from knowledge.entries import Place
from knowledge.library import Library
from knowledge.names import Region

router = APIRouter(include_in_schema=False)
LOCAL = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Row:
    """One place as it is shown. `known` is whether its address and hours were verified lately."""

    place: Place
    known: bool
    document: str | None


@router.get("/places")
def show(request: Request, edge: EdgeOf, now: Now, region: Region | None = None) -> HTMLResponse:
    """Every place, or those of one region."""
    # public: addresses of offices, nothing of any person.
    library = edge.helpline.library()
    today = now.astimezone(LOCAL).date()
    groups = [
        (library.region_name(of), rows)
        for of in Region
        if region in {None, of} and (rows := rows_of(library, of, today))
    ]
    values = {**thread.frame(edge, thread.look_of(request)), "groups": groups}
    return pages.page("resident/places.html", values)


def rows_of(library: Library, region: Region, on: date) -> Sequence[Row]:
    """The places of a region, those with an address first."""
    return [
        Row(place, nearby.verified(place, on), _document(library, place))
        for place in nearby.of_region(library.places, region)
    ]


def _document(library: Library, place: Place) -> str | None:
    document = library.documents.get(place.document or "")
    return None if document is None else document.title
