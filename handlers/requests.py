"""Wishes that a person carries out: changes, services, visits, a resident's own data."""

from collections.abc import Mapping

from cases.commands import OpenTicket
from handlers.dialogue import RequestForm
from handlers.turn import Choice, Outcome, Reply, TicketDue, TicketNumber, Turn, Value
from knowledge import units
from knowledge.library import Library
from knowledge.names import Category, Hazard, Intent, Matter, Priority
from nlu.understanding import EntityName, Writer

STORY = 10
KINDS: Mapping[Intent, tuple[Category, Matter]] = {
    Intent.REPORT_CHANGE: (Category.CHANGE, Matter.BASIC),
    Intent.REQUEST_SERVICE: (Category.SERVICE, Matter.SERVICE),
    Intent.MANAGE_VISIT: (Category.CHANGE, Matter.BASIC),
    Intent.PRIVACY_REQUEST: (Category.RIGHTS, Matter.DISCLOSURE),
}
SKIP = Choice("request.button_skip")


def begin(turn: Turn, _library: Library) -> Outcome:
    """Take the wish; ask what it is when the message does not say."""
    intent = turn.said.intent if turn.said.intent in KINDS else Intent.REPORT_CHANGE
    form = RequestForm(intent=intent)
    if len(turn.text.strip()) > STORY:
        return _ask_phone(turn, form.model_copy(update={"told": turn.text}))
    state = turn.state.having(form=form, misses=0)
    return Outcome((Reply(f"request.ask_{intent}"),), state)


def listen(turn: Turn, library: Library) -> Outcome:
    """Take what is wanted, then a number to call back, then file."""
    form = turn.state.form
    if not isinstance(form, RequestForm):
        return begin(turn, library)
    if not form.told:
        return _ask_phone(turn, form.model_copy(update={"told": turn.text}))
    return _file(turn, library, form)


def _ask_phone(turn: Turn, form: RequestForm) -> Outcome:
    asked = Reply("request.ask_phone", choices=(SKIP,))
    return Outcome((asked,), turn.state.having(form=form, misses=0))


def _file(turn: Turn, library: Library, form: RequestForm) -> Outcome:
    category, matter = KINDS[Intent(form.intent)]
    routing = units.responsible(library, matter, turn.region)
    opened = OpenTicket(
        category=category,
        priority=Priority.P2,
        hazard=Hazard.NONE,
        matter=matter,
        region=turn.place,
        prefix=library.regions[turn.place].ticket_prefix,
        narrative=form.told,
        lead_unit=routing.lead,
        joint_units=routing.joint,
        source_document=routing.document,
        source_clause=routing.clause,
        by_helper=turn.said.writer is Writer.HELPER,
        phone=_phone(turn),
    )
    values: dict[str, Value] = {"number": TicketNumber(), "due": TicketDue()}
    told = Reply(f"request.filed_{form.intent}", values)
    return Outcome((told,), turn.state.without_form(), (opened,))


def _phone(turn: Turn) -> str | None:
    found = (e.value for e in turn.said.entities if e.name == EntityName.PHONE)
    return next((value for value in found if isinstance(value, str)), None)
