"""What must hold for every household, whatever the rules say."""

from collections.abc import Iterator, Mapping
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge import asking, facts, prescreening
from knowledge.facts import Fact, FactType
from knowledge.household import Household
from knowledge.names import Programme, Region
from knowledge.screening import Screening
from knowledge.verdict import Outcome, Verdict
from tests.knowledge.prescreening import rulebook

LIMITED = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
QUESTIONS_AT_MOST = 80


def values(fact: Fact) -> st.SearchStrategy[object]:
    if fact.options and fact.type is not FactType.MONEY:
        return st.sampled_from([option.value for option in fact.options])
    if fact.type is FactType.MONEY:
        return st.integers(0, 1_000_000) | st.sampled_from([99_999, 100_000, 100_001])
    if fact.type is FactType.DATE:
        return st.just("2026-10-01")
    return st.integers(fact.low, fact.high or 100)


def told(catalogue: Mapping[str, Fact], *, some: bool) -> st.SearchStrategy[dict[str, object]]:
    each = {name: values(fact) for name, fact in catalogue.items() if name != "household_size"}
    return st.fixed_dictionaries({}, optional=each) if some else st.fixed_dictionaries(each)


def consistent(household: dict, people: list[dict]) -> dict[str, object]:
    """The same household without contradictions between its facts."""
    for person in people:
        if person["disability_kind"] == "none" or person["disability_grade"] == 0:
            person |= {"disability_kind": "none", "disability_grade": 0}
        person["can_work"] = person["can_work"] and person["age"] >= 16
        if person["age"] >= 18 and not person["student"]:
            person["parents"] = "caring"
    household["has_elder"] = any(person["age"] >= 60 for person in people)
    household["has_child"] = any(person["age"] < 18 for person in people)
    household["has_disabled"] = any(person["disability_grade"] for person in people)
    household["has_severe_disability"] = any(p["disability_grade"] in {1, 2} for p in people)
    household["has_mental_disability"] = any(
        p["disability_grade"] in {3, 4} and p["disability_kind"] in {"intellectual", "mental"}
        for p in people
    )
    household["uncared_child"] = any(person["parents"] != "caring" for person in people)
    lost = [person["age"] for person in people if person["parents"] == "lost"]
    household["orphan_child"] = any(age < 18 for age in lost)
    household["orphan_student"] = any(age >= 18 for age in lost)
    household["parents_unable"] = any(
        p["age"] < 18 and p["parents"] not in {"caring", "lost"} for p in people
    )
    household["has_serious_illness"] = any(person["serious_illness"] for person in people)
    household["has_student"] = any(person["student"] for person in people)
    household["autistic_child"] = household["autistic_child"] and household["has_child"]
    household["disaster_hit"] = household["disaster_hit"] or household["event"] == "disaster"
    if household["rigid_expenditure_12m"] == 0:
        household["medical_self_paid"] = household["education_self_paid"] = 0
    if not household["has_student"]:
        household["education_self_paid"] = 0
    return {**household, "household_size": len(people), "members": people}


@st.composite
def whole_households(draw: st.DrawFn) -> dict[str, object]:
    known = facts.shipped()
    people = st.lists(told(known.person, some=False), min_size=1, max_size=3)
    return consistent(draw(told(known.household, some=False)), draw(people))


@st.composite
def households(draw: st.DrawFn) -> dict[str, object]:
    known = facts.shipped()
    people = draw(st.lists(told(known.person, some=True), min_size=1, max_size=3))
    household = draw(told(known.household, some=True))
    return {**household, "household_size": len(people), "members": people}


def verdicts(household: Household, region: Region = Region.NINGXIA) -> dict[Programme, Verdict]:
    local = rulebook.standards("invented", region)
    found = prescreening.evaluate(
        rulebook.rules(), household, region=region, on=rulebook.TODAY, local=local
    )
    return {verdict.programme: verdict for verdict in found}


@LIMITED
@given(whole_households(), st.sampled_from(list(Region)))
def test_everything_known_decides_everything(raw: dict, region: Region) -> None:
    found = verdicts(Household.from_json(raw), region)
    assert all(verdict.decided for verdict in found.values())


@LIMITED
@given(households(), st.sampled_from(list(Region)), st.sampled_from(["invented", "none"]))
def test_what_nobody_told_comes_out_as_when_reckoned_anew(
    raw: dict, region: Region, standards: str
) -> None:
    household, local = Household.from_json(raw), rulebook.standards(standards, region)
    place = {"region": region, "on": rulebook.TODAY, "local": local}
    anew = Screening.anew(rulebook.rules(), household, **place).verdicts()
    assert prescreening.evaluate(rulebook.rules(), household, **place) == anew


@LIMITED
@given(whole_households(), st.data())
def test_one_more_fact_never_turns_a_decided_verdict(raw: dict, data: st.DataObject) -> None:
    kept = data.draw(st.sets(st.sampled_from(sorted(raw))))
    less = Household.from_json({k: v for k, v in raw.items() if k in kept})
    before, after = verdicts(less), verdicts(Household.from_json(raw))
    for programme, verdict in before.items():
        if verdict.decided:
            assert after[programme].outcome is verdict.outcome


@LIMITED
@given(households(), st.randoms())
def test_order_of_telling_does_not_matter(raw: dict, shuffle: object) -> None:
    items = list(raw.items())
    shuffle.shuffle(items)  # type: ignore[attr-defined]
    assert verdicts(Household.from_json(dict(items))) == verdicts(Household.from_json(raw))


@LIMITED
@given(households(), st.data())
def test_taking_back_equals_never_having_said(raw: dict, data: st.DataObject) -> None:
    fact = data.draw(st.sampled_from(sorted(set(raw) - {"members", "household_size"} or {"event"})))
    without = {key: value for key, value in raw.items() if key != fact}
    assert Household.from_json(raw).forget(fact) == Household.from_json(without)


@LIMITED
@given(households())
def test_unsure_and_refused_never_decide_more_than_silence(raw: dict) -> None:
    silent = verdicts(Household.from_json({}))
    mute = {key: None for key in raw if key not in {"members", "household_size"}}
    assert {p: v.outcome for p, v in verdicts(Household.from_json(mute)).items()} == {
        p: v.outcome for p, v in silent.items()
    }


@LIMITED
@given(households())
def test_what_is_only_inferred_decides_nothing(raw: dict) -> None:
    guessed = Household.empty()
    for fact, value in raw.items():
        if fact != "members":
            guessed = guessed.tell(fact, value, source=facts.Source.INFERRED)
    assert {v.outcome for v in verdicts(guessed).values()} == {Outcome.NEED_MORE}


@LIMITED
@given(households())
def test_keeping_and_restoring_changes_nothing(raw: dict) -> None:
    household = Household.from_json(raw)
    assert Household.restore(household.dump()) == household
    assert Household.from_json(household.to_json()) == household


@settings(max_examples=15, deadline=None)
@given(whole_households(), st.sampled_from([Region.DONGTOU, Region.NINGXIA]))
def test_asking_ends_never_repeats_and_agrees_with_knowing_all(raw: dict, region: Region) -> None:
    whole = Household.from_json(raw)
    turns = list(_interview(whole, region))
    assert len({asked for asked, _ in turns}) == len(turns) < QUESTIONS_AT_MOST
    reached, known = verdicts(turns[-1][1], region), verdicts(whole, region)
    assert {p: v.outcome for p, v in reached.items()} == {p: v.outcome for p, v in known.items()}


def _interview(whole: Household, region: Region) -> Iterator[tuple[object, Household]]:
    household = Household.empty()
    for _ in range(QUESTIONS_AT_MOST):
        question = asking.next_question(
            rulebook.rules(),
            household,
            region=region,
            on=rulebook.TODAY,
            local=rulebook.standards("invented", region),
        )
        if question is None:
            return
        for fact in question.facts:
            known = whole.known(fact, member=question.member)
            assert known is not None
            household = household.put(fact, known, question.member)
        yield (question.facts, question.member), household


@LIMITED
@given(whole_households(), st.sampled_from(list(Region)))
def test_on_a_day_without_any_document_in_force_nothing_is_decided(
    raw: dict, region: Region
) -> None:
    local = rulebook.standards("invented", region)
    household = Household.from_json(raw)
    found = prescreening.evaluate(
        rulebook.rules(), household, region=region, on=date(1949, 10, 1), local=local
    )
    assert {verdict.outcome for verdict in found} <= {Outcome.NEED_MORE}


@LIMITED
@given(whole_households())
def test_without_a_region_no_standard_is_assumed(raw: dict) -> None:
    found = prescreening.evaluate(
        rulebook.rules(),
        Household.from_json(raw),
        region=Region.NATIONAL,
        on=rulebook.TODAY,
        local=rulebook.standards("none", Region.NATIONAL),
    )
    outcomes = {verdict.programme: verdict.outcome for verdict in found}
    for programme in (Programme.DIBAO, Programme.DIBAO_MARGIN, Programme.RIGID_EXPENDITURE):
        assert outcomes[programme] is not Outcome.LIKELY
