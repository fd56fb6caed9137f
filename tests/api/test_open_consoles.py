"""One look tells every open console what its own account may know, and no other."""

import asyncio
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

from api.console.open_consoles import OpenConsoles
from api.streams import Hub
from cases import operators
from cases.database import Store
from cases.operators import Role
from cases.talk import conversations
from knowledge.names import Region
from tests import factories
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
