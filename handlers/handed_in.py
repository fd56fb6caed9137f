"""What somebody hears whose application was handed in elsewhere: the day by law, and an enquiry."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from cases.commands import OpenTicket
from cases.dialogue.lookups import DayReckoned, Lookup, StatutoryDay
from handlers import speech, triage, underway
from handlers.dialogue import HandedInForm, ProgressForm
from handlers.turn import Choice, Outcome, Reply, TicketDue, TicketNumber, Turn, Value
from knowledge import citations
from knowledge.library import Library
from knowledge.names import Category, Hazard, Intent, Priority, Programme
from nlu.understanding import DateSpan, Duration, EntityName

MONTH, YEAR = 30, 365
CUES = ("pending.cue_given", "pending.cue_waits")
ELSEWHERE = Choice("pending.button_elsewhere")
SKIP = Choice("pending.button_skip")
OFFERED: Mapping[Programme, Choice] = {
    Programme.DIBAO: Choice("pending.button_dibao"),
    Programme.TEKUN: Choice("pending.button_tekun"),
    Programme.TEMPORARY_EMERGENCY: Choice("pending.button_temporary"),
}


def wanted(turn: Turn) -> bool:
    """Whether somebody waits for what another office decides, and complains of nobody's manners."""
    if not isinstance(turn.state.form, ProgressForm | None):
        return False
    words, text = speech.chinese(), turn.text
    if text.strip() == words.say(ELSEWHERE.label):
        return True
    if any(one.name == EntityName.TICKET_NUMBER for one in turn.said.entities):
        return False
    named = turn.said.programme is not None or words.hears("pending.cue_what", text)
    waits = (named and all(words.hears(cue, text) for cue in CUES)) or _urges(turn)
    theirs = underway.before(text) is not None or triage.accuses(turn.said)
    return waits and not theirs and not words.hears("pending.cue_refused", text)


def _urges(turn: Turn) -> bool:
    """四十多天了帮俺催一催: what help it was and how long ago says that it was handed in."""
    long_since = any(isinstance(one.value, Duration) for one in turn.said.entities)
    urged = speech.chinese().hears("pending.cue_urges", turn.text)
    return urged and (long_since or turn.said.programme is not None)


def begin(turn: Turn, library: Library) -> Outcome | Lookup:
    """Take what the message tells already; ask only what is missing."""
    pressed = turn.text.strip() == speech.chinese().say(ELSEWHERE.label)
    form = HandedInForm(
        told=() if pressed else (turn.text,),
        region=turn.scene,
        programme=turn.said.programme,
        on=_day(turn),
    )
    return _go_on(turn, library, form)


def listen(turn: Turn, library: Library) -> Outcome | Lookup:
    """Take the answer to the open question; both may be skipped."""
    form = turn.state.form
    if not isinstance(form, HandedInForm):
        return begin(turn, library)
    told = form.model_copy(update={"told": (*form.told, turn.text)})
    if form.asks_programme:
        named = _named(turn) or turn.said.programme
        told = told.model_copy(update={"programme": named, "programme_asked": True})
        told = told.model_copy(update={"on": form.on or _day(turn)})
    else:
        told = told.model_copy(update={"on": _day(turn), "day_asked": True})
    return _go_on(turn, library, told)


def again(turn: Turn) -> Reply | None:
    """The open question once more."""
    form = turn.state.form
    return _question(form) if isinstance(form, HandedInForm) else None


def opened(
    turn: Turn, library: Library, form: HandedInForm, *, category: Category = Category.ENQUIRY
) -> OpenTicket:
    """The ticket of what was told so far: an enquiry, a complaint once the day is over."""
    story = "\n".join(form.told)
    complains = Intent.FILE_COMPLAINT if category is Category.COMPLAINT else turn.said.intent
    said = replace(
        turn.said,
        text=story,
        programme=form.programme,
        hazard=Hazard.NONE,
        priority=Priority.P2,
        intent=complains,
    )
    region = form.region or turn.region
    decided = replace(triage.decide(said, library, region=region), category=category)
    return triage.ticket(
        decided,
        library,
        region=form.region or turn.place,
        narrative=story,
        said=turn.said,
        phone=turn.phone,
    )


def _go_on(turn: Turn, library: Library, form: HandedInForm) -> Outcome | Lookup:
    question = _question(form)
    if question is not None:
        return Outcome((question,), turn.state.having(form=form, misses=0))
    if form.programme is None or form.on is None:
        return _filed(turn, library, form, Reply("pending.unknown"))
    if isinstance(turn.found, DayReckoned):
        return _reckoned(turn, library, form, turn.found)
    return StatutoryDay(form.programme, form.region or turn.place, form.on)


def _question(form: HandedInForm) -> Reply | None:
    if form.asks_programme:
        return Reply("pending.ask_programme", choices=(*OFFERED.values(), SKIP))
    if form.on is None and not form.day_asked:
        return Reply("pending.ask_day", choices=(SKIP,))
    return None


def _reckoned(turn: Turn, library: Library, form: HandedInForm, found: DayReckoned) -> Outcome:
    if found.due is None or form.on is None or form.programme is None:
        return _filed(turn, library, form, Reply("pending.no_rule"))
    words, late = speech.chinese(), found.due <= turn.now
    values = {
        "programme": library.short_label(form.programme),
        "day": words.day(form.on),
        "due": words.when(found.due),
    }
    shown = citations.cite(library, () if found.cite is None else (found.cite,), turn.today)
    key = "pending.late" if late else "pending.in_time"
    told = [Reply(key, values, citations=shown)]
    if found.provisional:
        told.append(Reply("pending.provisional"))
    note = words.say("pending.note_late" if late else "pending.note_in_time", values)
    kept = form.model_copy(update={"told": (*form.told, note)})
    category = Category.COMPLAINT if late else Category.ENQUIRY
    return _filed(turn, library, kept, *told, category=category)


def _filed(
    turn: Turn,
    library: Library,
    form: HandedInForm,
    *told: Reply,
    category: Category = Category.ENQUIRY,
) -> Outcome:
    values: dict[str, Value] = {"number": TicketNumber(), "due": TicketDue()}
    key = "pending.filed_late" if category is Category.COMPLAINT else "pending.filed"
    state = turn.state.without_form().having(hazard=Hazard.NONE)
    filed = opened(turn, library, form, category=category)
    return Outcome((*told, Reply(key, values)), state, (filed,))


def _named(turn: Turn) -> Programme | None:
    words = speech.chinese()
    labels = {words.say(choice.label): programme for programme, choice in OFFERED.items()}
    return labels.get(turn.text.strip())


def _day(turn: Turn) -> date | None:
    """The day that was named, or so long ago; of a month its last day, so that nothing is called
    late that may not be. Nothing that is still to come."""
    for entity in turn.said.entities:
        match entity.value:
            case DateSpan(start=start, end=end) if start <= turn.today:
                return min(end, turn.today)
            case Duration(years=years, months=months, days=days) if years or months or days:
                return turn.today - timedelta(days=years * YEAR + months * MONTH + days)
            case _:
                continue
    return None
