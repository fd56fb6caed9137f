"""A deployment's own standards and places are spoken where they hold, and only then."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from knowledge import answers, nearby
from knowledge.entries import Place
from knowledge.library import Library
from knowledge.names import Region
from knowledge.parameters import Parameters

TODAY = date(2026, 11, 22)
STANDARDS = Path(__file__).parent / "rules" / "standards.yml"


def place(name: str, *areas: str, verified: date | None = TODAY) -> Place:
    return Place(
        id=name, name=name, kind="救助站", region=Region.ZICHUAN, areas=areas,
        address=f"{name}路1号", verified=verified,
    )  # fmt: skip


@pytest.fixture
def entered(library: Library) -> Library:
    """Knowledge with standards and places that a deployment in Zichuan has entered."""
    standards = {Region.ZICHUAN: Parameters.load(STANDARDS)}
    places = (place("whole"), place("town", "昆仑镇"))
    return replace(library, standards=standards, places=places)


def said(library: Library, text: str, on: date = TODAY) -> answers.PolicyAnswer:
    return answers.answer(library, text, region=Region.ZICHUAN, on=on)


def test_an_entered_standard_is_told_as_money_with_its_document(entered: Library) -> None:
    told = said(entered, "低保一个月多少钱")
    assert "1000元" in told.text
    assert told.citations[0].document == "虚构标准"


def test_a_standard_of_another_day_is_not_told(entered: Library) -> None:
    assert "1000元" not in said(entered, "低保一个月多少钱", date(2025, 6, 1)).text


def test_without_a_standard_there_is_the_formula_and_no_money(library: Library) -> None:
    told = said(library, "低保一个月多少钱")
    assert "1000元" not in told.text
    assert told.confirm_locally


def test_another_region_does_not_hear_it(entered: Library) -> None:
    told = answers.answer(entered, "低保一个月多少钱", region=Region.FENGZE, on=TODAY)
    assert "1000元" not in told.text


def test_the_place_that_serves_the_town_named_comes_first(entered: Library) -> None:
    assert "town路1号" in said(entered, "我在昆仑镇，低保去哪里办").text
    assert "whole路1号" in said(entered, "低保去哪里办").text


def test_a_place_not_verified_lately_is_not_named() -> None:
    old = place("old", verified=date(2025, 1, 1))
    assert (
        nearby.nearest([old, place("never", verified=None)], Region.ZICHUAN, "", on=TODAY) is None
    )
