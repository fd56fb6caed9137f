"""Small marks of danger add up close together, and dialects read like common speech."""

import pytest

from knowledge.names import Hazard
from nlu import dialects, hazard_marks

FAREWELL = "银行卡和密码放桌上了"
PLACE = "我在江边坐着"


def found(text: str) -> set[Hazard]:
    return {checked.hazard for checked, _ in hazard_marks.look(text)}


def test_one_mark_says_nothing_and_several_together_do() -> None:
    assert found("我在江边") == set()
    assert Hazard.SELF_HARM in found(f"{FAREWELL},{PLACE}")


def test_marks_far_apart_are_not_added_up() -> None:
    assert found(f"{FAREWELL}。{'哦' * hazard_marks.WIDTH}。江边的路灯") == set()


def test_what_speaks_against_it_is_taken_off() -> None:
    assert found("液化气在哪换,屋里有味道吗") == set()


def test_a_word_said_many_times_counts_once() -> None:
    assert found("江边" * 10) == set()


def test_a_long_letter_is_not_counted_through() -> None:
    assert found(f"{FAREWELL},{PLACE}" + "啊" * hazard_marks.LONGEST) == set()


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("阮阿公欲去跳溪", "我阿公要去跳河"),
        ("我冇地方瞓", "我没有地方睡"),
        ("无米", "无米"),
        ("今儿没吃", "今天没吃"),
    ],
)
def test_a_dialect_is_read_only_where_it_shows(said: str, read: str) -> None:
    assert dialects.read(said) == read
