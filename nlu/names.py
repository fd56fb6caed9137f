"""Which words of a text name a person, so that they do not leave the house."""

import re
from collections.abc import Iterator
from functools import cache

from knowledge import lexicon
from nlu import name_places, tokenise
from nlu.masking import NAME_MASK

SAID = r"(?:我叫|俺叫|名叫|大名|名字(?:是|叫)?|姓名(?:是|叫|为)?|我姓|他叫|她叫)[:：\s]*"
FOREIGN = re.compile(r"[一-鿿]{2,6}(?:[·•‧・][一-鿿]{1,6})+")
# Family names that are far oftener words: 失业金, 钱全花完了.
RATHER_WORDS = frozenset("金钱连毋")
# What the tagger writes on a person's name, and on words that given names are made of: 宏伟, 文静.
PERSON = "nr"
PRAISE = frozenset({"a", "an", "z", "nz"})
# Syllables that stand beside a Tibetan's, Uyghur's or Mongol's name: 阿依古丽, 阿不都热依木.
SYLLABLES = "阿不都热依木合买提麦尔江夏帕孜吐逊艾力玉素甫明曼努巴特其格日勒乌云萨仁图那苏"
LONGEST = 4
# Characters of a given name.
GIVEN = 2
COMPOUND = frozenset(
    {"欧阳", "司马", "上官", "诸葛", "司徒", "东方", "尉迟", "皇甫", "慕容", "令狐"}
)


def warm() -> None:
    """Read the tagger's words now; it takes a second that no turn should pay."""
    mask("你好")


def mask(text: str) -> str:
    """The text with every word that may be a person's name masked; one too many does no harm."""
    far = _far().sub(NAME_MASK, FOREIGN.sub(NAME_MASK, text))
    told = _told().sub(lambda found: found["lead"] + NAME_MASK, far)
    marked = _whole().sub(_unless_a_word, name_places.mask(told))
    words = [(pair.word, pair.flag) for pair in tokenise.tagger().cut(marked)]
    return "".join(_masked(words))


def _unless_a_word(found: re.Match[str]) -> str:
    """村|罗桂兰: the tagger cuts some names apart; 安全生产 is none although it looks like one."""
    word = found[0]
    if word[1:] in _given_words():
        return NAME_MASK
    return word if tokenise.cutter().FREQ.get(word[:2]) else NAME_MASK


def _masked(words: list[tuple[str, str]]) -> Iterator[str]:
    """The words again; 马|秀英 and 谢|广坤 are one name, whatever the tagger says of the halves."""
    at = 0
    while at < len(words):
        word, flag = words[at]
        behind = _given(words[at + 1 : at + 1 + GIVEN]) if word in _families() else 0
        yield NAME_MASK if behind or _is_name(word, flag) else word
        at += 1 + behind


def _given(words: list[tuple[str, str]]) -> int:
    """How many of the words behind a family name are the given name."""
    taken = length = 0
    for word, flag in words:
        length += len(word)
        given = word in _given_words() or set(word) <= _givens()
        praise = len(word) == GIVEN and flag in PRAISE
        if length > GIVEN or not (given or praise or _is_name(word, flag)):
            break
        taken += 1
    return taken


def _is_name(word: str, flag: str) -> bool:
    if word in _others() or len(word) > LONGEST or _two_words(word):
        return False
    unknown = not tokenise.cutter().FREQ.get(word)
    looks_like_one = word[:1] in _families() and len(word) > 1 and set(word[1:]) <= _givens()
    return flag.startswith(PERSON) or (unknown and looks_like_one)


def _two_words(word: str) -> bool:
    """考虑周到: the tagger joins two words of the dictionary into what it takes for a name."""
    halves = (word[:2], word[2:])
    joined = len(word) == LONGEST and halves[0] not in COMPOUND
    return joined and all(tokenise.cutter().FREQ.get(half) for half in halves)


@cache
def _families() -> frozenset[str]:
    return (frozenset(lexicon.rows("surnames.txt")[0][0]) | COMPOUND) - RATHER_WORDS


@cache
def _rare() -> str:
    """Family names that are often words: only with a given name behind them."""
    return lexicon.rows("surnames.txt")[1][0]


@cache
def _givens() -> frozenset[str]:
    return frozenset(lexicon.rows("given_names.txt")[0][0])


@cache
def _given_words() -> frozenset[str]:
    return frozenset(lexicon.rows("given_names.txt")[1][0].split())


@cache
def _others() -> frozenset[str]:
    return frozenset(row[0] for row in lexicon.rows("not_names.txt"))


@cache
def _whole() -> re.Pattern[str]:
    families = "".join(sorted(one for one in _families() if len(one) == 1)) + _rare()
    letters = f"[{''.join(sorted(_givens()))}]{{2}}"
    return re.compile(rf"[{families}](?:{'|'.join(sorted(_given_words()))}|{letters})")


@cache
def _told() -> re.Pattern[str]:
    family = lexicon.rows("surnames.txt")[0][0] + _rare()
    return re.compile(rf"(?P<lead>{SAID})[{family}][一-鿿]{{0,2}}")


@cache
def _far() -> re.Pattern[str]:
    names = "|".join(lexicon.rows("given_names.txt")[2][0].split())
    return re.compile(rf"[{SYLLABLES}]{{0,4}}(?:{names})[{SYLLABLES}]{{0,4}}")
