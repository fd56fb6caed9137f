"""In which language somebody wants to be talked with: a need is not a mention."""

import pytest

from knowledge import tongues
from knowledge.names import Tongue


@pytest.mark.parametrize(
    ("text", "tongue"),
    [
        ("我只会说闽南话", Tongue.MINNAN),
        ("俺们说山东话，普通话说不好", Tongue.SHANDONG),
        ("我说泉州话，你们听得懂吗", Tongue.MINNAN),
        ("能不能用客家话讲", Tongue.HAKKA),
        ("能用客家话讲吗", Tongue.HAKKA),
        ("我是聋人，需要手语翻译", Tongue.SIGN),
        ("我听不见电话，只能打字", Tongue.TEXT),
        ("I only speak English", Tongue.ENGLISH),
        ("我不会说闽南话", None),
        ("听不懂粤语", None),
        ("有没有手语培训的补贴", None),
        ("英语补习班给报销吗", None),
        ("低保要什么条件", None),
        ("", None),
    ],
)
def test_only_what_somebody_says_they_need_is_heard(text: str, tongue: Tongue | None) -> None:
    assert tongues.told(text) == tongue


@pytest.mark.parametrize(
    ("words", "tongue"),
    [
        ("闽南话", Tongue.MINNAN),
        ("说客家话", Tongue.HAKKA),
        ("手语", Tongue.SIGN),
        ("普通话、闽南话", None),
        ("东乡语", None),
    ],
)
def test_a_household_that_also_speaks_the_common_language_needs_nobody_special(
    words: str, tongue: Tongue | None
) -> None:
    assert tongues.named(words) == tongue
