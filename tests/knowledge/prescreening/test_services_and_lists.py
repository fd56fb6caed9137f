"""Services fit needs without adding grades; the 幸福清单 holds what is given and what is open."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from knowledge import entitlements, facts, needs, prescreening
from knowledge.entitlements import Delivery, Occasion, Receipt, Received
from knowledge.household import Household
from knowledge.names import Programme, Region
from knowledge.needs import Assessment, Category, Dimension, Grade
from tests.knowledge.prescreening import rulebook

LIST = needs.load(facts.CONTENT, Region.FENGZE)
GRADES = st.dictionaries(st.sampled_from(Dimension), st.sampled_from(Grade))
IDS = [] if LIST is None else [service.id for service in LIST.services]
TODAY = rulebook.TODAY


def matched(**told: object) -> list[str]:
    assert LIST is not None
    return [m.service.id for m in needs.match(LIST, Assessment(**told))]  # type: ignore[arg-type]


def test_the_list_of_fengze_has_its_fifteen_services_and_eight_dimensions() -> None:
    assert LIST is not None
    counted = [sum(s.category is c for s in LIST.services) for c in Category]
    assert counted == [5, 6, 4]
    assert [words.id for words in LIST.dimensions] == list(Dimension)


def test_no_other_region_has_a_list_of_its_own() -> None:
    assert [r for r in Region if needs.load(facts.CONTENT, r)] == [Region.FENGZE]


def test_one_severe_need_comes_before_many_light_ones() -> None:
    light = dict.fromkeys(Dimension, Grade.LIGHT)
    found = matched(grades={**light, Dimension.WORK: Grade.SEVERE})
    assert set(found[:2]) == {"resources", "ability"}


def test_what_is_wished_for_comes_first_among_equals() -> None:
    found = matched(grades={Dimension.ILLNESS: Grade.LIGHT}, wishes=frozenset({"health-watch"}))
    assert found[0] == "health-watch"


@given(GRADES, st.sets(st.sampled_from(IDS)), st.sets(st.sampled_from(IDS)))
def test_nothing_given_or_refused_is_offered(grades: dict, have: set, refused: set) -> None:
    found = matched(grades=grades, given=frozenset(have), refused=frozenset(refused))
    assert not set(found) & (have | refused)


@given(GRADES)
def test_no_need_no_offer(grades: dict) -> None:
    found = matched(grades=grades)
    assert bool(found) <= any(grade > Grade.NONE for grade in grades.values())


def test_sensitive_dimensions_are_asked_last() -> None:
    assert LIST is not None
    left = needs.unasked(LIST, Assessment({Dimension.OTHER: Grade.NONE}))
    assert [words.sensitive for words in left] == sorted(words.sensitive for words in left)
    assert Dimension.OTHER not in {words.id for words in left}


def happiness_list() -> entitlements.HappinessList:
    household = Household.from_json({"recognised": "dibao", "has_disabled": True})
    verdicts = prescreening.evaluate(
        rulebook.rules(),
        household,
        region=Region.DONGTOU,
        on=TODAY,
        local=rulebook.standards("none", Region.DONGTOU),
    )
    have = [
        Received(Programme.DIBAO, "按月发放", date(2025, 3, 1), "区民政局"),
        Received(Programme.MEDICAL, "住院救助", date(2024, 1, 1), "医保", date(2024, 1, 31)),
    ]
    return entitlements.compose("H-1", have, verdicts, on=TODAY, occasion=Occasion.YEARLY)


def test_the_list_holds_help_given_and_help_not_yet_used() -> None:
    made = happiness_list()
    assert [one.programme for one in made.received] == [Programme.DIBAO]
    unused = {one.programme for one in made.unused}
    assert {Programme.DISABILITY_LIVING, Programme.UTILITY_DISCOUNT} <= unused
    assert Programme.DIBAO not in unused


def test_a_new_list_is_due_after_a_change_and_after_a_year() -> None:
    made = replace(happiness_list(), made_on=date(2024, 2, 29))
    due = entitlements.due
    assert due(None, changed_on=None, on=TODAY) is Occasion.YEARLY
    assert due(made, changed_on=None, on=date(2025, 2, 28)) is None
    assert due(made, changed_on=None, on=date(2025, 3, 1)) is Occasion.YEARLY
    assert due(made, changed_on=date(2024, 5, 1), on=date(2024, 5, 1)) is Occasion.CHANGE
    assert due(made, changed_on=date(2024, 2, 1), on=date(2024, 5, 1)) is None


def test_delivery_is_a_count_of_a_count() -> None:
    made = happiness_list()
    brought = replace(made, delivery=Delivery("网格员", TODAY, Receipt.READ_OUT))
    assert entitlements.delivery_rate([made, brought]) == (1, 2)
    assert entitlements.delivery_rate([]) == (0, 0)
