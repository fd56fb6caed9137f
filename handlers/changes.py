"""How a change in the household is told: what, when, who; and what usually follows."""

from datetime import date

from cases.commands import NoteChange, OpenTicket
from handlers import elsewhere, speech
from handlers.dialogue import ChangeForm, ChangeStep
from handlers.turn import Choice, Outcome, Reply, TicketDue, TicketNumber, Turn, Value
from knowledge import citations, units
from knowledge.changes import Change
from knowledge.library import Library
from knowledge.names import Category, Hazard, Matter, Priority, Region
from knowledge.occasions import Happening
from nlu.understanding import DateSpan, Entity, Writer

STORY = 10
# 社会救助法 第48条: heard first, then told in writing with the reasons.
HEARD_FIRST = "shehuijiuzhu-law-2026-48"
SKIP, FORGOT = Choice("change.button_skip"), Choice("change.button_forgot")


def begin(turn: Turn, library: Library) -> Outcome:
    """Take down what was told already; ask for what is not."""
    kind = library.changes.heard(turn.text)
    if kind is None and not turn.carries_sensitive:
        return elsewhere.point(turn)
    if kind is None and len(turn.text.strip()) <= STORY:
        state = turn.state.having(form=ChangeForm(), misses=0)
        return Outcome((_what(library),), state)
    return _tell(turn, library, ChangeForm())


def listen(turn: Turn, library: Library) -> Outcome:
    """Take an answer; every one may be skipped."""
    form = turn.state.form
    if not isinstance(form, ChangeForm):
        return begin(turn, library)
    words = turn.text.strip()
    skipped = words in {speech.chinese().say(one.label) for one in (SKIP, FORGOT)}
    said = speech.chinese().say("change.unsaid") if skipped else words
    match form.step:
        case ChangeStep.WHAT:
            return _tell(turn, library, form)
        case ChangeStep.WHEN:
            known = {"when": said, "on": _day(turn)}
            return _next(turn, library, form.model_copy(update=known))
        case ChangeStep.WHO:
            return _next(turn, library, form.model_copy(update={"who": said}))
        case ChangeStep.PHONE:
            phone = form.phone or turn.phone
            return _file(turn, library, form.model_copy(update={"phone": phone}))


def again(turn: Turn, library: Library) -> Reply | None:
    """The open question once more."""
    form = turn.state.form
    return _question(form, library) if isinstance(form, ChangeForm) else None


def opened(turn: Turn, library: Library, form: ChangeForm) -> OpenTicket:
    """The ticket of what was told so far."""
    region = form.region or turn.region
    routing = units.responsible(library, Matter.BASIC, region)
    place = region or Region.NATIONAL
    return OpenTicket(
        category=Category.CHANGE,
        priority=Priority.P2,
        hazard=Hazard.NONE,
        matter=Matter.BASIC,
        region=place,
        prefix=library.regions[place].ticket_prefix,
        narrative=speech.chinese().say("change.narrative", _told(form, library)),
        lead_unit=routing.lead,
        joint_units=routing.joint,
        source_document=routing.document,
        source_clause=routing.clause,
        by_helper=form.by_helper,
        phone=form.phone or turn.phone,
    )


def _tell(turn: Turn, library: Library, form: ChangeForm) -> Outcome:
    kind = library.changes.heard(turn.text) or library.changes.kinds[Happening.OTHER]
    dates = _dates(turn)
    cues = speech.chinese().say("change.cue_who").split("|")
    told = form.model_copy(
        update={
            "told": turn.text.strip(),
            "what": kind.what,
            "when": dates[0].text if dates else "",
            "on": _day(turn),
            "who": next((cue for cue in cues if cue in turn.text), ""),
            "region": turn.scene,
            "phone": turn.phone,
            "by_helper": turn.said.writer is Writer.HELPER,
        }
    )
    sorry = (Reply("change.gentle"),) if kind.gentle else ()
    return _next(turn, library, told, *sorry)


def _next(turn: Turn, library: Library, form: ChangeForm, *before: Reply) -> Outcome:
    """Ask for what is still missing; somebody in grief is asked for less."""
    kind = library.changes.kinds[form.what]
    if not form.when:
        step = ChangeStep.WHEN
    elif not form.who and not kind.whole and not kind.gentle:
        step = ChangeStep.WHO
    elif form.phone is None:
        step = ChangeStep.PHONE
    else:
        return _file(turn, library, form, *before)
    asked = form.model_copy(update={"step": step})
    replies = (*before, _question(asked, library))
    return Outcome(replies, turn.state.having(form=asked, misses=0))


def _question(form: ChangeForm, library: Library) -> Reply:
    match form.step:
        case ChangeStep.WHAT:
            return _what(library)
        case ChangeStep.WHEN:
            return Reply("change.ask_when", choices=(FORGOT,))
        case ChangeStep.WHO:
            return Reply("change.ask_who", choices=(SKIP,))
        case ChangeStep.PHONE if library.changes.kinds[form.what].gentle:
            return Reply("change.gentle_phone", choices=(SKIP,))
        case ChangeStep.PHONE:
            return Reply("change.ask_phone", choices=(SKIP,))


def _what(library: Library) -> Reply:
    names = tuple(Choice(kind.name, own=True) for kind in library.changes.kinds.values())
    return Reply("change.ask_what", choices=names)


def _file(turn: Turn, library: Library, form: ChangeForm, *before: Reply) -> Outcome:
    kind = library.changes.kinds[form.what]
    receipt: dict[str, Value] = {
        **_told(form, library),
        "today": speech.chinese().day(turn.today),
        "number": TicketNumber(),
    }
    replies = (
        *before,
        Reply("change.filed", receipt),
        _effect(turn, library, kind, form.region or turn.region),
        Reply("change.nothing_stops", {"due": TicketDue()}),
    )
    state = turn.state.without_form().having(hazard=Hazard.NONE)
    note = NoteChange(form.what, form.on or turn.today, form.told)
    return Outcome(replies, state, (opened(turn, library, form), note))


def _effect(turn: Turn, library: Library, kind: Change, region: Region | None) -> Reply:
    follows = kind.follows(region or Region.NATIONAL)
    cited = citations.cite(library, (follows.clause, HEARD_FIRST), turn.today)
    return Reply("change.effect", {"effect": follows.effect}, citations=cited)


def _told(form: ChangeForm, library: Library) -> dict[str, str]:
    unsaid = speech.chinese().say("change.unsaid")
    return {
        "told": form.told,
        "what": library.changes.kinds[form.what].name,
        "when": form.when or unsaid,
        "who": form.who or unsaid,
    }


def _dates(turn: Turn) -> list[Entity]:
    return [
        entity
        for entity in turn.said.entities
        if isinstance(entity.value, DateSpan) and entity.value.start <= turn.today
    ]


def _day(turn: Turn) -> date | None:
    spans = (entity.value for entity in _dates(turn) if isinstance(entity.value, DateSpan))
    return next((min(span.end, turn.today) for span in spans), None)
