"""What a resident says to the services of their plan: yes, no, no more, another time."""

from dataclasses import replace

from cases.commands import AnswerService, AskAboutService
from cases.dialogue.lookups import Lookup, OwnServices, PlannedService, ServicesPlanned
from cases.household_rules.plan_steps import Wish
from handlers import requests, speech
from handlers.dialogue import RequestForm, ServiceForm
from handlers.turn import Choice, Outcome, Reply, TicketDue, TicketNumber, Turn, Value
from handlers.unfinished import Handler
from knowledge.library import Library
from knowledge.names import Intent

YES, NO, LATER = "planned.button_yes", "planned.button_no", Choice("planned.button_later")
ASKED = {Wish.STOP: "planned.asked_stop", Wish.TIME: "planned.asked_time"}


def pressed(turn: Turn) -> bool:
    """Whether this is a button under an offer, whatever else is being talked about."""
    text = turn.text.strip()
    return any(text.startswith(_before(key)) for key in (YES, NO))


def wanted(turn: Turn) -> bool:
    """Whether the words may be about a service that runs; only the household's plan tells."""
    words = speech.chinese()
    return any(words.hears(cue, turn.text) for cue in ("planned.cue_stop", "planned.cue_time"))


def before(usual: Handler) -> Handler:
    """Look into the plan first; what is not about it goes where it would have gone."""

    def handle(turn: Turn, library: Library) -> Outcome | Lookup:
        if turn.found is None:
            return OwnServices()
        if isinstance(turn.found, ServicesPlanned):
            about = _about(turn, library, turn.found)
            if about is None:
                return usual(replace(turn, found=None), library)
            return _ask(turn, library, *about)
        return usual(turn, library)

    return handle


def answer(turn: Turn, _: Library) -> Outcome | Lookup:
    """Take the yes or no of a button; an offer that is no more is told of."""
    if not isinstance(turn.found, ServicesPlanned):
        return OwnServices()
    text = turn.text.strip()
    waiting = [one for one in turn.found.services if one.offered]
    for one in waiting:
        for key in (YES, NO):
            if text == speech.chinese().say(key, {"name": one.name}):
                return _answered(turn, one, waiting, agreed=key == YES)
    form = turn.state.form
    rest = turn.state.without_form() if isinstance(form, ServiceForm) else turn.state
    return Outcome((Reply("planned.gone"),), rest)


def listen(turn: Turn, library: Library) -> Outcome | Lookup:
    """Take the answer to the offer in its own words; 先不定 leaves it open."""
    form, words = turn.state.form, speech.chinese()
    if not isinstance(form, ServiceForm):
        return answer(turn, library)
    if turn.text.strip() == words.say(LATER.label) or turn.said.intent is Intent.UNSURE:
        return Outcome((Reply("planned.left_open"),), turn.state.without_form())
    denies = turn.said.intent is Intent.DENY or words.hears("planned.cue_no", turn.text)
    agrees = turn.said.intent is Intent.AFFIRM or words.hears("planned.cue_yes", turn.text)
    if denies or agrees:
        if not isinstance(turn.found, ServicesPlanned):
            return OwnServices()
        waiting = [one for one in turn.found.services if one.offered]
        meant = next((one for one in waiting if one.item_id == form.item_id), None)
        if meant is not None:
            return _answered(turn, meant, waiting, agreed=not denies)
        return Outcome((Reply("planned.gone"),), turn.state.without_form())
    wish = RequestForm(intent=Intent.REQUEST_SERVICE)
    return requests.take_down(turn, library, wish, told=turn.text)


def again(turn: Turn) -> Reply | None:
    """The open question once more."""
    form = turn.state.form
    if not isinstance(form, ServiceForm):
        return None
    return Reply("planned.again", {"name": form.name}, choices=buttons(form.name))


def buttons(name: str) -> tuple[Choice, ...]:
    """Yes, no and not yet, to one service; each names it, so that an old one says nothing else."""
    words = speech.chinese()
    yes, no = (words.say(key, {"name": name}) for key in (YES, NO))
    return Choice(yes, own=True), Choice(no, own=True), LATER


def _answered(
    turn: Turn, one: PlannedService, waiting: list[PlannedService], *, agreed: bool
) -> Outcome:
    said = Reply("planned.agreed" if agreed else "planned.declined", {"name": one.name})
    done = AnswerService(one.item_id, agreed)
    left = [other for other in waiting if other.item_id != one.item_id]
    form = turn.state.form
    state = turn.state.without_form() if isinstance(form, ServiceForm) else turn.state
    if not left:
        return Outcome((said,), state, (done,))
    following = left[0]
    names = {"name": following.name, "whom": following.whom}
    asked = Reply("planned.next", names, choices=buttons(following.name))
    if state.form is None:
        state = state.having(
            form=ServiceForm(item_id=following.item_id, name=following.name), misses=0
        )
    return Outcome((said, asked), state, (done,))


def _about(
    turn: Turn, library: Library, found: ServicesPlanned
) -> tuple[PlannedService | None, Wish] | None:
    """Which running service is meant and what is wished of it; None where it is about neither."""
    running = [one for one in found.services if not one.offered]
    named = [one for one in running if _names(turn, library, one)]
    moves = speech.chinese().hears("planned.cue_time", turn.text)
    wish = Wish.TIME if moves else Wish.STOP
    if named:
        return (named[0] if len(named) == 1 else None), wish
    if moves and running and not found.visit_ahead:
        return (running[0] if len(running) == 1 else None), wish
    return None


def _names(turn: Turn, library: Library, one: PlannedService) -> bool:
    lists = library.rules.services.values()
    same = [service for known in lists if (service := known.service(one.service_id))]
    words = [one.name, *(word for service in same for word in (service.name, *service.aliases))]
    return any(word in turn.text for word in words)


def _ask(turn: Turn, library: Library, one: PlannedService | None, wish: Wish) -> Outcome:
    """A ticket and a line in the plan; the service goes on until a person has settled it."""
    form = RequestForm(
        intent=Intent.REQUEST_SERVICE, told=turn.text, region=turn.region, phone=turn.phone
    )
    name = "" if one is None else one.name
    values: dict[str, Value] = {"name": name, "number": TicketNumber(), "due": TicketDue()}
    told = Reply(ASKED[wish] if name else "planned.asked", values)
    kept = AskAboutService(None if one is None else one.item_id, wish, turn.text)
    return Outcome((told,), turn.state, (requests.opened(turn, library, form), kept))


def _before(key: str) -> str:
    return speech.chinese().pattern(key).partition("{")[0]
