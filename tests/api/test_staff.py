"""Staff over HTTP: signing in, taking with one winner, speaking, and seeing only what one may."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from httpx import Client

from bot.helpline import Helpline
from cases import audit
from cases.operators import Role
from knowledge.names import Region
from tests import factories, threads
from tests.api import web
from tests.api.web import Chat, Staff


def _act(who: Staff, chat: Chat, what: str, body: object = None) -> int:
    return who.post(f"/api/conversations/{chat.id}/{what}", body).status_code


def test_an_unknown_name_and_a_wrong_password_look_the_same(client: Client, alice: Staff) -> None:
    wrong = client.post("/api/session", json={"name": "Alice", "password": "x" * 12})
    unknown = client.post("/api/session", json={"name": "Nobody", "password": "x" * 12})
    assert (wrong.status_code, wrong.json()) == (401, unknown.json())
    assert alice.token


def test_failed_sign_ins_are_throttled_even_with_the_right_password(
    client: Client, helpline: Helpline
) -> None:
    web.an_account(helpline, "Alice")
    bodies = [{"name": "Alice", "password": "wrong"}] * 10
    assert {client.post("/api/session", json=body).status_code for body in bodies} == {401}
    right = client.post("/api/session", json={"name": "Alice", "password": web.PASSWORD})
    assert right.status_code == 429
    assert int(right.headers["Retry-After"]) > 0


def test_blanks_around_a_name_give_no_more_tries(client: Client, helpline: Helpline) -> None:
    web.an_account(helpline, "Alice")
    written = ["Alice" + " " * at for at in range(11)]
    bodies = [{"name": name, "password": "wrong"} for name in written]
    tried = [client.post("/api/session", json=body).status_code for body in bodies]
    assert tried == [401] * 10 + [429]


def test_of_many_tries_at_one_instant_ten_are_looked_at(client: Client, helpline: Helpline) -> None:
    web.an_account(helpline, "Alice")
    bodies = [{"name": "Alice", "password": f"wrong{at}"} for at in range(16)]
    tried = threads.at_once(lambda body: client.post("/api/session", json=body).status_code, bodies)
    assert sorted(tried) == [401] * 10 + [429] * 6


def test_those_who_sign_in_well_are_not_counted(client: Client, helpline: Helpline) -> None:
    account = web.an_account(helpline, "Alice")
    assert all(web.sign_in(client, account).token for _ in range(12))


def test_a_token_opens_nothing_after_signing_out(alice: Staff) -> None:
    headers = {"Authorization": f"Bearer {alice.token}"}
    assert alice.client.delete("/api/session", headers=headers).status_code == 204
    assert alice.get("/api/queue").status_code == 401


def test_danger_stands_before_hunger_in_the_queue(client: Client, alice: Staff) -> None:
    hungry, beaten = web.open_chat(client), web.open_chat(client)
    hungry.says("家里没米了")
    beaten.says("我老公拿刀要砍我")
    found = alice.get("/api/queue").json()
    assert [(row["id"], row["priority"]) for row in found["waiting"]] == [
        (beaten.id, "P0"),
        (hungry.id, "P1"),
    ]
    assert [alert["conversation"] for alert in found["alerts"]] == [beaten.id]


def test_the_second_to_take_a_chat_is_told_who_was_first(
    chat: Chat, alice: Staff, bob: Staff
) -> None:
    chat.says("找人工")
    assert _act(alice, chat, "take") == 200
    late = bob.post(f"/api/conversations/{chat.id}/take")
    assert (late.status_code, late.json()["winner"]) == (409, "Alice")


def test_two_at_the_same_instant_have_one_winner(client: Client, alice: Staff, bob: Staff) -> None:
    chats = [web.open_chat(client) for _ in range(50)]
    with ThreadPoolExecutor(2) as pool:
        for chat in chats:
            codes = pool.map(lambda who, chat=chat: _act(who, chat, "take"), (alice, bob))
            assert sorted(codes) == [200, 409]
            assert 200 in {_act(who, chat, "hand-back") for who in (alice, bob)}


def test_a_reply_reaches_the_resident_with_the_name(chat: Chat, alice: Staff) -> None:
    _act(alice, chat, "take")
    alice.post(f"/api/conversations/{chat.id}/reply", {"text": "我是工作人员"})
    path = f"/api/conversations/{chat.id}/messages"
    found = chat.client.get(path, headers=chat.bearer).json()
    last = found["messages"][-1]
    assert (last["sender"], last["text"], last["staff"]) == ("operator", "我是工作人员", "Alice")
    assert found["mode"] == "operator"


def test_the_bot_is_silent_while_a_person_speaks_and_answers_after(
    chat: Chat, alice: Staff
) -> None:
    _act(alice, chat, "take")
    silent = chat.says("低保要什么条件").json()["messages"]
    _act(alice, chat, "hand-back")
    spoken = chat.says("低保要什么条件").json()["messages"]
    assert [m["sender"] for m in silent] == ["resident"]
    assert "bot" in [m["sender"] for m in spoken]


def test_only_who_holds_the_chat_speaks_in_it(chat: Chat, alice: Staff, bob: Staff) -> None:
    assert _act(alice, chat, "reply", {"text": "喂"}) == 409
    _act(alice, chat, "take")
    assert _act(bob, chat, "reply", {"text": "喂"}) == 409
    assert _act(bob, chat, "hand-back") == 409


def test_taking_a_chat_stops_its_ringing(chat: Chat, alice: Staff) -> None:
    chat.says("我老公拿刀要砍我")
    _act(alice, chat, "take")
    assert alice.get("/api/queue").json()["alerts"] == []


def test_a_resident_cannot_do_what_staff_do(chat: Chat) -> None:
    for path in ("/api/queue", "/api/tickets"):
        assert chat.client.get(path, headers=chat.bearer).status_code == 401
    path = f"/api/conversations/{chat.id}/take"
    assert chat.client.post(path, headers=chat.bearer).status_code == 401


def test_an_operator_of_another_region_finds_nothing(
    client: Client, helpline: Helpline, chat: Chat
) -> None:
    account = web.an_account(helpline, "Charlie", region=Region.NINGXIA)
    charlie = web.sign_in(client, account)
    chat.says("家里没米了")
    assert charlie.get("/api/queue").json()["waiting"] == []
    assert _act(charlie, chat, "take") == 404
    assert charlie.get(f"/api/conversations/{chat.id}/messages").status_code == 404


def test_a_caseworker_has_no_queue(client: Client, helpline: Helpline) -> None:
    account = web.an_account(
        helpline, "Wang", Role.CASEWORKER, region=Region.ZICHUAN, unit="区民政局"
    )
    assert web.sign_in(client, account).get("/api/queue").status_code == 403


@pytest.mark.parametrize("accused", ["区民政局", "区教体局"])
def test_an_accused_unit_can_neither_list_nor_find_the_report(
    client: Client, helpline: Helpline, accused: str
) -> None:
    account = web.an_account(
        helpline, "Wang", Role.CASEWORKER, region=Region.ZICHUAN, unit="区民政局"
    )
    wang = web.sign_in(client, account)
    report = replace(factories.A_MATTER, not_to=(accused,))
    with helpline.store.write() as session:
        number = factories.a_ticket(session, report, now=web.now()).number
    expected = 404 if accused == "区民政局" else 200
    assert wang.get(f"/api/tickets/{number}").status_code == expected
    assert len(wang.get("/api/tickets").json()["tickets"]) == int(expected == 200)


def test_an_unknown_ticket_and_a_forbidden_one_look_the_same(
    client: Client, helpline: Helpline
) -> None:
    account = web.an_account(
        helpline, "Li", Role.CASEWORKER, region=Region.ZICHUAN, unit="区教体局"
    )
    li = web.sign_in(client, account)
    with helpline.store.write() as session:
        number = factories.a_ticket(session, now=web.now()).number
    assert li.get(f"/api/tickets/{number}").json() == li.get("/api/tickets/ZC-0").json()


def test_each_look_at_a_ticket_is_recorded(helpline: Helpline, alice: Staff) -> None:
    with helpline.store.write() as session:
        ticket = factories.a_ticket(session, now=web.now())
    assert alice.get(f"/api/tickets/{ticket.number}").json()["history"][0]["kind"] == "narrative"
    with helpline.store.read() as session:
        looks = [(row.actor, row.subject) for row in audit.rows(session) if "looked" in row.action]
        assert looks == [(alice.operator.id, ticket.id)]
        assert audit.verify(session) == []


def test_a_reply_sent_twice_is_said_once_also_after_handing_back(chat: Chat, alice: Staff) -> None:
    path, body = f"/api/conversations/{chat.id}/reply", {"client_id": "r1", "text": "您请讲"}
    assert _act(alice, chat, "take") == 200
    first = alice.post(path, body).json()["messages"]
    assert alice.post(path, body).json()["messages"] == first
    assert alice.post(path, {**body, "text": "别的"}).status_code == 409
    assert _act(alice, chat, "hand-back") == 200
    assert alice.post(path, body).json()["messages"] == first


def test_two_operators_may_use_the_same_client_id(chat: Chat, alice: Staff, bob: Staff) -> None:
    body = {"client_id": "r1", "text": "您请讲"}
    for who in (alice, bob):
        assert _act(who, chat, "take") == 200
        assert _act(who, chat, "reply", body) == 200
        assert _act(who, chat, "hand-back") == 200
    read = alice.get(f"/api/conversations/{chat.id}/messages").json()
    said = [line["text"] for line in read["messages"]]
    assert said.count("您请讲") == 2


def test_an_account_of_the_accused_unit_finds_no_chat_that_reports_on_it(
    client: Client, helpline: Helpline, alice: Staff
) -> None:
    chat = web.open_chat(client)
    chat.says("区民政局的人收红包才给办低保，我要举报")
    chat.says("转人工")
    where = {"region": Region.ZICHUAN, "unit": "区民政局"}
    charlie = web.sign_in(client, web.an_account(helpline, "Charlie", Role.SUPERVISOR, **where))
    path = f"/api/conversations/{chat.id}/messages"
    assert (alice.get(path).status_code, charlie.get(path).status_code) == (200, 404)
    assert [row["id"] for row in alice.get("/api/queue").json()["waiting"]] == [chat.id]
    assert charlie.get("/api/queue").json()["waiting"] == []
