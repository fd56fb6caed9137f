"""What a resident may do with what is kept of them: hear what it is, have a copy, be forgotten."""

from cases.commands import ForgetMe, KeepMe, OfferCopy
from cases.dialogue.lookups import DataHeld, HeldData, Lookup
from handlers import requests, speech
from handlers.dialogue import RequestForm
from handlers.turn import (
    LOCAL,
    Choice,
    CopyLink,
    Outcome,
    Reply,
    TicketDue,
    TicketNumber,
    Turn,
)
from knowledge.library import Library
from knowledge.names import Intent

SHOW, MEND = Choice("privacy.button_show"), Choice("privacy.button_mend")
FORGET, YES = Choice("privacy.button_forget"), Choice("privacy.button_yes")
NO, TAKE_BACK = Choice("privacy.button_no"), Choice("privacy.button_take_back")
COPY = Choice("privacy.button_copy")
BUTTONS = (SHOW, MEND, FORGET, YES, NO, TAKE_BACK, COPY)
# What is longer tells of something of its own: a person answers.
LONGEST_WISH = 24


def pressed(turn: Turn) -> bool:
    """Whether this is one of these buttons, whatever else is being talked about."""
    return _button(turn) is not None


def begin(turn: Turn, library: Library) -> Outcome | Lookup:
    """Tell what is held, ask whether to forget; anything else a person carries out."""
    if _wants(turn, "privacy.cue_forget"):
        return _ask(turn)
    if _wants(turn, "privacy.cue_copy"):
        return _copy(turn, library)
    if _wants(turn, "privacy.cue_held"):
        return _show(turn)
    told = requests.begin(turn, library)
    if told.commands or told.state.form != RequestForm(intent=Intent.PRIVACY_REQUEST):
        return told
    asked = Reply("request.ask_privacy_request", choices=(SHOW, COPY, MEND, FORGET))
    return Outcome((asked,), turn.state.without_form())


def choose(turn: Turn, library: Library) -> Outcome | Lookup:
    """Do what the button says."""
    left = turn.state.without_form()
    match _button(turn):
        case button if button == SHOW:
            return _show(turn)
        case button if button == COPY:
            return _copy(turn, library)
        case button if button == FORGET:
            return _ask(turn)
        case button if button == YES:
            return _forget(turn, library)
        case button if button == MEND:
            mending = left.having(form=RequestForm(intent=Intent.PRIVACY_REQUEST), misses=0)
            return Outcome((Reply("privacy.mend"),), mending)
        case button if button == TAKE_BACK:
            return Outcome((Reply("privacy.kept"),), left, (KeepMe(),))
        case _:
            return Outcome((Reply("privacy.kept"),), left)


def _show(turn: Turn) -> Outcome | Lookup:
    if not isinstance(turn.found, HeldData):
        return DataHeld()
    told = Reply("privacy.held", {"held": _listed(turn.found)}, choices=(COPY, MEND, FORGET))
    return Outcome((told,), turn.state.without_form())


def _ask(turn: Turn) -> Outcome | Lookup:
    if not isinstance(turn.found, HeldData):
        return DataHeld()
    sure = Reply("privacy.sure", {"but": _but(turn.found)}, choices=(YES, NO))
    return Outcome((sure,), turn.state.without_form())


def _copy(turn: Turn, library: Library) -> Outcome | Lookup:
    """A link that ends soon; who cannot open one gets the copy from a person."""
    if not isinstance(turn.found, HeldData):
        return DataHeld()
    left = turn.state.without_form()
    if turn.found.by_link:
        told = Reply("privacy.copy", {"link": CopyLink()})
        return Outcome((told,), left, (OfferCopy(),))
    wish = RequestForm(intent=Intent.PRIVACY_REQUEST, told=turn.text, phone=turn.phone)
    filed = Reply("privacy.copy_filed", {"number": TicketNumber(), "due": TicketDue()})
    return Outcome((filed,), left, (requests.opened(turn, library, wish),))


def _forget(turn: Turn, library: Library) -> Outcome | Lookup:
    """What may go goes at once or when it is done with; an archive is for a person to answer."""
    held = turn.found
    if not isinstance(held, HeldData):
        return DataHeld()
    left = turn.state.without_form()
    if held.in_file:
        wish = RequestForm(intent=Intent.PRIVACY_REQUEST, told=turn.text, phone=turn.phone)
        filed = Reply("privacy.asked_archive", {"number": TicketNumber(), "due": TicketDue()})
        return Outcome((filed,), left, (ForgetMe(), requests.opened(turn, library, wish)))
    if held.going_on:
        numbers = {"numbers": _joined(held.going_on)}
        later = Reply("privacy.asked_later", numbers, choices=(TAKE_BACK,))
        return Outcome((later,), left, (ForgetMe(),))
    return Outcome((Reply("privacy.asked", choices=(TAKE_BACK,)),), left, (ForgetMe(),))


def _listed(held: HeldData) -> str:
    say = speech.chinese().say
    began = held.since.astimezone(LOCAL)
    parts = {"year": str(began.year), "month": str(began.month), "day": str(began.day)}
    since = say("privacy.day", parts)
    lines = [say("privacy.line_talk", {"count": str(held.lines), "since": since})]
    counted = (
        ("privacy.line_files", held.files),
        ("privacy.line_lists", held.lists),
        ("privacy.line_phones", held.phones),
    )
    lines += [say(key, {"count": str(count)}) for key, count in counted if count]
    if held.tickets:
        lines.append(say("privacy.line_tickets", {"numbers": _joined(held.tickets)}))
    if held.in_file:
        lines.append(say("privacy.line_archive"))
    if held.days is not None:
        lines.append(say("privacy.line_days", {"days": str(held.days)}))
    return "\n".join(lines)


def _but(held: HeldData) -> str:
    say = speech.chinese().say
    going_on = say("privacy.but_going_on", {"numbers": _joined(held.going_on)})
    archive = say("privacy.but_archive")
    return (going_on if held.going_on else "") + (archive if held.in_file else "")


def _wants(turn: Turn, cue: str) -> bool:
    words, text = speech.chinese(), turn.text.strip()
    part = words.hears("privacy.cue_part", text) and not words.hears("privacy.cue_all", text)
    whole = len(text) <= LONGEST_WISH and not part
    return whole and words.hears(cue, text)


def _button(turn: Turn) -> Choice | None:
    words, text = speech.chinese(), turn.text.strip()
    return next((one for one in BUTTONS if words.say(one.label) == text), None)


def _joined(numbers: tuple[str, ...]) -> str:
    return speech.chinese().say("privacy.between").join(numbers)
