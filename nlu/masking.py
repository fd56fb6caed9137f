"""What is taken out of a text before it leaves the house: numbers, names and doors."""

import re
from functools import cache

from knowledge import lexicon
from knowledge.normalise import Normal, normalise
from nlu import identifiers
from nlu.understanding import EntityName

MASKS = {
    EntityName.ID_NUMBER: "[证件号]",
    EntityName.PHONE: "[电话]",
    EntityName.TICKET_NUMBER: "[单号]",
}
NAME_MASK = "[姓名]"
LONG_NUMBER = re.compile(r"(?<![\d.])\d(?:[ \-]?\d){6,}(?![\d.])")
NUMBER_MASK = "[号码]"
TITLES = (
    r"大爷|大妈|大娘|大叔|大哥|大姐|阿姨|叔叔|伯伯|婶|奶奶|爷爷|先生|女士|师傅|老师"
    r"|主任|书记|村长|会计|医生|某"
)
SAID = (
    r"(?:我叫|我是|名叫|名字叫|名字是|姓名(?:是|叫|为|:)?|叫做|本人|户主(?:是|叫|:)?"
    r"|联系人(?:是|叫|:)?|他叫|她叫|叫)\s?"
)
DOOR = re.compile(
    r"(?:[\d一二三四五六七八九十]{1,5}(?:号楼|栋|幢|单元|弄|室|号院|门牌)){1,4}"
    r"(?:[\d]{1,4}(?:室|号|房)?)?"
)
DOOR_MASK = "[门牌]"


def mask(text: str) -> str:
    """The text without what tells who is writing; all else as it was written."""
    normal = normalise(text)
    spans = sorted(_spans(normal), key=lambda span: (span[0], -span[1]))
    out: list[str] = []
    done = 0
    for start, end, put in spans:
        if start < done:
            continue
        out += [normal.source[done:start], put]
        done = end
    return "".join([*out, normal.source[done:]])


def _spans(normal: Normal) -> list[tuple[int, int, str]]:
    text = normal.text
    found = [(mark.start, mark.end, MASKS[mark.name]) for mark in identifiers.identifiers(text)]
    found += [(m.start(), m.end(), NUMBER_MASK) for m in LONG_NUMBER.finditer(text)]
    found += [(m.start(), m.end(), DOOR_MASK) for m in DOOR.finditer(text)]
    found += [(*m.span(m.lastgroup or 0), NAME_MASK) for m in _names().finditer(text)]
    return [(*normal.span(start, end), put) for start, end, put in found if end > start]


@cache
def _names() -> re.Pattern[str]:
    family = lexicon.rows("surnames.txt")[0][0]
    given = r"[一-鿿]{1,2}"
    return re.compile(
        rf"{SAID}(?P<named>[{family}]{given})(?=[,。!?;:\s的]|$|今年|,|住|家|电话|身份)"
        rf"|(?P<titled>[{family}](?:[一-鿿]{{0,2}}?))(?=(?:{TITLES}))"
        rf"|(?P<old>[老小][{family}])(?=[,。!?\s家的]|$)"
    )
