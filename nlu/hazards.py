"""Is this an emergency, of which kind, and why: transparent rules, never a model.

The rules are data (nlu/dangers). A find counts unless its sentence shows that it is denied, long
past, supposed, quoted or asked about in general; what is not counted becomes a suspicion.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby

from knowledge.names import P0_HAZARDS, Hazard
from nlu import (
    danger_files,
    dialects,
    hazard_chains,
    hazard_contexts,
    hazard_literals,
    hazard_marks,
    hazard_patterns,
)
from nlu.hazard_contexts import Context, Rule, Sentence
from nlu.understanding import Writer

NAME = re.compile(r"<([a-z_]+)>")
GAP = re.compile(r"(?<!\\)\.(?=[{?*])")
SENTENCE = "。!?;\n"
CLAUSE = "。!?;\n,、:"
BLANK = "○"
REACH = 120
GRAVITY = {hazard: rank for rank, hazard in enumerate(Hazard)}
SPACE = re.compile(r" +")
FEAR = re.compile(
    r"害怕|好怕|没人|一个人在家|赶出|没吃|好饿|打我|欺负|不要我|没回来|不回来|不管我|骂我"
    r"|碰我|不想回家|不想在家|不让我(?:跟|告诉)"
    r"|视频|见面|去见|摸我|脱|救|扎我|掐我|踢我|关我|锁"
)


@dataclass(frozen=True, slots=True)
class Danger:
    """The gravest danger that counts and why, and what is only suspected."""

    hazard: Hazard
    reason: str
    suspicion: Hazard


@dataclass(frozen=True, slots=True)
class Book:
    """All rules, and the words that show talk about danger rather than danger.

    Figures and patterns stand in one list each; `owners` are the rules of the patterns.
    """

    rules: tuple[Rule, ...]
    patterns: tuple[hazard_patterns.Pattern, ...]
    owners: tuple[int, ...]
    index: hazard_patterns.Index
    figures: tuple[hazard_patterns.Pattern, ...]
    figure_index: hazard_patterns.Index
    context: Context
    me: re.Pattern[str]


SAFE = Danger(Hazard.NONE, "", Hazard.NONE)


def look(text: str, writer: Writer) -> Danger:
    """The danger in a normalised text. Spaces are tried as breaks and as nothing.

    A dialect is read as it stands and in common speech.
    """
    found = _look_once(text, writer)
    for other in _other_readings(text):
        if found.hazard not in P0_HAZARDS and other != text:
            again = _look_once(other, writer)
            found = min(found, again, key=lambda danger: GRAVITY[danger.hazard])
    return found


def _other_readings(text: str) -> Iterator[str]:
    yield SPACE.sub("", text)
    yield dialects.read(text)


def _look_once(text: str, writer: Writer) -> Danger:
    book = read_rules()
    plain = _without_figures(book, text)
    counted: list[Rule] = []
    doubted: list[Rule] = []
    letter = book.context["letter"].search(plain) is not None
    for rule, finds in _finds(book, plain):
        verdict = _verdict(book, rule, plain, finds, letter=letter)
        if verdict is not None:
            (counted if verdict else doubted).append(rule)
    for kind, found in hazard_chains.look(plain):
        rule = Rule(kind.hazard, kind.reason, None, now=kind.now, fallback=False, weak=False)
        verdict = _weigh(book, rule, plain, found, letter=letter)
        if verdict is not None:
            (counted if verdict else doubted).append(rule)
    for checked, marks in hazard_marks.look(plain):
        rule = Rule(checked.hazard, checked.reason, None, now=False, fallback=True, weak=False)
        (counted if _tells(book, rule, plain, marks, letter=letter) else doubted).append(rule)
    if book.context["settled"].search(plain):
        doubted = [rule for rule in doubted if rule.hazard not in hazard_contexts.SETTLES]
    return _sum_up(counted, doubted, plain, writer)


def _without_figures(book: Book, text: str) -> str:
    """The text with figures of speech blanked, one after the other."""
    for figure, stretches in book.figure_index.where(text).items():
        for start, end in stretches:
            for match in book.figures[figure].regex.finditer(text, start, end):
                text = text[: match.start()] + BLANK * len(match[0]) + text[match.end() :]
    return text


def _finds(book: Book, text: str) -> Iterator[tuple[Rule, Iterator[re.Match[str]]]]:
    """The rules of which a pattern can match, each with its matches."""
    where = book.index.where(text)
    for owner, numbers in groupby(where, key=book.owners.__getitem__):
        yield book.rules[owner], _matches(book, text, where, list(numbers))


def _matches(
    book: Book,
    text: str,
    where: Mapping[int, Sequence[hazard_patterns.Stretch]],
    numbers: Sequence[int],
) -> Iterator[re.Match[str]]:
    for number in numbers:
        for start, end in where[number]:
            yield from book.patterns[number].regex.finditer(text, start, end)


def _verdict(
    book: Book, rule: Rule, text: str, finds: Iterator[re.Match[str]], *, letter: bool
) -> bool | None:
    """True: counts. False: found but silenced. None: not found."""
    silenced = False
    for match in finds:
        if not rule.weak and _counts(book, rule, text, match, letter=letter):
            return True
        silenced = True
    return False if silenced else None


def _weigh(
    book: Book, rule: Rule, text: str, finds: Iterator[hazard_chains.Found], *, letter: bool
) -> bool | None:
    """The same for what a chain of concepts found; official letters only tell of danger."""
    silenced = None
    for found in finds:
        start, end = hazard_chains.around(found)
        head = _head(text, start)
        sentence = replace(
            _around(text, start, end),
            upto=head + text[start:end],
            at=len(head) + _last(found) - start,
        )
        if (
            not letter
            and not _denied(book, text, found)
            and hazard_contexts.stands(book.context, rule, sentence, own=_own(book, rule, sentence))
        ):
            return True
        silenced = False
    return silenced


def _tells(book: Book, rule: Rule, text: str, marks: hazard_marks.Found, *, letter: bool) -> bool:
    """Whether the marks of a check list are told of as they are; another day has its own marks."""
    context = book.context
    sentence = _around(text, *hazard_chains.around(marks))
    if (
        letter
        or _denied(book, text, marks)
        or hazard_contexts.silences(context, "fiction", sentence)
    ):
        return False
    if hazard_contexts.laughs(context, rule, sentence):
        return False
    if _own(book, rule, sentence):
        return True
    if context["hypothetical"].search(sentence.upto) and hazard_contexts.is_general(
        context, sentence
    ):
        return False
    if hazard_contexts.settles(context, rule, sentence):
        return False
    return not any(hazard_contexts.silences(context, name, sentence) for name in ("topic", "talk"))


def _denied(book: Book, text: str, found: hazard_chains.Found) -> bool:
    denied = book.context["denied"]
    return any(
        denied.search(text[max(0, at - hazard_contexts.NEGATION_REACH) : at]) for at, _ in found
    )


def _counts(book: Book, rule: Rule, text: str, match: re.Match[str], *, letter: bool) -> bool:
    sentence = _around(text, match.start(), match.end())
    return (not letter or _own(book, rule, sentence)) and hazard_contexts.stands(
        book.context, rule, sentence, own=_own(book, rule, sentence)
    )


def _own(book: Book, rule: Rule, sentence: Sentence) -> bool:
    """Whether the first person speaks of dying."""
    return rule.hazard is Hazard.SELF_HARM and book.me.search(sentence.whole) is not None


def _last(found: hazard_chains.Found) -> int:
    """Where the last word of a chain begins that is more than a single character: not 我."""
    words = [start for start, end in found if end - start > 1] or [start for start, _ in found]
    return max(words)


def _around(text: str, start: int, end: int) -> Sentence:
    head = _head(text, start)
    right = text[end : end + REACH]
    tail = right[: min((at for stop in SENTENCE if (at := right.find(stop)) >= 0), default=REACH)]
    clause = tail[: min((at for stop in CLAUSE if (at := tail.find(stop)) >= 0), default=REACH)]
    found = text[start:end]
    return Sentence(
        whole=head + found + tail,
        at=len(head),
        before_clause=head[max(head.rfind(stop) for stop in CLAUSE) + 1 :],
        upto=head + found + clause,
        after=tail,
    )


def _head(text: str, start: int) -> str:
    left = text[max(0, start - REACH) : start]
    return left[max(left.rfind(stop) for stop in SENTENCE) + 1 :]


def _sum_up(counted: list[Rule], doubted: list[Rule], text: str, writer: Writer) -> Danger:
    firm = [rule for rule in counted if not rule.fallback]
    grave = any(rule.hazard in P0_HAZARDS for rule in firm)
    rules = firm if grave or not counted else counted
    suspicion = min((rule.hazard for rule in doubted), key=GRAVITY.__getitem__, default=Hazard.NONE)
    if not rules:
        if writer is Writer.CHILD and FEAR.search(text):
            return Danger(Hazard.CHILD_AT_RISK, "像是孩子在说自己害怕或没人管", suspicion)
        return Danger(Hazard.NONE, "", suspicion)
    worst = min(rules, key=lambda rule: GRAVITY[rule.hazard])
    if writer is Writer.CHILD and worst.hazard is not Hazard.SELF_HARM:
        return Danger(Hazard.CHILD_AT_RISK, worst.reason, suspicion)
    kinds = {rule.hazard for rule in rules}
    if worst.hazard is Hazard.VIOLENCE and Hazard.CHILD_AT_RISK in kinds:
        child = next(rule for rule in rules if rule.hazard is Hazard.CHILD_AT_RISK)
        return Danger(child.hazard, child.reason, suspicion)
    return Danger(worst.hazard, worst.reason, suspicion)


@cache
def read_rules() -> Book:
    """The rules. Their patterns are compiled when a text first needs them."""
    speech = danger_files.speech()
    words = _Words()
    for name, pattern in speech.words.items():
        words.add(name, pattern)
    rows = list(danger_files.rows("rules"))
    lines = [(owner, line) for owner, (_, row) in enumerate(rows) for line in _lines(row)]
    parts = [(owner, part) for owner, line in lines for part in hazard_literals.branches(line)]
    patterns = tuple(words.pattern(part) for _, part in parts)
    figures = tuple(words.pattern(figure) for figure in speech.figures)
    context = {name: re.compile(words.expand(text)) for name, text in speech.context.items()}
    return Book(
        rules=tuple(_rule(hazard, row, words) for hazard, row in rows),
        patterns=patterns,
        owners=tuple(owner for owner, _ in parts),
        index=hazard_patterns.Index(patterns),
        figures=figures,
        figure_index=hazard_patterns.Index(figures),
        context=context,
        me=re.compile(words.expand("<me>")),
    )


def _lines(row: danger_files.Row) -> list[str]:
    lines = row["patterns"]
    if not isinstance(lines, list):
        raise TypeError("Give each rule a list of patterns.")
    return lines


def _rule(hazard: Hazard, row: danger_files.Row, words: "_Words") -> Rule:
    unless = row.get("unless")
    return Rule(
        hazard=hazard,
        reason=str(row["reason"]),
        unless=re.compile(words.expand(unless)) if isinstance(unless, str) else None,
        now=row.get("now") is True,
        fallback=row.get("fallback") is True,
        weak=row.get("weak") is True,
    )


class _Words:
    """What the names in patterns stand for, and what each of them needs."""

    def __init__(self) -> None:
        self._words: dict[str, str] = {}
        self._needs: dict[str, hazard_literals.Needs] = {}

    def add(self, name: str, pattern: str) -> None:
        """One more name; it may use those before it."""
        self._needs[name] = hazard_literals.needs(pattern, self._needs)
        self._words[name] = self.expand(pattern)

    def pattern(self, source: str) -> hazard_patterns.Pattern:
        """A pattern of the file, not yet compiled."""
        needs = hazard_literals.needs(source, self._needs)
        return hazard_patterns.Pattern(self.expand(source), needs)

    def expand(self, pattern: str) -> str:
        """Names stand for words; a gap never crosses into another sentence."""
        filled = NAME.sub(lambda match: self._words[match[1]], pattern)
        return GAP.sub(f"[^{re.escape('。!?;')}\\\\n]", filled)
