"""帮我一起办: what is asked before one application goes to many units, and what each is told."""

import json
from dataclasses import replace

from cases.commands import OpenTicket, OpenTogether
from handlers import handing, speech
from handlers.dialogue import Offer, TogetherForm, TogetherStep
from handlers.turn import Choice, Outcome, Reply, TicketDue, TicketNumber, Turn, Value
from knowledge import units
from knowledge.household import Household
from knowledge.library import Library
from knowledge.names import Category, Hazard, Intent, Matter, Priority, Region

NOTHING_AGREED = frozenset({Intent.DENY, Intent.UNSURE})


def begin(turn: Turn, library: Library, form: TogetherForm) -> Outcome:
    """Say which units there are and what each would be told; ask for each."""
    return Outcome((_ask(form, library),), turn.state.having(form=form, misses=0))


def listen(turn: Turn, library: Library) -> Outcome:
    """Take what was agreed to; whatever is not plainly agreed to is not handed over."""
    form = turn.state.form
    if not isinstance(form, TogetherForm):
        raise TypeError("Only an application together is listened to here.")
    match form.step:
        case TogetherStep.UNITS:
            return _take_units(turn, library, form)
        case TogetherStep.FACTS:
            return _take_facts(turn, library, form)
        case TogetherStep.PHONE:
            return _file(turn, library, form)


def again(turn: Turn, library: Library) -> Reply | None:
    """The open question once more."""
    form = turn.state.form
    return _ask(form, library) if isinstance(form, TogetherForm) else None


def _take_units(turn: Turn, library: Library, form: TogetherForm) -> Outcome:
    labels = [_unit_label(offer, library) for offer in form.offers]
    ticked = _ticked(turn, labels, everything="together.button_all")
    if ticked is None:
        return _not_heard(turn, library, form)
    if not ticked:
        # Nobody is told anything; the result and its list stay at hand.
        state = turn.state.having(form=form.prescreened, misses=0)
        return Outcome((Reply("together.nobody", choices=(Choice("menu.ask_human"),)),), state)
    agreed = form.model_copy(update={"agreed": ticked})
    facts = _facts(agreed)
    step = TogetherStep.FACTS if facts else TogetherStep.PHONE
    return _go_on(turn, library, agreed.model_copy(update={"step": step}))


def _take_facts(turn: Turn, library: Library, form: TogetherForm) -> Outcome:
    facts = _facts(form)
    words = handing.in_words(_household(form), facts)
    ticked = _ticked(turn, [words[f] for f in facts], everything="together.button_all_facts")
    if ticked is None:
        return _not_heard(turn, library, form)
    told = tuple(facts[at] for at in ticked)
    update = {"facts": told, "step": TogetherStep.PHONE}
    return _go_on(turn, library, form.model_copy(update=update))


def _go_on(turn: Turn, library: Library, form: TogetherForm) -> Outcome:
    if form.step is TogetherStep.PHONE and turn.phone is not None:
        return _file(turn, library, form)
    return Outcome((_ask(form, library),), turn.state.having(form=form, misses=0))


def _not_heard(turn: Turn, library: Library, form: TogetherForm) -> Outcome:
    state = turn.state.having(form=form, misses=turn.state.misses + 1)
    return Outcome((Reply("together.again"), _ask(form, library)), state)


def _ticked(turn: Turn, labels: list[str], *, everything: str) -> tuple[int, ...] | None:
    """The places of what was agreed to; None when the answer is about something else."""
    words, text = speech.chinese(), turn.text
    if words.hears("together.cue_nothing", text):
        return ()
    named = tuple(at for at, label in enumerate(labels) if label in text)
    if named and words.say(everything) not in text:
        return named
    if words.hears("together.cue_all", text) or turn.said.intent is Intent.AFFIRM:
        return tuple(range(len(labels)))
    return () if turn.said.intent in NOTHING_AGREED else None


def _ask(form: TogetherForm, library: Library) -> Reply:
    match form.step:
        case TogetherStep.UNITS:
            return _ask_units(form, library)
        case TogetherStep.FACTS:
            return _ask_facts(form)
        case TogetherStep.PHONE:
            return Reply("together.ask_phone", choices=(Choice("together.button_no_phone"),))


def _ask_units(form: TogetherForm, library: Library) -> Reply:
    household = _household(form)
    lines = [_line(offer, household, library) for offer in form.offers]
    each = tuple(Choice(_unit_label(offer, library), own=True) for offer in form.offers)
    choices = (Choice("together.button_all"), *each, Choice("together.button_none"))
    return Reply("together.ask_units", {"list": "\n".join(lines)}, choices=choices, many=True)


def _line(offer: Offer, household: Household, library: Library) -> str:
    words = speech.chinese()
    told = "、".join(handing.in_words(household, offer.facts).values())
    key = "together.line_unit" if offer.unit is not None else "together.line_nobody"
    return words.say(
        key,
        {
            "unit": offer.unit or "",
            "names": _names(offer, library),
            "facts": told or words.say("together.no_facts"),
        },
    )


def _ask_facts(form: TogetherForm) -> Reply:
    facts = _facts(form)
    words = handing.in_words(_household(form), facts)
    each = tuple(Choice(words[fact], own=True) for fact in facts)
    choices = (Choice("together.button_all_facts"), *each, Choice("together.button_no_facts"))
    return Reply("together.ask_facts", choices=choices, many=True)


def _file(turn: Turn, library: Library, form: TogetherForm) -> Outcome:
    region = turn.place
    phone = turn.phone
    agreed = [form.offers[at] for at in form.agreed]
    parts = tuple(_part(offer, form, library, region) for offer in agreed)
    handed = "\n".join(part.narrative for part in parts)
    whole = _ticket(Matter.BASIC, library, region)
    narrative = speech.chinese().say("together.parent", {"list": handed})
    parent = replace(whole, narrative=narrative, phone=phone)
    values: dict[str, Value] = {
        "number": TicketNumber(),
        "due": TicketDue(),
        "list": _units(agreed, library),
    }
    state = turn.state.having(form=form.prescreened, hazard=Hazard.NONE, misses=0)
    return Outcome((Reply("together.filed", values),), state, (OpenTogether(parent, parts),))


def _part(offer: Offer, form: TogetherForm, library: Library, region: Region) -> OpenTicket:
    words = speech.chinese()
    routing = units.responsible(library, offer.matter, region)
    told = [fact for fact in offer.facts if fact in form.facts]
    values = {
        "unit": offer.unit or words.say("together.unknown_unit"),
        "names": _names(offer, library),
        "facts": "、".join(handing.in_words(_household(form), told).values())
        or words.say("together.no_facts"),
    }
    # The consent was for this unit alone: those that join in see nothing.
    return replace(
        _ticket(offer.matter, library, region),
        narrative=words.say("together.part", values),
        lead_unit=offer.unit,
        source_document=routing.document,
        source_clause=routing.clause,
    )


def _ticket(matter: Matter, library: Library, region: Region) -> OpenTicket:
    return OpenTicket(
        category=Category.APPLICATION,
        priority=Priority.P2,
        hazard=Hazard.NONE,
        matter=matter,
        region=region,
        prefix=library.regions[region].ticket_prefix,
        narrative="",
    )


def _facts(form: TogetherForm) -> tuple[str, ...]:
    """All that the agreed units would be told, each once."""
    told = (fact for at in form.agreed for fact in form.offers[at].facts)
    return tuple(dict.fromkeys(told))


def _units(offers: list[Offer], library: Library) -> str:
    return "、".join(_unit_label(offer, library) for offer in offers)


def _unit_label(offer: Offer, library: Library) -> str:
    if offer.unit is not None:
        return offer.unit
    return speech.chinese().say("together.unit_unknown", {"names": _names(offer, library)})


def _names(offer: Offer, library: Library) -> str:
    return "、".join(library.short_label(programme) for programme in offer.programmes)


def _household(form: TogetherForm) -> Household:
    return Household.restore(json.loads(form.prescreened.household))
