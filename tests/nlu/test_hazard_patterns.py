"""A pattern is run only where its words stand, and no match is lost by that."""

import pytest

from knowledge.names import Hazard
from nlu import hazard_literals, hazard_patterns, hazards
from nlu.understanding import Writer


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        ("一心求死", [{"一心求死"}]),
        ("(?:没|不)(?:有)?(?:米|面(?:条)?)", [{"没", "不"}, {"米", "面"}]),
        ("粥{0,3}饭{2}?汤?", [{"饭"}]),
        ("(?<!是)没(?!有)(?=米)", [{"没"}]),
        ("[水火]灾|地震", [{"灾", "地震"}]),
        ("(?:刀.{0,4})?砍", [{"砍"}]),
        (r"\d岁\.", [{"岁."}]),
        ("<kid>哭", [{"娃"}, {"哭"}]),
        ("饿|.{2}", []),
    ],
)
def test_what_a_pattern_needs(pattern: str, needed: list[set[str]]) -> None:
    names = {"kid": (frozenset({"娃"}),)}
    assert [set(need) for need in hazard_literals.needs(pattern, names)] == needed


def test_alternatives_are_cut_outside_brackets_only() -> None:
    assert hazard_literals.branches("a(?:b|c)?|[|]d|e{1,2}") == ["a(?:b|c)?", "[|]d", "e{1,2}"]


def test_a_pattern_is_called_only_where_all_its_words_stand() -> None:
    patterns = [
        hazard_patterns.Pattern(source, hazard_literals.needs(source, {}))
        for source in ("没.{0,3}米", "不想活")
    ]
    index = hazard_patterns.Index(patterns)
    assert dict(index.where("家里没有米了")) == {0: [(0, 6)]}
    assert dict(index.where("没有面")) == {}


@pytest.mark.parametrize("at", [0, 255, 298, 301, 1000])
def test_danger_across_the_pieces_of_a_long_sentence_is_found(at: int) -> None:
    text = "好" * at + "我不想再继续活下去了" + "好" * 700
    found = hazards.look(text, Writer.SELF)
    assert found.hazard is Hazard.SELF_HARM
