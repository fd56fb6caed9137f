"""What a number said in Chinese is worth, and how vague it is."""

import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

DIGIT = "零〇一二两三四五六七八九壹贰叁肆伍陆柒捌玖"
SCALE = "十百千万亿拾佰仟"
ARABIC = r"(?:\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.\d{1,4})?(?:[百千万亿wk]\d?)?"
PLAIN = rf"{ARABIC}|[{DIGIT}{SCALE}廿]{{1,12}}"
SEVERAL = (
    r"[百千万]把|万[儿而]八千|千[儿而]八百|百[儿而]八十"
    r"|[十百千万]?几(?:[十百千万]+|(?=[^何乎]))|[二三四五六七八九]?十几万?"
)
NUMBER = rf"(?:{SEVERAL}|{PLAIN})(?:多|来|出头|半(?![年个天月日]))?万?"
PAIRS = ("一二", "两三", "二三", "三四", "三五", "四五", "五六", "六七", "七八", "八九")
PAIR = re.compile(rf"([{DIGIT}{SCALE}]*)({'|'.join(PAIRS)})([十百千万]*)")
ROUGH = {"百": (80, 100), "千": (800, 1000), "万": (8000, 10000)}
SOME = {"十几": (11, 19), "几十": (20, 99), "几百": (200, 999), "几千": (2000, 9999)}
SHORT = {"俩": 2, "仨": 3, "半": 0, "〇": 0, "零": 0, "百": 100, "千": 1000, "万": 10000}
LATIN = str.maketrans({"w": "万", "k": "千", "拾": "十", "佰": "百", "仟": "千"})
HALVED = {"百": 50, "千": 500, "万": 5000}
LARGEST = 10**12


@dataclass(frozen=True, slots=True)
class Span:
    """The least and the greatest whole number meant."""

    low: float
    high: float


def read(said: str) -> Span | None:
    """两千五 is 2500, 一千多 1000 up to 1999, 七八百 700 up to 800; None where it is no number."""
    said = said.translate(LATIN)
    if said.endswith("万") and said[:-1].endswith(("多", "来", "几", "十几")):
        inner = read(said[:-1])
        return inner and Span(inner.low * 10_000, inner.high * 10_000)
    if said.endswith("来"):
        value = _exact(said.removesuffix("来"))
        return None if value is None else Span(0.8 * value, 1.2 * value)
    for tail in ("多", "出头"):
        if said.endswith(tail):
            return _vague(said.removesuffix(tail))
    if said.endswith("把"):
        unit = _exact(said[0])
        return None if unit is None else Span(0.8 * unit, 1.2 * unit)
    if "儿" in said or "而" in said:
        return Span(*ROUGH[said[0]])
    if "几" in said:
        return _some(said)
    if said.endswith("半") and said[-2:-1] in HALVED:
        value = _exact(said[:-1])
        half = HALVED[said[-2]]
        return None if value is None else Span(value + half, value + half)
    pair = PAIR.fullmatch(said)
    if pair is not None:
        return _pair(pair)
    value = _exact(said)
    return None if value is None else Span(value, value)


def _vague(said: str) -> Span | None:
    value = _exact(said)
    if value is None:
        return None
    step = 1
    while value >= 10 * step and value % (10 * step) == 0:
        step *= 10
    return Span(value, value + step - 1) if step > 1 else Span(value, value)


def _some(said: str) -> Span | None:
    if said in SOME:
        low, high = SOME[said]
        return Span(low, high)
    head, _, scale = said.partition("几")
    unit = _exact(f"一{scale}") if scale else 1.0
    base = _exact(head) if head else 0.0
    if unit is None or base is None:
        return None
    return Span(base + unit, base + 9 * unit) if head else Span(2 * unit, 10 * unit - 1)


def _pair(pair: re.Match[str]) -> Span | None:
    head, two, scale = pair.groups()
    low, high = _exact(head + two[0] + scale), _exact(head + two[1] + scale)
    return None if low is None or high is None or low > high else Span(low, high)


def _exact(said: str) -> float | None:
    if said in SHORT:
        return float(SHORT[said])
    try:
        plain = said.replace(",", "")
        value = float(plain) if re.fullmatch(r"\d+(\.\d+)?", plain) else _reader()(plain, "smart")
    except (ValueError, KeyError, IndexError, TypeError):
        return None
    return float(value) if value < LARGEST else None


@cache
def _reader() -> Callable[[str, str], float]:
    # Whoever names no number in words does not wait for it: its own tables take a quarter second.
    found: Callable[[str, str], float] = importlib.import_module("cn2an").cn2an
    return found
