"""Another system hands in a case once, asks how it is, and takes it back; all of it signed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from httpx import Client, Response
from pydantic import SecretStr
from sqlmodel import select

from api.app import create_app
from bot.helpline import Helpline
from cases.channels import refusals
from cases.danger import alerts
from cases.tickets.tickets import Ticket
from config.settings import Settings
from tests.api import web
from tests.peers.sms import tell

SECRET = "whsec_" + "c2VjcmV0LW9mLXRoZS1wbGF0Zm9ybS1mb3ItYS10ZXN0"
OTHER = "whsec_" + "YW5vdGhlci1zZWNyZXQtb2YtYW5vdGhlci1wbGF0Zm9y"
HUNGRY = "来电人说家里没米了，一天没吃饭，住淄川洪山镇"
ASKED = "来电人反映村里低保评议没有公示，想问怎么回事"


@pytest.fixture
def platform(helpline: Helpline) -> Iterator[Client]:
    """The web application with one platform that may hand in."""
    given = {"12345": SecretStr(SECRET), "other": SecretStr(OTHER)}
    settings = Settings(data=helpline.settings.data, platforms=given)
    with web.serving(create_app(replace(helpline, settings=settings))) as client:
        yield client


def _hand_in(client: Client, name: str, text: str, **more: object) -> Response:
    url = f"{client.base_url}/api/platforms/12345/cases"
    return tell(url, SECRET, {"case": name, "text": text, **more}, name=name)


def _ask(client: Client, name: str, secret: str = SECRET) -> Response:
    url = f"{client.base_url}/api/platforms/12345/cases/{name}/standing"
    return tell(url, secret, {}, name=name)


def _tickets(helpline: Helpline) -> list[Ticket]:
    with helpline.store.read() as session:
        return list(session.exec(select(Ticket)))


def test_a_case_is_a_ticket_once_however_often_it_comes(
    platform: Client, helpline: Helpline
) -> None:
    first = _hand_in(platform, "A-1", ASKED, region="zichuan", phone="13800138000")
    again = _hand_in(platform, "A-1", ASKED, region="zichuan", phone="13800138000")
    assert first.json()["number"] == again.json()["number"]
    assert [ticket.region for ticket in _tickets(helpline)] == ["zichuan"]


def test_another_text_under_the_same_name_is_refused(platform: Client, helpline: Helpline) -> None:
    _hand_in(platform, "A-1", ASKED)
    assert _hand_in(platform, "A-1", HUNGRY).status_code == 409
    assert len(_tickets(helpline)) == 1


def test_danger_that_is_handed_in_rings(platform: Client, helpline: Helpline) -> None:
    _hand_in(platform, "A-2", "来电人说她老公拿刀要砍她", region="zichuan")
    with helpline.store.read() as session:
        assert len(alerts.open_alerts(session)) == 1


def test_a_platform_learns_how_far_it_is(platform: Client) -> None:
    number = _hand_in(platform, "A-3", ASKED, region="zichuan").json()["number"]
    standing = _ask(platform, "A-3").json()
    assert (standing["number"], standing["taken_back"]) == (number, False)
    assert standing["state"] in {"received", "triaged"}


def test_a_case_is_taken_back_once(platform: Client) -> None:
    _hand_in(platform, "A-4", "来电人问公交卡怎么办", region="zichuan")
    url = f"{platform.base_url}/api/platforms/12345/cases/A-4/take-back"
    for _ in range(2):
        assert tell(url, SECRET, {"reason": "已由本平台办结"}, name="A-4").json()["taken_back"]
    assert _ask(platform, "A-4").json()["state"] == "withdrawn"


def test_an_emergency_is_not_taken_back(platform: Client) -> None:
    _hand_in(platform, "A-5", HUNGRY, region="zichuan")
    url = f"{platform.base_url}/api/platforms/12345/cases/A-5/take-back"
    assert tell(url, SECRET, {"reason": "转错了"}, name="A-5").status_code == 422
    assert _ask(platform, "A-5").json()["state"] != "withdrawn"


def test_no_platform_sees_anothers_case(platform: Client) -> None:
    _hand_in(platform, "A-6", ASKED)
    url = f"{platform.base_url}/api/platforms/other/cases/A-6/standing"
    assert tell(url, OTHER, {}, name="A-6").status_code == 404
    assert _ask(platform, "A-6", OTHER).status_code == 403


def test_a_signature_for_one_case_opens_no_other(platform: Client) -> None:
    _hand_in(platform, "A-7", ASKED)
    url = f"{platform.base_url}/api/platforms/12345/cases/A-7/standing"
    assert tell(url, SECRET, {}, name="A-8").status_code == 422


def test_what_is_unsigned_old_or_unknown_is_refused(platform: Client, helpline: Helpline) -> None:
    url = f"{platform.base_url}/api/platforms/12345/cases"
    body = {"case": "A-9", "text": ASKED}
    assert platform.post("/api/platforms/12345/cases", json=body).status_code == 403
    old = datetime.now(UTC) - timedelta(hours=1)
    assert tell(url, SECRET, body, at=old).status_code == 403
    assert tell(url.replace("12345", "nobody"), SECRET, body).status_code == 404
    assert tell(url, SECRET, {"case": "../../x", "text": ASKED}).status_code == 422
    with helpline.store.read() as session:
        counts = {row.why: row.count for row in refusals.latest(session)}
    assert counts == {"no_signature": 1, "old": 1, "malformed": 1}
    assert _tickets(helpline) == []


def test_the_interface_is_described(platform: Client) -> None:
    paths = platform.get("/openapi.json").json()["paths"]
    assert "/api/platforms/{platform}/cases" in paths
