"""Which days and lengths of time a text names, as seen from the day it was written.

Weeks begin on Monday. A bare weekday is the next one; a bare day of the month is the one of this
month; a lunar month or a festival is the nearest one.
"""

import calendar
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from itertools import pairwise

from knowledge import lexicon
from nlu import numerals
from nlu.quantities import Mark
from nlu.understanding import DateSpan, Duration, EntityName

DIGITS = "一二两三四五六七八九十"
N = rf"(?:\d{{1,4}}|[{DIGITS}廿百零〇]{{1,4}}|半|几)"
PART = r"(?P<part>(?:的)?(?:凌晨|早上|早晨|清早|上午|中午|下午|傍晚|晚上|夜里|半夜|晚|早))?(?P<clock>(?:\d{1,2}|[一二两三四五六七八九十]{1,3})点(?:半|钟|\d{1,2}分?|[一二三四五]?十分?)?)?"
PARTS = {
    "morning": ("凌晨", "早上", "早晨", "清早", "上午", "早"),
    "afternoon": ("中午", "下午"),
    "evening": ("傍晚", "晚上", "夜里", "半夜", "晚"),
}
OFFSETS = {
    "大前天": -3, "前天": -2, "前日": -2, "前晚": -2, "昨天": -1, "昨日": -1, "昨晚": -1, "昨夜": -1, "昨儿": -1,
    "今天": 0, "今日": 0, "今儿": 0, "今晚": 0, "今早": 0, "今夜": 0, "今晨": 0,
    "明天": 1, "明日": 1, "明儿": 1, "明早": 1, "明晚": 1, "后天": 2, "后日": 2, "后儿": 2, "大后天": 3,
}  # fmt: skip
DAY_WORD = re.compile(rf"(?P<day>{'|'.join(OFFSETS)})(?:个)?{PART}")
WEEKDAY = re.compile(
    rf"(?P<week>上上|下下|上个?|下个?|这个?|本)?(?:周|星期|礼拜)(?P<on>[一二三四五六日天末1-7])(?!\d|年|月|岁|次)(?:那天)?{PART}"
)
WEEK = re.compile(
    r"(?P<week>上上|下下|上个?|下个?|这个?|本)(?:周|星期|礼拜)(?![一二三四五六日天末])"
)
MONTH = re.compile(
    r"(?P<which>上上|下下|上|下|这|本|当)个?月(?P<edge>初|中旬|底|末)?(?![份供])(?:(?P<dayno>\d{1,2}|[一二三四五六七八九十廿]{1,3})(?:号|日))?"
)
EDGE = re.compile(r"(?<![\d一二三四五六七八九十个])月(?P<edge>初|底|末)")
YEAR = re.compile(
    rf"(?P<which>今年|去年|前年|大前年|明年|后年|当年(?!的)|(?<!\d)(?:19|20)\d\d年|[零〇一二九三四五六七八]{{4}}年|(?<!\d)\d\d年(?=[的就来去生出考毕办买退走结当参]|\d|[一二三四五六七八九十]{{1,2}}月)|[四五六七八九][零一二三四五六七八九]年(?=[生的出退当参结来]))"
    rf"(?P<rest>(?P<month>\d{{1,2}}|[一二三四五六七八九十]{{1,2}})月(?P<edge>初|中旬|底|末|份)?(?:(?P<dayno>\d{{1,2}}|[{DIGITS}廿]{{1,3}})(?:号|日))?|(?:年)?(?P<season>春节|清明|端午|中秋|国庆|元旦|上半年|下半年|年初|年底|春天|夏天|秋天|冬天))?{PART}"
)
NUMERIC = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)[-/.](?P<m>\d{1,2})(?:[-/.](?P<d>\d{1,2}))?(?![\d-])"
)
MONTH_DAY = re.compile(
    rf"(?<![\d年个{DIGITS}])(?P<month>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月(?P<edge>初|中旬|底|末|份)?(?:(?P<dayno>\d{{1,2}}|[{DIGITS}廿]{{1,3}})(?:号|日))?{PART}"
)
LUNAR = re.compile(
    rf"(?P<lunar>腊月|正月|冬月|农历(?P<m>[{DIGITS}]{{1,2}})月)(?:初?(?P<d>[{DIGITS}廿]{{1,3}}))?(?:号|日)?"
)
FEAST = re.compile(
    r"春节|过年|大年三十|除夕|大年初一|元宵节?|端午节?|中秋节?|八月十五|重阳节?|腊八节?|元旦|清明节?|五一(?:节|劳动节)?(?!路|街|村|小学|社区|广场|巷)|国庆节?|年底|年初|开春"
)
DAY_NUMBER = re.compile(
    rf"(?<![\d月楼栋{DIGITS}])(?P<d>[12]?\d|3[01]|[{DIGITS}]{{1,3}})号(?!楼|栋|院|线|门|厂|桥|机|码|房|病|床|店|公|路)(?:那天)?{PART}"
)
AGO = re.compile(
    rf"(?P<n>{N})(?P<unit>天|日|周|个?星期|个?礼拜|个月|年)(?:多|来)?(?:以|之)?(?P<way>前|后)(?!面|来)"
)
LENGTH = re.compile(
    rf"(?!三天两头)(?P<n>{numerals.NUMBER}|半|好几|几)(?P<mid>个|个多|个来)?(?P<half>半)?(?:多)?(?P<unit>小时|钟头|工作日|自然日|天|日(?!元|子)|周(?!岁|[一二三四五六日末])|星期(?![一二三四五六日天])|礼拜(?![一二三四五六日天])|月|年(?!级|轻|纪|代|龄|薪|收|度|底|初))(?P<tail>半)?(?:多|来)?"
)
FIXED = {"元旦": (1, 1), "清明": (4, 4), "五一": (5, 1), "国庆": (10, 1)}
LUNAR_FEASTS = {"春节": (1, 1), "过年": (1, 1), "大年初一": (1, 1), "元宵": (1, 15), "端午": (5, 5),
                "中秋": (8, 15), "八月十五": (8, 15), "重阳": (9, 9), "腊八": (12, 8)}  # fmt: skip
EVES = frozenset({"除夕", "大年三十"})
SEASONS = {"上半年": (1, 6), "下半年": (7, 12), "年初": (1, 2), "年底": (11, 12), "开春": (2, 4),
           "春天": (3, 5), "夏天": (6, 8), "秋天": (9, 11), "冬天": (11, 12)}  # fmt: skip
YEARS = {"大前年": -3, "前年": -2, "去年": -1, "今年": 0, "当年": 0, "明年": 1, "后年": 2}
WEEKS = {
    "上上": -2,
    "上": -1,
    "上个": -1,
    "这": 0,
    "这个": 0,
    "本": 0,
    "当": 0,
    "下": 1,
    "下个": 1,
    "下下": 2,
}
ONE_DAY = timedelta(days=1)


def dates(text: str, today: date) -> Iterator[Mark]:
    """Spans of days, both ends inclusive. Impossible days (2月30日) are left out."""
    readers: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], DateSpan | None]], ...] = (
        (NUMERIC, _numeric), (YEAR, _year), (LUNAR, _lunar), (FEAST, _feast), (AGO, _ago), (DAY_WORD, _day_word),
        (WEEKDAY, _weekday), (WEEK, _week), (MONTH, _month), (EDGE, _edge), (MONTH_DAY, _month_day), (DAY_NUMBER, _day_number),
    )  # fmt: skip
    for pattern, reader in readers:
        for match in pattern.finditer(text):
            try:
                span = reader(match, today)
            except (ValueError, OverflowError):
                continue
            if span is not None:
                yield Mark(EntityName.DATE, span, match.start(), match.end())


def _number(said: str) -> int:
    value = numerals.read({"半": "0", "几": "0"}.get(said, said.replace("廿", "二十")))
    if value is None:
        raise ValueError(said)
    return int(value.low)


def _part(match: re.Match[str]) -> str | None:
    said = (match["part"] or "").removeprefix("的")
    return next((part for part, words in PARTS.items() if said in words), None)


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
    year = today.year + YEARS[said] if said in YEARS else _year_number(said[:-1], today)
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
    if len(digits) == 2:
        short = int(digits)
        return short + (2000 if short <= today.year % 100 else 1900)
    return int(digits)


def _season(said: str, year: int) -> DateSpan:
    if said in SEASONS:
        first, last = SEASONS[said]
        return DateSpan(date(year, first, 1), _months(date(year, last, 1)).end)
    if said in FIXED:
        return _day(date(year, *FIXED[said]))
    return _day(lunar_day(year, *LUNAR_FEASTS[said]))


@cache
def _lunar_years() -> dict[int, tuple[date, ...]]:
    return {
        int(row[0]): tuple(date.fromisoformat(day) for day in row[1:])
        for row in lexicon.rows("lunar.tsv")
    }


def lunar_day(year: int, month: int, day: int) -> date:
    """The day of a lunar date. ValueError for years outside the table (2015 to 2040)."""
    firsts = _lunar_years().get(year)
    if firsts is None or not 1 <= day <= 30:
        raise ValueError(year)
    return firsts[month - 1] + timedelta(days=day - 1)


def _nearest(spans: list[DateSpan], today: date) -> DateSpan:
    return min(spans, key=lambda span: min(abs(span.start - today), abs(span.end - today)))


def _lunar(match: re.Match[str], today: date) -> DateSpan:
    said = match["lunar"]
    month = {"腊月": 12, "正月": 1, "冬月": 11}.get(said) or _number(match["m"])
    years = (today.year - 1, today.year, today.year + 1)
    if match["d"]:
        number = _number(match["d"])
        return _nearest([_day(lunar_day(year, month, number)) for year in years], today)
    firsts = [first for year in years for first in _lunar_years()[year]]
    starts = {lunar_day(year, month, 1) for year in years}
    spans = [DateSpan(a, b - ONE_DAY) for a, b in pairwise(firsts) if a in starts]
    return _nearest(spans, today)


def _feast(match: re.Match[str], today: date) -> DateSpan:
    said = match[0].removesuffix("劳动节").removesuffix("节") if match[0] != "春节" else match[0]
    years = (today.year - 1, today.year, today.year + 1)
    if said in SEASONS:
        return _nearest([_season(said, year) for year in years], today)
    if said in EVES:
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
    return _day(today + timedelta(days=OFFSETS[said]), part)


def _monday(today: date, said: str | None) -> date:
    return today - timedelta(days=today.weekday()) + timedelta(weeks=WEEKS.get(said or "", 0))


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


def durations(text: str) -> Iterator[Mark]:
    """Lengths of time; the lower end where the resident was vague, none for 几天."""
    for match in LENGTH.finditer(text):
        value = _length(match)
        if value is not None:
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
    if value is None or value.low != int(value.low) or not 0 < value.low <= 2000:
        return None
    count = int(value.low)
    match unit:
        case "年":
            return Duration(years=count, months=6 if half else 0) if count < 100 else None
        case "月":
            return Duration(months=count, days=15 if half else 0)
        case "周" | "星期" | "礼拜":
            return Duration(days=7 * count)
        case "小时" | "钟头":
            return Duration(hours=count)
        case _:
            return Duration(days=count, hours=12 if half else 0)
