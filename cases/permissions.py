"""Who may do what, to which row: one table and one function for pages, API and streams."""

from dataclasses import dataclass
from enum import StrEnum

from cases.errors import ForbiddenError
from cases.operators import Operator, Role


class Action(StrEnum):
    """Everything that needs leave."""

    SEE_QUEUE = "see_queue"
    READ_CHAT = "read_chat"
    TAKE_CHAT = "take_chat"
    SPEAK = "speak"
    ACKNOWLEDGE = "acknowledge"
    RECORD_RESCUE = "record_rescue"
    DIRECT_DESK = "direct_desk"
    EDIT_CANNED = "edit_canned"
    LIST_TICKETS = "list_tickets"
    SEE_TICKET = "see_ticket"
    NOTE_TICKET = "note_ticket"
    REFER_TICKET = "refer_ticket"
    WORK_TICKET = "work_ticket"
    CLOSE_TICKET = "close_ticket"
    OVERSEE_TICKET = "oversee_ticket"
    UNSEAL_REPORTER = "unseal_reporter"
    ASK_ABOUT_RESULT = "ask_about_result"
    EXPORT_TICKETS = "export_tickets"
    SEE_FIGURES = "see_figures"
    EDIT_CALENDAR = "edit_calendar"
    SEE_HOUSEHOLD = "see_household"
    EDIT_HOUSEHOLD = "edit_household"
    MERGE_HOUSEHOLD = "merge_household"
    IMPORT_HOUSEHOLDS = "import_households"
    PLAN_SERVICES = "plan_services"
    WORK_HARDSHIP = "work_hardship"
    FILE_HARDSHIP = "file_hardship"
    SHOW_NEEDS = "show_needs"
    RUN_CARE = "run_care"
    SEE_HAPPINESS = "see_happiness"
    DELIVER_HAPPINESS = "deliver_happiness"
    SEE_DELIVERY = "see_delivery"
    MANAGE_STAFF = "manage_staff"
    SEE_KNOWLEDGE = "see_knowledge"
    EDIT_KNOWLEDGE = "edit_knowledge"
    PUBLISH_KNOWLEDGE = "publish_knowledge"
    TEACH = "teach"
    PUBLISH_MODEL = "publish_model"
    READ_AUDIT = "read_audit"
    SEE_READINESS = "see_readiness"
    SEE_RETENTION = "see_retention"
    HOLD_DATA = "hold_data"
    ERASE_ARCHIVE = "erase_archive"
    COPY_DATA = "copy_data"


class Reach(StrEnum):
    """How far a leave reaches: every row, those of one's region, of one's unit, one's own, none."""

    ALL = "all"
    REGION = "region"
    UNIT = "unit"
    OWN = "own"
    NONE = "none"


A, R = Action, Reach

# The readable table: a role and action that are not named here are refused.
TABLE: dict[Role, dict[Action, Reach]] = {
    Role.OPERATOR: {
        A.SEE_QUEUE: R.REGION,
        A.READ_CHAT: R.REGION,
        A.TAKE_CHAT: R.REGION,
        A.SPEAK: R.OWN,
        A.ACKNOWLEDGE: R.REGION,
        A.RECORD_RESCUE: R.REGION,
        A.LIST_TICKETS: R.REGION,
        A.SEE_TICKET: R.REGION,
        A.NOTE_TICKET: R.REGION,
        A.REFER_TICKET: R.REGION,
        A.ASK_ABOUT_RESULT: R.REGION,
        A.SEE_HOUSEHOLD: R.REGION,
        A.SEE_HAPPINESS: R.REGION,
        A.SEE_KNOWLEDGE: R.ALL,
    },
    Role.CASEWORKER: {
        A.RECORD_RESCUE: R.UNIT,
        A.LIST_TICKETS: R.UNIT,
        A.SEE_TICKET: R.UNIT,
        A.NOTE_TICKET: R.UNIT,
        A.WORK_TICKET: R.UNIT,
        A.CLOSE_TICKET: R.UNIT,
        A.COPY_DATA: R.UNIT,
        A.SEE_HOUSEHOLD: R.REGION,
        A.EDIT_HOUSEHOLD: R.REGION,
        A.MERGE_HOUSEHOLD: R.REGION,
        A.PLAN_SERVICES: R.REGION,
        A.WORK_HARDSHIP: R.REGION,
        A.SHOW_NEEDS: R.REGION,
        A.SEE_HAPPINESS: R.REGION,
        A.DELIVER_HAPPINESS: R.REGION,
        A.SEE_KNOWLEDGE: R.ALL,
    },
    Role.SUPERVISOR: {
        A.SEE_QUEUE: R.REGION,
        A.READ_CHAT: R.REGION,
        A.TAKE_CHAT: R.REGION,
        A.SPEAK: R.OWN,
        A.ACKNOWLEDGE: R.REGION,
        A.RECORD_RESCUE: R.REGION,
        A.DIRECT_DESK: R.REGION,
        A.EDIT_CANNED: R.REGION,
        A.LIST_TICKETS: R.REGION,
        A.SEE_TICKET: R.REGION,
        A.NOTE_TICKET: R.REGION,
        A.REFER_TICKET: R.REGION,
        A.WORK_TICKET: R.REGION,
        A.CLOSE_TICKET: R.REGION,
        A.OVERSEE_TICKET: R.REGION,
        A.COPY_DATA: R.REGION,
        A.UNSEAL_REPORTER: R.REGION,
        A.ASK_ABOUT_RESULT: R.REGION,
        A.EXPORT_TICKETS: R.REGION,
        A.SEE_FIGURES: R.REGION,
        A.EDIT_CALENDAR: R.REGION,
        A.SEE_HOUSEHOLD: R.REGION,
        A.EDIT_HOUSEHOLD: R.REGION,
        A.MERGE_HOUSEHOLD: R.REGION,
        A.IMPORT_HOUSEHOLDS: R.REGION,
        A.RUN_CARE: R.REGION,
        A.PLAN_SERVICES: R.REGION,
        A.WORK_HARDSHIP: R.REGION,
        A.FILE_HARDSHIP: R.REGION,
        A.SHOW_NEEDS: R.REGION,
        A.SEE_HAPPINESS: R.REGION,
        A.DELIVER_HAPPINESS: R.REGION,
        A.SEE_DELIVERY: R.REGION,
        A.SEE_KNOWLEDGE: R.ALL,
        A.EDIT_KNOWLEDGE: R.REGION,
        A.PUBLISH_KNOWLEDGE: R.REGION,
        A.TEACH: R.REGION,
        A.PUBLISH_MODEL: R.ALL,
        A.SEE_READINESS: R.ALL,
    },
    Role.EDITOR: {
        A.EDIT_CANNED: R.REGION,
        A.SEE_KNOWLEDGE: R.ALL,
        A.EDIT_KNOWLEDGE: R.REGION,
        A.PUBLISH_KNOWLEDGE: R.REGION,
        A.TEACH: R.REGION,
        A.PUBLISH_MODEL: R.ALL,
    },
    Role.AUDITOR: {A.READ_AUDIT: R.ALL, A.SEE_RETENTION: R.ALL},
    Role.ADMIN: {
        A.SEE_QUEUE: R.ALL,
        A.READ_CHAT: R.ALL,
        A.TAKE_CHAT: R.ALL,
        A.SPEAK: R.OWN,
        A.ACKNOWLEDGE: R.ALL,
        A.RECORD_RESCUE: R.ALL,
        A.DIRECT_DESK: R.ALL,
        A.EDIT_CANNED: R.ALL,
        A.LIST_TICKETS: R.ALL,
        A.SEE_TICKET: R.ALL,
        A.NOTE_TICKET: R.ALL,
        A.REFER_TICKET: R.ALL,
        A.WORK_TICKET: R.ALL,
        A.CLOSE_TICKET: R.ALL,
        A.OVERSEE_TICKET: R.ALL,
        A.COPY_DATA: R.ALL,
        A.UNSEAL_REPORTER: R.ALL,
        A.ASK_ABOUT_RESULT: R.ALL,
        A.EXPORT_TICKETS: R.ALL,
        A.SEE_FIGURES: R.ALL,
        A.EDIT_CALENDAR: R.ALL,
        A.SEE_HOUSEHOLD: R.ALL,
        A.EDIT_HOUSEHOLD: R.ALL,
        A.MERGE_HOUSEHOLD: R.ALL,
        A.IMPORT_HOUSEHOLDS: R.ALL,
        A.RUN_CARE: R.ALL,
        A.PLAN_SERVICES: R.ALL,
        A.WORK_HARDSHIP: R.ALL,
        A.FILE_HARDSHIP: R.ALL,
        A.SHOW_NEEDS: R.ALL,
        A.SEE_HAPPINESS: R.ALL,
        A.DELIVER_HAPPINESS: R.ALL,
        A.SEE_DELIVERY: R.ALL,
        A.MANAGE_STAFF: R.ALL,
        A.SEE_KNOWLEDGE: R.ALL,
        A.EDIT_KNOWLEDGE: R.ALL,
        A.PUBLISH_KNOWLEDGE: R.ALL,
        A.TEACH: R.ALL,
        A.PUBLISH_MODEL: R.ALL,
        A.SEE_READINESS: R.ALL,
        A.SEE_RETENTION: R.ALL,
        A.HOLD_DATA: R.ALL,
        A.ERASE_ARCHIVE: R.ALL,
    },
}

ANYWHERE = "national"
# What is changed for the whole nation changes for every region: no region's account does it.
CHANGING = frozenset({A.EDIT_CANNED, A.EDIT_KNOWLEDGE, A.PUBLISH_KNOWLEDGE, A.EDIT_CALENDAR})


@dataclass(frozen=True)
class Row:
    """What the decision needs of a row. `units` are those that work on it, `not_to` never may.

    A region of None or `national` belongs to every region's staff: somebody must see it. `lent`
    is the region whose staff see it besides. `restricted`: its person asked for it to be erased and
    a law wants it kept; only who oversees tickets may still look (个人信息保护法 第47条).
    """

    region: str | None = None
    lent: str | None = None
    units: frozenset[str] = frozenset()
    not_to: frozenset[str] = frozenset()
    owner: str | None = None
    sealed: bool = False
    restricted: bool = False


def reach(operator: Operator, action: Action) -> Reach:
    """How far this account's leave for an action reaches."""
    if operator.disabled_at is not None:
        return Reach.NONE
    return TABLE[Role(operator.role)].get(action, Reach.NONE)


def may(operator: Operator, action: Action, row: Row | None = None) -> bool:
    """The one decision. Without a row: whether there can be any row at all."""
    how_far = reach(operator, action)
    if row is None or how_far is Reach.NONE:
        return how_far is not Reach.NONE
    if operator.unit is not None and operator.unit in row.not_to:
        return False
    if row.restricted and reach(operator, Action.OVERSEE_TICKET) is Reach.NONE:
        return False
    match how_far:
        case Reach.ALL:
            return True
        case Reach.REGION if action in CHANGING:
            return operator.region in {None, row.region}
        case Reach.REGION:
            return _in_region(operator, row) and not (row.sealed and operator.unit is not None)
        case Reach.UNIT:
            return _in_region(operator, row) and operator.unit in row.units
        case Reach.OWN:
            return row.owner == operator.id


def require(operator: Operator, action: Action, row: Row | None = None) -> None:
    """Raise ForbiddenError unless the account may."""
    if not may(operator, action, row):
        raise ForbiddenError("Your account may not do this; ask a supervisor for help.")


def table_as_text() -> str:
    """The table for people: a line a role and action (docs/permissions.md is made of it)."""
    lines = ["| role | may | reach |", "|---|---|---|"]
    lines += [
        f"| {role} | {action} | {how_far} |"
        for role, actions in TABLE.items()
        for action, how_far in actions.items()
    ]
    return "\n".join(lines) + "\n"


def _in_region(operator: Operator, row: Row) -> bool:
    if operator.region is None or row.lent == operator.region:
        return True
    return row.region in {None, ANYWHERE, operator.region}
