"""Staff accounts: one set-up link, sign-ins that end, presence."""

from datetime import timedelta

import pytest
from sqlmodel import select

from cases import operators
from cases.danger import alerts
from cases.database import Store
from cases.errors import CaseError, UnknownError
from cases.operators import (
    SESSION_IDLE,
    SESSION_LIFE,
    SETUP_LIFE,
    NameTakenError,
    Role,
    SetupLink,
)
from knowledge.names import Hazard
from tests import factories, threads
from tests.clock import Clock

A_MOMENT = timedelta(seconds=1)


def test_a_set_up_link_works_once(store: Store, clock: Clock) -> None:
    with store.write() as session:
        link = operators.make_setup_link(session, now=clock.now)
        operators.use_setup_link(session, link, now=clock.now)
        assert not operators.setup_link_valid(session, link, now=clock.now)
        with pytest.raises(UnknownError):
            operators.use_setup_link(session, link, now=clock.now)


def test_of_two_who_open_the_link_at_once_one_is_let_in(store: Store, clock: Clock) -> None:
    with store.write() as session:
        link = operators.make_setup_link(session, now=clock.now)

    def use(name: str) -> bool:
        try:
            with store.write() as session:
                operators.use_setup_link(session, link, now=clock.now)
                factories.an_operator(session, name, role=Role.ADMIN, now=clock.now)
        except UnknownError:
            return False
        return True

    assert sorted(threads.at_once(use, ["Alice", "Bob", "Charlie"])) == [False, False, True]


def test_a_set_up_link_ages(store: Store, clock: Clock) -> None:
    with store.write() as session:
        link = operators.make_setup_link(session, now=clock.now)
        late = clock.now + SETUP_LIFE + A_MOMENT
        assert operators.setup_link_valid(session, link, now=clock.now + SETUP_LIFE)
        assert not operators.setup_link_valid(session, link, now=late)
        with pytest.raises(UnknownError):
            operators.use_setup_link(session, link, now=late)


def test_a_new_link_makes_the_old_one_worthless(store: Store, clock: Clock) -> None:
    with store.write() as session:
        old = operators.make_setup_link(session, now=clock.now)
        new = operators.make_setup_link(session, now=clock.now)
        valid = [operators.setup_link_valid(session, one, now=clock.now) for one in (old, new)]
    assert valid == [False, True]


def test_no_token_is_kept_as_it_is(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, now=clock.now)
        token, row = operators.sign_in(session, alice, now=clock.now)
        link = operators.make_setup_link(session, now=clock.now)
        kept = (row.token_digest, *session.exec(select(SetupLink.token_digest)))
    assert not {token, link} & set(kept)


def test_a_sign_in_ends_when_nobody_is_there(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, now=clock.now)
        token, _ = operators.sign_in(session, alice, now=clock.now)
        still, late = clock.now + SESSION_IDLE, clock.now + SESSION_IDLE + A_MOMENT
        assert operators.signed_in(session, token, now=still) is not None
        assert operators.signed_in(session, token, now=late) is None


def test_a_sign_in_ends_after_a_shift_however_busy_it_was(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, now=clock.now)
        token, row = operators.sign_in(session, alice, now=clock.now)
        while clock.now - row.created_at < SESSION_LIFE:
            operators.note_present(session, alice.id, token, now=clock.advance(hours=1))
        assert operators.signed_in(session, token, now=clock.now) is not None
        assert operators.signed_in(session, token, now=clock.advance(seconds=1)) is None


def test_a_closed_account_is_out_at_once(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, now=clock.now)
        token, _ = operators.sign_in(session, alice, now=clock.now)
    with store.write() as session:
        operators.disable(session, alice.id, now=clock.now)
    with store.read() as session:
        assert operators.signed_in(session, token, now=clock.now) is None
        assert operators.on_duty(session, now=clock.now) == []


def test_who_signed_out_is_out(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, now=clock.now)
        token, _ = operators.sign_in(session, alice, now=clock.now)
        operators.sign_out(session, token, now=clock.now)
        assert operators.signed_in(session, token, now=clock.now) is None
        assert operators.signed_in(session, "guess", now=clock.now) is None


def test_only_who_is_present_and_may_talk_can_be_rung(store: Store, clock: Clock) -> None:
    with store.write() as session:
        factories.an_operator(session, "gone", now=clock.now)
        clock.advance(seconds=61)
        factories.an_operator(session, "editor", role=Role.EDITOR, now=clock.now)
        factories.an_operator(session, "pausing", now=clock.now).paused = True
        factories.an_operator(session, "there", now=clock.now)
        assert [one.name for one in operators.on_duty(session, now=clock.now)] == ["there"]


def test_a_name_is_given_once(store: Store, clock: Clock) -> None:
    with store.write() as session:
        factories.an_operator(session, "Alice", now=clock.now)
        with pytest.raises(NameTakenError):
            factories.an_operator(session, "Alice", now=clock.now)


def test_a_caseworker_belongs_to_a_unit_of_a_region(store: Store, clock: Clock) -> None:
    with store.write() as session, pytest.raises(CaseError):
        factories.an_operator(session, role=Role.CASEWORKER, unit="区民政局", now=clock.now)


def test_the_first_of_many_who_acknowledge_is_named(store: Store, clock: Clock) -> None:
    with store.write() as session:
        people = [factories.an_operator(session, name, now=clock.now).id for name in "ABC"]
        chat = factories.a_conversation(session, now=clock.now)
        alert = alerts.raise_for(
            session, chat.id, Hazard.VIOLENCE, region=None, ticket_id=None, now=clock.now
        )

    def acknowledge(who: str) -> str | None:
        with store.write() as session:
            return alerts.acknowledge(session, alert.id, who, now=clock.now).acknowledged_by

    assert len(set(threads.at_once(acknowledge, people))) == 1


def test_an_open_danger_rings_once_and_a_new_one_after_it_again(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, now=clock.now)
        chat = factories.a_conversation(session, now=clock.now)

        def ring() -> str:
            return alerts.raise_for(
                session, chat.id, Hazard.VIOLENCE, region=None, ticket_id=None, now=clock.now
            ).id

        first = ring()
        assert ring() == first
        alerts.acknowledge(session, first, alice.id, now=clock.now)
        assert alerts.of_conversation(session, chat.id) == []
        assert ring() != first


def test_setup_link_opens_nothing_once_there_is_an_account(store: Store, clock: Clock) -> None:
    with store.write() as session:
        link = operators.make_setup_link(session, now=clock.now)
        factories.an_operator(session, "Alice", now=clock.now)
        assert not operators.setup_link_valid(session, link, now=clock.now)
        with pytest.raises(UnknownError):
            operators.use_setup_link(session, link, now=clock.now)
