"""A caseworker's week on the console: planned, printed, written down, read by a calendar."""

from datetime import date, datetime, timedelta

import pytest
from httpx import Client, Response
from icalendar import Calendar

from api.pages import LOCAL
from bot import reviewing
from bot.helpline import Helpline
from cases.channels import reminders
from cases.households import (
    assistance,
    file_parts,
    households,
    people,
    reckoning,
    visit_plans,
    visits,
)
from cases.households.file_bodies import Home, PartKind, Person, Way
from cases.households.file_parts import Draft
from cases.operators import Operator, Role
from knowledge import rounds
from knowledge.entitlements import Received
from knowledge.names import Programme, Region
from tests import factories
from tests.api import web

PLAN = "/console/visits/plan"


@pytest.fixture
def account(helpline: Helpline) -> Operator:
    """A caseworker of Zichuan."""
    return web.an_account(
        helpline, "Alice", Role.CASEWORKER, region=Region.ZICHUAN, unit="区民政局"
    )


@pytest.fixture
def alice(client: Client, account: Operator) -> Client:
    """The same at the console."""
    web.enter(client, account)
    return client


@pytest.fixture
def household(helpline: Helpline) -> str:
    """A household whose yearly check is due."""
    return _due(helpline, "洪山镇")


def _today() -> date:
    return web.now().astimezone(LOCAL).date()


def _due(helpline: Helpline, street: str) -> str:
    now = web.now()
    with helpline.store.write() as session:
        household = factories.a_household(session, now=now)
        by = household.created_by
        since = _today() - timedelta(days=360)
        given = Received(Programme.DIBAO, "每月", since, "审批表")
        assistance.record(session, household, given, by=by, now=now)
        home = Draft(PartKind.HOME, Home(street=street, needs="听不清"))
        file_parts.write(session, household, home, by=by, now=now)
        way = Way(value="13864370001", do_not_call=True)
        person = Person(name="王桂兰", ways=(way,))
        people.write(session, household, PartKind.MEMBER, person, by=by, now=now)
        rules = reviewing.rules(session, helpline.library(), now=now)
        reckoning.reckon(session, household, rules, now=now)
        return household.id


def _stops(page: Response) -> list[str]:
    return [part.split('"')[0] for part in page.text.split('name="stops" value="')[1:]]


def _plan(client: Client) -> str:
    """Promise what is proposed; the id of the one visit."""
    page = client.get(PLAN)
    answer = client.post(PLAN, data={"csrf": web.csrf_of(page), "stops": _stops(page)})
    assert answer.status_code == 303, answer.text
    week = client.get(answer.headers["location"]).text
    return week.split('href="/console/visits/')[-1].split('"')[0] if "王桂兰" in week else ""


def _visit(client: Client) -> str:
    page = client.get(PLAN)
    answer = client.post(PLAN, data={"csrf": web.csrf_of(page), "stops": _stops(page)})
    week = client.get(answer.headers["location"]).text
    found = [part.split('"')[0] for part in week.split('href="/console/visits/')[1:]]
    return next(one for one in found if len(one) == 32)


def _write(client: Client, visit: str, **form: str) -> Response:
    csrf = web.csrf_of(client.get(f"/console/visits/{visit}"))
    told = {"client_id": "form-0001", "outcome": "seen", "on": _today().isoformat()}
    return client.post(f"/console/visits/{visit}", data={"csrf": csrf, **told, **form})


def test_what_is_due_is_proposed_by_street_and_promised(
    alice: Client, helpline: Helpline, household: str
) -> None:
    for street in ("南街", "北街"):
        _due(helpline, street)
    stops = _stops(alice.get(PLAN))
    assert len(stops) == 3
    _visit(alice)
    assert _stops(alice.get(PLAN)) == []
    assert household in "".join(stops)


def test_a_proposal_that_is_old_promises_nothing(alice: Client, household: str) -> None:
    page = alice.get(PLAN)
    form = {"csrf": web.csrf_of(page), "stops": _stops(page)}
    assert alice.post(PLAN, data=form).status_code == 303
    assert alice.post(PLAN, data=form).status_code == 422
    assert household


@pytest.mark.parametrize("stop", ["nonsense", "x 2030-01-01T09:00 check=a", "{} never check=a"])
def test_a_stop_that_was_made_up_is_refused(alice: Client, household: str, stop: str) -> None:
    csrf = web.csrf_of(alice.get(PLAN))
    answer = alice.post(PLAN, data={"csrf": csrf, "stops": [stop.format(household)]})
    assert answer.status_code in {404, 422}


def test_the_list_for_the_road_tells_what_is_needed_at_the_door(
    alice: Client, household: str
) -> None:
    visit = _visit(alice)
    day = _stops_day(alice, visit)
    page = alice.get(f"/console/visits/print?day={day}").text
    for words in ("王桂兰", "洪山镇", "听不清", "不能打", "核查"):
        assert words in page
    assert household


def _stops_day(client: Client, visit: str) -> str:
    for ahead in range(14):
        day = _today() + timedelta(days=ahead)
        if 'class="stop"' in client.get(f"/console/visits/print?day={day}").text:
            return day.isoformat()
    raise AssertionError(visit)


def test_a_result_is_written_once_however_often_it_is_sent(alice: Client, household: str) -> None:
    visit = _visit(alice)
    for _ in range(2):
        assert _write(alice, visit, needs="要一根拐杖").status_code == 303
    page = alice.get(f"/console/households/{household}").text
    assert page.count("要一根拐杖") == 1
    assert "没有明显变化，不调整" in alice.get(f"/console/visits/{visit}").text


def test_another_result_after_it_is_refused_and_kept_on_the_page(
    alice: Client, household: str
) -> None:
    visit = _visit(alice)
    csrf = web.csrf_of(alice.get(f"/console/visits/{visit}"))
    told = {"csrf": csrf, "outcome": "seen", "on": _today().isoformat()}
    alice.post(f"/console/visits/{visit}", data={**told, "client_id": "form-0001"})
    again = {**told, "client_id": "form-0002", "needs": "别的话"}
    answer = alice.post(f"/console/visits/{visit}", data=again)
    assert (answer.status_code, "别的话" in answer.text) == (409, True)
    assert household


def test_the_next_day_that_a_result_names_is_a_promised_visit_once(
    alice: Client, helpline: Helpline, household: str
) -> None:
    visit = _visit(alice)
    day = _today() + timedelta(days=20)
    for _ in range(2):
        assert _write(alice, visit, next_on=day.isoformat()).status_code == 303
    week = alice.get(f"/console/visits?from={day}").text
    assert (week.count("上次说好再去"), "09:00" in week) == (1, True)
    with helpline.store.read() as session:
        both = visits.of_household(session, households.find(session, household))
        told = reminders.of_subject(session, both[-1].id)
    assert [one.state for one in both] == ["done", "planned"]
    assert {one.state for one in told} == {"due"}


def test_after_nobody_was_met_the_next_visit_is_for_what_is_still_due(
    alice: Client, helpline: Helpline, household: str
) -> None:
    visit = _visit(alice)
    _write(alice, visit, outcome="missed", next_on=(_today() + timedelta(days=20)).isoformat())
    with helpline.store.read() as session:
        (first, again) = visits.of_household(session, households.find(session, household))
        plans = [visit_plans.of_visit(session, one) for one in (first, again)]
    assert [one.dues for one in plans if one is not None] == ["dibao_yearly", "dibao_yearly"]


@pytest.mark.parametrize(("field", "days"), [("on", 1), ("next_on", 0), ("next_on", -3)])
def test_no_result_of_tomorrow_and_no_next_visit_of_yesterday(
    alice: Client, household: str, field: str, days: int
) -> None:
    visit = _visit(alice)
    day = (_today() + timedelta(days=days)).isoformat()
    answer = _write(alice, visit, needs="要一根拐杖", **{field: day})
    assert (answer.status_code, "要一根拐杖" in answer.text) == (422, True)
    assert "要一根拐杖" not in alice.get(f"/console/households/{household}").text


def test_a_next_day_that_is_full_is_refused_with_all_that_was_written(
    alice: Client, helpline: Helpline, account: Operator, household: str
) -> None:
    visit = _visit(alice)
    day = _today() + timedelta(days=20)
    with helpline.store.write() as session:
        for start in rounds.STARTS:
            other = factories.a_household(session, now=web.now())
            local = datetime.combine(day, start)
            theirs = factories.a_visit(session, other, local, now=web.now())
            visit_plans.assign(session, theirs, account.id)
    assert _write(alice, visit, next_on=day.isoformat()).status_code == 422
    assert _write(alice, visit).status_code == 303
    assert household


def test_what_changed_without_the_tick_is_no_change(alice: Client, household: str) -> None:
    _write(alice, _visit(alice), changed="写了又没有勾")
    assert "写了又没有勾" not in alice.get(f"/console/households/{household}").text


def test_a_calendar_reads_times_and_nobodys_name(alice: Client, household: str) -> None:
    visit = _visit(alice)
    csrf = web.csrf_of(alice.get("/console/visits"))
    page = alice.post("/console/visits/calendar", data={"csrf": csrf}).text
    path = "/calendar/" + page.split("/calendar/")[1].split("<")[0]
    alice.cookies.clear()
    feed = alice.get(path)
    (event,) = Calendar.from_ical(feed.content).walk("VEVENT")
    assert str(event["uid"]).startswith(visit)
    assert not any(word in feed.text for word in ("王桂兰", "洪山", household, "13864370001"))


def test_a_revoked_calendar_is_not_there(alice: Client) -> None:
    csrf = web.csrf_of(alice.get("/console/visits"))
    page = alice.post("/console/visits/calendar", data={"csrf": csrf}).text
    path = "/calendar/" + page.split("/calendar/")[1].split("<")[0]
    alice.post("/console/visits/calendar/revoke", data={"csrf": csrf})
    assert alice.get(path).status_code == 404
    assert alice.get("/calendar/" + "x" * 200 + ".ics").status_code == 404


def test_hours_are_offered_and_withdrawn(alice: Client) -> None:
    csrf = web.csrf_of(alice.get("/console/visits"))
    day = (_today() + timedelta(days=2)).isoformat()
    form = {"csrf": csrf, "day": day, "starts": ["09:00", "14:00"], "capacity": "2"}
    assert alice.post("/console/visits/hours", data=form).status_code == 303
    page = alice.get("/console/visits").text
    assert page.count("不再放出") == 2
    slot = page.split("/console/visits/hours/")[1].split("/withdraw")[0]
    alice.post(f"/console/visits/hours/{slot}/withdraw", data={"csrf": csrf})
    assert alice.get("/console/visits").text.count("不再放出") == 1


def test_a_stranger_sees_neither_visit_nor_list(
    client: Client, helpline: Helpline, alice: Client, household: str
) -> None:
    visit = _visit(alice)
    client.cookies.clear()
    account = web.an_account(helpline, "Eve", Role.CASEWORKER, region=Region.FENGZE, unit="街道")
    web.enter(client, account)
    assert client.get(f"/console/visits/{visit}").status_code == 404
    assert _stops(client.get(PLAN)) == []
    assert household not in client.get("/console/visits").text


def test_the_rate_stands_beside_what_it_means(
    client: Client, helpline: Helpline, household: str
) -> None:
    web.enter(client, web.an_account(helpline, "Sun", Role.SUPERVISOR))
    page = client.get("/console/visits").text
    assert "0 / 1 户" in page
    assert "没见到、不愿意的不算" in page
    with helpline.store.read() as session:
        assert households.find(session, household)


def test_a_caseworker_may_have_the_day_told_by_mail_and_sees_no_line_of_the_desk(
    alice: Client, household: str
) -> None:
    page = alice.get("/console/mail")
    csrf = web.csrf_of(page)
    form = {"csrf": csrf, "address": "alice@example.org"}
    assert alice.post("/console/mail", data=form).status_code == 303
    assert '到期该看的 <span class="quiet">1</span>' in page.text
    assert "等人接的对话" not in page.text
    assert household
