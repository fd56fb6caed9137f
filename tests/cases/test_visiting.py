"""Visits: nobody in two places, a result once, hours never booked twice, links that end."""

from datetime import UTC, date, datetime, timedelta

import pytest

from cases.channels import reminders
from cases.database import Session, Store
from cases.errors import CaseError, ReusedError
from cases.figures import indicators
from cases.households import (
    assistance,
    calendar_links,
    file_parts,
    households,
    visit_plans,
    visit_results,
    visit_slots,
    visits,
)
from cases.households.file_bodies import PartKind
from cases.households.households import Household
from cases.households.visit_results import Findings, Outcome, Told
from cases.households.visits import Visit, VisitState
from knowledge.entitlements import Received
from knowledge.names import Programme, Region
from tests import factories, threads
from tests.clock import Clock

TEN = datetime(2026, 11, 26, 10)  # noqa: DTZ001
AT = datetime(2026, 11, 26, 2, tzinfo=UTC)


def _planned(session: Session, clock: Clock) -> tuple[Household, Visit]:
    household = factories.a_household(session, now=clock.now)
    return household, factories.a_visit(session, household, TEN, now=clock.now)


def _told(client_id: str = "form-0001", outcome: Outcome = Outcome.SEEN, **said: str) -> Told:
    return Told(client_id, outcome, Findings(**said), date(2026, 11, 23))


def test_nobody_is_sent_to_two_places_at_once(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, now=clock.now)
        (_, one), (_, other) = _planned(session, clock), _planned(session, clock)
        visit_plans.assign(session, one, alice.id)
        with pytest.raises(CaseError):
            visit_plans.assign(session, other, alice.id)
        assert len(visit_plans.between(session, alice.id, AT, AT + timedelta(hours=1))) == 1


def test_an_hour_is_free_again_when_its_visit_is_called_off(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, now=clock.now)
        (_, one), (_, other) = _planned(session, clock), _planned(session, clock)
        visit_plans.assign(session, one, alice.id)
        visit_plans.cancel(session, one.id, now=clock.now)
        assert visit_plans.assign(session, other, alice.id).place == 0


def test_a_wide_hour_takes_as_many_as_it_was_offered_for(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, now=clock.now)
        planned = [_planned(session, clock)[1] for _ in range(3)]
        visit_slots.offer(session, alice.id, AT, capacity=2, now=clock.now)
        places = [
            visit_plans.assign(session, one, alice.id, capacity=2).place for one in planned[:2]
        ]
        with pytest.raises(CaseError):
            visit_plans.assign(session, planned[2], alice.id, capacity=2)
        assert (places, visit_slots.free(session, alice.id, after=clock.now)) == ([0, 1], [])


def test_ten_at_once_get_no_more_places_than_there_are(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, now=clock.now)
        planned = [_planned(session, clock)[1] for _ in range(10)]

    def book(visit: Visit) -> bool:
        try:
            with store.write() as session:
                visit_plans.assign(session, visits.find(session, visit.id), alice.id, capacity=3)
        except CaseError:
            return False
        return True

    assert sum(threads.at_once(book, planned)) == 3


def test_a_result_counts_as_done_and_goes_into_the_file(store: Store, clock: Clock) -> None:
    with store.write() as session:
        household, visit = _planned(session, clock)
        by = household.created_by
        visit_plans.assign(session, visit, by, dues=["dibao_yearly", "turns_16_dibao:abc"])
        told = _told(changed="儿子去打工了", needs="要拐杖")
        visit_results.write(session, household, visit, told, by=by, now=clock.now)
        done = file_parts.holding(session, household, PartKind.DONE)
        other = file_parts.holding(session, household, PartKind.HAPPENING, PartKind.ASSESSMENT)
    assert sorted(str(row.code) for row in done) == ["dibao_yearly", "turns_16_dibao:abc"]
    assert sorted(row.kind for row in other) == ["assessment", "happening"]


def test_the_same_form_sent_again_is_one_result(store: Store, clock: Clock) -> None:
    with store.write() as session:
        household, visit = _planned(session, clock)
        by = household.created_by
        for _ in range(2):
            visit_results.write(
                session, household, visit, _told(needs="要拐杖"), by=by, now=clock.now
            )
        assert len(file_parts.holding(session, household, PartKind.ASSESSMENT)) == 1
        with pytest.raises(ReusedError):
            other = _told("form-0002")
            visit_results.write(session, household, visit, other, by=by, now=clock.now)


@pytest.mark.parametrize("outcome", [Outcome.MISSED, Outcome.REFUSED])
def test_a_missed_or_refused_visit_leaves_what_is_due_and_reminds_no_more(
    store: Store, clock: Clock, outcome: Outcome
) -> None:
    with store.write() as session:
        household, visit = _planned(session, clock)
        by = household.created_by
        visit_plans.assign(session, visit, by, dues=["dibao_yearly"])
        visit_results.write(session, household, visit, _told(outcome=outcome), by=by, now=clock.now)
        assert file_parts.holding(session, household, PartKind.DONE) == []
        states = {one.state for one in reminders.of_subject(session, visit.id)}
    assert (visit.state, states) == (VisitState.DONE, {"cancelled"})


def test_who_was_visited_need_not_be_called_any_more(store: Store, clock: Clock) -> None:
    with store.write() as session:
        (household, visit), (_, other) = _planned(session, clock), _planned(session, clock)
        for one in (visit, other):
            reminders.list_now(
                session, subject=one.id, zone=one.zone, why="no_answer", now=clock.now
            )
        by = household.created_by
        visit_results.write(session, household, visit, _told(), by=by, now=clock.now)
        assert [one.subject for one in reminders.listed(session)] == [other.id]


def test_a_visit_that_was_called_off_has_no_result(store: Store, clock: Clock) -> None:
    with store.write() as session:
        household, visit = _planned(session, clock)
        visits.cancel(session, visit.id, now=clock.now)
        with pytest.raises(CaseError):
            by = household.created_by
            visit_results.write(session, household, visit, _told(), by=by, now=clock.now)


def test_a_visit_with_a_result_is_not_called_off_any_more(store: Store, clock: Clock) -> None:
    with store.write() as session:
        household, visit = _planned(session, clock)
        by = household.created_by
        visit_results.write(session, household, visit, _told(), by=by, now=clock.now)
        with pytest.raises(CaseError):
            visits.cancel(session, visit.id, now=clock.now)
        assert visit.state == VisitState.DONE


def test_what_was_found_is_sealed(store: Store, clock: Clock) -> None:
    with store.write() as session:
        household, visit = _planned(session, clock)
        by = household.created_by
        told = _told(changed="儿子去打工了")
        row = visit_results.write(session, household, visit, told, by=by, now=clock.now)
        assert visit_results.read(session, household, row).changed == "儿子去打工了"
    assert "打工".encode() not in row.sealed_body


def test_the_rate_counts_households_that_were_seen_in_a_year(store: Store, clock: Clock) -> None:
    on = date(2026, 11, 26)
    with store.write() as session:
        for outcome in (Outcome.SEEN, Outcome.MISSED):
            household, visit = _planned(session, clock)
            by = household.created_by
            given = Received(Programme.DIBAO, "每月", date(2026, 1, 1), "审批表")
            assistance.record(session, household, given, by=by, now=clock.now)
            visit_results.write(
                session, household, visit, _told(outcome=outcome), by=by, now=clock.now
            )
        among = assistance.assisted(session, on=on)
        rates = [
            visit_results.rate(session, among, on=day) for day in (on, on + timedelta(days=366))
        ]
        planned = indicators.of(session, Region.ZICHUAN, on=on)[0]
    assert [(one.seen, one.households) for one in rates] == [(1, 2), (0, 2)]
    assert (planned.part, planned.whole) == (1, 2), "the plan's figure is the same figure"


def test_a_calendar_link_opens_until_it_is_revoked_or_replaced(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, now=clock.now)
        first = calendar_links.make(session, alice.id, now=clock.now)
        second = calendar_links.make(session, alice.id, now=clock.now)
        opened = [calendar_links.whose(session, token) for token in (first, second, "x")]
        calendar_links.revoke(session, alice.id, now=clock.now)
        assert calendar_links.whose(session, second) is None
    assert opened == [None, alice.id, None]


def test_a_moved_visit_reminds_of_its_new_time_alone(store: Store, clock: Clock) -> None:
    with store.write() as session:
        _, visit = _planned(session, clock)
        visits.move(session, visit, AT + timedelta(days=5), now=clock.now)
        rows = reminders.of_subject(session, visit.id)
    assert sorted((one.local_date, one.state) for one in rows) == [
        ("2026-11-25", "cancelled"),
        ("2026-11-30", "due"),
    ]


@pytest.mark.parametrize("hours", [-1, 0])
def test_no_visit_moves_into_the_past(store: Store, clock: Clock, hours: int) -> None:
    with store.write() as session:
        household, visit = _planned(session, clock)
        with pytest.raises(CaseError):
            visits.move(session, visit, clock.now + timedelta(hours=hours), now=clock.now)
        assert households.find(session, household.id).id == household.id


@pytest.mark.parametrize("capacity", [0, 21])
def test_an_hour_is_offered_for_one_to_twenty(store: Store, clock: Clock, capacity: int) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, now=clock.now)
        with pytest.raises(CaseError):
            visit_slots.offer(session, alice.id, AT, capacity=capacity, now=clock.now)
