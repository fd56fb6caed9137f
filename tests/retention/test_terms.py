"""What is due: pure, and nothing that no class and no deployment has decided."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import helpline
from bot.helpline import NotSetUpError
from cases.retention import terms
from cases.retention.terms import Kept, Term, TermError
from config.settings import Settings

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
days = st.integers(min_value=0, max_value=5000)
ages = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=6000))


def _term(length: int | None) -> Term:
    return Term(days=length, since="a", source="b")


@given(days, ages)
def test_what_is_as_old_as_its_term_is_due(length: int, age: timedelta) -> None:
    assert terms.is_due(NOW - age, _term(length), now=NOW) == (age >= timedelta(days=length))


@given(days, days, ages)
def test_a_longer_term_makes_nothing_due_that_was_not(one: int, other: int, age: timedelta) -> None:
    short, long = sorted((one, other))
    if terms.is_due(NOW - age, _term(long), now=NOW):
        assert terms.is_due(NOW - age, _term(short), now=NOW)


@given(days, ages, ages)
def test_what_is_due_stays_due(length: int, age: timedelta, later: timedelta) -> None:
    if terms.is_due(NOW - age, _term(length), now=NOW):
        assert terms.is_due(NOW - age, _term(length), now=NOW + later)


@given(ages)
def test_what_has_no_term_is_never_due(age: timedelta) -> None:
    assert not terms.is_due(NOW - age, _term(None), now=NOW)


def test_a_deployment_decides_days_or_never() -> None:
    decided = terms.in_force({"files": 90, "shift_notes": None})
    assert (decided[Kept.FILES].days, decided[Kept.SHIFT_NOTES].days) == (90, None)
    assert decided[Kept.TICKETS] == terms.shipped()[Kept.TICKETS]


@pytest.mark.parametrize(
    ("name", "length"),
    [
        ("files", 0),
        ("files", -1),
        ("givings", 1095),
        ("households", 30),
        ("audit", 30),
        ("lists", 3),
        ("photos", 30),
    ],
)
def test_a_term_that_no_law_or_class_allows_is_refused(name: str, length: int) -> None:
    with pytest.raises(TermError):
        terms.in_force({name: length})


def test_every_class_has_a_term_with_its_source() -> None:
    assert [kept for kept in Kept if not terms.shipped()[kept].source] == []


def test_what_no_law_names_is_said_to_be_for_the_deployment() -> None:
    told = [t for t in terms.shipped().values() if t.days is not None and not t.fixed]
    assert all(term.house or term.least > 1 for term in told)


def test_a_helpline_does_not_start_with_a_term_that_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(NotSetUpError, match="HELPLINE_KEEP_DAYS"):
        helpline.build(Settings(data=tmp_path, keep_days={"givings": 30}))
