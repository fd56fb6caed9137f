"""The forms of a household's file: its people, places, care and what is dated in it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, BeforeValidator, ValidationError
from starlette.responses import Response

from api.auth import Staff
from api.console import labels, visit
from api.console.households import household_page
from api.edge import Edge, EdgeOf, Now
from api.pages import LOCAL
from cases import audit
from cases.database import Session
from cases.errors import CaseError, UnknownError
from cases.households import file_parts, people
from cases.households.file_bodies import Care, Home, Note, PartKind, Person, Way
from cases.households.file_parts import Draft
from cases.households.households import Household
from cases.permissions import Action
from cases.residents import ContactKind
from knowledge.occasions import Happening, Trait

router = APIRouter(prefix="/console/households", include_in_schema=False)
WRONG = labels.notice("wrong_part")
Day = Annotated[date | None, BeforeValidator(lambda day: day or None)]
Line = Annotated[str, Form(max_length=300)]
Story = Annotated[str, Form(max_length=2000)]
Work = Callable[[Session, Staff, Household], str]


OfPerson = Literal[PartKind.MEMBER, PartKind.SUPPORTER, PartKind.REPRESENTATIVE]
OfRecord = Literal[
    PartKind.ASSESSMENT, PartKind.SERVICE, PartKind.CONSENT, PartKind.PAPER, PartKind.HAPPENING
]


class PersonForm(BaseModel):
    """Somebody of the household, elsewhere, or who speaks for it. `seen`: the version shown."""

    kind: OfPerson
    name: Annotated[str, Form(min_length=1, max_length=100)]
    part_id: str = ""
    seen: str = ""
    relation: Line = ""
    id_number: Line = ""
    born: Day = None
    lives_here: str = ""
    registered_here: str = ""
    way_kind: ContactKind = ContactKind.CALL
    way_value: Line = ""
    safe_from: Annotated[int, Form(ge=0, le=23)] = 8
    safe_until: Annotated[int, Form(ge=1, le=24)] = 21
    do_not_call: bool = False
    second_kind: ContactKind = ContactKind.CALL
    second_value: Line = ""
    language: Line = ""
    needs: Story = ""
    authority: Line = ""
    authority_until: Day = None
    csrf: str = ""

    def person(self) -> Person:
        """What is kept of it."""
        ways = []
        if self.way_value.strip():
            ways.append(
                Way(
                    kind=self.way_kind,
                    value=self.way_value.strip(),
                    safe_from=self.safe_from,
                    safe_until=self.safe_until,
                    do_not_call=self.do_not_call,
                )
            )
        if self.second_value.strip():
            ways.append(Way(kind=self.second_kind, value=self.second_value.strip()))
        return Person(
            name=self.name.strip(),
            relation=self.relation.strip(),
            id_number=self.id_number,
            born=self.born,
            lives_here=_truth(self.lives_here),
            registered_here=_truth(self.registered_here),
            ways=tuple(ways),
            language=self.language.strip(),
            needs=self.needs.strip(),
            authority=self.authority.strip(),
            authority_until=self.authority_until,
        )


class HomeForm(BaseModel):
    """The three places, the class and what decides how often somebody looks in."""

    part_id: str = ""
    seen: str = ""
    registered: Line = ""
    living: Line = ""
    event: Line = ""
    street: Line = ""
    group: Line = ""
    traits: list[Trait] = []
    needs: Story = ""
    csrf: str = ""


class CareForm(BaseModel):
    """A care agreement."""

    part_id: str = ""
    seen: str = ""
    carer: Annotated[str, Form(min_length=1, max_length=100)]
    duties: Story = ""
    hospital_escort: Line = ""
    stand_in: Line = ""
    until: Day = None
    csrf: str = ""


class RecordForm(BaseModel):
    """Something dated: an assessment, service, consent, paper or happening."""

    kind: OfRecord
    first: date
    until: Day = None
    happening: Happening = Happening.OTHER
    text: Annotated[str, Form(min_length=1, max_length=2000)]
    whom: Line = ""
    source: Line = ""
    csrf: str = ""


@router.post("/{household_id}/people")
def person(
    request: Request,
    edge: EdgeOf,
    now: Now,
    household_id: str,
    form: Annotated[PersonForm, Form()],
) -> Response:
    """Write somebody down, or what changed of them."""

    def work(session: Session, me: Staff, household: Household) -> str:
        kept = people.write(
            session,
            household,
            form.kind,
            form.person(),
            part_id=form.part_id or None,
            seen=form.seen or None,
            by=me.operator.id,
            now=now,
        )
        return kept.part_id

    return _changed(request, edge, household_id, form.csrf, work, now=now)


@router.post("/{household_id}/home")
def home(
    request: Request, edge: EdgeOf, now: Now, household_id: str, form: Annotated[HomeForm, Form()]
) -> Response:
    """Write down the places, the class and what decides the dates."""
    body = Home.model_validate(form.model_dump(exclude={"part_id", "seen", "csrf"}))
    return _part(request, edge, household_id, form, Draft(PartKind.HOME, body), now=now)


@router.post("/{household_id}/care")
def care(
    request: Request, edge: EdgeOf, now: Now, household_id: str, form: Annotated[CareForm, Form()]
) -> Response:
    """Write down who cares and until when."""
    body = Care.model_validate(form.model_dump(exclude={"part_id", "seen", "csrf"}))
    draft = Draft(PartKind.CARE, body, until=form.until)
    return _part(request, edge, household_id, form, draft, now=now)


@router.post("/{household_id}/records")
def record(
    request: Request,
    edge: EdgeOf,
    now: Now,
    household_id: str,
    form: Annotated[RecordForm, Form()],
) -> Response:
    """Write down something dated."""
    happening = form.kind is PartKind.HAPPENING
    draft = Draft(
        form.kind,
        Note(text=form.text.strip(), whom=form.whom.strip(), source=form.source.strip()),
        code=form.happening if happening else None,
        first=form.first,
        until=form.until,
    )

    def work(session: Session, me: Staff, household: Household) -> str:
        return file_parts.write(session, household, draft, by=me.operator.id, now=now).part_id

    return _changed(request, edge, household_id, form.csrf, work, now=now)


@router.post("/{household_id}/parts/{part_id}/end")
def end(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    household_id: str,
    part_id: str,
    csrf: Annotated[str, Form()] = "",
) -> Response:
    """What holds no longer leaves the page and stays in the history."""

    def work(session: Session, me: Staff, household: Household) -> str:
        file_parts.end(session, household, part_id, by=me.operator.id, now=now)
        return part_id

    return _changed(request, edge, household_id, csrf, work, now=now)


@router.post("/{household_id}/dues/{name}/done")
def done(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    household_id: str,
    name: str,
    on: Annotated[date, Form()],
    text: Annotated[str, Form(max_length=2000)] = "",
    csrf: Annotated[str, Form()] = "",
) -> Response:
    """Note that what was due has been done; the next date follows from this day."""
    draft = Draft(PartKind.DONE, Note(text=text.strip()), code=name, first=on)

    def work(session: Session, me: Staff, household: Household) -> str:
        if on > now.astimezone(LOCAL).date():
            raise CaseError("Nothing was done on a day to come; correct the day.")
        return file_parts.write(session, household, draft, by=me.operator.id, now=now).part_id

    return _changed(request, edge, household_id, csrf, work, now=now)


def _part(  # noqa: PLR0913
    request: Request,
    edge: Edge,
    household_id: str,
    form: HomeForm | CareForm,
    draft: Draft,
    *,
    now: datetime,
) -> Response:
    known, seen = form.part_id or None, form.seen or None

    def work(session: Session, me: Staff, household: Household) -> str:
        whole = replace(draft, part_id=known, seen=seen)
        return file_parts.write(session, household, whole, by=me.operator.id, now=now).part_id

    return _changed(request, edge, household_id, form.csrf, work, now=now)


def _changed(  # noqa: PLR0913
    request: Request, edge: Edge, household_id: str, csrf: str, work: Work, *, now: datetime
) -> Response:
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        household = household_page.find(session, me, Action.EDIT_HOUSEHOLD, household_id)
        try:
            changed = work(session, me, household)
        except UnknownError:
            raise
        except (CaseError, ValidationError):
            session.rollback()
            fresh = household_page.find(session, me, Action.EDIT_HOUSEHOLD, household_id)
            return household_page.show(session, edge, me, fresh, now=now, notice=WRONG)
        audit.record(session, me.operator.id, "changed household file", changed, now=now)
    return visit.to(f"/console/households/{household_id}")


def _truth(said: str) -> bool | None:
    return {"yes": True, "no": False}.get(said)
