"""What an operator sees and is told, on both databases: facts with sources, the end of a shift's
worst hour, and chats whose operator is gone."""

from httpx import Client, Response

from bot.helpline import Helpline
from cases.households import households
from cases.operators import Role
from cases.talk.conversations import Mode
from knowledge.names import Region
from tests.api import web
from tests.scenarios.house import House


def _post(client: Client, path: str, **fields: str) -> Response:
    csrf = web.csrf_of(client.get("/console"))
    return client.post(path, data={"csrf": csrf, **fields}, follow_redirects=True)


def test_the_operator_sees_risk_place_facts_with_their_source_and_the_households_file(
    client: Client, helpline: Helpline
) -> None:
    chat, account = web.open_chat(client), web.an_account(helpline, "Alice")
    for words in ("我想申请低保", "我家三口人", "不知道", "找人工"):
        chat.says(words)
    with helpline.store.write() as session:
        home = households.open_file(
            session,
            name="王桂兰",
            address="洪山镇",
            region=Region.ZICHUAN,
            conversation_id=chat.id,
            created_by=account.id,
            now=web.now(),
        )
    web.enter(client, account)
    page = _post(client, f"/console/chats/{chat.id}/take").text
    facts = page.split("机器人听到的")[1].split("</ul>")[0]
    assert "居民说的" in facts
    assert "居民不知道" in facts
    assert f"/console/households/{home.id}" in page
    assert "王桂兰" not in page


def test_the_clauses_for_the_residents_last_words_are_one_step_away(
    client: Client, helpline: Helpline
) -> None:
    chat = web.open_chat(client)
    chat.says("找人工")
    web.enter(client, web.an_account(helpline, "Alice"))
    _post(client, f"/console/chats/{chat.id}/take")
    chat.says("低保要什么条件")
    assert 'id="clauses"' in client.get(f"/console/chats/{chat.id}").text
    # Nothing is typed: what the resident asked last is looked for.
    found = client.get(f"/console/chats/{chat.id}/clauses").text
    assert "低保" in found
    assert "第" in found


def test_after_a_case_of_suicide_or_a_child_a_pause_and_a_supervisor_are_offered(
    client: Client, helpline: Helpline
) -> None:
    chat = web.open_chat(client)
    chat.says("我不想活了，药都准备好了")
    web.enter(client, web.an_account(helpline, "Sun", Role.SUPERVISOR))
    page = f"/console/chats/{chat.id}"
    _post(client, f"{page}/take")
    card = {"service": "110", "at": web.now().isoformat(), "place": "洪山镇", "reference": "07"}
    _post(client, f"{page}/rescue", **card)
    assert "歇一会儿" in _post(client, f"{page}/hand-back", code="answered").text
    assert "刚才的事不容易" not in client.get("/console").text


def test_a_chat_whose_operator_died_is_in_line_within_a_minute_and_told_once(
    house: House,
) -> None:
    alice, resident = house.operator(), house.resident()
    resident.says("找人工")
    asked = house.chat(resident).queued_at
    house.takes(alice, resident)
    for _ in range(3):
        house.later(minutes=50 / 60)
    chat = house.chat(resident)
    assert (chat.mode, chat.queued_at) == (Mode.QUEUED, asked)
    assert house.heard(resident, "operator.returned") == 1
