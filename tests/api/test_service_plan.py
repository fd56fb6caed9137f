"""A plan of services: found, offered, agreed one by one, given, found good or not, never stopped
by a word in the chat."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from httpx import Client, Response

from api.pages import LOCAL
from bot.helpline import Helpline
from cases.household_rules.plan_steps import ItemState
from cases.households import assistance, households, people, service_items, service_records
from cases.households.file_bodies import Person
from cases.households.service_items import ServiceItem
from cases.operators import Role
from cases.talk import conversations
from knowledge.names import Region
from tests import factories
from tests.api import looked_after, web
from tests.clock import Clock
from tests.resident import Resident

WANG = Person(name="王桂兰")
Told = Mapping[str, str | list[str]]


@pytest.fixture
def resident(helpline: Helpline, clock: Clock) -> Resident:
    """The person of the household, in the chat."""
    clock.now = web.now()
    return Resident(helpline.desk, helpline.store, clock, Region.FENGZE)


@pytest.fixture
def household(helpline: Helpline, resident: Resident) -> str:
    """The id of a household of Fengze that this chat reaches."""
    return looked_after.of_the_chat(helpline, resident, WANG)


@pytest.fixture
def alice(client: Client, helpline: Helpline) -> Client:
    """A caseworker of Fengze at the console."""
    return looked_after.by_alice(client, helpline, Region.FENGZE, "街道")


def _today() -> date:
    return web.now().astimezone(LOCAL).date()


def _page(client: Client, household: str) -> str:
    return client.get(f"/console/households/{household}/plan").text


def _post(client: Client, household: str, path: str, form: Told | None = None) -> Response:
    csrf = web.csrf_of(client.get("/console/account"))
    address = f"/console/households/{household}/plan/{path}"
    return client.post(address, data={"csrf": csrf, **(form or {})})


def _person(helpline: Helpline, household: str) -> str:
    with helpline.store.read() as session:
        return people.of_household(session, households.find(session, household))[0].part_id


def _assess(client: Client, helpline: Helpline, household: str, **more: str) -> Response:
    form: Told = {
        "person_id": _person(helpline, household),
        "on": _today().isoformat(),
        "grades": ["illness:2", "family:3", ""],
        **more,
    }
    return _post(client, household, "assessments", form)


def _offer(client: Client, helpline: Helpline, household: str, *chosen: str) -> Response:
    form: Told = {"person_id": _person(helpline, household), "chosen": list(chosen)}
    return _post(client, household, "offers", form)


def _items(helpline: Helpline, household: str) -> dict[str, ServiceItem]:
    with helpline.store.read() as session:
        found = service_items.of_household(session, households.find(session, household))
    return {one.row.service_id: one.row for one in found}


def _running(client: Client, helpline: Helpline, household: str) -> str:
    """The id of meals at home that the person agreed to."""
    meals = helpline.library().rules.services[Region.FENGZE].service("meals")
    assert meals is not None
    with helpline.store.write() as session:
        home = households.find(session, household)
        by, now, whom = home.created_by, web.now(), WANG.name
        person = people.of_household(session, home)[0].part_id
        item = service_items.offer(session, home, person, whom, meals, by=by, now=now)
    yes = {"move": "agree", "agreed_by": "本人", "arranged": "每天中午"}
    assert _post(client, household, f"{item.id}/answer", yes).status_code == 303
    return item.id


def test_what_was_found_is_matched_gravest_first_and_no_sum_is_made(
    alice: Client, helpline: Helpline, household: str
) -> None:
    assert _assess(alice, helpline, household).status_code == 303
    page = _page(alice, household)
    assert "疾病困境 中度；家庭结构困境 重度" in page
    # Both needs of 助餐 are there; 看护照料 is wanted from 重度 of the family on.
    assert page.index('value="nursing"') < page.index('value="rehabilitation"')


def test_a_yearly_date_follows_from_the_assessment(
    alice: Client, helpline: Helpline, household: str
) -> None:
    _assess(alice, helpline, household)
    _running(alice, helpline, household)
    today = _today()
    assert f"{today.year + 1}-{today:%m-%d}" in _page(alice, household)


def test_a_service_that_was_offered_shows_payer_standard_and_where_they_stand(
    alice: Client, helpline: Helpline, household: str
) -> None:
    _offer(alice, helpline, household, "meals")
    page = _page(alice, household)
    for words in (
        "等本人定",
        "清单没有写，需当地确认",
        "没有写明",
        "四(一)2(2)",
        "下一步：本人或代理人",
    ):
        assert words in page


def test_a_yes_without_who_said_it_is_refused(
    alice: Client, helpline: Helpline, household: str
) -> None:
    _offer(alice, helpline, household, "meals")
    item = _items(helpline, household)["meals"].id
    assert _post(alice, household, f"{item}/answer", {"move": "agree"}).status_code == 422
    assert _items(helpline, household)["meals"].state == ItemState.PROPOSED


def test_the_household_says_yes_and_no_one_by_one_in_the_chat(
    alice: Client, helpline: Helpline, household: str, resident: Resident
) -> None:
    _offer(alice, helpline, household, "meals", "bathing")
    assert _post(alice, household, "ask").status_code == 303
    resident.says("同意安排：助餐").hears("助浴")
    resident.says("不用了").hears("助浴不安排")
    states = {name: row.state for name, row in _items(helpline, household).items()}
    assert states == {"meals": ItemState.AGREED, "bathing": ItemState.DECLINED}


def test_an_old_button_never_answers_another_service(
    alice: Client, helpline: Helpline, household: str, resident: Resident
) -> None:
    _offer(alice, helpline, household, "meals", "bathing")
    _post(alice, household, "ask")
    resident.says("同意安排：助餐")
    resident.says("同意安排：助餐").hears("已经定过")
    assert _items(helpline, household)["bathing"].state == ItemState.PROPOSED


@pytest.mark.parametrize(
    ("words", "wish", "heard"),
    [
        ("不要上门做饭了", "stop", "不会自己停"),
        ("换个时间", "time", "定下以前照旧"),
    ],
)
def test_a_word_in_the_chat_is_a_wish_and_stops_nothing(  # noqa: PLR0913, PLR0917
    alice: Client,
    helpline: Helpline,
    household: str,
    resident: Resident,
    words: str,
    wish: str,
    heard: str,
) -> None:
    item = _running(alice, helpline, household)
    resident.says(words).hears(heard)
    with helpline.store.read() as session:
        (asked,) = service_records.requests(session, households.find(session, household))
    assert (asked.row.wish, asked.row.item_id, asked.text) == (wish, item, words)
    assert asked.row.ticket_id is not None
    assert _items(helpline, household)["meals"].state == ItemState.AGREED
    assert "下一步：经办人" in _page(alice, household)


def test_other_words_go_where_they_always_went(
    alice: Client, helpline: Helpline, household: str, resident: Resident
) -> None:
    _running(alice, helpline, household)
    resident.says("不要挂电话，我想问低保要什么条件")
    with helpline.store.read() as session:
        assert not service_records.requests(session, households.find(session, household))


def test_another_time_is_the_visits_when_somebody_is_coming(
    alice: Client, helpline: Helpline, household: str, resident: Resident
) -> None:
    _running(alice, helpline, household)
    with helpline.store.write() as session:
        home = households.find(session, household)
        local = (web.now().astimezone(LOCAL) + timedelta(days=3)).replace(tzinfo=None)
        factories.a_visit(session, home, local, now=web.now())
    resident.says("换个时间").hears("您没空")
    with helpline.store.read() as session:
        assert not service_records.requests(session, home)


def test_nobody_is_asked_where_no_chat_may_carry_it(
    alice: Client, helpline: Helpline, household: str
) -> None:
    _offer(alice, helpline, household, "meals")
    with helpline.store.write() as session:
        home = households.find(session, household)
        chat = conversations.find(session, home.conversation_id or "")
        chat.channel = "telegram"
        session.add(chat)
    assert "telegram" in helpline.settings.wary_channels
    assert _post(alice, household, "ask").status_code == 422


def test_a_wish_is_settled_by_a_person_once(
    alice: Client, helpline: Helpline, household: str, resident: Resident
) -> None:
    _running(alice, helpline, household)
    resident.says("不要上门做饭了")
    with helpline.store.read() as session:
        (asked,) = service_records.requests(session, households.find(session, household))
    done = {"outcome": "说定了，改成送到楼下"}
    assert _post(alice, household, f"requests/{asked.row.id}", done).status_code == 303
    assert _post(alice, household, f"requests/{asked.row.id}", done).status_code == 422
    assert "改成送到楼下" in _page(alice, household)
    assert household not in alice.get("/console/plans").text


def test_a_delivery_stands_once_with_how_long_and_whether_signed(
    alice: Client, helpline: Helpline, household: str
) -> None:
    item = _running(alice, helpline, household)
    form = {
        "client_id": "form-0001",
        "on": _today().isoformat(),
        "what": "送午饭",
        "by_whom": "虚构食堂",
        "hours": "0.5",
        "yuan": "12",
        "signed": "true",
    }
    for _ in range(2):
        assert _post(alice, household, f"{item}/deliveries", form).status_code == 303
    page = _page(alice, household)
    assert "做了 1 次，共 0.5 小时" in page
    assert "12.00 元 · 签了字" in page


GROUNDLESS = {
    "deliveries": {"client_id": "form-0002", "on": "2999-01-01", "what": "x", "by_whom": "y"},
    "change": {"arranged": "晚上", "agreed_by": ""},
    "stop": {"why": "不要了", "heard": " "},
    "refer": {"to": "虚构社工站", "given": "姓名和地址"},
}


def test_what_lacks_its_ground_is_refused_and_the_service_goes_on(
    alice: Client, helpline: Helpline, household: str
) -> None:
    item = _running(alice, helpline, household)
    for path, form in GROUNDLESS.items():
        assert _post(alice, household, f"{item}/{path}", form).status_code == 422
    row = _items(helpline, household)["meals"]
    assert (row.state, row.version) == (ItemState.AGREED, 1)


def test_a_referral_keeps_who_got_what_and_who_agreed(
    alice: Client, helpline: Helpline, household: str
) -> None:
    item = _running(alice, helpline, household)
    form = {"to": "虚构社工站", "given": "姓名和地址", "agreed_by": "本人当面同意"}
    assert _post(alice, household, f"{item}/refer", form).status_code == 303
    page = _page(alice, household)
    for words in ("转给别的服务方 虚构社工站（不是国家机关），交了：姓名和地址", "本人当面同意"):
        assert words in page


def test_who_is_unhappy_becomes_a_wish_with_a_day(
    alice: Client, helpline: Helpline, household: str
) -> None:
    item = _running(alice, helpline, household)
    form = {"opinion": "unhappy", "text": "饭是凉的"}
    assert _post(alice, household, f"{item}/opinions", form).status_code == 303
    page = _page(alice, household)
    assert "饭是凉的" in page
    assert "下一步：经办人" in page
    assert household in alice.get("/console/plans").text


def test_a_stop_ends_the_help_and_can_be_offered_again(
    alice: Client, helpline: Helpline, household: str
) -> None:
    item = _running(alice, helpline, household)
    form = {"why": "搬去和女儿住", "heard": "本人，同意停"}
    assert _post(alice, household, f"{item}/stop", form).status_code == 303
    with helpline.store.read() as session:
        (help_given,) = assistance.of_household(session, households.find(session, household))
    assert help_given.received.until == _today()
    assert _offer(alice, helpline, household, "meals").status_code == 303
    assert _items(helpline, household)["meals"].id == item


def test_the_copy_for_the_household_tells_what_is_held_of_its_services(
    alice: Client, helpline: Helpline, household: str
) -> None:
    _assess(alice, helpline, household)
    _running(alice, helpline, household)
    page = alice.get(f"/console/households/{household}/copy").text
    assert "疾病困境 中度；家庭结构困境 重度" in page
    assert "王桂兰：助餐（在做），每天中午" in page


def test_a_service_is_in_a_plan_once(alice: Client, helpline: Helpline, household: str) -> None:
    _running(alice, helpline, household)
    assert _offer(alice, helpline, household, "meals").status_code == 422


REACH = (
    (Role.OPERATOR, Region.FENGZE, 200, 403),
    (Role.CASEWORKER, Region.ZICHUAN, 404, 404),
    (Role.AUDITOR, None, 403, 403),
)


def test_who_may_look_and_who_may_write(client: Client, helpline: Helpline, household: str) -> None:
    for role, region, looks, writes in REACH:
        client.cookies.clear()
        web.enter(client, web.an_account(helpline, role, role, region=region, unit="街道"))
        page = client.get(f"/console/households/{household}/plan")
        csrf = web.csrf_of(client.get("/console/account"))
        form = {"csrf": csrf, "person_id": "x", "chosen": "meals"}
        wrote = client.post(f"/console/households/{household}/plan/offers", data=form)
        assert (page.status_code, wrote.status_code) == (looks, writes)
