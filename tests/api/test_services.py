"""The service list: one person writes an item, a second one publishes it, needs match with it."""

import re
from collections.abc import Iterator

import pytest
from httpx import Client, Response

from api.app import create_app
from bot.helpline import Helpline
from bot.shelf import Shelf
from cases.operators import Role
from knowledge.names import Region
from knowledge.needs import Payer, Service
from tests.api import web

LIST = "/console/services"
MEALS = f"{LIST}/fengze/meals"
ITEM = {
    "name": "助餐",
    "category": "daily",
    "for_whom": "独居的特困老人",
    "standard": "每天中午一顿",
    "provider": "虚构食堂",
    "payer": "state",
    "needs": ["illness:2", "", "family:1"],
    "clause": "四(四)",
}


@pytest.fixture
def shelf(publishing: Shelf) -> Shelf:
    """The helpline answers from what is published."""
    return publishing


@pytest.fixture
def browsers(helpline: Helpline) -> Iterator[tuple[Client, Client, Client]]:
    """Two editors, and somebody who may only look, each before a browser of their own."""
    with (
        web.serving(create_app(helpline)) as one,
        Client(base_url=one.base_url, timeout=one.timeout) as other,
        Client(base_url=one.base_url, timeout=one.timeout) as third,
    ):
        web.enter(one, web.an_account(helpline, "Alice", Role.EDITOR))
        web.enter(other, web.an_account(helpline, "Bob", Role.SUPERVISOR))
        web.enter(third, web.an_account(helpline, "Charlie", Role.OPERATOR))
        yield one, other, third


def _post(client: Client, page: str, path: str, **form: object) -> Response:
    shown = client.get(page)
    seen = shown.text.partition('name="seen" value="')[2].partition('"')[0]
    return client.post(path, data={"csrf": web.csrf_of(shown), "seen": seen or "0", **form})


def _meals(helpline: Helpline) -> Service | None:
    return helpline.library().rules.services[Region.FENGZE].service("meals")


def test_an_item_counts_only_after_a_second_person_published_it(
    browsers: tuple[Client, Client, Client], helpline: Helpline
) -> None:
    alice, bob, _ = browsers
    assert _post(alice, MEALS, MEALS, **ITEM).status_code == 303
    assert _post(alice, MEALS, f"{MEALS}/publish").status_code == 403
    before = _meals(helpline)
    assert before is not None
    assert before.provider is None
    assert _post(bob, MEALS, f"{MEALS}/publish").status_code == 303
    after = _meals(helpline)
    assert after is not None
    assert (after.provider, after.standard, after.payer) == (
        "虚构食堂",
        "每天中午一顿",
        Payer.STATE,
    )
    assert "谁出钱：政府出钱" in alice.get(LIST).text


def test_a_new_item_is_added_and_taken_off_again(
    browsers: tuple[Client, Client, Client], helpline: Helpline
) -> None:
    alice, bob, _ = browsers
    blank = alice.get(f"{LIST}/fengze/new").text
    address = re.findall(rf'action="({LIST}/fengze/own-\w+)"', blank)[0]
    _post(alice, f"{LIST}/fengze/new", address, **{**ITEM, "name": "上门理发"})
    assert "新写的，等人发布" in alice.get(LIST).text
    _post(bob, address, f"{address}/publish")
    assert "上门理发" in [s.name for s in helpline.library().rules.services[Region.FENGZE].services]
    _post(alice, address, f"{address}/remove")
    _post(bob, address, f"{address}/publish")
    names = [s.name for s in helpline.library().rules.services[Region.FENGZE].services]
    assert "上门理发" not in names


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "  "}, "名字要写"),
        ({"needs": [""]}, "至少选一个难处"),
        ({"clause": " "}, "第几条要写"),
    ],
)
def test_what_is_missing_is_told_and_what_was_typed_stays(
    browsers: tuple[Client, Client, Client], change: dict[str, object], said: str
) -> None:
    answer = _post(browsers[0], MEALS, MEALS, **{**ITEM, **change})
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="虚构食堂"' in answer.text
    assert "等第二个人发布" not in browsers[0].get(MEALS).text


def test_residents_hear_what_was_published_at_their_next_question(
    browsers: tuple[Client, Client, Client],
) -> None:
    alice, bob, _ = browsers
    _post(alice, MEALS, MEALS, **ITEM)
    _post(bob, MEALS, f"{MEALS}/publish")
    chat = web.open_chat(alice, "fengze")
    said = ("想找人上门做饭", "我本人", "独居少帮手", "不想说", "都没有")
    heard = [chat.says(text).json()["messages"] for text in said]
    offered = "".join(message["text"] for message in heard[-1])
    assert "给独居的特困老人；做到：每天中午一顿；由虚构食堂做；政府出钱" in offered


def test_a_draft_that_changed_meanwhile_is_not_published(
    browsers: tuple[Client, Client, Client],
) -> None:
    alice, bob, _ = browsers
    _post(alice, MEALS, MEALS, **ITEM)
    opened = bob.get(MEALS)
    _post(alice, MEALS, MEALS, **{**ITEM, "provider": "别的食堂"})
    form = {"csrf": web.csrf_of(opened), "seen": "1"}
    assert bob.post(f"{MEALS}/publish", data=form).status_code == 409


def test_who_may_only_look_changes_nothing(browsers: tuple[Client, Client, Client]) -> None:
    charlie = browsers[2]
    assert "只能看" in charlie.get(MEALS).text
    assert _post(charlie, MEALS, MEALS, **ITEM).status_code == 403
    assert charlie.get(f"{LIST}/fengze/new").status_code == 403
    assert charlie.get(f"{LIST}/fengze/nothing").status_code == 404
    assert charlie.get(f"{LIST}/zichuan/meals").status_code == 404
