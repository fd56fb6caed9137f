"""Each check finds what it is there to find, and the shipped content is in order."""

from dataclasses import replace
from datetime import date

import pytest

from knowledge import checks
from knowledge.entries import Answer, Brief, Guide
from knowledge.library import Library
from knowledge.names import Aspect, Programme, Region

TODAY = date(2026, 11, 22)
KEY = (Region.NATIONAL, "dibao")
LAW = "shehuijiuzhu-law-2026-18"


def with_guide(library: Library, **changes: object) -> Library:
    """The library with the national guide on dibao changed."""
    guide = library.guides[KEY].model_copy(update=changes)
    return replace(library, guides={**library.guides, KEY: guide})


def found(library: Library, rule: str, on: date = TODAY) -> list[str]:
    findings = getattr(checks, rule)(library, on)
    return [str(finding) for finding in findings if "national/guides/dibao.yml" in finding.file]


def test_the_shipped_content_is_in_order(library: Library) -> None:
    assert [str(finding) for finding in checks.check(library, TODAY)] == []


@pytest.mark.parametrize(
    ("rule", "answer"),
    [
        ("unsourced", Answer(says="每月999元", cites=(LAW,))),
        ("unsourced", Answer(says="一定能办")),
        ("unverified_numbers", Answer(says="打12388", cites=(LAW,))),
        ("shaming", Answer(says="不养懒汉", cites=(LAW,))),
    ],
)
def test_a_spoilt_answer_is_found(library: Library, rule: str, answer: Answer) -> None:
    spoilt = with_guide(library, answers={Aspect.AMOUNT: answer})
    assert len(found(spoilt, rule)) == 1


def test_too_few_ways_of_asking_are_found(library: Library) -> None:
    assert found(with_guide(library, asks=("低保",)), "too_few_asks")


def test_a_guide_that_its_own_asks_do_not_find_is_found(library: Library) -> None:
    lost = with_guide(library, asks=("台风受灾补助",), title="台风受灾补助")
    assert found(lost, "unreachable")


def test_a_programme_without_a_place_to_go_is_found(library: Library) -> None:
    assert found(with_guide(library, brief=None, answers={}), "without_place")


def test_a_programme_without_a_guide_is_found(library: Library) -> None:
    guides = {key: guide for key, guide in library.guides.items() if key != KEY}
    findings = checks.without_place(replace(library, guides=guides), TODAY)
    assert [finding.place for finding in findings] == [Programme.DIBAO]


def test_reliance_on_what_is_not_in_force_is_found(library: Library) -> None:
    assert found(library, "expired", on=date(2026, 6, 30))


def test_one_question_under_two_guides_is_found(library: Library) -> None:
    other = library.guides[Region.NATIONAL, "tekun"].asks[0]
    findings = checks.contradicting(with_guide(library, asks=(other,)), TODAY)
    assert other in " ".join(map(str, findings))


def test_a_stale_number_is_found(library: Library) -> None:
    findings = list(checks.unverified_numbers(library, date(2029, 1, 1)))
    assert any(finding.place == "police" for finding in findings)


def test_a_finding_says_where_what_and_how_to_mend(library: Library) -> None:
    guide = Guide(id="x", title="x", region=Region.NATIONAL, brief=_brief())
    lost = replace(library, guides={(Region.NATIONAL, "x"): guide})
    finding = next(iter(checks.too_few_asks(lost, TODAY)))
    assert set(finding.to_json()) == {"file", "place", "what", "mend"}
    assert str(finding).startswith("national/guides/x.yml: asks: ")


def _brief() -> Brief:
    return Brief(can="可以", where="镇上", bring="身份证", how_long="几天", cites=(LAW,))
