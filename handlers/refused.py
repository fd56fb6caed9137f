"""What somebody hears first whose help was refused, cut or stopped: their rights."""

from dataclasses import replace
from datetime import timedelta

from cases.commands import OpenTicket, SetRegion
from handlers import paths, speech, stories, triage
from handlers.dialogue import RefusedForm, RefusedStep
from handlers.triage import Triage
from handlers.turn import Choice, Outcome, Reply, TicketDue, TicketNumber, Turn, Value
from knowledge import citations
from knowledge.library import Library
from knowledge.names import Hazard, Intent, Priority, Region
from nlu.understanding import DateSpan, Duration

REVIEW_WITHIN = timedelta(days=60)
SKIP = Choice("complaint.button_skip")
REGISTER, ELIGIBILITY = Choice("refused.button_register"), Choice("menu.check_eligibility")
YES_NO = (Choice("refused.button_yes"), Choice("refused.button_no"), SKIP)
ASKS = {
    RefusedStep.WHAT: Reply("refused.ask_register", choices=(REGISTER, ELIGIBILITY)),
    RefusedStep.HEARD: Reply("refused.ask_heard", choices=YES_NO),
    RefusedStep.REASONS: Reply("refused.ask_reasons", choices=YES_NO),
    RefusedStep.WHEN: Reply("refused.ask_when", choices=(SKIP,)),
    RefusedStep.PHONE: Reply("refused.ask_phone", choices=(SKIP,)),
}
NEXT = {
    RefusedStep.HEARD: RefusedStep.REASONS,
    RefusedStep.REASONS: RefusedStep.WHEN,
    RefusedStep.WHEN: RefusedStep.PHONE,
}
NOTES = {
    RefusedStep.HEARD: "refused.note_heard",
    RefusedStep.REASONS: "refused.note_reasons",
    RefusedStep.WHEN: "refused.note_when",
}


def concerns(turn: Turn) -> bool:
    """Whether this message is about help that was refused, cut or stopped."""
    return stories.refused(turn.text) or _signed_away(turn)


def _signed_away(turn: Turn) -> bool:
    """Whether a waiver was signed that was not understood or not meant."""
    words = speech.chinese()
    cues = ("refused.cue_signed", "refused.cue_regret", "refused.cue_gave_up")
    return all(words.hears(cue, turn.text) for cue in cues)


def begin(turn: Turn, library: Library) -> Outcome:
    """Rights first; a question is answered, a story is taken down at once."""
    story = not speech.chinese().hears("prescreen.cue_asks", turn.text) or (
        turn.said.intent is Intent.FILE_COMPLAINT
    )
    step = RefusedStep.HEARD if story else RefusedStep.WHAT
    form = RefusedForm(step=step, what=turn.text, region=turn.scene)
    state = turn.state.having(form=form, guide=stories.REFUSED_GUIDE, aspect=None, misses=0)
    commands = () if turn.said.region in {None, turn.region} else (SetRegion(turn.said.region),)
    days = _last_day(turn) if speech.chinese().hears("refused.cue_in_time", turn.text) else None
    also = (_of_signing(turn), days)
    told = (rights(turn, library), *(one for one in also if one is not None), ASKS[step])
    return Outcome(told, state, commands)


def _of_signing(turn: Turn) -> Reply | None:
    """What to do about a paper that is to be signed, or was."""
    if _signed_away(turn):
        return Reply("refused.signed")
    sign = speech.chinese().hears("refused.cue_sign", turn.text)
    return Reply("refused.sign") if sign else None


def rights(turn: Turn, library: Library) -> Reply:
    """Heard before, written reasons, review and court, legal aid: with the clauses."""
    brief = library.guides[(Region.NATIONAL, stories.REFUSED_GUIDE)].brief
    shown = citations.cite(library, () if brief is None else brief.cites, turn.today)
    return Reply("refused.rights", citations=shown)


def listen(turn: Turn, library: Library) -> Outcome:
    """Take an answer; every one may be skipped."""
    form = turn.state.form
    if not isinstance(form, RefusedForm):
        return begin(turn, library)
    words = speech.chinese()
    if form.step is RefusedStep.WHAT:
        return _offered(turn, form)
    if form.step is RefusedStep.PHONE:
        return _file(turn, library, form)
    note = words.say(NOTES[form.step], {"answer": turn.text.strip()})
    told = form.model_copy(update={"step": NEXT[form.step], "told": (*form.told, note)})
    first = _last_day(turn) if form.step is RefusedStep.WHEN else None
    return _ask(turn, told, *(() if first is None else (first,)))


def _offered(turn: Turn, form: RefusedForm) -> Outcome:
    """Yes or no to taking it down; who tells more of it wants it taken down."""
    words = speech.chinese()
    tells = turn.said.intent is Intent.FILE_COMPLAINT
    agrees = turn.said.intent is Intent.AFFIRM or words.hears("refused.cue_register", turn.text)
    if words.hears("refused.cue_decline", turn.text) or not (tells or agrees):
        return Outcome((Reply("refused.not_now"),), turn.state.without_form())
    what = f"{form.what}\n{turn.text.strip()}" if tells else form.what
    return _ask(turn, form.model_copy(update={"step": RefusedStep.HEARD, "what": what}))


def again(turn: Turn) -> Reply | None:
    """The open question once more."""
    form = turn.state.form
    return ASKS[form.step] if isinstance(form, RefusedForm) else None


def opened(turn: Turn, library: Library, form: RefusedForm) -> OpenTicket:
    """The ticket of what was told so far."""
    return triage.ticket(
        _decided(turn, library, form),
        library,
        region=form.region or turn.place,
        narrative=_story(form),
        said=turn.said,
        phone=turn.phone,
    )


def _decided(turn: Turn, library: Library, form: RefusedForm) -> Triage:
    said = replace(
        turn.said,
        text=_story(form),
        hazard=Hazard.NONE,
        priority=Priority.P2,
        intent=Intent.FILE_COMPLAINT,
    )
    return triage.decide(said, library, region=form.region or turn.region)


def _story(form: RefusedForm) -> str:
    return "\n".join((form.what, *form.told))


def _last_day(turn: Turn) -> Reply | None:
    """The last day for a review: 60 days from knowing of it (行政复议法 第20条)."""
    days = (e.value for e in turn.said.entities if isinstance(e.value, DateSpan))
    known = next((span.start for span in days if span.start <= turn.today), None)
    if known is None:
        return None
    last = known + REVIEW_WITHIN
    if last < turn.today:
        return Reply("refused.late")
    return Reply("refused.last_day", {"day": speech.chinese().day(last)})


def time_left(turn: Turn) -> Reply | None:
    """How long a review can be applied for, by the day or the days that were told."""
    return _last_day(turn) or _left(turn)


def _left(turn: Turn) -> Reply | None:
    """The last day, where it is told how many days ago the decision came: 收到五十天了."""
    if not speech.chinese().hears("refused.cue_since", turn.text):
        return None
    told = (e.value for e in turn.said.entities if isinstance(e.value, Duration))
    since = next((one.days for one in told if one.days), None)
    if since is None:
        return None
    last = turn.today + REVIEW_WITHIN - timedelta(days=since)
    if last < turn.today:
        return Reply("refused.late")
    return Reply("refused.last_day", {"day": speech.chinese().day(last)})


def _ask(turn: Turn, form: RefusedForm, *before: Reply) -> Outcome:
    return Outcome((*before, ASKS[form.step]), turn.state.having(form=form, misses=0))


def _file(turn: Turn, library: Library, form: RefusedForm) -> Outcome:
    values: dict[str, Value] = {"number": TicketNumber(), "due": TicketDue()}
    state = turn.state.without_form().having(hazard=Hazard.NONE)
    filed = Reply("refused.filed", values, choices=(ELIGIBILITY,))
    told = paths.told(turn, library, _decided(turn, library, form))
    return Outcome((filed, *told), state, (opened(turn, library, form),))
