"""Which lengths of time a text names, in the unit the resident used."""

import re
from collections.abc import Iterator

from nlu import numerals
from nlu.quantities import Mark
from nlu.understanding import Duration, EntityName

UNIT = (
    r"(?P<unit>小时|钟头|工作日|自然日|天|日(?!元|子)|周(?!岁|[一二三四五六日末])"
    r"|星期(?![一二三四五六日天])|礼拜(?![一二三四五六日天])|月|年(?!级|轻|纪|代|龄|薪|收|度|底|初))"
)
LENGTH = re.compile(
    rf"(?!三天两头)(?P<n>{numerals.NUMBER}|半|好几|几)(?P<mid>个|个多|个来)?(?P<half>半)?(?:多)?"
    rf"{UNIT}(?P<tail>半)?(?:多|来)?"
)
LONGEST = 2000
YEARS_MONTHS = re.compile(
    rf"(?P<y>{numerals.NUMBER})年(?:零|又|加|多)?(?P<m>{numerals.NUMBER})个月"
)
ABOUT_ONE = re.compile(r"个把(?P<unit>月|星期|礼拜|小时|钟头)")
ONE = {"月": Duration(months=1), "小时": Duration(hours=1), "钟头": Duration(hours=1)}
LONGEST_YEARS = 100


def durations(text: str) -> Iterator[Mark]:
    """Lengths of time; the lower end where the resident was vague, none for 几天."""
    yield from _special(text)
    for match in LENGTH.finditer(text):
        value = _length(match)
        if value is not None:
            yield Mark(EntityName.DURATION, value, match.start(), match.end())


def _special(text: str) -> Iterator[Mark]:
    """三年零两个月, 个把月."""
    for match in YEARS_MONTHS.finditer(text):
        years, months = numerals.read(match["y"]), numerals.read(match["m"])
        if years is not None and months is not None and years.low < LONGEST_YEARS:
            value = Duration(years=int(years.low), months=int(months.low))
            yield Mark(EntityName.DURATION, value, match.start(), match.end())
    for match in ABOUT_ONE.finditer(text):
        value = ONE.get(match["unit"], Duration(days=7))
        yield Mark(EntityName.DURATION, value, match.start(), match.end())


def _length(match: re.Match[str]) -> Duration | None:
    said, unit = match["n"], match["unit"]
    if unit in {"月", "小时", "钟头", "星期", "礼拜", "工作日"} and not (
        match["mid"] or unit != "月"
    ):
        return None
    if said in {"好几", "几"}:
        return None
    half = match["half"] or match["tail"]
    if said == "半":
        return {"年": Duration(months=6), "月": Duration(days=15), "天": Duration(hours=12)}.get(
            unit
        )
    value = numerals.read(said)
    if value is None or value.low != int(value.low) or not 0 < value.low <= LONGEST:
        return None
    count = int(value.low)
    match unit:
        case "年":
            return Duration(years=count, months=6 if half else 0) if count < LONGEST_YEARS else None
        case "月":
            return Duration(months=count, days=15 if half else 0)
        case "周" | "星期" | "礼拜":
            return Duration(days=7 * count)
        case "小时" | "钟头":
            return Duration(hours=count)
        case _:
            return Duration(days=count, hours=12 if half else 0)
