"""The chat over HTTP: the contract's shapes, and every refusal it names."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from httpx import Client
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from api import throttling
from api.app import create_app
from bot.helpline import Helpline
from bot.shelf import Shelf
from cases import audit
from cases.channels import inbox
from cases.database import Store
from cases.sealed import Vault
from cases.talk import conversations
from nlu.interpreter import InProcess
from tests.api import conftest, web
from tests.api.web import Chat, Staff

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=1"


def test_who_only_reads_waits_for_nobody_who_writes(chat: Chat, helpline: Helpline) -> None:
    path = f"/api/conversations/{chat.id}/messages"
    with helpline.store.write():
        assert chat.client.get(path, headers=chat.bearer, timeout=5).status_code == 200


def test_each_look_of_staff_at_a_chat_is_recorded_first(
    chat: Chat, alice: Staff, helpline: Helpline
) -> None:
    path = f"/api/conversations/{chat.id}/messages"
    with helpline.store.write(), pytest.raises(httpx.ReadTimeout):
        headers = {"Authorization": f"Bearer {alice.token}"}
        chat.client.get(path, headers=headers, timeout=0.5)
    assert alice.get(path).status_code == 200
    with helpline.store.read() as session:
        assert "read chat" in [row.action for row in audit.rows(session)]


def test_opening_gives_a_token_and_the_greeting_as_first_message(chat: Chat) -> None:
    found = chat.client.get(f"/api/conversations/{chat.id}/messages", headers=chat.bearer).json()
    assert [(m["seq"], m["sender"]) for m in found["messages"]] == [(1, "bot")]
    assert (found["mode"], found["queue"]) == ("bot", None)


def test_the_residents_own_line_comes_first(chat: Chat) -> None:
    said = chat.says("低保要什么条件").json()["messages"]
    assert (said[0]["sender"], said[0]["text"]) == ("resident", "低保要什么条件")
    assert said[1]["sender"] == "bot"
    assert said[1]["citations"][0]["document"]


def test_hunger_is_filed_and_queued_with_a_place_in_line(chat: Chat) -> None:
    turn = chat.says("家里没米了，两天没吃饭").json()
    assert turn["mode"] == "queued"
    assert turn["queue"] == {"position": 1, "wait_low_s": None, "wait_high_s": None}
    assert any(m["ticket"] for m in turn["messages"])


def test_the_same_message_again_finds_the_same_answer(chat: Chat) -> None:
    first, second = chat.says("你好", "k"), chat.says("你好", "k")
    assert first.json() == second.json()


def test_the_same_client_id_with_another_text_is_refused(chat: Chat) -> None:
    chat.says("你好", "k")
    assert chat.says("再见", "k").status_code == 409


def test_without_a_token_nothing_opens(chat: Chat) -> None:
    path = f"/api/conversations/{chat.id}/messages"
    none = chat.client.get(path)
    wrong = chat.client.get(path, headers={"Authorization": "Bearer wrong"})
    assert (none.status_code, wrong.status_code) == (401, 401)
    assert none.headers["content-type"] == "application/problem+json"


def test_unknown_and_anothers_conversation_look_the_same(chat: Chat) -> None:
    other = web.open_chat(chat.client)
    theirs = chat.client.get(f"/api/conversations/{other.id}/messages", headers=chat.bearer)
    unknown = chat.client.get("/api/conversations/0/messages", headers=chat.bearer)
    assert (theirs.status_code, theirs.json()) == (404, unknown.json())


@pytest.mark.parametrize("text", ["", "   ", "\u0000\u0001", "\u200b\n", "长" * 4001])
def test_a_text_that_says_nothing_or_too_much_is_refused(chat: Chat, text: str) -> None:
    assert chat.says(text).status_code == 422


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b'{"text":"a"}', b'{"client_id":"","text":"a"}', b"\xff\xfe"]
)
def test_a_malformed_body_is_refused_and_never_repeated(chat: Chat, raw: bytes) -> None:
    answer = chat.sends(raw)
    assert answer.status_code == 422
    assert "input" not in answer.text.replace("The input", "")


def test_a_text_of_the_longest_length_is_taken(chat: Chat) -> None:
    assert chat.says("长" * 4000).status_code == 200


def test_a_lone_surrogate_becomes_the_replacement_character(chat: Chat) -> None:
    answer = chat.sends(b'{"client_id":"k","text":"\\ud800\xe5\xa5\xbd"}')
    assert answer.json()["messages"][0]["text"] == "\ufffd好"


def test_a_large_body_is_refused_as_declared(chat: Chat) -> None:
    assert chat.sends(b"a" * 100_000).status_code == 413


def test_a_large_body_is_refused_as_streamed(chat: Chat) -> None:
    headers = {**chat.bearer, "Content-Type": "application/json"}
    pieces = (b"a" * 1024 for _ in range(100))
    path = f"/api/conversations/{chat.id}/messages"
    assert chat.client.post(path, content=pieces, headers=headers).status_code == 413


def test_an_unknown_region_is_refused(client: Client) -> None:
    answer = client.post("/api/conversations", json={"region": "mars"})
    assert answer.status_code == 422


def test_who_writes_too_fast_waits_but_danger_never_does(chat: Chat, helpline: Helpline) -> None:
    _write_many(helpline, chat)
    slow, danger = chat.says("你好"), chat.says("我不想活了，药都买好了")
    assert (slow.status_code, danger.status_code) == (429, 200)
    assert int(slow.headers["Retry-After"]) > 0


def test_a_database_that_is_away_gives_the_number_to_call(
    interpreter: InProcess, shelf: Shelf, tmp_path: Path, vault: Vault
) -> None:
    store = Store(NOWHERE, vault)
    helpline = conftest.put_together(store, interpreter, shelf, tmp_path)
    with web.serving(create_app(helpline)) as client:
        answer = client.post("/api/conversations", json={})
        ready = client.get("/readyz")
    assert (answer.status_code, answer.json()["hotline"]) == (503, conftest.HOTLINE)
    assert int(answer.headers["Retry-After"]) > 0
    assert (ready.status_code, ready.json()["parts"]["database"]) == (503, "away")


@contextmanager
def _read_only(store: Store) -> Iterator[None]:
    """A file system that the machine has set to reading alone, as it does after a fault."""

    def lock(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        connection.cursor().execute("PRAGMA query_only=ON")

    store.engine.dispose()
    event.listen(store.engine, "connect", lock)
    try:
        yield
    finally:
        event.remove(store.engine, "connect", lock)
        store.engine.dispose()


def test_a_database_that_can_only_be_read_is_not_ready(client: Client, sqlite_store: Store) -> None:
    with _read_only(sqlite_store):
        ready = client.get("/readyz")
    assert ready.status_code == 503
    assert ready.json()["parts"]["database"].startswith("read only")
    assert client.get("/readyz").json()["parts"]["database"] == "ok"


def test_health_says_when_nobody_can_be_rung(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json()["parts"]["duty"] == "nobody can be rung"


def test_every_answer_carries_the_strict_headers(client: Client) -> None:
    for path in ("/", "/api/nowhere", "/static/chat.js", "/console/sign-in"):
        headers = client.get(path).headers
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_the_description_of_the_api_names_its_calls(client: Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert "/api/conversations/{conversation_id}/messages" in paths
    assert "/console" not in paths


def test_a_chat_works_the_same_on_postgresql(
    postgres_store: Store, interpreter: InProcess, shelf: Shelf, tmp_path: Path
) -> None:
    helpline: Helpline = conftest.put_together(postgres_store, interpreter, shelf, tmp_path)
    with web.serving(create_app(helpline)) as client:
        chat = web.open_chat(client)
        answer: httpx.Response = chat.says("家里没米了", uuid.uuid4().hex)
        lost = client.get("/api/conversations/%00/messages", headers=chat.bearer)
    assert (answer.json()["mode"], lost.status_code) == ("queued", 404)


def _write_many(helpline: Helpline, chat: Chat) -> None:
    with helpline.store.write() as session:
        conversation = conversations.find(session, chat.id)
        for at in range(throttling.MESSAGES_A_MINUTE):
            row = inbox.receive(
                session, conversation, external_id=str(at), text="在吗", now=web.now()
            )
            inbox.mark_answered(session, row, now=web.now())


def test_what_is_said_to_a_person_is_answered_the_same_when_it_is_sent_again(
    chat: Chat, alice: Staff
) -> None:
    chat.says("找人工")
    alice.post(f"/api/conversations/{chat.id}/take").raise_for_status()
    first, again = (chat.says("我再补充一句", client_id="once") for _ in range(2))
    assert first.json() == again.json()
    assert [line["sender"] for line in first.json()["messages"]] == ["resident"]
    assert first.json()["mode"] == "operator"
