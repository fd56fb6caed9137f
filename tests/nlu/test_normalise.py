"""A text is made comparable, and every place in it leads back to the unchanged input."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.normalise import normalise, readable

ANY = st.text(alphabet=st.characters(), max_size=60) | st.text(
    alphabet="低保底家裡沒有米１２３ ！！。，\n\ud800\u202e😀🙏ﷺ½", max_size=40
)


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("我想申請低保", "我想申请低保"),
        ("１８８　１２３", "188 123"),
        ("家里没米了！！！！", "家里没米了!"),
        ("好好好好好", "好"),
        ("10000元", "10000元"),
        ("底保要啥条件", "低保要啥条件"),
        ("残级证丢了", "残疾证丢了"),
        ("家 里 没 米 了", "家里没米了"),
        ("低\u200b保\u202e", "低保"),
        ("🙏", "谢谢"),
        ("😀", ""),
    ],
)
def test_ways_of_writing_the_same_become_the_same(said: str, plain: str) -> None:
    assert normalise(said).text == plain


@given(ANY)
def test_the_source_is_the_input_with_only_lone_surrogates_replaced(text: str) -> None:
    normal = normalise(text)
    assert normal.source == readable(text)
    assert len(normal.source) == len(text)
    normal.source.encode()


@given(ANY)
def test_every_character_knows_where_it_came_from(text: str) -> None:
    normal = normalise(text)
    assert len(normal.text) == len(normal.starts) == len(normal.ends)
    assert list(normal.starts) == sorted(normal.starts)
    for start, end in zip(normal.starts, normal.ends, strict=True):
        assert 0 <= start < end <= len(normal.source)


@given(ANY)
def test_making_comparable_twice_changes_nothing_more_than_slips(text: str) -> None:
    once = normalise(text).text
    assert len(normalise(once).text) <= len(once) + 4
