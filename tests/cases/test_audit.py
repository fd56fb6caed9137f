"""The chain of looks and acts shows every row that was changed, taken out or cut off."""

from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from sqlalchemy import text

from cases import audit
from cases.database import Store
from tests import threads
from tests.clock import Clock

CHINA = timezone(timedelta(hours=8))


def _five(store: Store, clock: Clock) -> None:
    for number in range(5):
        with store.write() as session:
            audit.record(session, "alice", "looked at ticket", str(number), now=clock.now)


def _tamper(store: Store, statement: str) -> list[tuple[int, str]]:
    with store.write() as session:
        session.connection().execute(text(statement))
    with store.read() as session:
        return [(one.seq, one.why) for one in audit.verify(session)]


def test_an_untouched_chain_holds(store: Store, clock: Clock) -> None:
    _five(store, clock)
    assert _tamper(store, "SELECT 1") == []


def test_an_empty_chain_holds(store: Store) -> None:
    assert _tamper(store, "SELECT 1") == []


@pytest.mark.parametrize("column", ["actor", "action", "subject", "digest"])
def test_a_changed_row_shows(store: Store, clock: Clock, column: str) -> None:
    _five(store, clock)
    broken = _tamper(store, f"UPDATE audit SET {column} = 'bob' WHERE seq = 3")  # noqa: S608
    assert (3, "the row was changed") in broken


def test_a_removed_row_shows(store: Store, clock: Clock) -> None:
    _five(store, clock)
    assert (2, "a row is missing") in _tamper(store, "DELETE FROM audit WHERE seq = 2")


@pytest.mark.parametrize(
    "cut", ["DELETE FROM audit WHERE seq > 3", "DELETE FROM audit", "DELETE FROM audit_head"]
)
def test_a_cut_tail_shows(store: Store, clock: Clock, cut: str) -> None:
    _five(store, clock)
    assert _tamper(store, cut) == [(5, "the tail was cut or the head replaced")]


def test_two_exchanged_rows_show(store: Store, clock: Clock) -> None:
    _five(store, clock)
    swap = "UPDATE audit SET subject = CASE seq WHEN 2 THEN '2' ELSE '1' END WHERE seq IN (2, 3)"
    assert [seq for seq, _ in _tamper(store, swap)] == [2, 3]


def test_the_zone_in_which_it_was_written_does_not_matter(store: Store, clock: Clock) -> None:
    with store.write() as session:
        audit.record(session, "alice", "a", "b", now=clock.now.astimezone(CHINA))
    assert _tamper(store, "SELECT 1") == []


def test_what_was_rolled_back_leaves_no_row(store: Store, clock: Clock) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as session:
        audit.record(session, "alice", "a", "b", now=clock.now)
        raise ZeroDivisionError
    with store.read() as session:
        assert audit.rows(session) == []


def test_eight_who_write_at_once_forge_one_chain(store: Store, clock: Clock) -> None:
    def write(actor: str) -> None:
        for _ in range(5):
            with store.write() as session:
                audit.record(session, actor, "looked", "x", now=clock.now)
                audit.record(session, actor, "took", "x", now=clock.now)

    threads.at_once(write, [f"operator {n}" for n in range(8)])
    with store.read() as session:
        assert audit.verify(session) == []
        assert [row.seq for row in audit.rows(session)] == list(range(1, 81))


def test_an_end_cut_together_with_its_head_shows_against_a_head_kept_elsewhere(
    store: Store, clock: Clock
) -> None:
    _five(store, clock)
    with store.read() as session:
        kept = audit.Head.read(str(audit.head(session)))
    back = "UPDATE audit_head SET seq = 3, digest = (SELECT digest FROM audit WHERE seq = 3)"
    assert _tamper(store, back) != []
    assert _tamper(store, "DELETE FROM audit WHERE seq > 3") == []
    with store.read() as session:
        assert [one.seq for one in audit.compare(session, kept)] == [5]


def test_another_chain_than_the_kept_head_was_of_shows(store: Store, clock: Clock) -> None:
    _five(store, clock)
    with store.read() as session:
        head = audit.head(session)
        assert audit.compare(session, head) == ()
        assert audit.compare(session, replace(head, digest="0" * 64)) != ()
