"""Figures are what their definitions say; a few tickets that could tell of somebody are hidden."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases import operators
from cases.database import Session, Store
from cases.dialogue import filing
from cases.figures import figures, tallies
from cases.figures.figures import By, Case, Measure
from cases.figures.tallies import Period
from cases.operators import Operator, Role
from cases.ticket_rules.lifecycle import Move
from cases.ticket_rules.surveys import Answer, Question
from cases.tickets import followups, moves, tickets
from cases.tickets.tickets import Ticket
from knowledge.names import Matter, Region
from tests import factories
from tests.clock import Clock

NOW = Clock().now
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CASE = Case(
    number="ZC-1",
    region="zichuan",
    matter="basic",
    category="complaint",
    priority="P2",
    unit="区民政局",
    opened_at=NOW - 2 * DAY,
    due=NOW - DAY,
)
DONE = replace(CASE, resolved_at=NOW - DAY - HOUR)
LATE = replace(CASE, resolved_at=NOW)
OPEN = replace(CASE, due=NOW + DAY)
SOME = [CASE, DONE, LATE, OPEN]


@pytest.mark.parametrize(
    ("measure", "cases", "value", "of"),
    [
        (Measure.VOLUME, SOME, 4, 4),
        (Measure.VOLUME, [], 0, 0),
        (Measure.IN_TIME, SOME, round(1 / 3, 3), 3),
        (Measure.IN_TIME, [OPEN], None, 0),
        (Measure.UNANSWERED, SOME, 1, 4),
        (Measure.FIRST_RESPONSE, SOME, None, 0),
        (Measure.FIRST_RESPONSE, [replace(CASE, moved_at=CASE.opened_at + HOUR)], 60, 1),
        (Measure.REFERRAL, [replace(CASE, referred_at=CASE.opened_at + HOUR)], 1, 1),
        (Measure.SATISFIED, SOME, None, 0),
        (Measure.SATISFIED, [replace(DONE, satisfied=x) for x in (True, False)], 0.5, 2),
        (Measure.REOPENED, [DONE, replace(LATE, reopened=True), OPEN], 0.5, 2),
    ],
)
def test_a_figure_is_what_its_definition_says(
    measure: Measure, cases: list[Case], value: float | None, of: int
) -> None:
    found = figures.reckon(cases, now=NOW)[measure]
    assert (found.value, found.of) == (value, of)


@given(matters=st.lists(st.sampled_from([*Matter]), max_size=60), for_outside=st.booleans())
def test_no_telling_line_of_few_is_shown_nor_found_by_taking_away(
    matters: list[Matter], *, for_outside: bool
) -> None:
    cases = [replace(CASE, matter=matter) for matter in matters]
    lines = figures.table(cases, By.MATTER, now=NOW, for_outside=for_outside)
    hidden = [line for line in lines if line.figures is None]
    assert all(line.tickets == 0 for line in hidden)
    assert len(hidden) != 1 or len(lines) == 1
    for line in lines:
        if line.figures is not None and (for_outside or line.name in figures.TELLING):
            assert line.tickets >= figures.SMALL


def test_lines_are_in_the_order_of_names_and_weeks_begin_on_monday() -> None:
    cases = [CASE, replace(CASE, opened_at=CASE.opened_at - 7 * DAY), replace(CASE, unit=None)]
    names = [line.name for line in figures.table(cases, By.WEEK, now=NOW)]
    assert names == sorted(name for name in names if name)
    assert figures.table(cases, By.UNIT, now=NOW)[-1].name is None


@pytest.fixture
def viewer(sqlite_store: Store) -> Operator:
    """A supervisor of Zichuan."""
    with sqlite_store.write() as session:
        found = factories.an_operator(
            session, "Carol", role=Role.SUPERVISOR, region=Region.ZICHUAN, now=NOW
        )
        session.expunge(found)
        return found


def lived(session: Session) -> Ticket:
    """A ticket that was referred, worked on, resolved and found good."""
    ticket = factories.a_ticket(session, now=NOW)
    for hours, what in enumerate((Move.REFER, Move.ACCEPT, Move.START, Move.RESOLVE), start=1):
        at = NOW + hours * HOUR
        moves.make(session, ticket, what, actor="x", reason="", version=ticket.version, now=at)
    row = followups.plan(session, ticket, now=NOW + 5 * HOUR)
    for question in Question:
        followups.take(session, row, ticket, question, Answer.PARTLY, now=NOW + DAY)
    return ticket


def test_what_happened_to_a_ticket_is_read(store: Store) -> None:
    with store.write() as session:
        lived(session)
        (one,) = tallies.for_report(session, Period(NOW - DAY, NOW + DAY))
    assert (one.moved_at, one.referred_at) == (NOW + HOUR, NOW + HOUR)
    assert (one.resolved_at, one.satisfied, one.reopened) == (NOW + 4 * HOUR, True, False)


@pytest.mark.parametrize(
    ("region", "unit", "count"),
    [(Region.ZICHUAN, None, 2), (Region.ZICHUAN, "区财政局", 1), (Region.DONGTOU, None, 0)],
)
def test_what_is_sealed_or_elsewhere_is_counted_only_where_it_may_be_seen(
    sqlite_store: Store, region: Region, unit: str | None, count: int
) -> None:
    with sqlite_store.write() as session:
        factories.a_ticket(session, now=NOW)
        factories.a_ticket(session, replace(factories.A_MATTER, sealed=True), now=NOW)
        seer = operators.add(
            session,
            "Dan",
            role=Role.SUPERVISOR,
            password_hash="",
            region=region,
            unit=unit,
            now=NOW,
        )
        found = tallies.seen_by(session, seer, Period(NOW - DAY, NOW + DAY))
        assert len(found) == count


def test_a_report_counts_nothing_sealed_and_nobodys_own(sqlite_store: Store) -> None:
    with sqlite_store.write() as session:
        for draft in (
            factories.A_MATTER,
            replace(factories.A_MATTER, sealed=True),
            replace(factories.A_MATTER, personal=True),
            replace(factories.A_MATTER, anonymous=True),
        ):
            factories.a_ticket(session, draft, now=NOW)
        assert len(tallies.for_report(session, Period(NOW - DAY, NOW + DAY))) == 1


def test_the_period_and_the_region_bound_what_is_counted(
    sqlite_store: Store, viewer: Operator
) -> None:
    with sqlite_store.write() as session:
        for days in (0, 3, 9):
            factories.a_ticket(session, now=NOW - days * DAY)
        found = tallies.seen_by(session, viewer, Period(NOW - 5 * DAY, NOW, Region.ZICHUAN))
        assert len(found) == 1
        assert tallies.under(found, By.MATTER, "basic") == found


def test_a_filed_ticket_is_counted_once(sqlite_store: Store, viewer: Operator) -> None:
    with sqlite_store.write() as session:
        chat = factories.a_conversation(session, now=NOW)
        filed = filing.carry_out(session, chat, [factories.A_MATTER], now=NOW)
        assert filed.ticket_number is not None
        assert tickets.by_number(session, filed.ticket_number) is not None
        assert len(tallies.seen_by(session, viewer, Period(NOW, NOW + DAY))) == 1
