"""How pre-screening is led: the next question, corrections, and the result in four groups."""

import json
from collections.abc import Sequence
from datetime import date

from cases.commands import KeepQuestion, OpenTicket, SetRegion
from handlers import handoff, hearing, policy, speech
from handlers.dialogue import Asked, PrescreenForm
from handlers.turn import Choice, Outcome, Reply, TicketDue, TicketNumber, Turn
from knowledge import asking, citations, prescreening, units
from knowledge.citations import Citation
from knowledge.household import Household
from knowledge.library import Library
from knowledge.names import Category, Hazard, Intent, Matter, Priority, Programme, Region
from knowledge.question import Question
from knowledge.verdict import Outcome as Result
from knowledge.verdict import Verdict

REGION = "region"
TOGETHER = Choice("prescreen.button_together")
FURTHER = Choice("prescreen.button_further")
MISSES_BEFORE_A_PERSON = 2
SHOWN_AT_MOST = 6


def begin(turn: Turn, library: Library) -> Outcome:
    """Begin with what the message tells already; ask for the place first if it is not known."""
    focus = () if turn.said.programme is None else (turn.said.programme,)
    if not focus and turn.state.programme is not None:
        focus = (turn.state.programme,)
    told = hearing.keep(Household.empty(), hearing.story(turn.said)) or Household.empty()
    form = PrescreenForm(household=_dump(told), focus=focus)
    first = Reply("prescreen.begin")
    return _go_on(turn, library, form, before=(first,))


def listen(turn: Turn, library: Library) -> Outcome:
    """Take an answer, a correction, or a question in between; then ask the next one."""
    form = turn.state.form
    if not isinstance(form, PrescreenForm):
        return begin(turn, library)
    if turn.said.intent is Intent.ASK_POLICY and turn.said.sure and _looks_asking(turn):
        return _answer_between(turn, library, form)
    if form.asked and form.asked[-1].facts == (REGION,):
        return _take_region(turn, library, form)
    if hearing.takes_back(turn.said):
        return _take_back(turn, library, form)
    question = _question(turn, library, form)
    if question is None:
        return _go_on(turn, library, form)
    told = hearing.answer(question, turn.said)
    if told is None:
        return _not_heard(turn, library, form)
    household = hearing.keep(_household(form), told)
    if household is None:
        contradiction = Reply("prescreen.contradiction")
        return _go_on(turn, library, form, before=(contradiction,))
    asked = (*form.asked, Asked(facts=question.facts, member=question.member))
    heard = form.model_copy(update={"household": _dump(household), "asked": asked})
    return _go_on(turn, library, heard)


def pressed(turn: Turn) -> bool:
    """Whether one of the buttons under a result was pressed."""
    words = speech.chinese()
    return turn.text.strip() in {words.say(TOGETHER.label), words.say(FURTHER.label)}


def after(turn: Turn, library: Library) -> Outcome:
    """After a result: apply together, or look further."""
    form = turn.state.form
    if not isinstance(form, PrescreenForm):
        return begin(turn, library)
    if turn.text.strip() == speech.chinese().say(FURTHER.label):
        wider = form.model_copy(update={"focus": (), "done": False})
        return _go_on(turn, library, wider)
    return _apply(turn, library, form)


def _go_on(
    turn: Turn, library: Library, form: PrescreenForm, *, before: tuple[Reply, ...] = ()
) -> Outcome:
    if turn.region is None and not any(asked.facts == (REGION,) for asked in form.asked):
        waiting = form.model_copy(update={"asked": (*form.asked, Asked(facts=(REGION,)))})
        state = turn.state.having(form=waiting, misses=0)
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
    return Reply("prescreen.ask_region", choices=(*places, Choice("prescreen.button_elsewhere")))


def _take_region(turn: Turn, library: Library, form: PrescreenForm) -> Outcome:
    region = turn.said.region or Region.NATIONAL
    placed = Turn(**{**vars(turn), "region": region})
    outcome = _go_on(placed, library, form)
    return Outcome(outcome.replies, outcome.state, (SetRegion(region), *outcome.commands))


def _take_back(turn: Turn, library: Library, form: PrescreenForm) -> Outcome:
    if not form.asked:
        return _go_on(turn, library, form)
    *earlier, last = form.asked
    household = _household(form)
    for fact in last.facts:
        household = household.forget(fact, member=last.member)
    back = form.model_copy(update={"household": _dump(household), "asked": tuple(earlier)})
    told = hearing.keep(household, hearing.story(turn.said))
    if told is not None:
        back = back.model_copy(update={"household": _dump(told)})
    return _go_on(turn, library, back, before=(Reply("prescreen.taken_back"),))


def _answer_between(turn: Turn, library: Library, form: PrescreenForm) -> Outcome:
    answered = policy.answer(turn, library)
    again = _go_on(turn, library, form, before=(Reply("prescreen.back_to"),))
    state = answered.state.having(form=again.state.form)
    return Outcome((*answered.replies[:1], *again.replies), state, answered.commands)


def _not_heard(turn: Turn, library: Library, form: PrescreenForm) -> Outcome:
    misses = turn.state.misses + 1
    if misses > MISSES_BEFORE_A_PERSON:
        return handoff.queue(turn, library, reason="prescreen_stuck")
    again = _go_on(turn, library, form, before=(Reply("prescreen.again"),))
    kept = KeepQuestion(why="prescreen_answer", text=turn.text)
    return Outcome(again.replies, again.state.having(misses=misses), (kept,))


def _result(
    turn: Turn, library: Library, form: PrescreenForm, before: tuple[Reply, ...]
) -> Outcome:
    verdicts = _verdicts(turn, library, form)
    replies = [*before]
    for group, members in _grouped(verdicts).items():
        if members:
            lines = "\n".join(_line(group, verdict, library) for verdict in members)
            replies.append(
                Reply(
                    f"prescreen.{group}",
                    {"list": lines},
                    citations=_citations(members, library, turn.today),
                )
            )
    closing = (TOGETHER, FURTHER) if form.focus else (TOGETHER,)
    replies.append(Reply("prescreen.no_decision", choices=(*closing, Choice("menu.ask_human"))))
    done = form.model_copy(update={"done": True})
    return Outcome(tuple(replies), turn.state.having(form=done, misses=0))


def _verdicts(turn: Turn, library: Library, form: PrescreenForm) -> Sequence[Verdict]:
    every = prescreening.evaluate(
        library.rules,
        _household(form),
        region=turn.place,
        on=turn.today,
        local=library.local(turn.place),
    )
    return [v for v in every if not form.focus or v.programme in form.focus]


def _grouped(verdicts: Sequence[Verdict]) -> dict[str, list[Verdict]]:
    groups: dict[str, list[Verdict]] = {"likely": [], "more": [], "standard": [], "unlikely": []}
    for verdict in verdicts:
        groups[_group(verdict)].append(verdict)
    return {name: members[:SHOWN_AT_MOST] for name, members in groups.items()}


def _group(verdict: Verdict) -> str:
    match verdict.outcome:
        case Result.LIKELY:
            return "likely"
        case Result.UNLIKELY:
            return "unlikely"
        case Result.NEED_MORE:
            return "standard" if verdict.waits_for_standard else "more"


def _line(group: str, verdict: Verdict, library: Library) -> str:
    words = speech.chinese()
    failed = verdict.failed[0].says if verdict.failed else ""
    return words.say(
        f"prescreen.line_{group}",
        {
            "name": library.label(verdict.programme),
            "where": verdict.where or words.say("prescreen.window"),
            "bring": "、".join(verdict.documents) or words.say("prescreen.window_tells"),
            "amount": verdict.amount or words.say("prescreen.local_amount"),
            "failed": failed,
            "check": verdict.check or "",
        },
    )


def _citations(verdicts: Sequence[Verdict], library: Library, on: date) -> tuple[Citation, ...]:
    wanted = {
        (result.document_id, result.clause, verdict.programme)
        for verdict in verdicts
        for result in verdict.clauses
        if result.value is not None or verdict.waits_for_standard
    }
    found = (_clause_id(library, *one) for one in sorted(wanted))
    return citations.cite(library, (one for one in found if one is not None), on)


def _clause_id(library: Library, document: str, number: str, programme: Programme) -> str | None:
    same = [c for c in library.documents[document].clauses if c.number == number]
    about = [c for c in same if programme in c.programmes]
    return next((clause.id for clause in (*about, *same)), None)


def _apply(turn: Turn, library: Library, form: PrescreenForm) -> Outcome:
    verdicts = [v for v in _verdicts(turn, library, form) if v.outcome is not Result.UNLIKELY]
    names = "、".join(library.label(v.programme) for v in verdicts[:SHOWN_AT_MOST])
    routing = units.responsible(library, Matter.BASIC, turn.region)
    opened = OpenTicket(
        category=Category.APPLICATION,
        priority=Priority.P2,
        hazard=Hazard.NONE,
        matter=Matter.BASIC,
        region=turn.place,
        prefix=library.regions[turn.place].ticket_prefix,
        narrative=speech.chinese().say(
            "prescreen.application", {"names": names, "facts": form.household}
        ),
        lead_unit=routing.lead,
        joint_units=routing.joint,
        source_document=routing.document,
        source_clause=routing.clause,
    )
    told = Reply("prescreen.applied", {"number": TicketNumber(), "due": TicketDue()})
    return Outcome((told,), turn.state.without_form(), (opened,))


def _looks_asking(turn: Turn) -> bool:
    return speech.chinese().hears("prescreen.cue_asks", turn.text)


def _household(form: PrescreenForm) -> Household:
    return Household.restore(json.loads(form.household))


def _dump(household: Household) -> str:
    return json.dumps(household.dump(), ensure_ascii=False)
