"""One look tells every open console what its own account may know, and no other."""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text

from api.console.open_consoles import OpenConsoles
from api.streams import Hub
from cases import operators
from cases.database import Store
from cases.operators import Operator, Role
from cases.talk import conversations
from knowledge.names import Region
from tests import factories, threads
from tests.api import web

UNIT = "区民政局"


def _told(store: Store, tokens: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
    """What each console is told by the one look at which all of them are open."""

    async def look() -> Mapping[str, frozenset[str]]:
        hub, consoles = Hub(), OpenConsoles(store)
        with ExitStack() as open_:
            seats = {
                who: open_.enter_context(
                    consoles.opened(token, open_.enter_context(hub.watching(())), after=0)
                )
                for who, token in tokens.items()
            }
            consoles.look()
            news = {who: seat.untold() for who, seat in seats.items()}
        return {who: frozenset(one.names if one else ()) for who, one in news.items()}

    return asyncio.run(look())


def _seat(store: Store, name: str, *, region: Region, unit: str | None) -> str:
    with store.write() as session:
        account = factories.an_operator(
            session, name, role=Role.SUPERVISOR, region=region, unit=unit, now=web.now()
        )
        return operators.sign_in(session, account, now=web.now())[0]


def test_places_and_units_are_told_apart_in_one_look(store: Store) -> None:
    with store.write() as session:
        report = replace(factories.A_MATTER, region=Region.ZICHUAN, not_to=(UNIT,))
        told = factories.a_ticket(session, report, now=web.now()).conversation_id
        conversations.tell_mode(session, conversations.find(session, str(told)), now=web.now())
    heard = _told(
        store,
        {
            "colleague": _seat(store, "Alice", region=Region.ZICHUAN, unit=None),
            "accused": _seat(store, "Bob", region=Region.ZICHUAN, unit=UNIT),
            "elsewhere": _seat(store, "Carol", region=Region.FENGZE, unit=None),
        },
    )
    assert [who for who, names in heard.items() if f"queue:{told}" in names] == ["colleague"]


def test_an_open_console_keeps_its_account_at_the_desk(store: Store) -> None:
    before = web.now() - timedelta(minutes=5)
    with store.write() as session:
        alice = factories.an_operator(session, now=before)
        token, _ = operators.sign_in(session, alice, now=before)
        assert not operators.on_duty(session, now=web.now())
    _told(store, {"Alice": token})
    with store.read() as session:
        assert [one.id for one in operators.on_duty(session, now=web.now())] == [alice.id]


# With half a year of sign-ins the database reads them in the order in which they came.
HALF_A_YEAR = text(
    "INSERT INTO staff_sessions (token_digest, operator_id, csrf, created_at, seen_at) "
    "SELECT md5(n::text), :who, '', now() - interval '1 day', now() - interval '1 day' "
    "FROM generate_series(1, 5000) n"
)


def test_the_same_people_at_two_processes_never_wait_for_each_other_in_a_ring(
    postgres_store: Store,
) -> None:
    with postgres_store.write() as session:
        people = [factories.an_operator(session, f"O{at}", now=web.now()) for at in range(20)]
        session.connection().execute(HALF_A_YEAR, {"who": people[0].id})
        session.connection().execute(text("ANALYZE staff_sessions, operators"))
    for _ in range(3):
        seats = [_signed_in(postgres_store, people), _signed_in(postgres_store, people[::-1])]
        heard = threads.at_once(lambda tokens: _told(postgres_store, tokens), seats)
        assert [set(one) for one in heard] == [{one.name for one in people}] * 2


def _signed_in(store: Store, people: Sequence[Operator]) -> Mapping[str, str]:
    with store.write() as session:
        return {one.name: operators.sign_in(session, one, now=web.now())[0] for one in people}


def test_who_signs_out_while_they_are_noted_present_waits_for_their_turn(
    postgres_store: Store,
) -> None:
    with postgres_store.write() as session:
        alice = factories.an_operator(session, now=web.now())
        token, _ = operators.sign_in(session, alice, now=web.now())
    with ThreadPoolExecutor(1) as elsewhere:
        with postgres_store.write() as session:
            operators.lock(session, alice.id)
            leaving = elsewhere.submit(_sign_out, postgres_store, token)
            threads.until_one_waits(postgres_store)
            operators.note_present(session, alice.id, token, now=web.now())
        leaving.result()
    with postgres_store.read() as session:
        assert operators.signed_in(session, token, now=web.now()) is None


def _sign_out(store: Store, token: str) -> None:
    with store.write() as session:
        operators.sign_out(session, token, now=web.now())
