"""A lead becomes one check with a day; what came of it stands once; the rates count as defined."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from cases import keys
from cases.care import checks
from cases.care.checks import Found, Rate
from cases.database import Session, Store
from cases.errors import CaseError, MoveError
from cases.figures import indicators
from cases.figures.indicators import Indicator
from cases.households import assistance, file_parts, list_imports, people
from cases.households.file_bodies import Note, PartKind, Person
from cases.households.file_parts import Draft
from cases.households.list_imports import Given, ImportState, ListImport, ListRow
from knowledge.entitlements import Received
from knowledge.names import Category, Programme, Region
from tests import factories, threads
from tests.clock import Clock

ON = date(2026, 11, 26)
REPORT = replace(factories.A_MATTER, category=Category.DISCOVERY)
NUMBER = "11010519491231002X"


def _list(session: Session, clock: Clock, households: int) -> ListImport:
    by = factories.an_operator(session, now=clock.now).id
    given = Given("a.csv", b"x", "区残联", "数据共享办法", Region.ZICHUAN)
    listed = list_imports.begin(session, given, by=by, now=clock.now)
    listed.state = ImportState.DONE
    for line in range(households):
        household = factories.a_household(session, now=clock.now)
        session.add(
            ListRow(
                id=keys.new_id(),
                import_id=listed.id,
                line=line,
                faults=[],
                household_id=household.id,
                done=True,
            )
        )
    session.flush()
    return listed


def test_a_report_becomes_one_check_whose_household_may_be_found_later(
    store: Store, clock: Clock
) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(session, REPORT, now=clock.now)
        household = factories.a_household(session, now=clock.now)
        by = household.created_by
        first = checks.from_ticket(session, ticket, None, due_on=ON, by=by, now=clock.now)
        second = checks.from_ticket(session, ticket, household, due_on=ON, by=by, now=clock.now)
        assert (first.id, second.household_id) == (second.id, household.id)


@pytest.mark.parametrize(
    "draft",
    [factories.A_MATTER, replace(REPORT, personal=True), replace(REPORT, anonymous=True)],
)
def test_only_a_report_that_is_not_private_becomes_a_check(
    store: Store, clock: Clock, draft: object
) -> None:
    with store.write() as session:
        assert isinstance(draft, type(REPORT))
        ticket = factories.a_ticket(session, draft, now=clock.now)
        by = factories.an_operator(session, now=clock.now).id
        with pytest.raises(CaseError):
            checks.from_ticket(session, ticket, None, due_on=ON, by=by, now=clock.now)


def test_a_list_gives_each_household_one_check_however_often_it_is_sent(
    store: Store, clock: Clock
) -> None:
    with store.write() as session:
        listed = _list(session, clock, households=3)
        by = listed.given_by
        made = [
            checks.from_list(session, listed, due_on=ON, by=by, now=clock.now) for _ in range(2)
        ]
        listed.state = ImportState.READY
        with pytest.raises(CaseError):
            checks.from_list(session, listed, due_on=ON, by=by, now=clock.now)
    assert made == [3, 0]


def test_of_two_who_write_down_what_came_of_it_one_is_first(store: Store, clock: Clock) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(session, REPORT, now=clock.now)
        by = factories.an_operator(session, now=clock.now).id
        row = checks.from_ticket(session, ticket, None, due_on=ON, by=by, now=clock.now)

    def write(outcome: Found) -> bool:
        try:
            with store.write() as session:
                checks.finish(session, row.id, outcome, on=ON, by=by, now=clock.now)
        except MoveError:
            return False
        return True

    assert sorted(threads.at_once(write, [Found.HELPED, Found.REFUSED])) == [False, True]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"id_number": NUMBER.lower()}, 1),
        ({"name": "王桂兰", "born": date(1949, 12, 31)}, 1),
        ({"name": "王桂兰"}, 0),
        ({"id_number": " "}, 0),
        ({"id_number": "110105194912310011"}, 0),
    ],
)
def test_a_file_is_found_by_number_or_by_name_and_day_of_birth(
    store: Store, clock: Clock, asked: dict[str, str | date], found: int
) -> None:
    with store.write() as session:
        household = factories.a_household(session, now=clock.now)
        someone = Person(name="王桂兰", id_number=NUMBER)
        by = household.created_by
        people.write(session, household, PartKind.MEMBER, someone, by=by, now=clock.now)
        known = checks.matches(session, Region.ZICHUAN, **{"born": None, **asked})
        elsewhere = checks.matches(session, Region.FENGZE, **{"born": None, **asked})
    assert (len(known), len(elsewhere)) == (found, 0)


def test_the_rate_of_leads_counts_lists_that_were_due_whatever_came_of_it(
    store: Store, clock: Clock
) -> None:
    with store.write() as session:
        listed = _list(session, clock, households=3)
        by = listed.given_by
        checks.from_list(session, listed, due_on=ON, by=by, now=clock.now)
        ticket = factories.a_ticket(session, REPORT, now=clock.now)
        checks.from_ticket(session, ticket, None, due_on=ON, by=by, now=clock.now)
        due = checks.open_ones(session, region=Region.ZICHUAN)
        first = next(row for row, told in due if told is None)
        checks.finish(session, first.id, Found.NOT_FOUND, on=ON, by=by, now=clock.now)
        rates = [
            checks.leads_looked_into(session, Region.ZICHUAN, on=ON + timedelta(days=days))
            for days in (-1, 0, 365)
        ]
    assert rates == [Rate(0, 0), Rate(1, 3), Rate(0, 0)]


def test_the_rate_of_needs_is_of_families_of_low_income(store: Store, clock: Clock) -> None:
    with store.write() as session:
        for programme, assessed in (
            (Programme.DIBAO, True),
            (Programme.DIBAO_MARGIN, False),
            (Programme.TEKUN, True),
        ):
            household = factories.a_household(session, now=clock.now)
            by = household.created_by
            given = Received(programme, "每月", date(2026, 1, 1), "审批表")
            assistance.record(session, household, given, by=by, now=clock.now)
            if assessed:
                needs = Draft(PartKind.ASSESSMENT, Note(text="要拐杖"), first=ON)
                file_parts.write(session, household, needs, by=by, now=clock.now)
        told = {one.indicator: one for one in indicators.of(session, Region.ZICHUAN, on=ON)}
    assert (told[Indicator.NEEDS].part, told[Indicator.NEEDS].whole) == (1, 2)
    assert told[Indicator.VISITED].whole == 3
