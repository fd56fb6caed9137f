"""How a complaint or report is taken: what, who, where, and how its reporter stands behind it."""

from collections.abc import Mapping
from dataclasses import replace

from cases.commands import OpenTicket, OpenTogether
from handlers import hearing, paths, speech, triage
from handlers.dialogue import ComplaintForm, ComplaintStep, Identity
from handlers.triage import Triage
from handlers.turn import Choice, Outcome, Reply, TicketDue, TicketNumber, Turn, Value
from knowledge import citations
from knowledge.library import Library
from knowledge.names import Hazard, Intent, Priority

STORY = 9
UNKNOWN = 12
# A word of one's own is short; what is longer is something still to be told.
LONGEST_WORD = 16
LONGEST_IDENTITY = 8
BEFORE = {
    ComplaintStep.WHO: ComplaintStep.WHAT,
    ComplaintStep.WHERE: ComplaintStep.WHO,
    ComplaintStep.IDENTITY: ComplaintStep.WHERE,
    ComplaintStep.WORD: ComplaintStep.IDENTITY,
    ComplaintStep.PHONE: ComplaintStep.IDENTITY,
}
EARLY = frozenset({ComplaintStep.WHO, ComplaintStep.WHERE})
NO_WORD = frozenset({Intent.DENY, Intent.UNSURE, Intent.AFFIRM, Intent.THANK, Intent.GOODBYE})
SKIP = Choice("complaint.button_skip")
# Who reports is protected; who is reported is asked and may explain.
SECRECY = ("shehuijiuzhu-law-2026-68", "shehuijiuzhu-law-2026-48")
IDENTITIES: Mapping[Identity, Choice] = {
    Identity.SEALED: Choice("complaint.button_sealed"),
    Identity.NAMED: Choice("complaint.button_named"),
    Identity.ANONYMOUS: Choice("complaint.button_anonymous"),
}


def begin(turn: Turn, _library: Library) -> Outcome:
    """Say who can see a report; a first message that tells the story is not asked again."""
    told = len(turn.text.strip()) >= STORY or _says_what(turn)
    step = ComplaintStep.WHO if told else ComplaintStep.WHAT
    form = ComplaintForm(step=step, what=turn.text if told else "", region=turn.scene)
    return _ask(turn, form, first=Reply("complaint.begin"))


def reassure(turn: Turn, _library: Library) -> Outcome:
    """官官相护，说了也白说: who will look at it and who will not; then what it is about."""
    form = ComplaintForm(step=ComplaintStep.WHAT, what="", region=turn.scene)
    return _ask(turn, form, first=Reply("complaint.distrust"))


def distrusts(turn: Turn) -> bool:
    """Whether somebody holds that saying it will come to nothing, and says nothing else."""
    short = len(turn.text.strip()) <= UNKNOWN * 2
    return short and speech.chinese().hears("complaint.cue_distrust", turn.text)


def asks_who_told(turn: Turn) -> bool:
    """Whether whoever was reported wants to know by whom."""
    return speech.chinese().hears("complaint.cue_who_told", turn.text)


def keep_who_told(turn: Turn, library: Library) -> Outcome:
    """Who reports is kept secret; whoever was reported has rights of their own."""
    kept = citations.cite(library, SECRECY, turn.today)
    choices = (Choice("menu.ask_human"), Choice("menu.file_complaint"))
    return Outcome((Reply("complaint.who_told", choices=choices, citations=kept),), turn.state)


def errands(turn: Turn) -> bool:
    """Whether somebody was sent from door to door in vain."""
    return speech.chinese().hears("complaint.cue_errands", turn.text)


def sent_away(turn: Turn, library: Library) -> Outcome:
    """What a window owes, with the clause; then who sent them away."""
    form = ComplaintForm(step=ComplaintStep.WHO, what=turn.text, region=turn.scene)
    owed = citations.cite(library, ("minfa-2021-57-10", "shehuijiuzhu-law-2026-64"), turn.today)
    return _ask(turn, form, first=Reply("complaint.errands", citations=owed))


def undeserved(turn: Turn) -> bool:
    """Whether somebody else is told to be assisted without need; nobody asks whether they are."""
    words = speech.chinese()
    another = words.hears("question.cue_somebody", turn.text)
    return another and words.hears("complaint.cue_undeserved", turn.text)


def _says_what(turn: Turn) -> bool:
    """Whether a few words name the deed itself (村长贪污救济款), not the wish to report."""
    announced = speech.chinese().hears("complaint.cue_announces", turn.text)
    return triage.accuses(turn.said) and not announced


def listen(turn: Turn, library: Library) -> Outcome:
    """Take the answer to the current question; 不知道, 不想说 and 说错了 are answers."""
    form = turn.state.form
    if not isinstance(form, ComplaintForm):
        return begin(turn, library)
    if hearing.takes_back(turn.said) and len(turn.text.strip()) < UNKNOWN:
        return _ask(turn, form.model_copy(update={"step": BEFORE.get(form.step, form.step)}))
    form = form.model_copy(update={"region": turn.said.region or form.region})
    if _identity(turn.text) is not None and form.step in EARLY:
        # Told before it was asked; what is left open can be asked by the one who calls back.
        return _stand_behind(turn, library, form)
    return _take(turn, library, form)


def _take(turn: Turn, library: Library, form: ComplaintForm) -> Outcome:
    answer = "" if _skipped(turn) else turn.text
    match form.step:
        case ComplaintStep.WHAT if not answer:
            return Outcome((Reply("complaint.nothing"),), turn.state.without_form())
        case ComplaintStep.WHAT:
            told = form.model_copy(update={"what": turn.text, "step": ComplaintStep.WHO})
        case ComplaintStep.WHO:
            told = form.model_copy(update={"who": answer, "step": ComplaintStep.WHERE})
        case ComplaintStep.WHERE:
            told = form.model_copy(update={"where": answer, "step": ComplaintStep.IDENTITY})
        case ComplaintStep.IDENTITY:
            return _stand_behind(turn, library, form)
        case ComplaintStep.WORD:
            return _take_word(turn, library, form)
        case ComplaintStep.PHONE:
            return _file(turn, library, form, phone=turn.phone)
    return _ask(turn, told)


def again(turn: Turn) -> Reply | None:
    """The open question once more."""
    form = turn.state.form
    return _question(form) if isinstance(form, ComplaintForm) else None


def opened(
    turn: Turn,
    library: Library,
    form: ComplaintForm,
    *,
    phone: str | None = None,
    secret: str | None = None,
) -> OpenTicket | OpenTogether:
    """The ticket of what was told so far; nobody stands behind it until they said so.

    A report on staff that has two sides is one number with a part for each.
    """
    decided = _decide(turn, library, form)
    filed = triage.ticket(
        decided,
        library,
        region=form.region or turn.place,
        narrative=_story(form),
        said=turn.said,
        phone=phone,
    )
    anonymous = form.identity in {None, Identity.ANONYMOUS}
    return triage.split(replace(filed, secret=secret, anonymous=anonymous), decided)


def _stand_behind(turn: Turn, library: Library, form: ComplaintForm) -> Outcome:
    identity = _identity(turn.text) or (Identity.NAMED if turn.phone is not None else None)
    if identity is None and turn.state.misses == 0:
        asked = _ask(turn, form)
        return replace(asked, state=asked.state.having(misses=1))
    # Twice no clear answer: the way that shows the reporter least.
    identity = identity or Identity.ANONYMOUS
    named = form.model_copy(update={"identity": identity})
    if identity is Identity.NAMED and turn.phone is not None:
        return _file(turn, library, named, phone=turn.phone)
    step = ComplaintStep.PHONE if identity is Identity.NAMED else ComplaintStep.WORD
    return _ask(turn, named.model_copy(update={"step": step}))


def _take_word(turn: Turn, library: Library, form: ComplaintForm) -> Outcome:
    text = turn.text.strip()
    none = _skipped(turn) or (turn.said.intent in NO_WORD and turn.said.sure)
    if not none and len(text) > LONGEST_WORD:
        told = form.model_copy(update={"where": f"{form.where}\n{text}".strip()})
        return _ask(turn, told)
    return _file(turn, library, form, secret=None if none else text)


def _identity(text: str) -> Identity | None:
    """How somebody says that they stand behind it, in a few words and not denied."""
    words = speech.chinese()
    if len(text.strip()) > LONGEST_IDENTITY or words.hears("complaint.cue_not", text):
        return None
    for identity, choice in IDENTITIES.items():
        label = words.say(choice.label)
        if text.strip() == label or words.hears(f"complaint.cue_{identity}", text):
            return identity
    return None


def _question(form: ComplaintForm) -> Reply:
    choices = tuple(IDENTITIES.values()) if form.step is ComplaintStep.IDENTITY else (SKIP,)
    if form.step is ComplaintStep.WHAT:
        choices = ()
    return Reply(f"complaint.ask_{form.step}", choices=choices)


def _ask(turn: Turn, form: ComplaintForm, first: Reply | None = None) -> Outcome:
    asked = _question(form)
    replies = (asked,) if first is None else (first, asked)
    return Outcome(replies, turn.state.having(form=form, misses=0))


def _file(
    turn: Turn,
    library: Library,
    form: ComplaintForm,
    *,
    phone: str | None = None,
    secret: str | None = None,
) -> Outcome:
    values: dict[str, Value] = {"number": TicketNumber(), "due": TicketDue()}
    key = "complaint.filed" if form.identity is Identity.NAMED else "complaint.filed_private"
    if form.identity is not Identity.NAMED and secret is None:
        key = "complaint.filed_without_word"
    replies = [Reply(key, values)]
    decided = _decide(turn, library, form)
    if decided.leaves_house:
        replies.append(Reply("complaint.elsewhere"))
    if decided.sides:
        replies.append(Reply("complaint.two_sides"))
    replies += paths.told(turn, library, decided)
    filed = opened(turn, library, form, phone=phone, secret=secret)
    state = turn.state.without_form().having(hazard=Hazard.NONE)
    return Outcome(tuple(replies), state, (filed,))


def _decide(turn: Turn, library: Library, form: ComplaintForm) -> Triage:
    said = replace(
        turn.said,
        text=_story(form),
        intent=Intent.FILE_COMPLAINT,
        hazard=Hazard.NONE,
        priority=Priority.P2,
    )
    sealed = form.identity is Identity.SEALED
    region = form.region or turn.region
    return triage.decide(said, library, region=region, sealed=sealed)


def _story(form: ComplaintForm) -> str:
    return "\n".join(part for part in (form.what, form.who, form.where) if part)


def _skipped(turn: Turn) -> bool:
    skip = speech.chinese().say(SKIP.label)
    return turn.text.strip() == skip or (
        turn.said.intent is Intent.UNSURE and len(turn.text) < UNKNOWN
    )
