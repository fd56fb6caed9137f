"""Wishes that a person carries out: services, visits, one's own data, a neighbour seen."""

from collections.abc import Mapping
from dataclasses import replace

from cases.commands import OpenTicket
from handlers import elsewhere, speech, triage
from handlers.dialogue import RequestForm
from handlers.turn import Choice, Outcome, Reply, TicketDue, TicketNumber, Turn, Value
from knowledge import units
from knowledge.library import Library
from knowledge.names import Category, Hazard, Intent, Matter, Priority, Region
from nlu.understanding import Writer

STORY = 10
# Somebody tells of another who may need help: a lead to be looked into.
DISCOVERY = "discovery"
KINDS: Mapping[Intent, tuple[Category, Matter]] = {
    Intent.REQUEST_SERVICE: (Category.SERVICE, Matter.SERVICE),
    Intent.MANAGE_VISIT: (Category.CHANGE, Matter.BASIC),
    Intent.PRIVACY_REQUEST: (Category.RIGHTS, Matter.DISCLOSURE),
    Intent.ASK_PROGRESS: (Category.ENQUIRY, Matter.BASIC),
}
# What is asked here is income, illness or need: on some channels it may not be asked.
ABOUT_LIFE = frozenset({Intent.REPORT_CHANGE, Intent.REQUEST_SERVICE})
LEADS = frozenset({Intent.INFORM, Intent.REQUEST_SERVICE})
PHONE = Reply("request.ask_phone", choices=(Choice("request.button_skip"),))


def begin(turn: Turn, library: Library) -> Outcome:
    """Take the wish; ask what it is when the message does not say."""
    intent = turn.said.intent if turn.said.intent in KINDS else Intent.REQUEST_SERVICE
    form = RequestForm(intent=intent)
    if len(turn.text.strip()) > STORY or _tells_enough(turn):
        return _tell(turn, library, form)
    if intent in ABOUT_LIFE and not turn.carries_sensitive:
        return elsewhere.point(turn)
    state = turn.state.having(form=form, misses=0)
    return Outcome((Reply(f"request.ask_{intent}"),), state)


def discover(turn: Turn, library: Library) -> Outcome:
    """A neighbour, grid worker or cadre tells of somebody who may need help."""
    return _tell(turn, library, RequestForm(intent=DISCOVERY))


def discovers(turn: Turn) -> bool:
    """Whether somebody brings another's trouble to our notice, rather than asks for it."""
    helper = turn.said.writer is Writer.HELPER and len(turn.text.strip()) > STORY
    wish = not turn.said.sure or turn.said.intent in LEADS
    return helper and wish and speech.chinese().hears("request.cue_discovery", turn.text)


def listen(turn: Turn, library: Library) -> Outcome:
    """Take what is wanted, then a number to call back, then file."""
    form = turn.state.form
    if not isinstance(form, RequestForm):
        return begin(turn, library)
    if not form.told and turn.text.strip() == speech.chinese().say("request.button_skip"):
        return Outcome((Reply("request.nothing"),), turn.state.without_form())
    if not form.told:
        return _tell(turn, library, form)
    return _file(turn, library, form)


def _tells_enough(turn: Turn) -> bool:
    """你们存了我什么, 删掉: a few words that are the wish itself."""
    about_data = turn.said.intent is Intent.PRIVACY_REQUEST
    return about_data and speech.chinese().hears("request.cue_data", turn.text)


def take_down(turn: Turn, library: Library, form: RequestForm, *, told: str) -> Outcome:
    """Take a wish that was told elsewhere: ask what it is, or for a number, or file it."""
    if not told:
        state = turn.state.having(form=form, misses=0)
        return Outcome((Reply(f"request.ask_{form.intent}"),), state)
    kept = form.model_copy(update={"told": told, "region": form.region or turn.region})
    if kept.phone is not None:
        return _file(turn, library, kept)
    return _noted(turn, kept)


def again(turn: Turn) -> Reply | None:
    """The open question once more."""
    form = turn.state.form
    if not isinstance(form, RequestForm):
        return None
    return PHONE if form.told else Reply(f"request.ask_{form.intent}")


def opened(turn: Turn, library: Library, form: RequestForm) -> OpenTicket:
    """The ticket of what was told so far."""
    region = form.region or turn.region
    category, matter = _kind(turn, library, form)
    routing = units.responsible(library, matter, region)
    place = region or Region.NATIONAL
    return OpenTicket(
        category=category,
        priority=Priority.P2,
        hazard=Hazard.NONE,
        matter=matter,
        region=place,
        prefix=library.regions[place].ticket_prefix,
        narrative=form.told,
        lead_unit=routing.lead,
        joint_units=routing.joint,
        source_document=routing.document,
        source_clause=routing.clause,
        by_helper=form.by_helper,
        phone=form.phone or turn.phone,
        needs=form.needs,
    )


def _kind(turn: Turn, library: Library, form: RequestForm) -> tuple[Category, Matter]:
    if form.intent != DISCOVERY:
        return KINDS[Intent(form.intent)]
    said = replace(turn.said, text=form.told, hazard=Hazard.NONE, priority=Priority.P2)
    return Category.DISCOVERY, triage.decide(said, library, region=form.region).matter


def _tell(turn: Turn, library: Library, form: RequestForm) -> Outcome:
    """Take the wish down; a number that was told with it is not asked for again."""
    told = form.model_copy(
        update={
            "told": turn.text,
            "region": turn.scene,
            "phone": turn.phone,
            "by_helper": turn.said.writer is Writer.HELPER,
        }
    )
    if told.phone is not None:
        return _file(turn, library, told)
    return _noted(turn, told)


def _noted(turn: Turn, form: RequestForm) -> Outcome:
    """What was taken down and who sees to it; then the only question."""
    noted = Reply(f"request.noted_{form.intent}")
    return Outcome((noted, PHONE), turn.state.having(form=form, misses=0))


def _file(turn: Turn, library: Library, form: RequestForm) -> Outcome:
    values: dict[str, Value] = {"number": TicketNumber(), "due": TicketDue()}
    told = Reply(f"request.filed_{form.intent}", values)
    if form.intent == DISCOVERY:
        told = Reply("request.filed_discovery", values)
    state = turn.state.without_form().having(hazard=Hazard.NONE)
    return Outcome((told,), state, (opened(turn, library, form),))
