"""Whether what stands around a find lets it count: not denied, over, long past or told for fun."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from knowledge.names import Hazard

Context: TypeAlias = Mapping[str, re.Pattern[str]]

NEGATION_REACH = 6
# An illness treated and a house mended are over; who wanted to die or was beaten is not.
SETTLES = frozenset({Hazard.MEDICAL_EMERGENCY, Hazard.DISASTER_DANGER})


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of danger with the reason shown to staff, and what silences it."""

    hazard: Hazard
    reason: str
    unless: re.Pattern[str] | None
    now: bool
    fallback: bool
    weak: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """What stands around a find: its sentence, its clause before it, and what follows.

    `at`: where in the sentence the find, or the last real word of a chain, begins.
    """

    whole: str
    at: int
    before_clause: str
    upto: str
    after: str


def stands(context: Context, rule: Rule, sentence: Sentence, *, own: bool) -> bool:
    """Whether a find of a rule counts where it stands; `own`: the first person speaks of dying."""
    if rule.unless is not None and not _turns(context["turn"], rule.unless, sentence):
        return False
    denied = context["negated"].search(sentence.before_clause[-NEGATION_REACH:])
    if denied or context["negated_after"].search(sentence.after):
        return False
    return not _elsewhere(context, rule, sentence, own=own)


def _elsewhere(context: Context, rule: Rule, sentence: Sentence, *, own: bool) -> bool:
    """Whether the sentence is about another day, a story, a supposition or a policy."""
    whole = sentence.whole
    present = context["present"].search(whole) is not None
    if silences(context, "fiction", sentence):
        return True
    if silences(context, "topic", sentence) and not (present and own):
        return True
    if laughs(context, rule, sentence):
        return True
    if silences(context, "talk", sentence) and not own:
        return True
    if settles(context, rule, sentence) or _is_past(context, sentence):
        return True
    if rule.now and context["earlier"].search(whole) and not present:
        return True
    if own:
        return False
    return is_general(context, sentence)


def settles(context: Context, rule: Rule, sentence: Sentence) -> bool:
    """Whether it is over: 早就没事了; an illness also when treated, a house when mended."""
    treated = rule.hazard in SETTLES and silences(context, "settled", sentence)
    return treated or silences(context, "resolved", sentence)


def laughs(context: Context, rule: Rule, sentence: Sentence) -> bool:
    """Whether it is told laughing, and no deed or means of dying is told with it: 哈哈 药都吃了."""
    earnest = rule.hazard is Hazard.SELF_HARM and context["earnest"].search(sentence.whole)
    return not earnest and silences(context, "laughter", sentence)


def silences(context: Context, name: str, sentence: Sentence) -> bool:
    """Whether such words stand in the sentence: 早就好了; not 早就好了,可是今天又昏过去了."""
    return not _turns(context["turn"], context[name], sentence)


def _turns(turn: re.Pattern[str], words: re.Pattern[str], sentence: Sentence) -> bool:
    """Whether there are no such words, or a turn stands between each of them and the find."""
    whole, at = sentence.whole, sentence.at
    return all(turn.search(whole, found.end(), at) for found in words.finditer(whole))


def _is_past(context: Context, sentence: Sentence) -> bool:
    """A word for long ago up to the end of the clause, and none for now after that word."""
    if context["past_after"].search(sentence.after):
        return context["lasting"].search(sentence.whole) is None
    said = [match.end() for match in context["past"].finditer(sentence.upto)]
    return bool(said) and not context["present"].search(sentence.upto, said[-1])


def is_general(context: Context, sentence: Sentence) -> bool:
    """A question about rules or a supposition, in which nobody in particular is in danger."""
    policy = context["policy"].search(sentence.whole)
    supposed = context["hypothetical"].search(sentence.upto)
    if policy and supposed and not context["present"].search(sentence.whole):
        return True
    if context["personal"].search(context["asker"].sub("", sentence.whole)):
        return False
    return bool(policy or supposed)
