"""A household's file on the console: people, places, records; merged and split by a person."""

import pytest
from httpx import Client, Response

from bot.helpline import Helpline
from cases import audit
from cases.households import file_parts, households, people
from cases.households.file_bodies import PartKind
from cases.operators import Role
from knowledge.names import Region
from tests import factories
from tests.api import looked_after, web
from tests.clock import Clock
from tests.resident import Resident

NUMBER = "11010519491231002X"


@pytest.fixture
def household(helpline: Helpline) -> str:
    """The id of a household of Zichuan."""
    with helpline.store.write() as session:
        return factories.a_household(session, now=web.now()).id


@pytest.fixture
def alice(client: Client, helpline: Helpline) -> Client:
    """A caseworker of Zichuan at the console."""
    return looked_after.by_alice(client, helpline, Region.ZICHUAN, "区民政局")


def _post(client: Client, household: str, path: str, **form: str | list[str]) -> Response:
    csrf = web.csrf_of(client.get(f"/console/households/{household}"))
    address = f"/console/households/{household}/{path}"
    return client.post(address, data={"csrf": csrf, **form})


def _add(client: Client, household: str, name: str, **more: str) -> Response:
    return _post(client, household, "people", kind="member", name=name, **more)


def test_a_person_stands_in_the_file_with_what_is_safe(alice: Client, household: str) -> None:
    _add(
        alice,
        household,
        "王桂兰",
        id_number=NUMBER,
        way_value="13864370001",
        safe_from="13",
        safe_until="16",
        do_not_call="true",
        lives_here="yes",
        needs="不吃猪肉",
    )
    page = alice.get(f"/console/households/{household}").text
    for words in ("1949-12-31 生", "13–16 点", "不能打", "住这里", "需要：不吃猪肉"):
        assert words in page
    assert NUMBER in page


def test_places_class_and_traits_are_kept_and_make_dates(alice: Client, household: str) -> None:
    form = {"street": "洪山镇", "living": "洪山镇三街", "traits": ["can_work", "income_not_fixed"]}
    assert _post(alice, household, "home", **form).status_code == 303
    page = alice.get(f"/console/households/{household}").text
    assert "有人能劳动" in page
    assert "洪山镇三街" in page


def test_a_care_agreement_says_who_stands_in(alice: Client, household: str) -> None:
    _post(alice, household, "care", carer="邻居张婶", stand_in="李四", until="2027-01-01")
    page = alice.get(f"/console/households/{household}").text
    assert "邻居张婶" in page
    assert "李四" in page


@pytest.mark.parametrize("kind", ["assessment", "service", "consent", "paper", "happening"])
def test_something_dated_is_written_down_and_taken_out(
    alice: Client, helpline: Helpline, household: str, kind: str
) -> None:
    form = {"kind": kind, "first": "2026-11-20", "text": "这是一条记录", "happening": "illness"}
    assert _post(alice, household, "records", **form).status_code == 303
    assert "这是一条记录" in alice.get(f"/console/households/{household}").text
    with helpline.store.read() as session:
        file = households.find(session, household)
        (part,) = file_parts.holding(session, file, PartKind(kind))
    _post(alice, household, f"parts/{part.part_id}/end")
    assert "这是一条记录" not in alice.get(f"/console/households/{household}").text


def test_a_change_that_lacks_a_name_is_refused_and_nothing_is_kept(
    alice: Client, household: str
) -> None:
    assert _add(alice, household, "").status_code == 422


def test_who_may_not_edit_sees_no_form_and_is_refused(
    client: Client, helpline: Helpline, household: str
) -> None:
    web.enter(client, web.an_account(helpline, "Bob", Role.OPERATOR, region=Region.ZICHUAN))
    assert "添一个人" not in client.get(f"/console/households/{household}").text
    assert _add(client, household, "王桂兰").status_code == 403


def test_a_stranger_of_another_region_finds_nothing(
    client: Client, helpline: Helpline, alice: Client, household: str
) -> None:
    _add(alice, household, "王桂兰", id_number=NUMBER)
    client.cookies.clear()
    account = web.an_account(helpline, "Eve", Role.CASEWORKER, region=Region.FENGZE, unit="街道")
    web.enter(client, account)
    csrf = web.csrf_of(client.get("/console/households"))
    found = client.post("/console/households/find", data={"csrf": csrf, "number": NUMBER})
    assert household not in found.text
    assert client.get(f"/console/households/{household}").status_code == 404
    assert household not in client.get("/console/households/same").text


def test_the_same_person_is_found_by_number(alice: Client, household: str) -> None:
    _add(alice, household, "王桂兰", id_number=NUMBER)
    csrf = web.csrf_of(alice.get("/console/households"))
    found = alice.post("/console/households/find", data={"csrf": csrf, "number": NUMBER.lower()})
    assert household in found.text


def test_two_files_of_one_person_are_merged_and_taken_apart_again(
    alice: Client, helpline: Helpline, household: str
) -> None:
    with helpline.store.write() as session:
        other = factories.a_household(session, now=web.now()).id
    for file in (household, other):
        _add(alice, file, "王桂兰", id_number=NUMBER)
    assert other in alice.get("/console/households/same").text
    _post(alice, household, "same", other=other, decision="same", why="一家人")
    assert "合在一起看的户档" in alice.get(f"/console/households/{household}").text
    _post(alice, household, "same", other=other, decision="undone", why="弄错了")
    page = alice.get(f"/console/households/{household}").text
    assert "合在一起看的户档" not in page
    assert "弄错了" in page


def test_a_household_is_split(alice: Client, helpline: Helpline, household: str) -> None:
    for name in ("王桂兰", "李小宝"):
        _add(alice, household, name)
    with helpline.store.read() as session:
        known = people.of_household(session, households.find(session, household))
    answer = _post(alice, household, "split", leaving=[known[1].part_id], name="李小宝")
    assert "李小宝" in alice.get(answer.headers["location"]).text
    assert "分到新户" in alice.get(f"/console/households/{household}").text


def test_every_look_and_change_is_on_record(
    alice: Client, helpline: Helpline, household: str
) -> None:
    _add(alice, household, "王桂兰")
    with helpline.store.read() as session:
        done = {row.action for row in audit.rows(session)}
    assert {"looked at household", "changed household file"} <= done


def test_what_a_resident_tells_stands_in_the_file_with_its_date(
    alice: Client, helpline: Helpline, clock: Clock
) -> None:
    clock.now = web.now()
    resident = Resident(helpline.desk, helpline.store, clock, Region.ZICHUAN)
    with helpline.store.write() as session:
        household = factories.a_household(session, now=clock.now)
        household.conversation_id = resident.conversation_id
        session.add(household)
    resident.says("我儿子上个月找到工作了，要报一下吗").says("跳过").hears("单号")
    page = alice.get(f"/console/households/{household.id}").text
    assert "居民自己说的" in page
    assert "变化核实" in page


def test_what_is_due_is_done_with_a_button(alice: Client, household: str) -> None:
    since = {"since": "2026-01-01", "programme": "dibao", "what": "每月", "source": "审批表"}
    csrf = web.csrf_of(alice.get(f"/console/happiness/{household}"))
    alice.post(f"/console/happiness/{household}/help", data={"csrf": csrf, **since})
    assert "2027-01-01" in alice.get(f"/console/households/{household}").text
    _post(alice, household, "dues/dibao_yearly/done", on="2026-11-22")
    assert "2027-11-22" in alice.get(f"/console/households/{household}").text


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("people", {"kind": "care", "name": "王桂兰"}),
        ("records", {"kind": "member", "text": "一条", "first": "2026-11-20"}),
    ],
)
def test_a_form_writes_only_parts_of_its_own_shape(
    alice: Client, household: str, path: str, form: dict[str, str]
) -> None:
    assert _post(alice, household, path, **form).status_code == 422
    assert alice.get(f"/console/households/{household}").status_code == 200


def _person(helpline: Helpline, household: str) -> people.Known:
    with helpline.store.read() as session:
        return people.of_household(session, households.find(session, household))[0]


def test_a_place_never_takes_the_place_of_a_person(
    alice: Client, helpline: Helpline, household: str
) -> None:
    _add(alice, household, "王桂兰")
    part = _person(helpline, household).part_id
    assert _post(alice, household, "home", part_id=part, street="洪山镇").status_code == 404
    assert _person(helpline, household).person.name == "王桂兰"


def test_who_saves_what_another_has_changed_meanwhile_is_told(
    alice: Client, helpline: Helpline, household: str
) -> None:
    _add(alice, household, "王桂兰")
    shown = _person(helpline, household)
    form = {"part_id": shown.part_id, "seen": shown.version}
    assert _add(alice, household, "王桂兰", needs="听不清", **form).status_code == 303
    assert _add(alice, household, "王桂兰", needs="", **form).status_code == 422
    assert _person(helpline, household).person.needs == "听不清"


def test_only_people_leave_in_a_split(alice: Client, helpline: Helpline, household: str) -> None:
    _add(alice, household, "王桂兰")
    _post(alice, household, "home", street="洪山镇")
    with helpline.store.read() as session:
        file = households.find(session, household)
        (home,) = file_parts.holding(session, file, PartKind.HOME)
    assert _post(alice, household, "split", leaving=[home.part_id], name="新户").status_code == 404


def test_nothing_is_done_on_a_day_to_come(alice: Client, household: str) -> None:
    answer = _post(alice, household, "dues/dibao_yearly/done", on="2999-11-22")
    assert answer.status_code == 422
