"""Which days a text names, as seen from the day it was written.

Weeks begin on Monday. A bare weekday is the next one; a bare day of the month is the one of this
month; a lunar month or a festival is the nearest one.
"""

import calendar
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import TypeAlias

from knowledge import lexicon
from nlu import date_patterns as words
from nlu import numerals
from nlu.quantities import Mark
from nlu.understanding import DateSpan, EntityName

Reader: TypeAlias = Callable[[re.Match[str], date], DateSpan | None]
SHORT_YEAR = 2
LONGEST_LUNAR_MONTH = 30
ONE_DAY = timedelta(days=1)


def dates(text: str, today: date) -> Iterator[Mark]:
    """Spans of days, both ends inclusive. Impossible days (2月30日) are left out."""
    for pattern, reader in _readers():
        for match in pattern.finditer(text):
            try:
                span = reader(match, today)
            except (ValueError, OverflowError):
                continue
            if span is not None:
                yield Mark(EntityName.DATE, span, match.start(), match.end())


def _readers() -> tuple[tuple[re.Pattern[str], Reader], ...]:
    return (
        (words.NUMERIC, _numeric),
        (words.YEAR, _year),
        (words.LUNAR, _lunar),
        (words.FEAST, _feast),
        (words.AGO, _ago),
        (words.DAY_WORD, _day_word),
        (words.WEEKDAY, _weekday),
        (words.WEEK, _week),
        (words.MONTH, _month),
        (words.EDGE, _edge),
        (words.MONTH_DAY, _month_day),
        (words.DAY_NUMBER, _day_number),
    )


def _number(said: str) -> int:
    value = numerals.read({"半": "0", "几": "0"}.get(said, said.replace("廿", "二十")))
    if value is None:
        raise ValueError(said)
    return int(value.low)


def _part(match: re.Match[str]) -> str | None:
    said = (match["part"] or "").removeprefix("的")
    return next((part for part, said_so in words.PARTS.items() if said in said_so), None)


def _day(day: date, part: str | None = None) -> DateSpan:
    return DateSpan(day, day, part)


def _months(first: date, count: int = 1) -> DateSpan:
    last = _shift(first.replace(day=1), count) - ONE_DAY
    return DateSpan(first.replace(day=1), last)


def _shift(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _cut(span: DateSpan, edge: str | None) -> DateSpan:
    if edge == "初":
        return DateSpan(span.start, span.start.replace(day=10))
    if edge == "中旬":
        return DateSpan(span.start.replace(day=11), span.start.replace(day=20))
    return DateSpan(span.start.replace(day=21), span.end) if edge in {"底", "末"} else span


def _numeric(match: re.Match[str], _today: date) -> DateSpan:
    first = date(int(match["y"]), int(match["m"]), int(match["d"] or 1))
    return _day(first) if match["d"] else _months(first)


def _year(match: re.Match[str], today: date) -> DateSpan:
    said = match["which"]
    year = today.year + words.YEARS[said] if said in words.YEARS else _year_number(said[:-1], today)
    if match["month"]:
        first = date(year, _number(match["month"]), 1)
        if match["dayno"]:
            return _day(first.replace(day=_number(match["dayno"])), _part(match))
        return _cut(_months(first), match["edge"])
    if match["season"]:
        return _season(match["season"], year)
    return DateSpan(date(year, 1, 1), date(year, 12, 31))


def _year_number(said: str, today: date) -> int:
    digits = said.translate(str.maketrans("零〇一二三四五六七八九", "00123456789"))
    if len(digits) == SHORT_YEAR:
        short = int(digits)
        return short + (2000 if short <= today.year % 100 else 1900)
    return int(digits)


def _season(said: str, year: int) -> DateSpan:
    if said in words.SEASONS:
        first, last = words.SEASONS[said]
        return DateSpan(date(year, first, 1), _months(date(year, last, 1)).end)
    if said in words.FIXED:
        return _day(date(year, *words.FIXED[said]))
    return _day(lunar_day(year, *words.LUNAR_FEASTS[said]))


@cache
def _lunar_years() -> dict[int, tuple[date, ...]]:
    return {
        int(row[0]): tuple(date.fromisoformat(day) for day in row[1:])
        for row in lexicon.rows("lunar.tsv")
    }


def lunar_day(year: int, month: int, day: int) -> date:
    """The day of a lunar date. ValueError for years outside the table (2015 to 2040)."""
    firsts = _lunar_years().get(year)
    if firsts is None or not 1 <= day <= LONGEST_LUNAR_MONTH:
        raise ValueError(year)
    return firsts[month - 1] + timedelta(days=day - 1)


def _nearest(spans: list[DateSpan], today: date) -> DateSpan:
    return min(spans, key=lambda span: min(abs(span.start - today), abs(span.end - today)))


def _years_meant(match: re.Match[str], today: date) -> tuple[int, ...]:
    """The year that was said, else the years around today."""
    if match["year"]:
        return (today.year + words.YEARS[match["year"]],)
    return (today.year - 1, today.year, today.year + 1)


def _lunar(match: re.Match[str], today: date) -> DateSpan:
    said = match["lunar"]
    month = {"腊月": 12, "正月": 1, "冬月": 11}.get(said) or _number(match["m"])
    years = _years_meant(match, today)
    if match["d"]:
        number = _number(match["d"])
        return _nearest([_day(lunar_day(year, month, number)) for year in years], today)
    firsts = [first for year in (*years, years[-1] + 1) for first in _lunar_years()[year]]
    starts = {lunar_day(year, month, 1) for year in years}
    spans = [DateSpan(a, b - ONE_DAY) for a, b in pairwise(firsts) if a in starts]
    return _nearest(spans, today)


def _feast(match: re.Match[str], today: date) -> DateSpan:
    feast = match["feast"]
    said = feast.removesuffix("劳动节").removesuffix("节") if feast != "春节" else feast
    years = _years_meant(match, today)
    if said in words.HALVES and not match["year"]:
        return _season(said, today.year)
    if said in words.SEASONS:
        return _nearest([_season(said, year) for year in years], today)
    if said in words.EVES:
        return _nearest([_day(lunar_day(year, 1, 1) - ONE_DAY) for year in years], today)
    return _nearest([_season(said, year) for year in years], today)


def _ago(match: re.Match[str], today: date) -> DateSpan | None:
    count, unit = _number(match["n"]), match["unit"]
    if not count:
        return None
    sign = -1 if match["way"] == "前" else 1
    if unit == "年":
        year = today.year + sign * count
        return DateSpan(date(year, 1, 1), date(year, 12, 31))
    if unit == "个月":
        return _months(_shift(today, sign * count))
    days = count * (1 if unit in {"天", "日"} else 7)
    return _day(today + timedelta(days=sign * days))


def _day_word(match: re.Match[str], today: date) -> DateSpan:
    said = match["day"]
    part = _part(match)
    if said.endswith(("晚", "夜")):
        part = "evening"
    elif said.endswith(("早", "晨")):
        part = "morning"
    return _day(today + timedelta(days=words.OFFSETS[said]), part)


def _monday(today: date, said: str | None) -> date:
    return today - timedelta(days=today.weekday()) + timedelta(weeks=words.WEEKS.get(said or "", 0))


def _weekday(match: re.Match[str], today: date) -> DateSpan:
    said, on = match["week"], match["on"]
    monday = _monday(today, said)
    if on == "末":
        return DateSpan(monday + timedelta(days=5), monday + timedelta(days=6), _part(match))
    index = "一二三四五六日".find(on.replace("天", "日"))
    day = monday + timedelta(days=index if index >= 0 else int(on) - 1)
    if said is None and day < today:
        day += timedelta(weeks=1)
    return _day(day, _part(match))


def _week(match: re.Match[str], today: date) -> DateSpan:
    monday = _monday(today, match["week"])
    return DateSpan(monday, monday + timedelta(days=6))


def _month(match: re.Match[str], today: date) -> DateSpan:
    shift = {"上上": -2, "上": -1, "下": 1, "下下": 2}.get(match["which"], 0)
    first = _shift(today.replace(day=1), shift)
    if match["dayno"]:
        return _day(first.replace(day=_number(match["dayno"])))
    return _cut(_months(first), match["edge"])


def _edge(match: re.Match[str], today: date) -> DateSpan:
    return _cut(_months(today), match["edge"])


def _month_day(match: re.Match[str], today: date) -> DateSpan | None:
    if not match["dayno"] and not match["edge"] and not match["month"].isdigit():
        named = match[0] not in {"一月", "二月"}
    else:
        named = True
    first = date(today.year, _number(match["month"]), 1)
    if match["dayno"]:
        return _day(first.replace(day=_number(match["dayno"])), _part(match))
    return _cut(_months(first), match["edge"]) if named else None


def _day_number(match: re.Match[str], today: date) -> DateSpan:
    return _day(today.replace(day=_number(match["d"])), _part(match))
