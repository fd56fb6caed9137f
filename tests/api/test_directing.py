"""A supervisor sets lines and desks, chats are given out by themselves, and talks are looked at."""

from datetime import timedelta

import pytest
from httpx import Client, Response
from sqlmodel import select

from bot import schedule
from bot.helpline import Helpline
from cases import operators
from cases.desk import queues, routing, wrap_ups
from cases.desk.impressions import Impression, QualityCheck
from cases.desk.routing import QueueRule
from cases.desk.wrap_ups import WrappedUp, WrapUp
from cases.operators import Role
from cases.talk import conversations
from knowledge.names import Priority, Region
from tests import factories
from tests.api import web
from tests.api.web import Chat, Staff

AUTOMATIC = {"region": "zichuan", "automatic": "true", "sticky": "true"}


@pytest.fixture
def sun(client: Client, helpline: Helpline, alice: Staff, bob: Staff) -> Client:
    """A supervisor of Zichuan at the console, who takes no chats now, and two operators."""
    assert alice.token != bob.token
    web.enter(client, web.an_account(helpline, "Sun", Role.SUPERVISOR, region=Region.ZICHUAN))
    _post(client, "/console/rest")
    return client


def _post(client: Client, path: str, **fields: str) -> Response:
    csrf = web.csrf_of(client.get("/console"))
    return client.post(path, data={"csrf": csrf, **fields}, follow_redirects=True)


def _holder(helpline: Helpline, chat: Chat) -> str | None:
    with helpline.store.read() as session:
        holder = conversations.find(session, chat.id).operator_id
        return None if holder is None else operators.find(session, holder).name


def test_an_automatic_line_gives_its_chats_to_who_has_most_room(
    sun: Client, helpline: Helpline, chat: Chat, alice: Staff, bob: Staff
) -> None:
    chat.says("找人工")
    for who, capacity in ((alice, 2), (bob, 3)):
        _equip(helpline, who, capacity=capacity)
    assert schedule.give_out(helpline, now=web.now()) == 0
    assert _post(sun, "/console/lines", **AUTOMATIC).status_code == 200
    _post(sun, f"/console/lines/desks/{alice.operator.id}", capacity="9")
    assert schedule.give_out(helpline, now=web.now()) == 1
    assert _holder(helpline, chat) == "Alice"


def _equip(helpline: Helpline, who: Staff, *, capacity: int) -> None:
    """Somebody is at their desk, in Zichuan, and holds so much."""
    with helpline.store.write() as session:
        row = operators.find(session, who.operator.id)
        row.region, row.present_at = Region.ZICHUAN, web.now()
        operators.equip(session, row, capacity=capacity, matters=[])


def _away(helpline: Helpline, who: Staff) -> None:
    with helpline.store.write() as session:
        operators.find(session, who.operator.id).present_at = None


def test_a_resident_comes_back_to_whom_they_talked_with(
    sun: Client, helpline: Helpline, chat: Chat, alice: Staff, bob: Staff
) -> None:
    _post(sun, "/console/lines", **AUTOMATIC)
    chat.says("找人工")
    _away(helpline, bob)
    _equip(helpline, alice, capacity=2)
    assert schedule.give_out(helpline, now=web.now()) == 1
    alice.post(f"/api/conversations/{chat.id}/hand-back")
    _equip(helpline, bob, capacity=9)
    chat.says("找人工")
    assert schedule.give_out(helpline, now=web.now()) == 1
    assert _holder(helpline, chat) == "Alice"


def test_the_row_says_that_one_talked_with_them_last_and_that_the_line_gave_it(
    client: Client, helpline: Helpline, chat: Chat
) -> None:
    web.enter(client, web.an_account(helpline, "Ada", Role.SUPERVISOR, region=Region.ZICHUAN))
    for _ in range(2):
        chat.says("找人工")
        page = client.get("/console").text
        _post(client, f"/console/chats/{chat.id}/take")
        _post(client, f"/console/chats/{chat.id}/hand-back", code="answered")
    assert "上次是您接的；您管的地方" in page
    _post(client, "/console/lines", **AUTOMATIC)
    chat.says("找人工")
    assert schedule.give_out(helpline, now=web.now()) == 1
    assert "自动派给您：上次是您接的；您管的地方" in client.get("/console/queue").text


def test_a_line_is_moved_and_comes_back(sun: Client, helpline: Helpline) -> None:
    rule = {"region": "zichuan", "to_region": "fengze", "minutes": "0"}
    _post(sun, "/console/lines/rules", **rule)
    with helpline.store.read() as session:
        (row,) = session.exec(select(QueueRule)).all()
    assert _post(sun, f"/console/lines/rules/{row.id}/end").status_code == 200
    with helpline.store.read() as session:
        assert routing.rules(session) == []


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/console/lines", {"region": "fengze", "automatic": "true"}),
        ("/console/lines/rules", {"region": "fengze", "to_region": "zichuan"}),
        ("/console/lines/rules/x/end", {}),
        ("/console/lines/desks/x", {"capacity": "3"}),
        ("/console/quality/x", {"right": "1", "kind": "1", "complete": "1"}),
        ("/console/lines/rules", {"region": "zichuan", "to_region": "zichuan"}),
        ("/console/lines/rules", {"region": "nowhere", "to_region": "zichuan"}),
    ],
)
def test_what_is_not_ones_own_is_refused(sun: Client, path: str, fields: dict[str, str]) -> None:
    assert _post(sun, path, **fields).status_code in {403, 404, 422}


def test_an_operator_directs_nothing(client: Client, helpline: Helpline) -> None:
    web.enter(client, web.an_account(helpline, "Alice"))
    for path in ("/console/lines", "/console/quality"):
        assert client.get(path).status_code == 403


def _talk(chat: Chat, alice: Staff) -> list[dict[str, str]]:
    chat.says("找人工")
    alice.post(f"/api/conversations/{chat.id}/take")
    said = alice.post(f"/api/conversations/{chat.id}/hand-back").json()["messages"]
    return [choice for line in said for choice in line["choices"]]


def test_after_a_talk_the_resident_is_asked_once(
    sun: Client, helpline: Helpline, chat: Chat, alice: Staff
) -> None:
    assert [one["label"] for one in _talk(chat, alice)][:2] == ["很满意", "满意"]
    assert "谢谢" in chat.says("满意").json()["messages"][-1]["text"]
    chat.says("很不满意")
    with helpline.store.read() as session:
        assert session.exec(select(Impression.score)).all() == [4]
    assert "满意" in sun.get("/console/quality").text


def test_nobody_in_need_is_asked_how_they_liked_it(chat: Chat, alice: Staff) -> None:
    chat.says("家里没米了，两天没吃饭")
    alice.post(f"/api/conversations/{chat.id}/take")
    said = alice.post(f"/api/conversations/{chat.id}/hand-back").json()["messages"]
    assert [choice for line in said for choice in line["choices"]] == []


def test_a_supervisor_reads_what_the_bot_failed_at_and_whether_waits_are_told(
    sun: Client, helpline: Helpline
) -> None:
    for region in (Region.ZICHUAN, Region.FENGZE):
        with helpline.store.write() as session:
            chat = factories.a_conversation(session, region=region, now=web.now())
            queues.enqueue(
                session,
                chat,
                reason="bot_failed",
                priority=Priority.P1,
                matter=None,
                now=web.now(),
            )
    page = sun.get("/console/quality").text
    assert ("机器人没办成的（1）" in page, "机器人出错" in page) == (True, True)
    assert page.count("还不够 20 次") == 1


def test_the_sample_is_drawn_of_the_talks_one_may_check(
    sun: Client, helpline: Helpline, alice: Staff
) -> None:
    with helpline.store.write() as session:
        for region in (Region.ZICHUAN, *[Region.FENGZE] * 40):
            chat = factories.a_conversation(session, region=region, now=web.now())
            code, by = WrapUp.ANSWERED, alice.operator.id
            wrap_ups.record(session, chat, code, by=by, now=web.now())
    assert sun.get("/console/quality").text.count('class="ask"') == 1


def test_nobody_checks_their_own_talk(sun: Client, helpline: Helpline) -> None:
    with helpline.store.write() as session:
        chat = factories.a_conversation(session, now=web.now())
        me = operators.by_name(session, "Sun")
        assert me is not None
        row = wrap_ups.record(session, chat, WrapUp.ANSWERED, by=me.id, now=web.now())
    marks = {"right": "5", "kind": "5", "complete": "5"}
    assert _post(sun, f"/console/quality/{row.id}", **marks).status_code == 422
    with helpline.store.read() as session:
        assert session.exec(select(QualityCheck)).all() == []


def test_a_sample_of_talks_is_checked_by_somebody_else(
    sun: Client, helpline: Helpline, chat: Chat, alice: Staff
) -> None:
    _talk(chat, alice)
    with helpline.store.read() as session:
        row = session.exec(select(WrappedUp)).one()
    assert row.id in sun.get("/console/quality").text
    marks = {"right": "5", "kind": "4", "complete": "5"}
    _post(sun, f"/console/quality/{row.id}", **marks)
    assert row.id not in sun.get("/console/quality").text
    with helpline.store.read() as session:
        assert session.exec(select(QualityCheck)).one().kind == 4
    assert row.at > web.now() - timedelta(minutes=5)
