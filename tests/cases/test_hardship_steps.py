"""The table of special-hardship steps: evidence, who acts, until when; what charities are shown."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.errors import MoveError
from cases.household_rules import hardship_steps, need_projects, plan_steps
from cases.household_rules.hardship_steps import (
    CLOSED,
    RULES,
    Actor,
    Proof,
    ProofMissingError,
    Stage,
    Standing,
    Step,
)
from cases.household_rules.need_projects import FEWEST, Need, NeedKind, NeedState
from cases.household_rules.plan_steps import ItemState, PlanMove
from knowledge.library import Library

DAY = date(2026, 11, 22)
IN_CARE = Standing(Stage.IN_CARE)
ENTRY = (Step.REVIEW, Step.LIST_NEEDS, Step.DECIDE, Step.FILE)
EXIT = (Step.CHECK_EXIT, Step.REVIEW_EXIT, Step.DECIDE_EXIT, Step.FILE_EXIT)


def _through(standing: Standing, steps: tuple[Step, ...]) -> Standing:
    for step in steps:
        standing = hardship_steps.take(standing, step, frozenset(Proof))
    return standing


def test_entry_and_exit_go_through_every_step_of_the_document() -> None:
    inside = _through(Standing(), ENTRY)
    assert inside.stage is Stage.IN_CARE
    assert _through(inside, EXIT).stage is Stage.ENDED


@pytest.mark.parametrize(("stage", "step"), RULES, ids=str)
def test_a_step_without_one_piece_of_its_evidence_is_refused(stage: Stage, step: Step) -> None:
    standing = Standing(stage, paired=True)
    for lacking in hardship_steps.rule(standing, step).wants:
        with pytest.raises(ProofMissingError) as refused:
            hardship_steps.take(standing, step, frozenset(Proof) - {lacking})
        assert refused.value.missing == (lacking,)


@pytest.mark.parametrize(
    ("stage", "step"),
    [
        (Stage.FOUND, Step.DECIDE),
        (Stage.FOUND, Step.FILE),
        (Stage.REVIEWED, Step.FILE),
        (Stage.LISTED, Step.FILE),
        (Stage.IN_CARE, Step.FILE_EXIT),
        (Stage.EXIT_CHECKED, Step.DECIDE_EXIT),
        (Stage.EXIT_CHECKED, Step.FILE_EXIT),
        (Stage.IN_CARE, Step.NOT_TAKE),
        (Stage.ENDED, Step.FILE),
    ],
)
def test_no_step_is_left_out(stage: Stage, step: Step) -> None:
    with pytest.raises(MoveError):
        hardship_steps.take(Standing(stage), step, frozenset(Proof))


def test_help_rises_one_step_at_a_time_and_ends_at_the_fourth() -> None:
    paired = _through(IN_CARE, (Step.PAIR,))
    raised = [_through(paired, (Step.ESCALATE,) * times) for times in range(4)]
    assert [hardship_steps.actor(one) for one in raised] == [
        Actor.DEPARTMENTS,
        Actor.PAIRED_UNIT,
        Actor.SOCIETY,
        Actor.COUNTY_AND_PURSE,
    ]
    assert Step.ESCALATE not in hardship_steps.possible(raised[3])


def test_nobody_is_passed_to_a_paired_unit_that_there_is_not() -> None:
    assert Step.ESCALATE not in hardship_steps.possible(IN_CARE)


@given(
    wanted=st.lists(st.sampled_from(list(Step)), max_size=40),
    days=st.one_of(st.none(), st.integers(1, 60)),
)
def test_whatever_is_done_an_open_file_has_who_acts_next_and_a_day(
    wanted: list[Step], days: int | None
) -> None:
    standing, due = Standing(), hardship_steps.due(Standing(), Step.FIND, on=DAY, days=days)
    for step in wanted:
        if step not in hardship_steps.possible(standing):
            continue
        standing = hardship_steps.take(standing, step, frozenset(Proof))
        due = hardship_steps.due(standing, step, on=DAY, days=days, before=due)
        closed = standing.stage in CLOSED
        assert (hardship_steps.actor(standing) is Actor.NOBODY) is closed
        assert (due is None) is closed
        assert hardship_steps.possible(standing)


@pytest.mark.parametrize(
    ("stage", "days", "on", "confirm"),
    [
        (Stage.FOUND, None, date(2026, 12, 2), True),
        (Stage.FOUND, 15, date(2026, 12, 7), False),
        (Stage.IN_CARE, 15, date(2027, 5, 22), False),
        (Stage.EXIT_CHECKED, None, date(2026, 12, 2), True),
    ],
)
def test_how_long_a_step_takes_is_the_places_or_marked(
    stage: Stage, days: int | None, on: date, *, confirm: bool
) -> None:
    due = hardship_steps.due(Standing(stage), Step.REVIEW, on=DAY, days=days)
    assert due == hardship_steps.Due(on, confirm=confirm)


def test_pairing_and_escalating_never_put_off_the_conference() -> None:
    before = hardship_steps.Due(date(2026, 12, 1), confirm=False)
    for step in (Step.PAIR, Step.ESCALATE):
        assert hardship_steps.due(IN_CARE, step, on=DAY, days=None, before=before) == before
    conferred = hardship_steps.due(IN_CARE, Step.CONFER, on=DAY, days=None, before=before)
    assert conferred == hardship_steps.Due(date(2027, 5, 22), confirm=False)


def test_every_rule_stands_on_a_clause_of_the_content(library: Library) -> None:
    clauses = {rule.clause for rule in RULES.values()} | set(hardship_steps.LEVELS.values())
    clauses |= {hardship_steps.BEYOND, hardship_steps.FOUND_BY, need_projects.LIBRARY_CLAUSE}
    clauses |= {*plan_steps.CLAUSES.values(), *plan_steps.ASSESSED_BY, plan_steps.WHO_PAYS}
    assert all(library.clause(clause).says for clause in clauses)


def test_no_word_of_a_resident_ends_a_running_service() -> None:
    ended = {
        plan_steps.after(ItemState.AGREED, move)
        for move in plan_steps.possible(ItemState.AGREED)
        if move in plan_steps.BY_RESIDENT
    }
    assert ended == set()
    assert plan_steps.after(ItemState.AGREED, PlanMove.STOP) is ItemState.STOPPED


needs = st.builds(
    Need,
    number=st.integers(0, 999).map(str),
    household=st.sampled_from([f"h{n}" for n in range(12)]),
    county=st.sampled_from(["A", "B", "C"]),
    kind=st.sampled_from(list(NeedKind)[:3]),
    amount_fen=st.one_of(st.none(), st.integers(0, 10_000_00)),
    state=st.sampled_from(list(NeedState)),
)


@settings(max_examples=40)
@given(st.lists(needs, max_size=40, unique_by=lambda need: need.number))
def test_no_line_that_is_shown_fits_fewer_than_five_households(kept: list[Need]) -> None:
    home = {need.number: need.household for need in kept}
    lines: dict[tuple[str | None, str | None], set[str]] = {}
    shown = need_projects.shown(kept)
    for line in shown.needs:
        lines.setdefault((line.county, line.kind), set()).add(home[line.number])
        assert line.state in need_projects.SHOWN
        assert line.amount_fen is None or line.amount_fen % need_projects.ROUNDED_TO_FEN == 0
    assert all(len(households) >= FEWEST for households in lines.values())


@settings(max_examples=40)
@given(st.lists(needs, max_size=40, unique_by=lambda need: need.number))
def test_what_is_not_shown_is_said_to_be_there(kept: list[Need]) -> None:
    shown = need_projects.shown(kept)
    listed = Counter(need.number for need in shown.needs)
    open_ones = {need.number for need in kept if need.state in need_projects.SHOWN}
    assert max(listed.values(), default=1) == 1
    assert (set(listed) != open_ones) is shown.some_hidden
