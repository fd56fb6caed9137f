"""How services are asked for: what is hard, how hard, what is there already, what is wanted."""

from collections.abc import Iterable
from dataclasses import replace

from cases.commands import SetRegion
from handlers import hearing, requests, speech
from handlers.dialogue import NeedsForm, RequestForm
from handlers.turn import Choice, Outcome, Reply, Turn
from knowledge import assessing
from knowledge.assessing import Answer, Ask, Step
from knowledge.library import Library
from knowledge.names import Intent, Region
from knowledge.needs import Grade, Match, Payer, ServiceList
from knowledge.question import Select
from nlu.understanding import Writer

MISSES_BEFORE_A_PERSON = 2


def begin(turn: Turn, library: Library) -> Outcome:
    """Begin where the region has a list of services; elsewhere the wish alone is taken. A channel
    that may not carry illness or disability is not asked about them."""
    place = turn.scene
    if not turn.carries_sensitive or (place is not None and place not in library.rules.services):
        return requests.begin(turn, library)
    form = NeedsForm(
        wish=turn.text if len(turn.text.strip()) > requests.STORY else "",
        phone=turn.phone,
        by_helper=turn.said.writer is Writer.HELPER,
    )
    if place is None:
        state = turn.state.having(form=form, misses=0)
        return Outcome((_ask_place(library),), state)
    return _placed(turn, library, form, place)


def listen(turn: Turn, library: Library) -> Outcome:
    """Take the place, an answer or a correction; then ask what comes next."""
    form = turn.state.form
    if not isinstance(form, NeedsForm):
        return begin(turn, library)
    services = _services(library, form)
    if services is None:
        return _take_place(turn, library, form)
    if hearing.takes_back(turn.said):
        return _take_back(turn, library, services, form)
    told = _heard(turn, library, services, form)
    if told is None:
        return _not_heard(turn, library, services, form)
    return _go_on(turn, library, services, _with(form, told))


def again(turn: Turn, library: Library) -> Reply | None:
    """The open question once more."""
    form = turn.state.form
    if not isinstance(form, NeedsForm):
        return None
    services = _services(library, form)
    ask = None if services is None else _next(library, services, form)
    return _ask_place(library) if services is None or ask is None else _ask(services, ask, form)


def told_so_far(form: NeedsForm, library: Library) -> RequestForm:
    """The wish as it goes to a person, whatever is still open."""
    services = _services(library, form)
    told = form.wish if services is None else _narrative(services, form)
    wishes = frozenset[str]() if services is None else assessing.wished(services, form.wish)
    return RequestForm(
        intent=Intent.REQUEST_SERVICE,
        told=told,
        region=form.region,
        phone=form.phone,
        by_helper=form.by_helper,
        needs=None if services is None else assessing.told(services, form.answers, wishes),
    )


def _services(library: Library, form: NeedsForm) -> ServiceList | None:
    return None if form.region is None else library.rules.services.get(form.region)


def _next(library: Library, services: ServiceList, form: NeedsForm) -> Ask | None:
    wishes = assessing.wished(services, form.wish)
    return assessing.next_question(services, form.answers, wishes, library.rules.phrases)


def _placed(
    turn: Turn,
    library: Library,
    form: NeedsForm,
    region: Region,
    before: tuple[Reply, ...] = (Reply("needs.begin"),),
) -> Outcome:
    services = library.rules.services[region]
    document = library.documents[services.document]
    if document.valid_until is not None and document.valid_until < turn.today:
        until = f"{document.valid_until:%Y-%m-%d}"
        past = Reply("needs.past", {"title": document.title, "until": until})
        before = (*before, past)
    placed = form.model_copy(update={"region": region})
    outcome = _go_on(turn, library, services, placed, before=before)
    moved = () if turn.region is region else (SetRegion(region),)
    return replace(outcome, commands=(*moved, *outcome.commands))


def _take_place(turn: Turn, library: Library, form: NeedsForm) -> Outcome:
    """A place with a list begins the questions; any other answer files the wish."""
    region = turn.said.region
    if region is not None and region in library.rules.services:
        return _placed(turn, library, form, region)
    placed = turn if region is None else replace(turn, region=region)
    moved = () if region is None else (SetRegion(region),)
    wish = RequestForm(intent=Intent.REQUEST_SERVICE, phone=form.phone, by_helper=form.by_helper)
    outcome = requests.take_down(placed, library, wish, told=form.wish)
    return replace(outcome, commands=(*moved, *outcome.commands))


def _heard(turn: Turn, library: Library, services: ServiceList, form: NeedsForm) -> Answer | None:
    """What the message answers: a button, the words of an option, 不知道 or 不想说."""
    ask = _next(library, services, form)
    if ask is None:
        return None
    options, text = ask.question.options, turn.text.strip()
    picked = [option for option in options if text in {option.label, option.value}]
    if not picked:
        free = assessing.heard(services, ask, text)
        if free is not None:
            return Answer(step=ask.step, about=ask.about, told=free)
        picked = [o for o in options if o.label in text] if _one_only(ask) else []
    if picked and not any(option.unsure or option.refused for option in picked):
        chosen = tuple(fact for option in picked for fact, _ in option.tells)
        return Answer(step=ask.step, about=ask.about, told=chosen)
    if ask.question.select is Select.MANY and turn.said.intent is Intent.DENY:
        return Answer(step=ask.step, about=ask.about)
    unsure = turn.said.intent is Intent.UNSURE or hearing.refuses(turn.said)
    return Answer(step=ask.step, about=ask.about, silent=True) if picked or unsure else None


def _one_only(ask: Ask) -> bool:
    return ask.question.select is Select.ONE


def _take_back(turn: Turn, library: Library, services: ServiceList, form: NeedsForm) -> Outcome:
    """The last answer was never said; the right one may stand in the same message."""
    if not form.answers:
        nothing = (Reply("prescreen.nothing_back"),)
        return _go_on(turn, library, services, form, before=nothing)
    back = form.model_copy(update={"answers": form.answers[:-1]})
    right = _heard(turn, library, services, back)
    if right is not None and not right.silent:
        return _go_on(turn, library, services, _with(back, right))
    return _go_on(turn, library, services, back, before=(Reply("prescreen.taken_back"),))


def _with(form: NeedsForm, told: Answer) -> NeedsForm:
    return form.model_copy(update={"answers": (*form.answers, told)})


def _go_on(
    turn: Turn,
    library: Library,
    services: ServiceList,
    form: NeedsForm,
    *,
    before: tuple[Reply, ...] = (),
) -> Outcome:
    ask = _next(library, services, form)
    if ask is not None:
        state = turn.state.having(form=form, misses=0)
        return Outcome((*before, _ask(services, ask, form)), state)
    wish = told_so_far(form, library)
    done = requests.take_down(turn, library, wish, told=wish.told)
    return replace(done, replies=(*before, *_confirmed(services, form), *done.replies))


def _not_heard(turn: Turn, library: Library, services: ServiceList, form: NeedsForm) -> Outcome:
    misses = turn.state.misses + 1
    stuck = misses >= MISSES_BEFORE_A_PERSON
    first = Reply("prescreen.stuck" if stuck else "prescreen.again")
    outcome = _go_on(turn, library, services, form, before=(first,))
    *earlier, asked = outcome.replies
    if stuck:
        asked = replace(asked, choices=(*asked.choices, Choice("menu.ask_human")))
    return replace(outcome, replies=(*earlier, asked), state=outcome.state.having(misses=misses))


def _ask_place(library: Library) -> Reply:
    places = tuple(
        Choice(library.region_name(region), own=True)
        for region in Region
        if region is not Region.NATIONAL
    )
    ways_out = (Choice("prescreen.button_elsewhere"), Choice("prescreen.button_unsure"))
    return Reply("needs.ask_place", choices=(*places, *ways_out))


def _ask(services: ServiceList, ask: Ask, form: NeedsForm) -> Reply:
    question = ask.question
    choices = tuple(Choice(option.label, option.value, own=True) for option in question.options)
    back = (Choice("prescreen.button_back"),) if form.answers else ()
    values = {"question": question.question, "why": question.why}
    many = question.select is Select.MANY
    if ask.step is not Step.WANTED:
        return Reply("prescreen.ask", values, choices=(*choices, *back), many=many)
    offered = assessing.offers(services, form.answers, assessing.wished(services, form.wish))
    listed = "\n".join(_line(services, match) for match in offered)
    unsaid = any(m.service.standard is None or m.service.provider is None for m in offered)
    values |= {
        "list": listed,
        "for_whom": services.for_whom,
        "unsaid": speech.chinese().say("needs.unsaid") if unsaid else "",
    }
    return Reply("needs.offer", values, choices=(*choices, *back), many=many)


def _line(services: ServiceList, match: Match) -> str:
    words, service = speech.chinese(), match.service
    reasons = [w.label for w in services.dimensions if w.id in match.needs]
    reasons += [words.say("needs.wished")] if match.wished else []
    details = [words.say("needs.reason", {"reason": "、".join(reasons)})] if reasons else []
    if service.for_whom:
        details.append(words.say("needs.whom", {"whom": service.for_whom}))
    if service.standard:
        details.append(words.say("needs.standard", {"standard": service.standard}))
    if service.provider:
        details.append(words.say("needs.provider", {"provider": service.provider}))
    if service.payer is Payer.STATE:
        details.append(words.say("needs.state_pays"))
    if service.payer is Payer.SOCIETY:
        details.append(words.say("needs.society_pays"))
    values = {
        "name": service.name,
        "category": services.categories[service.category],
        "details": "".join(details),
    }
    return words.say("needs.line", values)


def _confirmed(services: ServiceList, form: NeedsForm) -> tuple[Reply, ...]:
    wanted = _told(form, Step.WANTED)
    if not wanted:
        return (Reply("needs.nothing_wanted"),)
    return (Reply("needs.confirmed", {"list": _named(services, wanted)}),)


def _narrative(services: ServiceList, form: NeedsForm) -> str:
    """What a person reads: the resident's own words, then each answer by name."""
    words = speech.chinese()
    told = assessing.assessment(services, form.answers, frozenset())
    open_grades = assessing.ungraded(form.answers)
    hard = "、".join(
        f"{w.name} {words.say('needs.ungraded') if w.id in open_grades else grade}"
        for w in services.dimensions
        if (level := told.grades.get(w.id, Grade.NONE)) and (grade := services.grades[level])
    )
    none = words.say("needs.none")
    values = {
        "wish": form.wish or none,
        "whom": "".join(_told(form, Step.WHOM)) or none,
        "hard": hard or none,
        "given": _named(services, _told(form, Step.GIVEN)) or none,
        "wanted": _named(services, _told(form, Step.WANTED)) or none,
    }
    return words.say("needs.narrative", values)


def _told(form: NeedsForm, step: Step) -> tuple[str, ...]:
    return next((answer.told for answer in form.answers if answer.step is step), ())


def _named(services: ServiceList, ids: Iterable[str]) -> str:
    found = (services.service(one) for one in ids)
    return "、".join(service.name for service in found if service is not None)
