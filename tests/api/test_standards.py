"""Local standards: one person enters them, a second one publishes, pre-screening reckons anew."""

import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from httpx import Client, Response

from api.app import create_app
from bot.helpline import Helpline
from bot.shelf import Shelf
from cases.database import Store
from cases.editing import publications
from cases.operators import Role
from knowledge import prescreening
from knowledge.household import Household
from knowledge.library import Library
from knowledge.names import Programme, Region
from knowledge.verdict import Outcome
from tests.api import web

PAGE = "/console/standards/zichuan/dibao_standard"
VALUE = {"value": "1000.50", "valid_from": "2026-01-01", "document": "虚构通知", "clause": "一"}
POOR = Household.from_json(
    {
        "household_size": 1,
        "monthly_income": 100000,
        "registered_here": True,
        "property_over_limit": False,
    }
)


@pytest.fixture
def shelf(publishing: Shelf) -> Shelf:
    """The helpline answers from what is published."""
    return publishing


@pytest.fixture
def browsers(helpline: Helpline) -> Iterator[tuple[Client, Client]]:
    """Two editors, each before a browser of their own."""
    with web.serving(create_app(helpline)) as one, Client(base_url=one.base_url) as other:
        web.enter(one, web.an_account(helpline, "Alice", Role.EDITOR))
        web.enter(other, web.an_account(helpline, "Bob", Role.SUPERVISOR))
        yield one, other


def _post(client: Client, path: str, **form: str) -> Response:
    page = client.get(PAGE)
    seen = page.text.partition('name="seen" value="')[2].partition('"')[0]
    return client.post(path, data={"csrf": web.csrf_of(page), "seen": seen, **form})


def _dibao(library: Library) -> Outcome:
    found = prescreening.evaluate(
        library.rules,
        POOR,
        region=Region.ZICHUAN,
        on=date(2026, 11, 22),
        local=library.local(Region.ZICHUAN),
    )
    return next(v.outcome for v in found if v.programme is Programme.DIBAO)


def test_a_value_counts_only_after_a_second_person_published_it(
    browsers: tuple[Client, Client], helpline: Helpline
) -> None:
    alice, bob = browsers
    assert _post(alice, PAGE, **VALUE).status_code == 303
    assert _post(alice, f"{PAGE}/publish").status_code == 403
    assert _dibao(helpline.library()) is Outcome.NEED_MORE
    assert _post(bob, f"{PAGE}/publish").status_code == 303
    assert _dibao(helpline.library()) is Outcome.LIKELY
    assert "1000.50 元" in alice.get(PAGE).text


def test_every_process_reckons_with_it_within_two_seconds(
    browsers: tuple[Client, Client], sqlite_store: Store, tmp_path: Path, library: Library
) -> None:
    elsewhere = Shelf(tmp_path, store=sqlite_store, shipped=library)
    stop = threading.Event()
    assert _dibao(elsewhere.library()) is Outcome.NEED_MORE
    elsewhere.watch(stop)
    alice, bob = browsers
    _post(alice, PAGE, **VALUE)
    _post(bob, f"{PAGE}/publish")
    deadline = time.monotonic() + 2
    while _dibao(elsewhere.library()) is not Outcome.LIKELY and time.monotonic() < deadline:
        time.sleep(0.05)
    stop.set()
    assert _dibao(elsewhere.library()) is Outcome.LIKELY


def test_a_later_value_ends_the_earlier_one_and_both_stay_in_the_history(
    browsers: tuple[Client, Client], helpline: Helpline
) -> None:
    alice, bob = browsers
    for value, day in (("1000", "2026-01-01"), ("1100", "2026-07-01")):
        _post(alice, PAGE, **{**VALUE, "value": value, "valid_from": day})
        assert _post(bob, f"{PAGE}/publish").status_code == 303
    rows = helpline.library().local(Region.ZICHUAN).values
    assert [(r.value, r.valid_until) for r in rows] == [
        (100000, date(2026, 6, 30)),
        (110000, None),
    ]
    with helpline.store.read() as session:
        versions = publications.history(session, "parameter", "zichuan/dibao_standard")
    assert [row.version for row in versions] == [2, 1]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"value": "很多"}, "数写得不对"),
        ({"value": "-1"}, "数写得不对"),
        ({"value": "1.005"}, "数写得不对"),
        ({"valid_until": "2025-01-01"}, "早于哪天起用"),
    ],
)
def test_what_cannot_be_is_told_and_what_was_typed_stays(
    browsers: tuple[Client, Client], change: dict[str, str], said: str
) -> None:
    answer = _post(browsers[0], PAGE, **{**VALUE, **change})
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="虚构通知"' in answer.text
    assert "等第二个人发布" not in browsers[0].get(PAGE).text


def test_a_value_is_taken_away_the_same_way(
    browsers: tuple[Client, Client], helpline: Helpline
) -> None:
    alice, bob = browsers
    _post(alice, PAGE, **VALUE)
    _post(bob, f"{PAGE}/publish")
    _post(alice, f"{PAGE}/remove", valid_from="2026-01-01")
    assert _post(bob, f"{PAGE}/publish").status_code == 303
    assert _dibao(helpline.library()) is Outcome.NEED_MORE


def test_a_draft_that_moved_is_not_published_unseen(browsers: tuple[Client, Client]) -> None:
    alice, bob = browsers
    _post(alice, PAGE, **VALUE)
    page = bob.get(PAGE)
    _post(alice, PAGE, **{**VALUE, "value": "9999"})
    answer = bob.post(f"{PAGE}/publish", data={"csrf": web.csrf_of(page), "seen": "1"})
    assert answer.status_code == 409


def test_the_list_tells_what_each_standard_decides(browsers: tuple[Client, Client]) -> None:
    listed = browsers[0].get("/console/standards?region=zichuan").text
    assert "还没有录入" in listed
    assert "最低生活保障" in listed
    assert "管哪些救助" in listed
    assert "随程序" in listed
    assert "人均月收入低于当地低保标准" in browsers[0].get(PAGE).text


def test_each_changes_only_the_standards_of_their_own_region(
    client: Client, helpline: Helpline
) -> None:
    here = web.an_account(helpline, "Charlie", Role.EDITOR, region=Region.FENGZE)
    web.enter(client, here)
    assert client.get(PAGE).status_code == 200
    assert "存成草稿" not in client.get(PAGE).text
    csrf = web.csrf_of(client.get(PAGE))
    assert client.post(PAGE, data={"csrf": csrf, **VALUE}).status_code == 403


def test_operators_look_but_may_not_enter(client: Client, helpline: Helpline) -> None:
    web.enter(client, web.an_account(helpline, "Dora", Role.OPERATOR))
    csrf = web.csrf_of(client.get(PAGE))
    assert client.post(PAGE, data={"csrf": csrf, **VALUE}).status_code == 403


def test_a_standard_or_region_that_does_not_exist_is_not_found(
    browsers: tuple[Client, Client],
) -> None:
    for path in ("/console/standards/zichuan/nothing", "/console/standards/mars/dibao_standard"):
        assert browsers[0].get(path).status_code == 404
    assert browsers[0].get("/console/standards?region=mars").status_code == 404
