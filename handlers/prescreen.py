"""How pre-screening is led: the place, the next question, corrections, what follows a result."""

import json
from collections.abc import Sequence
from dataclasses import replace

from cases.commands import KeepChecklist, KeepQuestion, SetRegion
from handlers import elsewhere, findings, handing, hearing, speech, together, volunteering
from handlers.dialogue import Asked, PrescreenForm, TogetherForm
from handlers.turn import ChecklistLink, Choice, Outcome, Reply, Turn
from handlers.volunteering import Told
from knowledge import asking, checklist, prescreening
from knowledge.household import Household
from knowledge.library import Library
from knowledge.names import Intent, Region
from knowledge.question import Question
from knowledge.verdict import Verdict
from nlu.understanding import Writer

MISSES_BEFORE_A_PERSON = 3
MISSES_BEFORE_ANY_PLACE = 2
FACTS_THAT_OPEN = 2
# A place is named in a few words; what is longer tells something else.
LONGEST_PLACE = 10
LONGEST_WISH = 10
# Who tells so much should see that it was read.
SHORTEST_STORY = 16
NOWHERE = frozenset({Intent.UNSURE, Intent.DENY})


def begin(turn: Turn, library: Library) -> Outcome:
    """Begin with what the message tells already; ask for the place first if it is not known."""
    if not turn.carries_sensitive:
        return elsewhere.point(turn)
    focus = () if turn.said.programme is None else (turn.said.programme,)
    if not focus and turn.state.programme is not None and not asks_for_anything(turn):
        focus = (turn.state.programme,)
    turn, moved = _placed(turn)
    told = volunteering.story(turn, Household.empty())
    household = hearing.keep(Household.empty(), told)
    form = PrescreenForm(household=_dump(household or Household.empty()), focus=focus)
    helper = turn.said.writer is Writer.HELPER and speech.chinese().hears(
        "prescreen.cue_helper", turn.text
    )
    noted = () if household is None else _noted(told)
    first = Reply(_first_words(turn, helper=helper, noted=bool(noted)))
    return _with(moved, _go_on(turn, library, form, before=(first, *noted)))


def _first_words(turn: Turn, *, helper: bool, noted: bool) -> str:
    """A story of which nothing could be noted is at least acknowledged."""
    if helper:
        return "prescreen.begin_helper"
    long = len(turn.text.strip()) >= SHORTEST_STORY
    return "prescreen.begin_told" if long and not noted else "prescreen.begin"


def listen(turn: Turn, library: Library) -> Outcome:
    """Take an answer, a correction, or facts nobody asked for; then ask the next question."""
    form = turn.state.form
    if not isinstance(form, PrescreenForm) or not turn.carries_sensitive:
        return begin(turn, library)
    if form.asks_region:
        return _take_region(turn, library, form)
    if hearing.takes_back(turn.said):
        return _take_back(turn, library, form)
    question = _question(turn, library, form)
    if question is None:
        return _go_on(turn, library, form)
    told = hearing.answer(question, turn.said) or ()
    heard = {one.fact for one in told}
    story = volunteering.story(turn, _household(form))
    more = tuple(one for one in story if one.fact not in heard)
    if not told and not more:
        return _not_heard(turn, library, form)
    return _keep(turn, library, form, question, (told, more))


def revises(turn: Turn) -> bool:
    """Whether something told before is corrected after the result was given."""
    return hearing.takes_back(turn.said)


def asks_for_anything(turn: Turn) -> bool:
    """Whether any help at all is asked for, none by name: 有没有啥补助."""
    unnamed = turn.said.programme is None and len(turn.text.strip()) <= LONGEST_WISH
    return unnamed and speech.chinese().hears("prescreen.cue_anything", turn.text)


def opens(turn: Turn) -> bool:
    """Whether somebody tells of their household in order to learn what it may get."""
    wishes = turn.said.intent is Intent.CHECK_ELIGIBILITY
    if asks_for_anything(turn):
        return True
    if wishes and speech.chinese().hears("prescreen.cue_anything", turn.text):
        return True
    if turn.said.sure and turn.said.intent not in {Intent.INFORM, Intent.CHECK_ELIGIBILITY}:
        return False
    named = turn.said.programme is not None
    if named and wishes:
        return True
    told = volunteering.story(turn, Household.empty())
    return len(told) >= FACTS_THAT_OPEN or (bool(told) and named)


def pressed(turn: Turn) -> bool:
    """Whether one of the buttons under a result was pressed, or the list was asked for."""
    words = speech.chinese()
    labels = (findings.TOGETHER.label, findings.FURTHER.label)
    return _wants_list(turn) or any(words.say(label) in turn.text for label in labels)


def after(turn: Turn, library: Library) -> Outcome:
    """After a result: its list to print or to send, apply together, or look further."""
    form = turn.state.form
    if not isinstance(form, PrescreenForm) or not turn.carries_sensitive:
        return begin(turn, library)
    if speech.chinese().say(findings.FURTHER.label) in turn.text:
        wider = form.model_copy(update={"focus": (), "done": False})
        return _go_on(turn, library, wider)
    if _wants_list(turn):
        return _list(turn, library, form)
    return _apply(turn, library, form)


def again(turn: Turn, library: Library) -> Reply | None:
    """The open question once more."""
    form = turn.state.form
    if not isinstance(form, PrescreenForm) or form.done:
        return None
    return _go_on(turn, library, form).replies[-1]


def _keep(
    turn: Turn,
    library: Library,
    form: PrescreenForm,
    question: Question,
    heard: tuple[tuple[Told, ...], tuple[Told, ...]],
) -> Outcome:
    told, more = heard
    household = hearing.keep(_household(form), (*told, *more))
    if household is None:
        contradiction = Reply("prescreen.contradiction")
        return _go_on(turn, library, form, before=(contradiction,))
    asked = form.asked
    if told:
        asked = (*asked, Asked(facts=question.facts, member=question.member))
    kept = form.model_copy(update={"household": _dump(household), "asked": asked})
    return _go_on(turn, library, kept, before=_noted(more))


def _noted(told: tuple[Told, ...]) -> tuple[Reply, ...]:
    said = volunteering.read_back(told)
    return (Reply("prescreen.noted", {"facts": said}),) if said else ()


def _go_on(
    turn: Turn, library: Library, form: PrescreenForm, *, before: tuple[Reply, ...] = ()
) -> Outcome:
    form = form.model_copy(update={"asks_region": turn.region is None, "done": False})
    if form.asks_region:
        state = turn.state.having(form=form, misses=0)
        return Outcome((*before, _ask_region(library)), state)
    question = _question(turn, library, form)
    if question is None:
        return _result(turn, library, form, before)
    state = turn.state.having(form=form, misses=0)
    return Outcome((*before, _ask(question, form)), state)


def _question(turn: Turn, library: Library, form: PrescreenForm) -> Question | None:
    return asking.next_question(
        library.rules,
        _household(form),
        region=turn.place,
        on=turn.today,
        local=library.local(turn.place),
        focus=frozenset(form.focus),
    )


def _ask(question: Question, form: PrescreenForm) -> Reply:
    choices = tuple(Choice(o.label, o.value, own=True) for o in question.options)
    extra = [Choice("prescreen.button_unsure"), Choice("prescreen.button_refuse")]
    labels = {option.label for option in question.options}
    words = speech.chinese()
    more = tuple(choice for choice in extra if words.say(choice.label) not in labels)
    back = (Choice("prescreen.button_back"),) if form.asked else ()
    values = {"question": question.question, "why": question.why}
    many = question.select.value == "many"
    return Reply("prescreen.ask", values, choices=(*choices, *more, *back), many=many)


def _ask_region(library: Library) -> Reply:
    places = tuple(
        Choice(library.region_name(region), own=True)
        for region in Region
        if region is not Region.NATIONAL
    )
    ways_out = (Choice("prescreen.button_elsewhere"), Choice("prescreen.button_unsure"))
    return Reply("prescreen.ask_region", choices=(*places, *ways_out))


def _take_region(turn: Turn, library: Library, form: PrescreenForm) -> Outcome:
    """A place, down to a town; another place or 不知道 means the rules of the whole country."""
    region, before = turn.said.region, tuple[Reply, ...]()
    told = volunteering.story(turn, _household(form))
    household = hearing.keep(_household(form), told)
    if told and household is not None:
        form = form.model_copy(update={"household": _dump(household)})
        before = _noted(told)
    if region is None and not _is_elsewhere(turn):
        if told:
            return _go_on(turn, library, form, before=before)
        return _not_heard(turn, library, form)
    if region is None:
        region, before = Region.NATIONAL, (*before, Reply("prescreen.anywhere"))
    placed = replace(turn, region=region)
    return _with((SetRegion(region),), _go_on(placed, library, form, before=before))


def _is_elsewhere(turn: Turn) -> bool:
    words, text = speech.chinese(), turn.text.strip()
    if turn.state.misses >= MISSES_BEFORE_ANY_PLACE or hearing.refuses(turn.said):
        return True
    if turn.said.intent in NOWHERE or text == words.say("prescreen.button_elsewhere"):
        return True
    return len(text) <= LONGEST_PLACE and words.hears("prescreen.cue_place", text)


def _take_back(turn: Turn, library: Library, form: PrescreenForm) -> Outcome:
    """The right value replaces what was told; a bare correction takes the last answer back."""
    turn, moved = _placed(turn)
    told = volunteering.story(turn, _household(form), correcting=True)
    household = hearing.keep(_household(form), told) if told else None
    if household is not None:
        mended = form.model_copy(update={"household": _dump(household)})
        return _with(moved, _go_on(turn, library, mended, before=_noted(told)))
    if not form.asked:
        return _with(moved, _go_on(turn, library, form, before=(Reply("prescreen.nothing_back"),)))
    *earlier, last = form.asked
    forgot = _household(form)
    for fact in last.facts:
        forgot = forgot.forget(fact, member=last.member)
    back = form.model_copy(update={"household": _dump(forgot), "asked": tuple(earlier)})
    question = _question(turn, library, back)
    bare = turn.text.strip() == speech.chinese().say("prescreen.button_back")
    if question is not None and question.facts == last.facts and not bare:
        right = hearing.answer(question, turn.said)
        if right is not None:
            return _with(moved, _keep(turn, library, back, question, (right, ())))
    return _with(moved, _go_on(turn, library, back, before=(Reply("prescreen.taken_back"),)))


def _placed(turn: Turn) -> tuple[Turn, tuple[SetRegion, ...]]:
    """The turn in the place that it names as the resident's own."""
    named = turn.said.region
    if named is None or named is turn.region:
        return turn, ()
    return replace(turn, region=named), (SetRegion(named),)


def _with(commands: tuple[SetRegion, ...], outcome: Outcome) -> Outcome:
    return replace(outcome, commands=(*commands, *outcome.commands))


def _not_heard(turn: Turn, library: Library, form: PrescreenForm) -> Outcome:
    """Ask again; after three times in a row a person is offered, and the question may be left."""
    misses = turn.state.misses + 1
    stuck = misses >= MISSES_BEFORE_A_PERSON
    first = Reply("prescreen.stuck" if stuck else "prescreen.again")
    again = _go_on(turn, library, form, before=(first,))
    *before, asked = again.replies
    if stuck:
        asked = replace(asked, choices=(*asked.choices, Choice("menu.ask_human")))
    kept = KeepQuestion(why="prescreen_answer", text=turn.text)
    return Outcome((*before, asked), again.state.having(misses=misses), (kept,))


def _result(
    turn: Turn, library: Library, form: PrescreenForm, before: tuple[Reply, ...]
) -> Outcome:
    verdicts = _verdicts(turn, library, form)
    told = findings.replies(verdicts, library, on=turn.today, wider=bool(form.focus))
    done = form.model_copy(update={"done": True})
    return Outcome((*before, *told), turn.state.having(form=done, misses=0))


def _verdicts(turn: Turn, library: Library, form: PrescreenForm) -> Sequence[Verdict]:
    every = _every_verdict(turn, library, form)
    return [v for v in every if not form.focus or v.programme in form.focus]


def _every_verdict(turn: Turn, library: Library, form: PrescreenForm) -> Sequence[Verdict]:
    return prescreening.evaluate(
        library.rules,
        _household(form),
        region=turn.place,
        on=turn.today,
        local=library.local(turn.place),
    )


def _wants_list(turn: Turn) -> bool:
    words = speech.chinese()
    return words.hears("prescreen.cue_send", turn.text) or words.hears(
        "prescreen.cue_print", turn.text
    )


def _list(turn: Turn, library: Library, form: PrescreenForm) -> Outcome:
    """The household's own list behind a link: to print, or to send to who helps."""
    every = _every_verdict(turn, library, form)
    told = [v for v in every if not form.focus or v.programme in form.focus or _promises(v)]
    made = checklist.compose(told, library, region=turn.place, on=turn.today)
    send = speech.chinese().hears("prescreen.cue_send", turn.text)
    key = "prescreen.list_send" if send else "prescreen.list_print"
    other = findings.PRINT if send else findings.SEND
    choices = (other, findings.TOGETHER, Choice("menu.ask_human"))
    reply = Reply(key, {"link": ChecklistLink()}, choices=choices)
    return Outcome((reply,), turn.state.having(misses=0), (KeepChecklist(made),))


def _promises(verdict: Verdict) -> bool:
    return checklist.group_of(verdict) in handing.WORTH_ASKING


def _apply(turn: Turn, library: Library, form: PrescreenForm) -> Outcome:
    household = _household(form)
    wanted = handing.wanted(_every_verdict(turn, library, form), form.focus)
    offers = handing.offers(wanted, household, library, turn.region)
    return together.begin(turn, library, TogetherForm(prescreened=form, offers=offers))


def _household(form: PrescreenForm) -> Household:
    return Household.restore(json.loads(form.household))


def _dump(household: Household) -> str:
    return json.dumps(household.dump(), ensure_ascii=False)
