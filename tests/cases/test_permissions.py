"""Who may do what, to which row: Alice owns it, Bob is a colleague, Charlie a stranger."""

import itertools
from dataclasses import replace

import pytest

from cases import operators, permissions
from cases.database import Session, Store
from cases.errors import ForbiddenError
from cases.operators import Operator, Role
from cases.permissions import TABLE, Action, Reach, Row
from cases.ticket_rules.lifecycle import Move
from cases.tickets import moves, tickets, worklists
from cases.tickets.worklists import Which
from knowledge.names import Region
from tests import factories
from tests.clock import Clock

NOW = Clock().now
EVERY = list(itertools.product(Role, Action))
OPEN_TO_ALL = Row(region=None, units=frozenset({"区民政局"}), owner="alice")


def _account(
    role: Role, *, region: Region | None = None, unit: str | None = None, name: str = "alice"
) -> Operator:
    return Operator(
        id=name, name=name, role=role, region=region, unit=unit, password_hash="", created_at=NOW
    )


def _caseworker(unit: str, region: Region = Region.ZICHUAN) -> Operator:
    return _account(Role.CASEWORKER, region=region, unit=unit)


@pytest.mark.parametrize(("role", "action"), EVERY)
def test_what_the_table_does_not_name_is_refused(role: Role, action: Action) -> None:
    me = _account(role, unit="区民政局")
    assert permissions.may(me, action, OPEN_TO_ALL) == (action in TABLE[role])


@pytest.mark.parametrize(("role", "action"), EVERY)
def test_a_closed_account_may_nothing(role: Role, action: Action) -> None:
    me = _account(role, unit="区民政局")
    me.disabled_at = NOW
    assert permissions.reach(me, action) is Reach.NONE
    assert not permissions.may(me, action)
    assert not permissions.may(me, action, OPEN_TO_ALL)


def test_every_role_is_in_the_table() -> None:
    assert set(TABLE) == set(Role)


def test_contractors_never_decide_close_or_administer() -> None:
    never = {Action.WORK_TICKET, Action.CLOSE_TICKET, Action.MANAGE_STAFF, Action.EDIT_HOUSEHOLD}
    assert not never & set(TABLE[Role.OPERATOR])


@pytest.mark.parametrize("role", [Role.EDITOR, Role.AUDITOR])
def test_editors_and_auditors_read_no_resident(role: Role) -> None:
    harmless = {
        Action.EDIT_CANNED,
        Action.SEE_KNOWLEDGE,
        Action.EDIT_KNOWLEDGE,
        Action.PUBLISH_KNOWLEDGE,
        # Misread messages reach an editor masked, and models hold sentences of nobody's.
        Action.TEACH,
        Action.PUBLISH_MODEL,
        Action.READ_AUDIT,
        # How many of what are erased when; what is held back, and why, is another leave.
        Action.SEE_RETENTION,
    }
    assert set(TABLE[role]) <= harmless


def test_an_operator_of_a_region_sees_that_region_and_what_has_none() -> None:
    alice = _account(Role.OPERATOR, region=Region.FENGZE)
    seen = {
        region
        for region in (*Region, None)
        if permissions.may(alice, Action.READ_CHAT, Row(region=region))
    }
    assert seen == {Region.FENGZE, Region.NATIONAL, None}


def test_an_editor_of_a_region_changes_that_region_and_nothing_national() -> None:
    alice = _account(Role.EDITOR, region=Region.FENGZE)
    bob = _account(Role.EDITOR, name="bob")
    changed = [
        [region for region in Region if permissions.may(who, Action.EDIT_KNOWLEDGE, Row(region))]
        for who in (alice, bob)
    ]
    assert changed == [[Region.FENGZE], list(Region)]


def test_only_the_holder_speaks() -> None:
    alice, bob = _account(Role.OPERATOR), _account(Role.OPERATOR, name="bob")
    charlie = _account(Role.CASEWORKER, unit="x", name="charlie")
    row = Row(owner="alice")
    assert [permissions.may(who, Action.SPEAK, row) for who in (alice, bob, charlie)] == [
        True,
        False,
        False,
    ]


def test_not_even_an_administrator_speaks_in_anothers_chat() -> None:
    assert not permissions.may(_account(Role.ADMIN, name="bob"), Action.SPEAK, Row(owner="alice"))


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        (_caseworker("区民政局"), True),
        (_caseworker("区医保局"), True),
        (_caseworker("区教体局"), False),
        (_caseworker("区民政局", Region.FENGZE), False),
        (_account(Role.OPERATOR, region=Region.ZICHUAN), True),
        (_account(Role.OPERATOR, region=Region.FENGZE), False),
    ],
)
def test_a_ticket_is_seen_by_its_units_and_its_regions_hotline(who: Operator, sees: bool) -> None:  # noqa: FBT001
    units = frozenset({"区民政局", "区医保局"})
    assert permissions.may(who, Action.SEE_TICKET, Row(region="zichuan", units=units)) == sees


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_the_accused_unit_may_nothing_in_any_role(role: Role, action: Action) -> None:
    accused = _account(role, unit="镇政府")
    row = replace(OPEN_TO_ALL, units=frozenset({"镇政府"}), not_to=frozenset({"镇政府"}))
    assert not permissions.may(accused, action, row)


def test_a_units_own_supervisor_does_not_see_sealed_tickets_of_the_region() -> None:
    alice = _account(Role.SUPERVISOR, region=Region.ZICHUAN)
    bob = _account(Role.SUPERVISOR, region=Region.ZICHUAN, unit="区民政局")
    row = Row(region="zichuan", sealed=True)
    assert permissions.may(alice, Action.SEE_TICKET, row)
    assert not permissions.may(bob, Action.SEE_TICKET, row)


def test_an_account_without_a_unit_matches_no_row_without_units() -> None:
    assert not permissions.may(_account(Role.CASEWORKER), Action.SEE_TICKET, Row())


def test_requiring_raises_what_may_refuses() -> None:
    permissions.require(_account(Role.AUDITOR), Action.READ_AUDIT)
    with pytest.raises(ForbiddenError):
        permissions.require(_account(Role.AUDITOR), Action.SEE_TICKET)


def test_the_table_for_people_has_a_line_for_each_leave() -> None:
    lines = permissions.table_as_text().splitlines()
    assert len(lines) == 2 + sum(len(actions) for actions in TABLE.values())


def _listed(session: Session, who: Operator, which: Which = Which.OPEN) -> list[str]:
    return [one.number for one in worklists.tickets_for(session, who, which, now=NOW)]


def test_the_accused_unit_cannot_list_count_or_find_the_report(store: Store) -> None:
    report = replace(factories.A_MATTER, not_to=("区民政局",), lead_unit=None, sealed=True)
    with store.write() as session:
        ticket = factories.a_ticket(session, report, now=NOW)
        accused, hotline = _caseworker("区民政局"), _account(Role.OPERATOR)
        assert [_listed(session, who) for who in (accused, hotline)] == [[], [ticket.number]]
        assert not permissions.may(accused, Action.SEE_TICKET, worklists.row_of(ticket))
        chat = ticket.conversation_id or ""
        assert worklists.of_conversation(session, accused, chat) == []


def test_a_unit_lists_what_it_leads_and_what_it_joins(store: Store) -> None:
    with store.write() as session:
        led = factories.a_ticket(session, now=NOW)
        joint = replace(
            factories.A_MATTER, lead_unit="区医保局", joint_units=("区残联", "区民政局")
        )
        joined = factories.a_ticket(session, joint, now=NOW)
        for unit in ("区医保局", "民政局", "区", None):
            factories.a_ticket(session, replace(factories.A_MATTER, lead_unit=unit), now=NOW)
        assert set(_listed(session, _caseworker("区民政局"))) == {led.number, joined.number}


def test_others_tickets_do_not_use_up_a_units_list(store: Store) -> None:
    with store.write() as session:
        for _ in range(4):
            factories.a_ticket(session, replace(factories.A_MATTER, lead_unit="x"), now=NOW)
        mine = factories.a_ticket(session, now=NOW)
        alice = _caseworker("区民政局")
        found = worklists.tickets_for(session, alice, Which.OPEN, now=NOW, most_read=3)
        assert [one.number for one in found] == [mine.number]


def test_what_ended_last_stands_first(store: Store, clock: Clock) -> None:
    with store.write() as session:
        two = [factories.a_ticket(session, now=clock.now) for _ in range(2)]
        for ticket in reversed(two):
            moves.make(
                session,
                ticket,
                Move.WITHDRAW,
                actor="a",
                reason="r",
                version=1,
                now=clock.advance(hours=1),
            )
        ended = _listed(session, _account(Role.OPERATOR), Which.ENDED)
    assert ended == [ticket.number for ticket in two]


def test_a_household_lists_no_ticket_that_belongs_to_one_person(store: Store) -> None:
    with store.write() as session:
        household = factories.a_household(session, now=NOW)
        plain = factories.a_ticket(session, now=NOW)
        private = factories.a_ticket(session, replace(factories.A_MATTER, personal=True), now=NOW)
        tickets.file_under(session, plain, household.id, now=NOW)
        private.household_id = household.id
        found = worklists.of_household(session, _account(Role.ADMIN), household.id)
        assert [one.number for one in found] == [plain.number]


def test_a_closed_account_lists_nothing(store: Store) -> None:
    with store.write() as session:
        factories.a_ticket(session, now=NOW)
        alice = factories.an_operator(session, now=NOW)
        operators.disable(session, alice.id, now=NOW)
        assert _listed(session, alice) == []
