"""Where in a sentence a word can only be a person's name, although it is a word as well.

高山 is a mountain; behind 我叫 or 我儿子, and before 住院了 or 的低保, it is somebody.
"""

import re
from functools import cache

from knowledge import lexicon
from nlu import tokenise
from nlu.masking import NAME_MASK

PLACES = "name_places.yml"
# How many characters of given names follow a family name.
GIVEN = "{1,2}"
# A longer word of the dictionary that is no person is a thing: 高血压.
SHORT = 2
# Kinds of words that begin like a name and are none: 儿子向来, 全都说.
NEVER_NAMES = ("d", "p", "c", "r", "m", "f", "u")
# What somebody is or does: 老公高兴, 女儿成长. Only what else is said of them makes a name of it.
OFTEN_WORDS = ("a", "b", "z", "v", "t")


def mask(text: str) -> str:
    """The text without the names that their place gives away."""
    for pattern in (_announced(), _among_kin(), _somebody()):
        text = pattern.sub(_if_a_name, text)
    return text


def _if_a_name(found: re.Match[str]) -> str:
    group = found.lastgroup or "name"
    if _is_a_word(found, group):
        return found[0]
    start, end = (at - found.start() for at in found.span(group))
    return found[0][:start] + NAME_MASK + found[0][end:]


def _is_a_word(found: re.Match[str], group: str) -> bool:
    """Whether the dictionary or what stands behind tells that this is no name."""
    name = found[group]
    kind = tokenise.kind(name) or ""
    if name in _others() or (len(name) > SHORT and kind.startswith("n") and kind != "nr"):
        return True
    if found.re is _announced():
        return False
    if name[:SHORT] in _never():
        return True
    if found.re is _among_kin() and kind.startswith(OFTEN_WORDS):
        return _does().match(found.string, found.end(group)) is None
    return kind.startswith(NEVER_NAMES)


@cache
def _part(name: str) -> str:
    return "|".join(lexicon.groups(PLACES)[name])


@cache
def _families() -> str:
    """Every family name, also those that are far oftener words."""
    return f"[{''.join(row[0] for row in lexicon.rows('surnames.txt'))}]"


@cache
def _givens() -> str:
    written = lexicon.rows("given_names.txt")[0][0] + "".join(lexicon.groups(PLACES)["given"])
    whole = "|".join(sorted(lexicon.rows("given_names.txt")[1][0].split()))
    return f"(?:{whole}|[{written}]{GIVEN}?)"


@cache
def _never() -> frozenset[str]:
    return frozenset(lexicon.groups(PLACES)["never"])


@cache
def _others() -> frozenset[str]:
    return frozenset(row[0] for row in lexicon.rows("not_names.txt"))


@cache
def _does() -> re.Pattern[str]:
    return re.compile(_part("somebody"))


@cache
def _announced() -> re.Pattern[str]:
    name = rf"(?P<name>{_families()}[一-鿿]{GIVEN}?)"
    return re.compile(rf"(?:{_part('announcing')})[:：\s]*{name}(?={_part('behind')})")


@cache
def _among_kin() -> re.Pattern[str]:
    kin = "|".join((_part("kin"), *(row[0] for row in lexicon.rows("kin.txt"))))
    name = rf"(?P<name>{_families()}{_givens()})"
    return re.compile(rf"(?:{kin}|(?<=我是))[:：]?{name}(?={_part('behind')})")


@cache
def _somebody() -> re.Pattern[str]:
    name = rf"(?P<name>{_families()}{_givens()})"
    return re.compile(
        rf"(?:(?<![一-鿿])|{_part('asking')}|{_part('day')}){name}(?={_part('somebody')})"
        rf"|(?:找|联系|举报|投诉|叫){name.replace('name', 'asked')}(?=$|[,，。!！?？])"
    )
