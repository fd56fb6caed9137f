"""Somebody of the staff at a page: who they are, what every page needs, whose form was sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from fastapi import Request
from starlette.responses import HTMLResponse, RedirectResponse

from api import auth, forms, pages
from api.auth import Staff
from api.console import labels, menu
from api.edge import Edge
from api.errors import ForgedError
from api.pages import LOCAL
from cases import events, operators, permissions
from cases.database import Session
from cases.errors import UnknownError
from cases.operators import Operator
from cases.permissions import Action
from knowledge.library import Library
from knowledge.names import Hazard, Priority, Region, priority_of

NOWHERE = labels.notice("no_place")


@dataclass(frozen=True)
class Names:
    """How regions, dangers and people are called on a page."""

    library: Library
    session: Session

    def region(self, region: str | None) -> str:
        """The place, or that none was told."""
        return NOWHERE if region is None else self.library.region_name(Region(region))

    def gravity(self, hazard: str) -> str:
        """How grave a danger is that rang: P0, else P1, also where it is not clear which."""
        return min(priority_of(Hazard(hazard)), Priority.P1)

    def reason(self, reason: str | None) -> str:
        """Why somebody waits: a danger or a code."""
        if reason is None:
            return "—"
        reasons = labels.load()["reason"]
        if reason in set(Hazard) and reason not in reasons:
            return self.library.short_label(Hazard(reason))
        return reasons.get(reason, reason)

    def person(self, actor: str | None) -> str:
        """The account's name; the resident and the house have none."""
        if actor is None:
            return "—"
        try:
            return operators.find(self.session, actor).name
        except UnknownError:
            return labels.load()["sender"].get(actor, actor)


def begin(session: Session, request: Request, edge: Edge, *, now: datetime) -> Staff:
    """Who is signed in. Raises UnauthorisedError, which leads to the sign-in page."""
    return auth.staff(session, request, edge, now=now)


def begin_with_form(
    session: Session, request: Request, edge: Edge, csrf: str, *, now: datetime
) -> Staff:
    """Who sent this form from our own page. Raises UnauthorisedError, ForgedError."""
    me = auth.staff(session, request, edge, now=now)
    if not forms.matches(csrf, me.csrf):
        raise ForgedError(forms.FORGED)
    return me


def page(  # noqa: PLR0913
    session: Session,
    edge: Edge,
    me: Staff,
    template: str,
    values: Mapping[str, object],
    *,
    now: datetime,
    status: int = 200,
) -> HTMLResponse:
    """A page of the console."""
    framed = {**frame(session, edge, me, now=now), **values}
    return pages.page(f"console/{template}", framed, status=status)


def frame(session: Session, edge: Edge, me: Staff, *, now: datetime) -> dict[str, object]:
    """What every page and piece of the console needs."""
    operator = me.operator
    return {
        "me": operator,
        "csrf": me.csrf,
        "now": now,
        "today": now.astimezone(LOCAL).date(),
        "service": edge.settings.service_name,
        "labels": labels.load(),
        "names": Names(edge.helpline.library(), session),
        "library": edge.helpline.library(),
        "may": may_by_name(operator),
        "menu": menu.of(operator),
        # Asked by whole pages only: a piece belongs to a page that follows the log already.
        "newest": partial(events.last_seq, session, events.CONSOLE),
        "notice": "",
    }


def may_by_name(operator: Operator) -> Mapping[str, bool]:
    """What this account may do at all, for what a page offers."""
    return {str(action): permissions.may(operator, action) for action in Action}


def to(address: str) -> RedirectResponse:
    """Lead on to a page after something was done."""
    return RedirectResponse(address, 303)
