"""Money, ages, households, days and numbers have the values residents mean."""

from datetime import UTC, date, datetime

import pytest

from knowledge.normalise import normalise
from nlu import entities
from nlu.understanding import Amount, DateSpan, Disability, Duration, EntityName, IdNumber, Per

SUNDAY = datetime(2026, 11, 22, 4, tzinfo=UTC)


def values(text: str, name: str) -> list[object]:
    found = entities.find(normalise(text), now=SUNDAY).entities
    return [entity.value for entity in found if entity.name == name]


@pytest.mark.parametrize(
    ("text", "low", "high", "per"),
    [
        ("每月一千二", 1200, 1200, Per.MONTH),
        ("工资两千五", 2500, 2500, Per.MONTH),
        ("一年收入1.2万", 12000, 12000, Per.YEAR),
        ("花了3.5万元", 35000, 35000, Per.ONCE),
        ("每月900", 900, 900, Per.MONTH),
        ("打工一年两三万", 20000, 30000, Per.YEAR),
        ("八百到一千块", 800, 1000, Per.ONCE),
        ("不到一千块", 0, 1000, Per.ONCE),
        ("两块五", 2.5, 2.5, Per.ONCE),
        ("养老金每月218块6毛", 218.6, 218.6, Per.MONTH),
        ("就剩三毛钱", 0.3, 0.3, Per.ONCE),
        ("每月￥980", 980, 980, Per.MONTH),
        ("１２，０００元", 12000, 12000, Per.ONCE),
        ("月薪3千5", 3500, 3500, Per.MONTH),
        ("每月一千左右", 800, 1200, Per.MONTH),
        ("900一个月", 900, 900, Per.MONTH),
        ("欠了十几万", 110000, 190000, Per.ONCE),
        ("退休金每月够吃饭，去年住院自付三万", 30000, 30000, Per.ONCE),
        ("每月还要自付三千", 3000, 3000, Per.MONTH),
    ],
)
def test_money(text: str, low: float, high: float, per: Per) -> None:
    assert values(text, EntityName.AMOUNT) == [Amount(round(low * 100), round(high * 100), per)]


def test_one_thousand_odd_stays_under_two_thousand() -> None:
    assert values("一千多块", EntityName.AMOUNT) == [Amount(100_000, 199_999, Per.ONCE)]


@pytest.mark.parametrize(
    "text", ["住在3楼", "打12345", "低保一个月多少钱", "三天两头跑", "一千零一夜", "二级残疾"]
)
def test_what_is_no_money(text: str) -> None:
    assert values(text, EntityName.AMOUNT) == []


@pytest.mark.parametrize(
    ("text", "age"),
    [("65岁", 65), ("今年七十三了", 73), ("我妈八十了", 80), ("3岁半", 3), ("弟弟今年廿七", 27)],
)
def test_age(text: str, age: int) -> None:
    assert values(text, EntityName.AGE) == [age]


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("家里三口人", 3),
        ("一家五口", 5),
        ("就我一个人", 1),
        ("我们老两口", 2),
        ("家里有四个人", 4),
        ("人口数：3", 3),
        ("俩人", 2),
        ("独居", 1),
    ],
)
def test_household_size(text: str, size: int) -> None:
    assert values(text, EntityName.HOUSEHOLD_SIZE) == [size]


def test_who_is_in_the_household() -> None:
    assert values("三口人，我和老伴还有孙女", EntityName.MEMBER) == ["老伴", "孙女"]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("下周三上午", "2026-11-25", "2026-11-25"),
        ("上个月", "2026-10-01", "2026-10-31"),
        ("腊月", "2027-01-08", "2027-02-05"),
        ("腊月二十三", "2027-01-30", "2027-01-30"),
        ("中秋节", "2026-09-25", "2026-09-25"),
        ("昨晚", "2026-11-21", "2026-11-21"),
        ("大前天", "2026-11-19", "2026-11-19"),
        ("三年前", "2023-01-01", "2023-12-31"),
        ("2026-10-15", "2026-10-15", "2026-10-15"),
        ("去年十月", "2025-10-01", "2025-10-31"),
        ("八二年的", "1982-01-01", "1982-12-31"),
        ("月底", "2026-11-21", "2026-11-30"),
        ("下个月5号", "2026-12-05", "2026-12-05"),
        ("上礼拜五", "2026-11-13", "2026-11-13"),
    ],
)
def test_days(text: str, first: str, last: str) -> None:
    found = values(text, EntityName.DATE)
    assert [(span.start, span.end) for span in found if isinstance(span, DateSpan)] == [
        (date.fromisoformat(first), date.fromisoformat(last))
    ]


def test_a_day_that_does_not_exist_is_no_date() -> None:
    assert values("2026-02-30", EntityName.DATE) == []


def test_weeks_turn_at_midnight_in_shanghai() -> None:
    late = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    found = entities.find(normalise("今天"), now=late).entities
    assert found[0].value == DateSpan(date(2026, 11, 23), date(2026, 11, 23))


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("半年", "P6M"),
        ("三个月", "P3M"),
        ("一年半", "P1Y6M"),
        ("两个半月", "P2M15D"),
        ("24小时", "PT24H"),
        ("十五个工作日", "P15D"),
        ("两个星期", "P14D"),
        ("两三天", "P2D"),
    ],
)
def test_lengths_of_time(text: str, iso: str) -> None:
    found = values(text, EntityName.DURATION)
    assert [length.iso() for length in found if isinstance(length, Duration)] == [iso]


def test_a_month_beside_an_amount_is_its_rate() -> None:
    assert values("一个月八百", EntityName.DURATION) == []


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("11010519491231002X", True),
        ("１１０１０５１９４９１２３１００２Ｘ", True),
        ("110105 1949 1231 002x", True),
        ("110105194912310021", False),
        ("110105194913310020", False),
        ("130503670401001", True),
    ],
)
def test_identity_numbers(text: str, valid: bool) -> None:  # noqa: FBT001
    assert values(f"身份证{text}", EntityName.ID_NUMBER) == [IdNumber(valid)]


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("１３８ ００００ １２３４", "13800001234"),
        ("+86 138-0000-1234", "13800001234"),
        ("0533-5180000", "05335180000"),
        ("一三八零零零零一二三四", "13800001234"),
    ],
)
def test_phones(text: str, digits: str) -> None:
    assert values(text, EntityName.PHONE) == [digits]


def test_ticket_numbers_have_one_form() -> None:
    assert values("dt 261122 000345办到哪了", EntityName.TICKET_NUMBER) == ["DT-261122-000345"]


@pytest.mark.parametrize(
    ("text", "kind", "grade"),
    [
        ("肢体二级", "physical", 2),
        ("一级视力残疾", "visual", 1),
        ("精神残疾三级", "mental", 3),
        ("残疾证是四级", None, 4),
        ("他是聋哑人", "multiple", None),
    ],
)
def test_disability(text: str, kind: str | None, grade: int | None) -> None:
    assert values(text, EntityName.DISABILITY) == [Disability(kind, grade)]
