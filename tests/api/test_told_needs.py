"""What is told of needs in the chat arrives in the household's file, for a person to confirm."""

from collections.abc import Mapping

import pytest
from httpx import Client, Response

from bot.helpline import Helpline
from cases.errors import StaleError
from cases.households import households, need_assessments, people
from cases.households.file_bodies import Person
from cases.households.need_assessments import Found
from cases.operators import Role
from cases.tickets import told_needs
from knowledge.names import Region
from knowledge.needs import Dimension
from tests.api import looked_after, web
from tests.clock import Clock
from tests.resident import Resident

STORY = "我妈瘫痪在床，我要上班，想找人上门做饭、洗澡"
ANSWERS = (
    "我的父亲或母亲",
    "生病体弱、独居少帮手",
    "很大，离不开人",
    "不想说",
    "送饭已经有了",
    "助浴和看护照料",
    "13800001111",
)
Told = Mapping[str, str | list[str]]


@pytest.fixture
def resident(helpline: Helpline, clock: Clock) -> Resident:
    clock.now = web.now()
    return Resident(helpline.desk, helpline.store, clock, Region.FENGZE)


@pytest.fixture
def household(helpline: Helpline, resident: Resident) -> str:
    """The id of a household of Fengze that this chat reaches."""
    return looked_after.of_the_chat(helpline, resident, Person(name="王桂兰"))


@pytest.fixture
def alice(client: Client, helpline: Helpline) -> Client:
    return looked_after.by_alice(client, helpline, Region.FENGZE, "街道")


def _tells(resident: Resident, *answers: str) -> None:
    for text in (STORY, *(answers or ANSWERS)):
        resident.says(text)


def _waiting(helpline: Helpline, household: str) -> list[str]:
    with helpline.store.read() as session:
        found = told_needs.waiting(session, households.find(session, household))
        return [one.ticket.number for one in found]


def _found(helpline: Helpline, household: str) -> list[Found]:
    with helpline.store.read() as session:
        home = households.find(session, household)
        return [one.found for one in need_assessments.latest(session, home)]


def _post(client: Client, household: str, path: str, form: Told) -> Response:
    csrf = web.csrf_of(client.get("/console/account"))
    address = f"/console/households/{household}/plan/told/{path}"
    return client.post(address, data={"csrf": csrf, **form})


def _confirm(client: Client, helpline: Helpline, household: str, *grades: str) -> Response:
    with helpline.store.read() as session:
        home = households.find(session, household)
        (one,) = told_needs.waiting(session, home)
        person = people.of_household(session, home)[0].part_id
    day = one.said.on.isoformat()
    form: Told = {"person_id": person, "on": day, "grades": list(grades), "wishes": ["bathing"]}
    return _post(client, household, f"{one.ticket.number}/confirm", form)


def test_the_form_is_filled_with_what_was_told(
    alice: Client, resident: Resident, household: str
) -> None:
    _tells(resident)
    page = alice.get(f"/console/households/{household}/plan").text
    assert "给谁：我的父亲或母亲" in page
    assert 'value="illness:3" selected' in page
    assert 'value="work:0" selected' in page
    assert "说有难处，没说多大" in page
    assert 'name="wishes" value="bathing" checked' in page
    assert 'name="given" value="meals" checked' in page


def test_a_correction_stands_beside_what_was_said(
    alice: Client, helpline: Helpline, resident: Resident, household: str
) -> None:
    _tells(resident)
    assert _confirm(alice, helpline, household, "illness:2", "belonging:1").status_code == 303
    (found,) = _found(helpline, household)
    assert found.said is not None
    assert (found.grades[Dimension.ILLNESS], found.said.grades[Dimension.ILLNESS]) == (2, 3)
    page = alice.get(f"/console/households/{household}/plan").text
    assert "帮忙的人在对话里说的（我的父亲或母亲" in page
    assert _waiting(helpline, household) == []


def test_what_a_colleague_confirmed_is_not_confirmed_again(
    alice: Client, helpline: Helpline, resident: Resident, household: str
) -> None:
    _tells(resident)
    (number,) = _waiting(helpline, household)
    assert _confirm(alice, helpline, household, "illness:3").status_code == 303
    again = _post(alice, household, f"{number}/aside", {"why": "重复"})
    assert again.status_code == 422
    assert "别人刚改过" in again.text


def test_put_aside_wants_a_reason(
    alice: Client, helpline: Helpline, resident: Resident, household: str
) -> None:
    _tells(resident)
    (number,) = _waiting(helpline, household)
    assert _post(alice, household, f"{number}/aside", {"why": " "}).status_code == 422
    assert _post(alice, household, f"{number}/aside", {"why": "已住进养老院"}).status_code == 303
    assert _waiting(helpline, household) == []
    assert _found(helpline, household) == []


def test_what_is_told_of_another_home_waits_for_a_person(
    helpline: Helpline, resident: Resident, household: str
) -> None:
    _tells(resident, "别的人", *ANSWERS[1:])
    assert _waiting(helpline, household) == []


def test_a_file_begun_from_the_ticket_has_it(
    client: Client, helpline: Helpline, resident: Resident
) -> None:
    _tells(resident)
    number = resident.ticket_number
    web.enter(client, web.an_account(helpline, "Bob", Role.SUPERVISOR, region=Region.FENGZE))
    form = {"ticket": number, "name": "王家", "region": str(Region.FENGZE)}
    csrf = web.csrf_of(client.get("/console/account"))
    made = client.post("/console/households", data={"csrf": csrf, **form})
    assert _waiting(helpline, made.headers["location"].split("/")[3]) == [number]


def test_a_telling_without_a_file_is_taken_into_one_by_its_number(
    client: Client, helpline: Helpline, resident: Resident, household: str
) -> None:
    _tells(resident, "别的人", *ANSWERS[1:])
    number = resident.ticket_number
    web.enter(client, web.an_account(helpline, "Bob", Role.SUPERVISOR, region=Region.FENGZE))
    address = f"/console/households/{household}/plan/told"
    csrf = web.csrf_of(client.get("/console/account"))
    assert client.post(address, data={"csrf": csrf, "number": number}).status_code == 303
    assert _waiting(helpline, household) == [number]
    again = client.post(address, data={"csrf": csrf, "number": number})
    assert (again.status_code, "没有取" in again.text) == (422, True)


def test_half_told_needs_are_kept_as_far_as_they_go(
    helpline: Helpline, resident: Resident, household: str
) -> None:
    _tells(resident, *ANSWERS[:3], "我要投诉村干部收钱")
    with helpline.store.read() as session:
        (one,) = told_needs.waiting(session, households.find(session, household))
    assert one.told.grades[Dimension.ILLNESS] == 3
    assert one.told.given == ()


@pytest.mark.parametrize(
    ("region", "role", "unit"),
    [(Region.DONGTOU, Role.CASEWORKER, "街道"), (Region.FENGZE, Role.OPERATOR, None)],
)
def test_who_may_not_plan_confirms_nothing(  # noqa: PLR0913, PLR0917
    client: Client,
    helpline: Helpline,
    resident: Resident,
    household: str,
    region: Region,
    role: Role,
    unit: str | None,
) -> None:
    _tells(resident)
    web.enter(client, web.an_account(helpline, "Charlie", role, region=region, unit=unit))
    assert _confirm(client, helpline, household, "illness:3").status_code in {403, 404}
    assert _found(helpline, household) == []


def test_of_two_who_settle_at_once_the_second_is_told(
    helpline: Helpline, resident: Resident, household: str
) -> None:
    _tells(resident)
    with helpline.store.write() as session:
        home = households.find(session, household)
        (one,) = told_needs.waiting(session, home)
        told_needs.put_aside(session, one, "重复", by=home.created_by, now=web.now())
        with pytest.raises(StaleError):
            told_needs.put_aside(session, one, "重复", by=home.created_by, now=web.now())
