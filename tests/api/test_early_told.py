"""A change that was told before there was a file is proposed there, and a person decides."""

import re

import pytest
from httpx import Client, Response
from sqlmodel import select

from bot.helpline import Helpline
from cases.households import households
from cases.households.early_changes import EarlyChange
from cases.operators import Role
from cases.talk.conversations import Conversation
from knowledge.names import Region
from tests import factories
from tests.api import looked_after, web
from tests.clock import Clock
from tests.resident import Resident

TOLD = "我儿子上个月找到工作了，要报一下吗"
HEADING = "建档以前在对话里说过的变化"
NUMBER = re.compile(r"[A-Z]{2}-\d{6}-\d{6}")


@pytest.fixture
def resident(helpline: Helpline, clock: Clock) -> Resident:
    """Somebody without a file who has told a change."""
    clock.now = web.now()
    told = Resident(helpline.desk, helpline.store, clock, Region.ZICHUAN)
    return told.says(TOLD).says("跳过").hears("单号")


@pytest.fixture
def alice(client: Client, helpline: Helpline) -> Client:
    """A caseworker of Zichuan at the console."""
    return looked_after.by_alice(client, helpline, Region.ZICHUAN, "区民政局")


def _file(helpline: Helpline, conversation: str | None) -> str:
    with helpline.store.write() as session:
        household = factories.a_household(session, reached=False, now=web.now())
        household.conversation_id = conversation
        session.add(household)
        return household.id


def _decide(client: Client, file: str, verdict: str) -> Response:
    page = client.get(f"/console/households/{file}")
    change = page.text.split(f"/console/households/{file}/early/")[1].split('"')[0]
    form = {"csrf": web.csrf_of(page), "verdict": verdict}
    answer = client.post(f"/console/households/{file}/early/{change}", data=form)
    assert client.post(f"/console/households/{file}/early/{change}", data=form).status_code == 422
    return answer


def test_a_file_opened_from_the_ticket_proposes_what_was_told(
    client: Client, helpline: Helpline, resident: Resident
) -> None:
    web.enter(client, web.an_account(helpline, "Sun", Role.SUPERVISOR))
    number = NUMBER.search(resident.heard)
    assert number is not None
    csrf = web.csrf_of(client.get(f"/console/households/new?ticket={number[0]}"))
    form = {"name": "王桂兰", "address": "洪山镇", "region": "zichuan", "ticket": number[0]}
    opened = client.post("/console/households", data={"csrf": csrf, **form})
    page = client.get(opened.headers["location"]).text
    assert HEADING in page
    assert "找到工作" in page


def test_what_is_taken_into_the_file_is_due_to_be_looked_at(
    alice: Client, helpline: Helpline, resident: Resident
) -> None:
    file = _file(helpline, resident.conversation_id)
    assert "变化核实" not in alice.get(f"/console/households/{file}").text
    assert _decide(alice, file, "take").status_code == 303
    page = alice.get(f"/console/households/{file}").text
    assert HEADING not in page
    assert "居民自己说的" in page
    assert "变化核实" in page


def test_what_is_about_somebody_else_stays_out(
    alice: Client, helpline: Helpline, resident: Resident
) -> None:
    file = _file(helpline, resident.conversation_id)
    assert _decide(alice, file, "leave").status_code == 303
    page = alice.get(f"/console/households/{file}").text
    assert not any(words in page for words in (HEADING, "居民自己说的", "变化核实"))


def test_the_same_resident_on_another_phone_is_the_same(
    alice: Client, helpline: Helpline, clock: Clock, resident: Resident
) -> None:
    other = Resident(helpline.desk, helpline.store, clock, Region.ZICHUAN)
    with helpline.store.write() as session:
        first = session.get_one(Conversation, resident.conversation_id)
        second = session.get_one(Conversation, other.conversation_id)
        second.resident_id = first.resident_id
        session.add(second)
    file = _file(helpline, other.conversation_id)
    assert HEADING in alice.get(f"/console/households/{file}").text


@pytest.mark.parametrize("reached", [True, False])
def test_nobody_elses_file_proposes_it(
    alice: Client, helpline: Helpline, clock: Clock, resident: Resident, *, reached: bool
) -> None:
    stranger = Resident(helpline.desk, helpline.store, clock, Region.ZICHUAN)
    file = _file(helpline, stranger.conversation_id if reached else None)
    assert HEADING not in alice.get(f"/console/households/{file}").text
    assert resident


def test_a_caseworker_of_another_place_decides_nothing(
    client: Client, helpline: Helpline, resident: Resident
) -> None:
    file = _file(helpline, resident.conversation_id)
    with helpline.store.read() as session:
        change = session.exec(select(EarlyChange.id)).one()
    eve = web.an_account(helpline, "Eve", Role.CASEWORKER, region=Region.FENGZE, unit="街道")
    web.enter(client, eve)
    form = {"csrf": web.csrf_of(client.get("/console/visits")), "verdict": "take"}
    answer = client.post(f"/console/households/{file}/early/{change}", data=form)
    assert answer.status_code == 404


def test_it_is_sealed_and_not_kept_twice_where_there_is_a_file(
    helpline: Helpline, clock: Clock, resident: Resident
) -> None:
    known = Resident(helpline.desk, helpline.store, clock, Region.ZICHUAN)
    file = _file(helpline, known.conversation_id)
    known.says(TOLD).says("跳过").hears("单号")
    with helpline.store.read() as session:
        (kept,) = session.exec(select(EarlyChange)).all()
        assert households.find(session, file)
    assert kept.conversation_id == resident.conversation_id
    assert "工作".encode() not in kept.sealed_text
