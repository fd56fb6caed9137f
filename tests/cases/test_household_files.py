"""A household's file keeps every version, is sealed, merges and splits without losing anything."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from bot import reviewing
from cases.database import Session, Store
from cases.errors import CaseError, StaleError, UnknownError
from cases.households import assistance, file_parts, people, reckoning, same_household
from cases.households.file_bodies import Home, Note, PartKind, Person
from cases.households.file_parts import Draft, FilePart
from cases.households.households import Household
from cases.households.reckoning import Rules
from cases.households.same_household import Decision
from knowledge.entitlements import Received
from knowledge.library import Library
from knowledge.names import Programme
from knowledge.occasions import Happening, Span, Trait
from tests import factories
from tests.clock import Clock

WANG = Person(name="王桂兰", id_number="11010519491231002X", relation="户主")
LI = Person(name="李小宝", born=date(2011, 3, 5), relation="孙子")


def _two(session: Session, clock: Clock) -> tuple[Household, Household]:
    one, other = (factories.a_household(session, now=clock.now) for _ in range(2))
    for household in (one, other):
        by = household.created_by
        people.write(session, household, PartKind.MEMBER, WANG, by=by, now=clock.now)
    return one, other


def _rules(session: Session, library: Library, clock: Clock) -> Rules:
    return reviewing.rules(session, library, now=clock.now)


def test_a_change_keeps_what_was_written_before(store: Store, clock: Clock) -> None:
    with store.write() as session:
        household = factories.a_household(session, now=clock.now)
        by = household.created_by
        first = people.write(session, household, PartKind.MEMBER, WANG, by=by, now=clock.now)
        moved = WANG.model_copy(update={"needs": "听不清"})
        people.write(
            session, household, PartKind.MEMBER, moved, part_id=first.part_id, by=by, now=clock.now
        )
        (now_holds,) = people.of_household(session, household)
        rows = file_parts.history(session, household)
    assert (now_holds.person.needs, now_holds.part_id) == ("听不清", first.part_id)
    assert sorted(str(row.ended_why) for row in rows) == ["None", "changed"]


def test_two_changes_of_one_part_at_once_leave_one(store: Store, clock: Clock) -> None:
    with store.write() as session:
        household = factories.a_household(session, now=clock.now)
        by = household.created_by
        first = people.write(session, household, PartKind.MEMBER, WANG, by=by, now=clock.now)
        stale = first.id
        file_parts.end(session, household, first.part_id, by=by, now=clock.now)
        with pytest.raises((StaleError, UnknownError)):
            file_parts.end(session, household, stale, by=by, now=clock.now)


def test_nothing_of_a_person_stands_open(store: Store, clock: Clock) -> None:
    with store.write() as session:
        household, _ = _two(session, clock)
        row = session.exec(select(FilePart).where(FilePart.household_id == household.id)).one()
    assert not any(word.encode() in row.sealed_body for word in ("王桂兰", "110105"))
    assert "110105" not in f"{row.id_index}{row.name_index}"


@pytest.mark.parametrize(
    ("number", "born"),
    [
        ("11010519491231002X", date(1949, 12, 31)),
        ("11010519491231002x", date(1949, 12, 31)),
        ("110105 19491231 002X", date(1949, 12, 31)),
        ("１１０１０５１９４９１２３１００２Ｘ", date(1949, 12, 31)),
        ("110105194912310021", None),
        ("", None),
    ],
)
def test_a_valid_number_tells_the_day_of_birth(number: str, born: date | None) -> None:
    assert people.born_by(people.plain_number(number)) == born


def test_the_same_person_in_two_files_is_proposed_and_decided_once(
    store: Store, clock: Clock
) -> None:
    with store.write() as session:
        one, other = _two(session, clock)
        (found,) = same_household.proposals(session)
        assert found.by_number
        same_household.decide(
            session,
            one,
            other,
            Decision.DIFFERENT,
            why="同一个号抄错了",
            by=one.created_by,
            now=clock.now,
        )
        assert same_household.proposals(session) == []


def test_a_merge_shows_both_and_an_undone_one_gives_both_back(store: Store, clock: Clock) -> None:
    with store.write() as session:
        one, other = _two(session, clock)
        by = one.created_by
        same_household.merge(session, one, other, why="一家人", by=by, now=clock.now)
        assert [row.id for row in same_household.family(session, one)] == [one.id, other.id]
        later = clock.advance(hours=1)
        same_household.unmerge(session, other, why="其实不是", by=by, now=later)
        assert [row.id for row in same_household.family(session, one)] == [one.id]
        told = [decided.decision for decided in same_household.decisions(session, other)]
    assert told == [Decision.UNDONE, Decision.SAME]


def test_a_merge_needs_a_reason_and_never_goes_round(store: Store, clock: Clock) -> None:
    with store.write() as session:
        one, other = _two(session, clock)
        by = one.created_by
        with pytest.raises(CaseError):
            same_household.merge(session, one, other, why=" ", by=by, now=clock.now)
        same_household.merge(session, one, other, why="一家人", by=by, now=clock.now)
        for kept, folded in ((other, one), (one, other)):
            with pytest.raises(CaseError):
                same_household.merge(session, kept, folded, why="再来", by=by, now=clock.now)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=12))
def test_however_files_are_merged_nothing_is_lost_and_nothing_goes_round(
    sqlite_store: Store, clock: Clock, steps: list[tuple[int, int]]
) -> None:
    with sqlite_store.write() as session:
        files = [factories.a_household(session, now=clock.now) for _ in range(4)]
        for kept, folded in steps:
            now = clock.advance(minutes=1)
            try:
                same_household.merge(
                    session, files[kept], files[folded], why="一家", by=files[0].created_by, now=now
                )
            except CaseError:
                continue
        roots = {same_household.root(session, one.id) for one in files}
        shown = [
            row.id
            for one in files
            if one.id in roots
            for row in same_household.family(session, one)
        ]
    assert sorted(shown) == sorted(one.id for one in files)


def test_a_split_moves_people_and_keeps_where_they_came_from(store: Store, clock: Clock) -> None:
    with store.write() as session:
        household = factories.a_household(session, now=clock.now)
        by = household.created_by
        for person in (WANG, LI):
            people.write(session, household, PartKind.MEMBER, person, by=by, now=clock.now)
        known = {one.person.name: one.part_id for one in people.of_household(session, household)}
        child = known[LI.name]
        fresh = same_household.split(
            session, household, [child], name="李小宝", address="", by=by, now=clock.now
        )
        left = [one.person.name for one in people.of_household(session, household)]
        gone = [one.person.name for one in people.of_household(session, fresh)]
        why = [row.ended_why for row in file_parts.history(session, household)]
    assert (left, gone, "moved" in why) == (["王桂兰"], ["李小宝"], True)


@pytest.mark.parametrize("everybody", [True, False])
def test_a_split_leaves_somebody_and_takes_somebody(
    store: Store, clock: Clock, *, everybody: bool
) -> None:
    with store.write() as session:
        household, _ = _two(session, clock)
        parts = [one.part_id for one in people.of_household(session, household)]
        with pytest.raises(CaseError):
            same_household.split(
                session,
                household,
                parts if everybody else [],
                name="a",
                address="",
                by=household.created_by,
                now=clock.now,
            )


def _assisted(session: Session, household: Household, clock: Clock) -> None:
    given = Received(Programme.DIBAO, "每月", date(2026, 6, 1), "审批表")
    assistance.record(session, household, given, by=household.created_by, now=clock.now)


def test_what_is_due_follows_from_the_whole_file(
    store: Store, clock: Clock, library: Library
) -> None:
    with store.write() as session:
        household = factories.a_household(session, now=clock.now)
        by = household.created_by
        _assisted(session, household, clock)
        people.write(session, household, PartKind.MEMBER, LI, by=by, now=clock.now)
        for draft in (
            Draft(PartKind.HOME, Home(traits=(Trait.CAN_WORK,))),
            Draft(PartKind.HAPPENING, Note(), code=Happening.DEATH, first=date(2026, 11, 20)),
        ):
            file_parts.write(session, household, draft, by=by, now=clock.now)
        reckoning.reckon(session, household, _rules(session, library, clock), now=clock.now)
        found = {row.name.split(":")[0] for row in reckoning.of_household(session, household)}
    assert found == {"dibao_half_yearly", "turns_16_dibao", "after_death", "change_told"}


def test_what_was_done_moves_the_date_on(store: Store, clock: Clock, library: Library) -> None:
    with store.write() as session:
        household = factories.a_household(session, now=clock.now)
        _assisted(session, household, clock)
        done = Draft(PartKind.DONE, Note(), code="dibao_yearly", first=date(2026, 11, 23))
        file_parts.write(session, household, done, by=household.created_by, now=clock.now)
        reckoning.reckon(session, household, _rules(session, library, clock), now=clock.now)
        (row,) = reckoning.of_household(session, household)
    assert row.due_on == date(2027, 11, 23)


def test_other_rules_move_the_dates_and_say_so(
    store: Store, clock: Clock, library: Library
) -> None:
    with store.write() as session:
        household = factories.a_household(session, now=clock.now)
        _assisted(session, household, clock)
        rules = _rules(session, library, clock)
        assert reckoning.reckon_stale(session, rules, now=clock.now) == 1
        assert reckoning.reckon_stale(session, rules, now=clock.now) == 0
        changed = _with_nine_months(rules)
        assert reckoning.reckon_stale(session, changed, now=clock.now) == 1
        (row,) = reckoning.of_household(session, household)
    assert (row.was_on, row.due_on) == (date(2027, 6, 1), date(2027, 3, 1))
    assert row.moved_by == "minfa-2021-57-31"


def _with_nine_months(rules: Rules) -> Rules:
    book = rules.book
    changed = {
        region: tuple(
            rule.model_copy(update={"every": Span(months=9)}) if rule.id == "dibao_yearly" else rule
            for rule in cadences
        )
        for region, cadences in book.rules.items()
    }
    return Rules(type(book)(changed, book.documents), rules.at, rules.on, "another version")


def test_a_new_day_reckons_everybody_anew(store: Store, clock: Clock, library: Library) -> None:
    with store.write() as session:
        _two(session, clock)
        rules = _rules(session, library, clock)
        counted = [reckoning.reckon_stale(session, rules, now=clock.now, limit=1) for _ in range(3)]
        tomorrow = reviewing.rules(session, library, now=clock.now + timedelta(days=1))
        again = reckoning.reckon_stale(session, tomorrow, now=clock.now)
    assert (counted, again) == ([1, 1, 0], 2)


def test_a_file_read_in_another_has_no_dates_of_its_own(
    store: Store, clock: Clock, library: Library
) -> None:
    with store.write() as session:
        one, other = _two(session, clock)
        _assisted(session, other, clock)
        same_household.merge(session, one, other, why="一家", by=one.created_by, now=clock.now)
        rules = _rules(session, library, clock)
        for household in (one, other):
            reckoning.reckon(session, household, rules, now=clock.now)
        counts = [len(reckoning.of_household(session, household)) for household in (one, other)]
    assert counts == [1, 0]
