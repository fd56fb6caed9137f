"""What was answered 收到 survives `kill -9`; what was not answered is answered once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from bot import second_tries
from bot.helpline import build
from cases.database import Store
from cases.talk import conversations, messages
from cases.talk.messages import Sender
from config.settings import Settings
from tests.forked import Part
from tests.serving import Server, serving, serving_forked

PASSWORD = "correct horse battery"
HUNGRY = "家里没米了，一天没吃饭"


def _open(server: Server) -> tuple[str, dict[str, str]]:
    opened = httpx.post(f"{server.address}/api/conversations", json={"region": "zichuan"}).json()
    return opened["id"], {"Authorization": f"Bearer {opened['token']}"}


def _say(server: Server, chat: str, headers: dict[str, str], client_id: str) -> httpx.Response:
    body = {"client_id": client_id, "text": HUNGRY}
    address = f"{server.address}/api/conversations/{chat}/messages"
    return httpx.post(address, json=body, headers=headers, timeout=20)


def _tickets(server: Server) -> list[dict[str, object]]:
    with httpx.Client(base_url=server.address) as staff:
        signed = staff.post("/api/session", json={"name": "Alice", "password": PASSWORD})
        token = signed.json()["token"]
        listed = staff.get("/api/tickets", headers={"Authorization": f"Bearer {token}"})
        found: list[dict[str, object]] = listed.json()["tickets"]
        return found


def test_a_report_answered_received_survives_kill_9(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        server.run(
            "operator", "add", "Alice", "--role", "admin", "--password-stdin", stdin=PASSWORD
        )
        chat, headers = _open(server)
        answered = _say(server, chat, headers, "a").json()["messages"]
        server.kill()
        server.start()
        address = f"{server.address}/api/conversations/{chat}/messages"
        kept = httpx.get(address, headers=headers).json()["messages"]
        assert kept[-len(answered) :] == answered
        numbers = [ticket["number"] for ticket in _tickets(server)]
        assert numbers == [m["ticket"]["number"] for m in answered if m["ticket"]][:1]


def test_the_same_message_after_a_crash_is_not_answered_twice(tmp_path: Path) -> None:
    with serving_forked(tmp_path) as server:
        chat, headers = _open(server)
        first = _say(server, chat, headers, "a").json()
        server.kill()
        server.start()
        assert _say(server, chat, headers, "a").json()["messages"] == first["messages"]


def _dies_thinking(data: Path, chat: str) -> None:
    with Part("tests.crash.dying", str(data), chat, HUNGRY) as process:
        assert process.says.readline() == "thinking\n"


def test_killed_before_the_answer_nothing_was_said_and_it_is_answered_once(
    data_with_model: Path,
) -> None:
    helpline = build(Settings(data=data_with_model))
    now = datetime.now(UTC)
    begun = helpline.desk.open(region=None, channel="web", now=now)
    _dies_thinking(data_with_model, begun.conversation_id)
    assert _said_by_bot(helpline.store, begun.conversation_id) == 1
    for _ in range(2):
        helpline.desk.receive(begun.conversation_id, external_id="m1", text=HUNGRY, now=now)
    with helpline.store.read() as session:
        chat = conversations.find(session, begun.conversation_id)
        tickets = {line.ticket_number for line in messages.since(session, chat)} - {None}
    assert len(tickets) == 1
    helpline.store.close()


def test_killed_before_the_answer_the_clock_takes_it_up(data_with_model: Path) -> None:
    helpline = build(Settings(data=data_with_model))
    now = datetime.now(UTC)
    begun = helpline.desk.open(region=None, channel="web", now=now)
    _dies_thinking(data_with_model, begun.conversation_id)
    assert second_tries.answer_stuck(helpline, now=now) == 0
    assert second_tries.answer_stuck(helpline, now=datetime.now(UTC) + timedelta(seconds=40)) == 1
    assert _said_by_bot(helpline.store, begun.conversation_id) > 1
    helpline.store.close()


def _said_by_bot(store: Store, chat_id: str) -> int:
    with store.read() as session:
        chat = conversations.find(session, chat_id)
        return sum(line.sender is Sender.BOT for line in messages.since(session, chat))
