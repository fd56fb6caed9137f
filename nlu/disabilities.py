"""Which disability a text tells of: its kind and its grade, 1 the gravest of 4."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import chain

from knowledge import lexicon
from nlu.quantities import Mark
from nlu.understanding import Disability, EntityName

GRADE = r"(?:[一二三四壹贰叁肆1-4]级)"
GRADES = {"一": 1, "壹": 1, "二": 2, "贰": 2, "三": 3, "叁": 3, "四": 4, "肆": 4}
BARE = re.compile(
    rf"(?P<grade>{GRADE})(?:的)?(?:残疾?|残障)"
    rf"|(?:残疾?证?|残障|重残|评残|伤残|等级|证上写?|级别)(?:证)?(?:.{{0,8}}(?:是|为|写))?(?:的|等级|评了?|定了?|,|:)?"
    rf"(?P<after>{GRADE})|^(?P<alone>{GRADE})(?=[,。!]|$)"
)


@cache
def _patterns() -> tuple[re.Pattern[str], dict[str, str]]:
    said = lexicon.groups("disabilities.yml")
    kinds = {word: kind for kind, words in said.items() for word in words}
    words = "|".join(sorted(chain.from_iterable(said.values()), key=len, reverse=True))
    clear = "|".join(word for word in kinds if len(word) > 1 and word not in WEAK)
    pattern = (
        rf"(?P<before>{GRADE})的?(?P<kind>{words})(?:残疾|障碍)?"
        rf"|(?P<kind2>{words})(?:残疾|障碍|残)?(?:证)?(?:是|为|的|,)?(?P<after>{GRADE})"
        rf"|(?P<alone>{clear})(?:残疾人?)?"
    )
    return re.compile(pattern), kinds


WEAK = frozenset({"视力", "听力", "言语", "语言", "肢体", "智力", "精神", "多重", "只体", "断腿"})


def find(text: str) -> Iterator[Mark]:
    """Kind with grade, kind alone where the word can mean nothing else, or grade alone."""
    pattern, kinds = _patterns()
    for match in pattern.finditer(text):
        kind = match["kind"] or match["kind2"] or match["alone"]
        grade = match["before"] or match["after"]
        value = Disability(kinds[kind], _grade(grade) if grade else None)
        yield Mark(EntityName.DISABILITY, value, match.start(), match.end())
    for match in BARE.finditer(text):
        value = Disability(None, _grade(match["grade"] or match["after"] or match["alone"]))
        yield Mark(EntityName.DISABILITY, value, match.start(), match.end())


def _grade(said: str) -> int:
    return GRADES[said[0]] if said[0] in GRADES else int(said[0])
