"""The search finds what is meant however it is written, and follows every change."""

import pytest

from knowledge.ranking import Weights
from knowledge.search import Index, Record

RECORDS = (
    Record("income", "收入怎么算", "家庭月收入按前六个月的平均数计算，打工的路费可以扣除。"),
    Record("house", "危房改造", "农村危房鉴定为D级的，可以申请改造补助。"),
    Record("school", "助学金", "家里困难的学生向学校申请助学金，低保家庭优先。"),
    Record("dibao", "最低生活保障", "人均收入低于当地标准的家庭可以申请低保。"),
)


@pytest.fixture
def index() -> Index:
    return Index(RECORDS)


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("打工路费能扣吗", "income"),
        ("農村危房改造補助", "house"),
        ("ｄ级危房", "house"),
        ("底保怎么申请", "dibao"),
        ("请问学校的助学金怎么申请", "school"),
        ("房", "house"),
    ],
)
def test_the_nearest_record_comes_first(index: Index, question: str, first: str) -> None:
    assert index.find(question)[0].id == first


@pytest.mark.parametrize("question", ["", "  ", "？！", "zzzz", "🙂"])
def test_a_question_that_fits_nothing_finds_nothing(index: Index, question: str) -> None:
    assert index.find(question) == ()


def test_a_changed_record_is_found_by_its_new_words_alone(index: Index) -> None:
    index.put(Record("house", "取暖", "冬天取暖的费用"))
    assert index.find("冬天取暖")[0].id == "house"
    assert "house" not in [hit.id for hit in index.find("危房鉴定")]
    assert len(index) == len(RECORDS)


def test_a_dropped_record_is_not_found(index: Index) -> None:
    index.drop("house", "unknown")
    assert index.find("危房鉴定") == ()


def test_scores_fall_and_the_limit_holds(index: Index) -> None:
    scores = [hit.score for hit in index.find("家庭申请", limit=2)]
    assert len(scores) == 2
    assert scores == sorted(scores, reverse=True)


def test_a_text_on_another_place_comes_after_one_on_the_place_asked_about() -> None:
    twins = (
        Record("a", "", "浙江的补助办法规定了补助标准"),
        Record("b", "", "山东的补助办法规定了补助标准"),
    )
    assert Index(twins).find("山东补助标准")[0].id == "b"


def test_each_part_of_the_score_can_be_switched_off() -> None:
    off = Weights().without("stretch").without("question_words")
    assert off.stretch == 0
    assert not off.question_words
    assert Index(RECORDS, off).find("危房改造")[0].id == "house"
