"""Passwords are renewed by whom they belong to, or by an administrator; sign-ins elsewhere end."""

from httpx import Client, Response

from bot.helpline import Helpline
from cases.operators import Role
from tests.api import web
from tests.api.web import PASSWORD, Staff

NEW = "another horse entirely"


def _renews(client: Client, current: str, password: str, again: str) -> Response:
    form = {
        "csrf": web.csrf_of(client.get("/console/account")),
        "current": current,
        "password": password,
        "again": again,
    }
    return client.post("/console/account/password", data=form)


def _signs_in(client: Client, name: str, password: str) -> int:
    return client.post("/api/session", json={"name": name, "password": password}).status_code


def _is_in(staff: Staff) -> bool:
    return staff.get("/api/queue").status_code == 200


def test_ones_own_password_is_renewed_and_other_places_are_signed_out(
    client: Client, helpline: Helpline
) -> None:
    alice = web.an_account(helpline, "Alice")
    elsewhere = web.sign_in(client, alice)
    web.enter(client, alice)
    _renews(client, PASSWORD, NEW, NEW)
    assert "Alice" in client.get("/console/account").text
    assert not _is_in(elsewhere)
    assert (_signs_in(client, "Alice", PASSWORD), _signs_in(client, "Alice", NEW)) == (401, 200)


def test_a_new_password_is_proven_by_the_old_one_written_twice_and_long_enough(
    client: Client, helpline: Helpline
) -> None:
    web.enter(client, web.an_account(helpline, "Alice"))
    for tried in (("wrong", NEW, NEW), (PASSWORD, NEW, "else"), (PASSWORD, "short", "short")):
        assert _renews(client, *tried).status_code == 422
    assert _signs_in(client, "Alice", PASSWORD) == 200


def test_who_forgot_theirs_gets_another_from_an_administrator_alone(
    client: Client, helpline: Helpline
) -> None:
    bob = web.an_account(helpline, "Bob")
    before = web.sign_in(client, bob)
    web.enter(client, web.an_account(helpline, "Alice", Role.ADMIN))
    page = client.get("/console/staff")
    form = {"csrf": web.csrf_of(page), "password": NEW}
    assert f'action="/console/staff/{bob.id}/password"' in page.text
    assert client.post(f"/console/staff/{bob.id}/password", data=form).status_code < 400
    assert not _is_in(before)
    client.cookies.clear()
    assert (_signs_in(client, "Bob", PASSWORD), _signs_in(client, "Bob", NEW)) == (401, 200)


def test_an_operator_gives_nobody_a_password(client: Client, helpline: Helpline) -> None:
    bob = web.an_account(helpline, "Bob")
    web.enter(client, web.an_account(helpline, "Alice"))
    form = {"csrf": web.csrf_of(client.get("/console/account")), "password": NEW}
    assert client.post(f"/console/staff/{bob.id}/password", data=form).status_code == 403
    assert _signs_in(client, "Bob", PASSWORD) == 200
