"""Which question about a person's needs comes next, and what the answers come to."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from pydantic import Field

from knowledge import needs, phrasing
from knowledge.entries import Entry
from knowledge.needs import Assessment, Dimension, Grade, Match, Service, ServiceList, Words
from knowledge.phrasing import Phrases
from knowledge.question import Option, Question, Select

DENIED_WITHIN = 3


class Step(StrEnum):
    """What a question of the assessment is about."""

    WHOM = "whom"
    HARD = "hard"
    GRADE = "grade"
    GIVEN = "given"
    WANTED = "wanted"


class Answer(Entry):
    """One answer: the ids that were chosen. `silent`: 不知道 or 不想说. A grade tells its
    number, and `about` which dimension it is of."""

    step: Step
    about: Dimension | None = None
    told: tuple[str, ...] = ()
    silent: bool = False


class Told(Entry):
    """What was said of one person's needs, before anyone has looked. `ungraded` is hard, nobody
    told how hard; `elsewhere`: the person belongs to another home than whoever tells it."""

    whom: str = ""
    elsewhere: bool = False
    grades: Mapping[Dimension, Grade] = Field(default_factory=dict)
    ungraded: tuple[Dimension, ...] = ()
    wishes: tuple[str, ...] = ()
    given: tuple[str, ...] = ()


class Ask(Entry):
    """The question that comes next; `Answer` is made of its step and dimension."""

    step: Step
    about: Dimension | None = None
    question: Question


def wished(services: ServiceList, text: str) -> frozenset[str]:
    """The services that a story asks for in its own words."""
    return frozenset(s.id for s in services.offered if _says(services, text, _names(s)))


def assessment(
    services: ServiceList, answers: Iterable[Answer], wishes: frozenset[str]
) -> Assessment:
    """What the answers come to. A difficulty whose grade is not told is at least a light one."""
    grades: dict[Dimension, Grade] = {}
    given: frozenset[str] = frozenset()
    for answer in answers:
        match answer:
            case Answer(step=Step.HARD, silent=False, told=hard):
                grades = {w.id: Grade(int(w.id in hard)) for w in services.dimensions}
            case Answer(step=Step.GRADE, about=Dimension() as about, told=(grade, *_)):
                grades[about] = Grade(int(grade))
            case Answer(step=Step.GIVEN, told=told):
                given = frozenset(told)
    return Assessment(grades, wishes, given)


def told(services: ServiceList, answers: tuple[Answer, ...], wishes: frozenset[str]) -> Told | None:
    """All that was said, for a person to confirm or correct; None where nothing was."""
    said = {answer.step: answer for answer in answers if answer.about is None}
    if not any(answer.told for answer in said.values()) and not wishes:
        return None
    found = assessment(services, answers, wishes)
    wanted = said.get(Step.WANTED)
    whom = "".join(said[Step.WHOM].told) if Step.WHOM in said else ""
    return Told(
        whom=whom,
        elsewhere=whom == services.asking.whom.answers[-1],
        grades=found.grades,
        ungraded=tuple(w.id for w in services.dimensions if w.id in ungraded(answers)),
        wishes=tuple(sorted(wishes)) if wanted is None or wanted.silent else wanted.told,
        given=tuple(sorted(found.given)),
    )


def ungraded(answers: Iterable[Answer]) -> frozenset[Dimension]:
    """The difficulties whose grade the resident could or would not tell."""
    found = (a.about for a in answers if a.step is Step.GRADE and not a.told)
    return frozenset(about for about in found if about is not None)


def offers(
    services: ServiceList, answers: Iterable[Answer], wishes: frozenset[str]
) -> tuple[Match, ...]:
    """What fits, the gravest first; the whole list where nothing was told that could fit."""
    told = assessment(services, answers, wishes)
    found = needs.match(services, told)
    if found or told.grades:
        return found
    left = (s for s in services.offered if s.id not in told.given)
    return tuple(Match(service, (), Grade.NONE, wished=False) for service in left)


def next_question(
    services: ServiceList, answers: tuple[Answer, ...], wishes: frozenset[str], phrases: Phrases
) -> Ask | None:
    """The first thing that was not asked yet; None when the list is confirmed. Grades are
    asked of what is hard alone, sensitive ones last."""
    asked = {(answer.step, answer.about) for answer in answers}
    for step, about in _steps(services, answers):
        if (step, about) in asked:
            continue
        question = _question(services, step, about, offers(services, answers, wishes))
        if question is not None:
            return Ask(step=step, about=about, question=phrasing.ready(phrases, question))
    return None


def heard(services: ServiceList, ask: Ask, text: str) -> tuple[str, ...] | None:
    """The ids that free words choose: 要助餐和助浴, 都要, 除了代步都要, 除了助餐都不要; None when
    they choose nothing."""
    options = [option for option in ask.question.options if option.tells]
    if ask.question.select is Select.ONE:
        return None
    words = {option.value: _words(services, ask.step, option) for option in options}
    if any(word in text for word in services.nothing_else):
        return tuple(i for i, named in words.items() if any(w in text for w in named)) or None
    if ask.step is not Step.HARD and any(word in text for word in services.everything):
        return tuple(i for i, named in words.items() if not _denies(services, text, named))
    return tuple(i for i, named in words.items() if _says(services, text, named)) or None


def _steps(
    services: ServiceList, answers: tuple[Answer, ...]
) -> Iterator[tuple[Step, Dimension | None]]:
    hard = {told for answer in answers if answer.step is Step.HARD for told in answer.told}
    yield Step.WHOM, None
    yield Step.HARD, None
    for words in needs.unasked(services, Assessment({})):
        if words.id in hard:
            yield Step.GRADE, words.id
    yield Step.GIVEN, None
    yield Step.WANTED, None


def _question(
    services: ServiceList, step: Step, about: Dimension | None, offered: tuple[Match, ...]
) -> Question | None:
    words = services.asking
    match step:
        case Step.WHOM:
            return _one(words.whom, tuple((label, label) for label in words.whom.answers))
        case Step.HARD:
            return _many(words.hard, [(w.id, w.label) for w in services.dimensions])
        case Step.GRADE:
            return _grade(services, about)
        case Step.GIVEN:
            return _many(words.given, [(m.service.id, m.service.name) for m in offered])
        case Step.WANTED:
            return _many(words.wanted, [(m.service.id, m.service.name) for m in offered])


def _grade(services: ServiceList, about: Dimension | None) -> Question | None:
    words = next((w for w in services.dimensions if w.id is about), None)
    if words is None:
        return None
    grades = tuple((str(n), label) for n, label in enumerate(services.asking.grade.answers, 1))
    return _one(Words(question=words.question, why=words.why), grades)


def _one(words: Words, answers: tuple[tuple[str, str], ...]) -> Question:
    options = tuple(Option(label, value, ((value, True),)) for value, label in answers)
    return Question(("one",), words.question, words.why, Select.ONE, options)


def _many(words: Words, answers: list[tuple[str, str]]) -> Question | None:
    if not answers:
        return None
    options = tuple(Option(label, value, ((value, True),)) for value, label in answers)
    facts = tuple(value for value, _ in answers)
    return Question(facts, words.question, words.why, Select.MANY, options)


def _words(services: ServiceList, step: Step, option: Option) -> tuple[str, ...]:
    if step is Step.HARD:
        words = next(w for w in services.dimensions if w.id == option.value)
        return (words.label, *words.aliases)
    service = services.service(option.value)
    return (option.label,) if service is None else _names(service)


def _names(service: Service) -> tuple[str, ...]:
    return (service.name, *service.aliases)


def _says(services: ServiceList, text: str, words: Iterable[str]) -> bool:
    return any(not _refused(services, before) for before in _before(text, words))


def _denies(services: ServiceList, text: str, words: Iterable[str]) -> bool:
    return any(_refused(services, before) for before in _before(text, words))


def _before(text: str, words: Iterable[str]) -> Iterator[str]:
    """What stands right before each place where one of the words stands."""
    for word in words:
        start = text.find(word)
        while start >= 0:
            yield text[max(0, start - DENIED_WITHIN) : start]
            start = text.find(word, start + 1)


def _refused(services: ServiceList, before: str) -> bool:
    return any(word in before for word in services.denied)
