"""The language of rules is small, safe, exact and three-valued."""

import shutil
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import facts, grammar, prescreening, spans
from knowledge.expressions import Kind, Scope, Value
from knowledge.grammar import ExpressionError, Names
from knowledge.household import Household
from knowledge.names import Region
from knowledge.parameters import Parameters
from knowledge.ruleset import RuleSet
from knowledge.sheets import SheetError
from knowledge.spans import Span
from knowledge.verdict import Outcome
from tests.knowledge.prescreening import rulebook

KNOWN = facts.shipped()
NAMES = Names(KNOWN.household, KNOWN.person, {"limit": Kind.NUMBER}, {"dibao": Kind.TRUTH})
MONEY = st.integers(0, 10**9)


def value(text: str, **told: Value) -> Value:
    scope = Scope(told, (), None, {}, {}, "zichuan")
    return grammar.parse(text, NAMES).value(scope)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')", "().__class__", "monthly_income.real", "open('x')", "lambda: 1",
        "[x for x in members]", "monthly_income if dibao else 1", "monthly_income ** 9",
        "monthly_income < 10", "monthly_income < 1.5", "f'{event}'", "event[0]", "event and",
        "all(members)", "any(m.age for m in event)", "any(m.name for m in members)",
        "monthly_income", "event == 'stolen'", "event < 'fire'", "dibao == 1",
        "event_date == 'x'", "unknown_thing", "m.age > 1", "1 < household_size < 3", "x := 1",
        "any(any(n.age > 1 for n in members) for m in members)", "not household_size", "a" * 3000,
    ],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        if grammar.parse(text, NAMES).kind is not Kind.TRUTH:
            raise ExpressionError("not a condition")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("registered_here and has_child", None),
        ("registered_here and not has_elder", False),
        ("has_elder or registered_here", True),
        ("not registered_here", None),
        ("event == 'fire' or has_elder", True),
        ("event in ('fire', 'death')", None),
        ("living_region == here", None),
        ("medical_self_paid >= 0", True),
        ("medical_self_paid < 0", False),
    ],
)
def test_unknown_is_neither_true_nor_false(text: str, expected: Value) -> None:
    assert value(text, has_elder=True, medical_self_paid=spans.NOT_NEGATIVE) is expected


@given(MONEY, MONEY, st.integers(1, 30))
def test_money_is_compared_exactly(income: int, standard: int, size: int) -> None:
    told = {"monthly_income": income, "medical_self_paid": standard, "household_size": size}
    exact = Fraction(income, size) < standard
    assert value("monthly_income / household_size < medical_self_paid", **told) is exact
    assert value("monthly_income < medical_self_paid * household_size", **told) is exact


@given(MONEY, MONEY, MONEY, MONEY)
def test_a_span_never_says_more_than_the_numbers_in_it(a: int, b: int, c: int, d: int) -> None:
    left, right = Span(min(a, b), max(a, b)), Span(min(c, d), max(c, d))
    known = spans.below(left, right)
    assert known is None or all(known is (x < y) for x in (a, b) for y in (c, d))
    product = spans.multiply(left, right)
    low, high = spans.ends(product)
    assert all(low <= x * y <= high for x in (a, b) for y in (c, d))


def changed(tmp_path: Path, file: str, old: str, new: str) -> Path:
    content = tmp_path / "content"
    shutil.copytree(facts.CONTENT, content)
    path = content / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return content


DIBAO = "national/rules/dibao.yml"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("when: registered_here", "when: registered_hear", r"dibao\.yml:\d+: clauses\.0\.when"),
        ("when: registered_here", "when: household_size", "yields a number"),
        ("when: registered_here", "when: registered_here and dibao", "goes round"),
        ("document: shehuijiuzhu-law-2026", "document: nothing", r"dibao\.yml:\d+.*nothing"),
        ("lifts: [dibao-registered]", "lifts: [dibao-nothing]", "dibao-nothing"),
        ("clauses:", "clause:", r"dibao\.yml:\d+"),
        ("region: national", "region: dongtou", "region"),
    ],
)
def test_a_wrong_rule_names_file_and_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(SheetError, match=said):
        RuleSet.load(changed(tmp_path, DIBAO, old, new))


def dibao_of(rules: RuleSet, told: dict) -> prescreening.Verdict:
    found = prescreening.evaluate(
        rules,
        Household.from_json(told),
        region=Region.ZICHUAN,
        on=rulebook.TODAY,
        local=Parameters.none(),
    )
    return next(verdict for verdict in found if verdict.programme == "dibao")


def test_a_or_not_a_is_true_though_a_is_unknown(tmp_path: Path) -> None:
    told = {"property_over_limit": False}
    either = "when: registered_here or (not registered_here and not property_over_limit)"
    content = changed(tmp_path, DIBAO, "when: registered_here", either)
    verdict = dibao_of(RuleSet.load(content), told)
    assert verdict.clauses[0].value is True


def test_an_error_in_a_rule_becomes_an_alarm_never_a_verdict(tmp_path: Path) -> None:
    amount = "low: dibao_standard * household_size - monthly_income"
    content = changed(tmp_path, DIBAO, "{low}元", "{lowest}元")
    assert amount in (content / DIBAO).read_text(encoding="utf-8")
    verdict = dibao_with_standard(RuleSet.load(content))
    assert verdict.outcome is Outcome.NEED_MORE
    assert verdict.alarm == "dibao: KeyError"


def dibao_with_standard(rules: RuleSet) -> prescreening.Verdict:
    told = {"household_size": 1, "monthly_income": 1, "registered_here": True}
    found = prescreening.evaluate(
        rules,
        Household.from_json({**told, "property_over_limit": False, "has_disabled": False}),
        region=Region.ZICHUAN,
        on=rulebook.TODAY,
        local=rulebook.standards("invented", Region.ZICHUAN),
    )
    return next(verdict for verdict in found if verdict.programme == "dibao")


def test_the_version_changes_with_the_rules(tmp_path: Path) -> None:
    content = changed(tmp_path, DIBAO, "户口在本地", "户口在这里")
    assert RuleSet.load(content).version != rulebook.rules().version
