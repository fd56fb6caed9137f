"""What stands on a household's page, and who may open it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import HTMLResponse

from api.auth import Staff
from api.console import visit
from api.edge import Edge
from api.pages import LOCAL
from bot import reviewing
from cases import permissions
from cases.care import care_answers
from cases.channels import reminders
from cases.database import Session
from cases.errors import UnknownError
from cases.household_rules import hardship_steps
from cases.households import (
    assistance,
    early_changes,
    file_parts,
    hardship_files,
    households,
    people,
    reckoning,
    same_household,
    visits,
)
from cases.households.file_bodies import RECORDS, Care, Home, Note, PartKind
from cases.households.file_parts import FilePart
from cases.households.households import Household
from cases.permissions import Action, Row
from cases.tickets import worklists
from knowledge import cadences
from knowledge.names import Region
from knowledge.occasions import Happening, Trait


@dataclass(frozen=True)
class Record:
    """A dated part of the file, opened."""

    part: FilePart
    note: Note


def find(session: Session, me: Staff, action: Action, household_id: str) -> Household:
    """The household, if this account may do this to it. Raises UnknownError, ForbiddenError."""
    permissions.require(me.operator, action)
    if not household_id.isalnum():
        raise UnknownError("There is no such household.")
    household = households.find(session, household_id)
    if not permissions.may(me.operator, action, Row(region=household.region)):
        raise UnknownError("There is no such household.")
    return household


def show(  # noqa: PLR0913
    session: Session,
    edge: Edge,
    me: Staff,
    household: Household,
    *,
    now: datetime,
    notice: str = "",
    draft: object = None,
) -> HTMLResponse:
    """The page; with a notice something that was sent could not be done."""
    rules = reviewing.rules(session, edge.helpline.library(), now=now)
    reckoning.reckon(session, household, rules, now=now)
    family = same_household.family(session, household)
    row = Row(region=household.region)
    region = Region(household.region)
    lacking = cadences.not_entered(
        reckoning.standing_of(session, household), rules.book, on=rules.on, place=rules.at(region)
    )
    values: Mapping[str, object] = {
        **_written(session, household, family),
        "dues": reckoning.of_household(session, household),
        "lacking": lacking,
        "visits": _visits(session, family),
        "tickets": [
            ticket
            for one in family
            for ticket in worklists.of_household(session, me.operator, one.id)
        ],
        "history": file_parts.history(session, household),
        "decisions": same_household.decisions(session, household),
        "early": early_changes.proposed(session, household),
        "agrees_to_care": care_answers.agrees(session, household),
        "may_edit": permissions.may(me.operator, Action.EDIT_HOUSEHOLD, row),
        "may_merge": permissions.may(me.operator, Action.MERGE_HOUSEHOLD, row),
        "happenings": list(Happening),
        "traits": list(Trait),
        "classes": edge.helpline.library().classes.get(region),
        "today": now.astimezone(LOCAL).date(),
        "hardship_here": _begins_here(edge, region),
        "draft": draft,
        "notice": notice,
    }
    status = 422 if notice else 200
    return visit.page(session, edge, me, "household.html", values, now=now, status=status)


def _written(
    session: Session, household: Household, family: Sequence[Household]
) -> Mapping[str, object]:
    """What was written down of a household and of those read as part of it."""
    return {
        "file": households.read(session, household),
        "root": same_household.root(session, household.id),
        "family": [households.read(session, one) for one in family[1:]],
        "people": [(one, known) for one in family for known in people.of_household(session, one)],
        "home": _newest(session, household, PartKind.HOME, Home),
        "care": _newest(session, household, PartKind.CARE, Care),
        "records": [(one, record) for one in family for record in _records(session, one)],
        "help": [given for one in family for given in assistance.of_household(session, one)],
        "pair": _pair(session, household),
    }


def _begins_here(edge: Edge, region: Region) -> bool:
    """Whether this place has files of special hardship."""
    return edge.helpline.library().document_of(hardship_steps.FOUND_BY).region is region


def _pair(session: Session, household: Household) -> hardship_files.Pair | None:
    """The official who is paired with the household."""
    file = hardship_files.find(session, household)
    return None if file is None else hardship_files.pair_of(session, household, file)


def _newest(
    session: Session, household: Household, kind: PartKind, shape: type[Home] | type[Care]
) -> tuple[str, Home | Care, str] | None:
    rows = file_parts.holding(session, household, kind)
    if not rows:
        return None
    row = rows[-1]
    return row.part_id, file_parts.read(session, household, row, shape), row.id


def _records(session: Session, household: Household) -> list[Record]:
    return [
        Record(part, file_parts.read(session, household, part, Note))
        for part in file_parts.holding(session, household, *RECORDS)
    ]


def _visits(session: Session, family: Sequence[Household]) -> list[tuple[object, str, object]]:
    return [
        (
            planned,
            visits.purpose(session, one, planned),
            reminders.of_subject(session, planned.id),
        )
        for one in family
        for planned in visits.of_household(session, one)
    ]
