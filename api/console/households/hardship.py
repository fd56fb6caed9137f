"""A household's special-hardship page: its steps with their evidence, who is paired, its needs."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, BeforeValidator
from starlette.responses import HTMLResponse, Response

from api.auth import Staff
from api.console import labels, visit
from api.console.households import household_page
from api.edge import Edge, EdgeOf, Now
from api.pages import LOCAL
from cases import audit, permissions
from cases.database import Session
from cases.errors import CaseError, StaleError, UnknownError
from cases.household_rules import hardship_steps, need_projects
from cases.household_rules.hardship_steps import Proof, Step
from cases.household_rules.need_projects import NeedKind, NeedMove
from cases.households import file_parts, hardship_files, hardship_needs, households
from cases.households.file_bodies import Home, PartKind
from cases.households.hardship_files import Pair, Taken, Told
from cases.households.households import Household
from cases.permissions import Action, Row
from knowledge.library import Library
from knowledge.names import Programme, Region
from knowledge.occasions import Kind

router = APIRouter(prefix="/console", include_in_schema=False)
WRONG, MOVED = labels.notice("wrong_hardship"), labels.notice("hardship_moved")
WRONG_NEED = labels.notice("wrong_need")
Line = Annotated[str, Form(max_length=300)]
Story = Annotated[str, Form(max_length=2000)]
Csrf = Annotated[str, Form()]
Yuan = Annotated[float | None, BeforeValidator(lambda told: told or None)]
Work = Callable[[Session, Staff, Household], str]
FEN = 100
# Which steps are the county's own; all others are written down by who works on the file.
OF_COUNTY = frozenset({Step.FILE, Step.FILE_EXIT})


class StepForm(BaseModel):
    """A step as it is typed; `proofs` and `kept` stand side by side: which, and where it is."""

    step: Step
    on: date
    version: int = 0
    county: Line = ""
    proofs: Annotated[list[Proof], Form(max_length=20)] = []
    kept: Annotated[list[Story], Form(max_length=20)] = []
    unit: Line = ""
    name: Line = ""
    phone: Line = ""
    csrf: str = ""

    def told(self) -> Told:
        """What is kept of it; evidence of which nothing is written is none."""
        proofs = {
            proof: text.strip()
            for proof, text in zip(self.proofs, self.kept, strict=False)
            if text.strip()
        }
        unit, name = self.unit.strip(), self.name.strip()
        pair = Pair(unit=unit, name=name, phone=self.phone.strip()) if unit and name else None
        return Told(proofs=proofs, pair=pair)


class NeedForm(BaseModel):
    """A need as it is typed."""

    kind: NeedKind
    what: Story = ""
    yuan: Annotated[Yuan, Form(ge=0, le=1000000)] = None
    csrf: str = ""


@router.get("/hardship")
def overview(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """The open files, the first due before, each with who acts next."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.WORK_HARDSHIP)
        rows = [
            (file, households.read(session, household))
            for file, household in hardship_files.waiting(session, region=me.operator.region)
        ]
        audit.record(session, me.operator.id, "listed households", "hardship", now=now)
        values = {"rows": rows, "today": now.astimezone(LOCAL).date()}
        return visit.page(session, edge, me, "hardship-list.html", values, now=now)


@router.get("/households/{household_id}/hardship")
def page(request: Request, edge: EdgeOf, now: Now, household_id: str) -> HTMLResponse:
    """The file of one household; looking at it is recorded."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        household = _find(session, edge, me, Action.WORK_HARDSHIP, household_id)
        audit.record(session, me.operator.id, "looked at hardship file", household.id, now=now)
        return _show(session, edge, me, household, now=now)


@router.post("/households/{household_id}/hardship/steps")
def step(
    request: Request,
    edge: EdgeOf,
    now: Now,
    household_id: str,
    form: Annotated[StepForm, Form()],
) -> Response:
    """Take a step with its evidence; a filing is the county's."""

    def work(session: Session, me: Staff, household: Household) -> str:
        taken = _taken(edge, me, household, form, now=now)
        if hardship_files.find(session, household) is None:
            hardship_files.begin(session, household, form.county, taken, now=now)
        else:
            hardship_files.take(session, household, taken, version=form.version, now=now)
        return household.id

    leave = Action.FILE_HARDSHIP if form.step in OF_COUNTY else Action.WORK_HARDSHIP
    return _changed(request, edge, household_id, form.csrf, work, leave=leave, now=now)


@router.post("/households/{household_id}/hardship/needs")
def need(
    request: Request,
    edge: EdgeOf,
    now: Now,
    household_id: str,
    form: Annotated[NeedForm, Form()],
) -> Response:
    """Put a need into the household's list."""

    def work(session: Session, me: Staff, household: Household) -> str:
        fen = None if form.yuan is None else round(form.yuan * FEN)
        return hardship_needs.list_need(
            session, household, form.kind, form.what, fen, by=me.operator.id, now=now
        ).number

    return _changed(request, edge, household_id, form.csrf, work, now=now, wrong=WRONG_NEED)


@router.post("/households/{household_id}/hardship/needs/{number}/take")
def take_up(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    household_id: str,
    number: str,
    taker: Line = "",
    identity_told: Annotated[bool, Form()] = False,  # noqa: FBT002
    consent: Line = "",
    csrf: Csrf = "",
) -> Response:
    """Note which charity takes a need up, and whether it may know whose it is."""

    def work(session: Session, _: Staff, household: Household) -> str:
        hardship_needs.take_up(
            session,
            household,
            _need(session, household, number),
            taker,
            identity_told=identity_told,
            consent=consent,
            on=now.astimezone(LOCAL).date(),
            now=now,
        )
        return number

    return _changed(request, edge, household_id, csrf, work, now=now, wrong=WRONG_NEED)


@router.post("/households/{household_id}/hardship/needs/{number}/settle")
def settle(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    household_id: str,
    number: str,
    move: Annotated[NeedMove, Form()],
    outcome: Line = "",
    csrf: Csrf = "",
) -> Response:
    """Note that a need is met, given back, or not needed any more."""

    def work(session: Session, _: Staff, household: Household) -> str:
        row = _need(session, household, number)
        hardship_needs.settle(session, household, row, move, outcome, now=now)
        return number

    return _changed(request, edge, household_id, csrf, work, now=now, wrong=WRONG_NEED)


def _taken(edge: Edge, me: Staff, household: Household, form: StepForm, *, now: datetime) -> Taken:
    library, today = edge.helpline.library(), now.astimezone(LOCAL).date()
    return Taken(
        form.step,
        form.on,
        form.told(),
        me.operator.id,
        today,
        library.short_label(Programme.SPECIAL_CARE),
        days=_entered(library, Region(household.region), form.on),
        cadence=_conference(library, Region(household.region), today),
    )


def _entered(library: Library, region: Region, on: date) -> int | None:
    """How many days a step may take, as the place entered it; None where it has not."""
    row = library.local(region).on(on).get(hardship_steps.STEP_DAYS)
    return None if row is None or row.value is None else int(row.value) or None


def _conference(library: Library, region: Region, on: date) -> str | None:
    """The regular conference's date, which a conference that was held settles."""
    rules = library.cadences.for_region(region, on)
    names = (one.id for one in rules if one.kind is Kind.CONFERENCE and one.every is not None)
    return next(names, None)


def _find(session: Session, edge: Edge, me: Staff, leave: Action, household_id: str) -> Household:
    """The household, where its place has such files at all. Raises UnknownError."""
    household = household_page.find(session, me, leave, household_id)
    home = edge.helpline.library().document_of(hardship_steps.FOUND_BY).region
    if household.region != home:
        raise UnknownError("There are no such files in this place.")
    return household


def _need(session: Session, household: Household, number: str) -> hardship_needs.HardshipNeed:
    row = hardship_needs.find(session, number)
    if row.household_id != household.id:
        raise UnknownError("There is no such need.")
    return row


def _group(session: Session, household: Household) -> str:
    """Which of the named families this is, as its file says; "" where nobody has written it."""
    parts = file_parts.holding(session, household, PartKind.HOME)
    return file_parts.read(session, household, parts[-1], Home).group if parts else ""


def _show(  # noqa: PLR0913
    session: Session,
    edge: Edge,
    me: Staff,
    household: Household,
    *,
    now: datetime,
    notice: str = "",
) -> HTMLResponse:
    file = hardship_files.find(session, household)
    row = Row(region=household.region)
    may_file = permissions.may(me.operator, Action.FILE_HARDSHIP, row)
    possible: tuple[tuple[Step, hardship_steps.Rule], ...] = ()
    if file is not None:
        standing = hardship_files.standing(file)
        possible = tuple(
            (one, hardship_steps.rule(standing, one))
            for one in hardship_steps.possible(standing)
            if may_file or one not in OF_COUNTY
        )
    values: Mapping[str, object] = {
        "file": households.read(session, household),
        "hardship": file,
        "pair": None if file is None else hardship_files.pair_of(session, household, file),
        "possible": possible,
        "steps": hardship_files.steps(session, household),
        "needs": hardship_needs.of_household(session, household),
        "group": _group(session, household),
        "rules": hardship_steps,
        "projects": need_projects,
        "kinds": list(NeedKind),
        "today": now.astimezone(LOCAL).date(),
        "notice": notice,
    }
    status = 422 if notice else 200
    return visit.page(session, edge, me, "hardship.html", values, now=now, status=status)


def _changed(  # noqa: PLR0913
    request: Request,
    edge: Edge,
    household_id: str,
    csrf: str,
    work: Work,
    *,
    now: datetime,
    leave: Action = Action.WORK_HARDSHIP,
    wrong: str = WRONG,
) -> Response:
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        household = _find(session, edge, me, leave, household_id)
        try:
            changed = work(session, me, household)
        except UnknownError:
            raise
        except CaseError as error:
            session.rollback()
            fresh = _find(session, edge, me, leave, household_id)
            notice = MOVED if isinstance(error, StaleError) else wrong
            return _show(session, edge, me, fresh, now=now, notice=notice)
        audit.record(session, me.operator.id, "changed hardship file", changed, now=now)
    return visit.to(f"/console/households/{household_id}/hardship")
