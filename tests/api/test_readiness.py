"""The administrator's first day: one page says what is still missing, in order, with its button."""

import re
from datetime import timedelta

import pytest
from httpx import Client

from api.console.opening_up import readiness, steps
from api.console.opening_up.steps import State
from bot.helpline import Helpline
from cases import audit, operators
from cases.danger import going_live
from cases.operators import Role
from config.settings import Settings
from knowledge.names import Region
from tests.api import web

PAGE = "/console/readiness"
STEP = re.compile(r'<li class="(\w+)">\s*<h2><span class="state">[^<]*</span> ([^<]+)</h2>')
SHIFT = {"tier": "1", "days": list("1234567"), "begins": "00:00", "ends": "00:00"}


@pytest.fixture
def admin(client: Client, helpline: Helpline) -> Client:
    """The administrator's browser."""
    web.enter(client, web.an_account(helpline, "Zhao", Role.ADMIN))
    return client


def _states(client: Client) -> dict[str, str]:
    return {name: state for state, name in STEP.findall(client.get(PAGE).text)}


def test_the_first_administrator_is_led_to_what_is_missing(
    client: Client, helpline: Helpline
) -> None:
    with helpline.store.write() as session:
        link = operators.make_setup_link(session, now=web.now())
    csrf = web.csrf_of(client.get(f"/setup/{link}"))
    form = {"name": "Zhao", "password": web.PASSWORD, "again": web.PASSWORD, "csrf": csrf}
    met = client.post(f"/setup/{link}", data=form, follow_redirects=True)
    assert met.url.path == PAGE
    assert "开通前还差什么" in met.text


@pytest.mark.parametrize(("opened", "met"), [(False, PAGE), (True, "/console")])
def test_an_administrator_meets_the_page_until_a_place_is_open(
    client: Client, helpline: Helpline, *, opened: bool, met: str
) -> None:
    account = web.an_account(helpline, "Zhao", Role.ADMIN)
    if opened:
        with helpline.store.write() as session:
            row = going_live.LiveRegion(region=Region.ZICHUAN, by=account.id, at=web.now())
            session.add(row)
    csrf = web.csrf_of(client.get("/console/sign-in"))
    form = {"name": "Zhao", "password": web.PASSWORD, "csrf": csrf}
    assert client.post("/console/sign-in", data=form).headers["location"] == met


def test_a_fresh_house_names_every_step_in_order(admin: Client) -> None:
    named = list(_states(admin))
    assert named == [words.name for words in readiness.wording().step.values()]
    assert set(readiness.wording().step) == {step.__name__[1:] for step in steps.STEPS}


def test_what_is_missing_leads_to_the_page_that_mends_it(admin: Client) -> None:
    page = admin.get(PAGE).text.split('<ol class="steps">')[1]
    links = set(re.findall(r'href="([^"]+)"', page))
    assert "/console/duty" in links
    assert {admin.get(link).status_code for link in links} == {200}


def test_a_supervisor_is_not_sent_to_a_page_that_stays_shut(
    client: Client, helpline: Helpline
) -> None:
    web.enter(client, web.an_account(helpline, "Sun", Role.SUPERVISOR))
    page = client.get(PAGE).text
    assert "/console/staff" not in page
    assert "请管理员去办" in page


def test_a_step_that_was_done_is_done(admin: Client, helpline: Helpline) -> None:
    assert _states(admin)["接线的人"] == "missing"
    web.an_account(helpline, "Li", region=Region.ZICHUAN)
    assert _states(admin)["接线的人"] == "done"


def test_only_the_places_somebody_works_for_need_a_roster(
    admin: Client, helpline: Helpline
) -> None:
    web.an_account(helpline, "Li", region=Region.ZICHUAN)
    csrf = web.csrf_of(admin.get("/console/duty"))
    form = SHIFT | {"csrf": csrf, "region": "zichuan", "name": "王芳", "phone": "13800138000"}
    admin.post("/console/duty", data=form)
    assert _states(admin)["值班表"] == "done"


def test_a_unit_without_an_account_is_named(admin: Client, helpline: Helpline) -> None:
    web.an_account(helpline, "Li", region=Region.ZICHUAN)
    assert "区民政局 · 淄博市淄川区" in admin.get(PAGE).text
    assert _states(admin)["承办单位的账号"] == "missing"
    web.an_account(helpline, "Wang", Role.CASEWORKER, region=Region.ZICHUAN, unit="区民政局")
    assert "区民政局 · 淄博市淄川区" not in admin.get(PAGE).text
    assert _states(admin)["承办单位的账号"] == "decide"


def test_a_backup_is_known_for_a_week(admin: Client, helpline: Helpline) -> None:
    long_ago = web.now() - steps.SAVED_FOR - timedelta(days=1)
    with helpline.store.write() as session:
        audit.record(session, "command", "backed up", "helpline.db", now=long_ago)
    assert _states(admin)["备份和钥匙"] == "missing"
    admin.post(f"{PAGE}/saved", data={"csrf": web.csrf_of(admin.get(PAGE))})
    assert _states(admin)["备份和钥匙"] == "done"


def test_who_may_not_look_after_the_house_sees_no_such_page(
    client: Client, helpline: Helpline
) -> None:
    web.enter(client, web.an_account(helpline, "Li"))
    assert client.get(PAGE).status_code == 403
    csrf = web.csrf_of(client.get("/console/account"))
    assert client.post(f"{PAGE}/saved", data={"csrf": csrf}).status_code == 403


def test_settings_that_are_given_are_not_asked_for(helpline: Helpline) -> None:
    given = Settings(
        data=helpline.settings.data,
        public_url="https://help.example.gov.cn",
        hotline_number="0533-5180000",
    )
    with helpline.store.read() as session:
        house = steps.look(session, given, helpline.library(), now=web.now())
        found = {step.key: step.state for step in steps.of(house)}
    assert (found["address"], found["number"]) == (State.DONE, State.DONE)
    assert found["paging"] is State.MISSING
