"""Special-hardship files on the console: steps with evidence, a second person, needs, charities."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from httpx import Client, Response

from api.pages import LOCAL
from bot.helpline import Helpline
from cases.database import Session
from cases.household_rules.hardship_steps import Proof, Stage, Standing, Step
from cases.household_rules.need_projects import FEWEST, NeedKind
from cases.households import assistance, hardship_files, hardship_needs, households
from cases.operators import Operator, Role
from knowledge.names import Region
from tests import factories
from tests.api import web

Told = Mapping[str, str | list[str]]
TO_DECISION = (
    ("find", "finding"),
    ("review", "review_minutes"),
    ("list_needs", "needs_list"),
    ("decide", "town_decision"),
)


@pytest.fixture
def household(helpline: Helpline) -> str:
    """The id of a household of Ningxia."""
    with helpline.store.write() as session:
        return _a_household(session)


def _a_household(session: Session) -> str:
    kept = factories.a_household(session, now=web.now())
    kept.region = Region.NINGXIA
    session.add(kept)
    return kept.id


@pytest.fixture
def staff(helpline: Helpline) -> tuple[Operator, Operator]:
    """A caseworker and a supervisor of Ningxia."""
    place = Region.NINGXIA
    return (
        web.an_account(helpline, "Alice", Role.CASEWORKER, region=place, unit="镇政府"),
        web.an_account(helpline, "Bob", Role.SUPERVISOR, region=place),
    )


@pytest.fixture
def alice(client: Client, staff: tuple[Operator, Operator]) -> Client:
    """The caseworker at the console."""
    web.enter(client, staff[0])
    return client


def _today() -> date:
    return web.now().astimezone(LOCAL).date()


def _page(client: Client, household: str) -> Response:
    return client.get(f"/console/households/{household}/hardship")


def _post(client: Client, household: str, path: str, form: Told) -> Response:
    csrf = web.csrf_of(client.get("/console/account"))
    address = f"/console/households/{household}/hardship/{path}"
    return client.post(address, data={"csrf": csrf, **form})


def _version(helpline: Helpline, household: str) -> int:
    with helpline.store.read() as session:
        file = hardship_files.find(session, households.find(session, household))
    return 0 if file is None else file.version


def _step(
    client: Client, helpline: Helpline, household: str, step: str, *proofs: str, **more: str
) -> Response:
    form: Told = {
        "step": step,
        "on": _today().isoformat(),
        "version": str(_version(helpline, household)),
        "county": "虚构县",
        "proofs": list(proofs),
        "kept": ["在村里的柜子里"] * len(proofs),
        **more,
    }
    return _post(client, household, "steps", form)


def _need(client: Client, household: str, **more: str) -> Response:
    return _post(client, household, "needs", {"kind": "care", "what": "要人搭把手", **more})


def _decided(helpline: Helpline, household: str, by: Operator) -> None:
    """Found, reviewed, listed and decided, all written down by one person."""
    with helpline.store.write() as session:
        home, now = households.find(session, household), web.now()
        for step, proof in TO_DECISION:
            told = hardship_files.Told(proofs={Proof(proof): "在村里的柜子里"})
            taken = hardship_files.Taken(Step(step), _today(), told, by.id, _today(), "x")
            if step == "find":
                file = hardship_files.begin(session, home, "虚构县", taken, now=now)
                kind, what = NeedKind.CARE, "要人搭把手"
                hardship_needs.list_need(session, home, kind, what, None, by=by.id, now=now)
            else:
                now += timedelta(seconds=1)
                version = file.version
                file = hardship_files.take(session, home, taken, version=version, now=now)


def _standing(helpline: Helpline, household: str) -> Standing:
    with helpline.store.read() as session:
        file = hardship_files.find(session, households.find(session, household))
        assert file is not None
        return hardship_files.standing(file)


def _as(client: Client, account: Operator) -> None:
    client.cookies.clear()
    web.enter(client, account)


def _in_care(
    client: Client, helpline: Helpline, staff: tuple[Operator, Operator], household: str
) -> None:
    """Decided by Alice, filed by Bob, who stays at the console."""
    _decided(helpline, household, staff[0])
    _as(client, staff[1])
    assert _step(client, helpline, household, "file", "county_receipt").status_code == 303


def test_each_step_says_who_is_next_and_that_no_document_says_how_long(
    alice: Client, helpline: Helpline, household: str
) -> None:
    assert _step(alice, helpline, household, "find", "finding").status_code == 303
    page = _page(alice, household).text
    due = _today() + timedelta(days=10)
    for words in ("已发现，等民主评议", "村（居）民委员会", f"{due} 前", "需当地确认"):
        assert words in page


def test_a_step_without_evidence_leaves_everything_as_it_was(
    alice: Client, helpline: Helpline, household: str
) -> None:
    _step(alice, helpline, household, "find", "finding")
    assert _step(alice, helpline, household, "review").status_code == 422
    assert _standing(helpline, household).stage is Stage.FOUND


def test_a_list_of_needs_wants_a_need(alice: Client, helpline: Helpline, household: str) -> None:
    for step, proof in TO_DECISION[:2]:
        _step(alice, helpline, household, step, proof)
    assert _step(alice, helpline, household, "list_needs", "needs_list").status_code == 422
    _need(alice, household)
    assert _step(alice, helpline, household, "list_needs", "needs_list").status_code == 303


def test_a_caseworker_does_not_file_and_nobody_files_an_own_decision(
    alice: Client, helpline: Helpline, household: str, staff: tuple[Operator, Operator]
) -> None:
    _decided(helpline, household, staff[0])
    assert _step(alice, helpline, household, "file", "county_receipt").status_code == 403
    _as(alice, staff[1])
    assert _step(alice, helpline, household, "file", "county_receipt").status_code == 303
    assert _standing(helpline, household).stage is Stage.IN_CARE


def test_who_wrote_the_decision_down_does_not_file_it(
    client: Client, helpline: Helpline, household: str, staff: tuple[Operator, Operator]
) -> None:
    web.enter(client, staff[1])
    _decided(helpline, household, staff[1])
    assert _step(client, helpline, household, "file", "county_receipt").status_code == 422


def test_care_counts_as_help_from_the_filing_to_the_end(
    alice: Client, helpline: Helpline, household: str, staff: tuple[Operator, Operator]
) -> None:
    _in_care(alice, helpline, staff, household)
    _as(alice, staff[0])
    _step(alice, helpline, household, "check_exit", "home_check")
    _step(alice, helpline, household, "review_exit", "exit_minutes", "public_notice")
    _step(alice, helpline, household, "decide_exit", "exit_decision")
    _as(alice, staff[1])
    assert _step(alice, helpline, household, "file_exit", "exit_receipt").status_code == 303
    with helpline.store.read() as session:
        (given,) = assistance.of_household(session, households.find(session, household))
    assert (given.received.since, given.received.until) == (_today(), _today())


def test_one_official_is_paired_and_stands_on_the_households_page(
    alice: Client, helpline: Helpline, household: str, staff: tuple[Operator, Operator]
) -> None:
    _in_care(alice, helpline, staff, household)
    for name in ("甲某", "乙某"):
        more = {"unit": "虚构局", "name": name}
        assert _step(alice, helpline, household, "pair", "agreement", **more).status_code == 303
    page = alice.get(f"/console/households/{household}").text
    assert "包抓责任人：虚构局 乙某" in page
    assert "甲某" not in page


def test_help_rises_to_the_paired_unit_and_the_conference_stays(
    alice: Client, helpline: Helpline, household: str, staff: tuple[Operator, Operator]
) -> None:
    _in_care(alice, helpline, staff, household)
    assert _step(alice, helpline, household, "escalate", "what_is_left").status_code == 422
    _step(alice, helpline, household, "pair", "agreement", unit="虚构局", name="甲某")
    assert _step(alice, helpline, household, "escalate", "what_is_left").status_code == 303
    page = _page(alice, household).text
    assert "现在是第 2 步：包抓单位" in page


def test_two_who_take_a_step_at_once_one_of_them_is_told(
    alice: Client, helpline: Helpline, household: str
) -> None:
    _step(alice, helpline, household, "find", "finding")
    _step(alice, helpline, household, "review", "review_minutes")
    stale = _step(alice, helpline, household, "not_take", "reasons", version="0")
    assert stale.status_code == 422
    assert _standing(helpline, household).stage is Stage.REVIEWED


@pytest.mark.parametrize("days", [1, -1])
def test_a_step_is_after_the_one_before_and_not_to_come(
    alice: Client, helpline: Helpline, household: str, days: int
) -> None:
    _step(alice, helpline, household, "find", "finding")
    on = (_today() + timedelta(days=days)).isoformat()
    answer = _step(alice, helpline, household, "review", "review_minutes", on=on)
    assert answer.status_code == 422


def test_a_charity_learns_whose_need_it_is_only_with_consent(
    alice: Client, helpline: Helpline, household: str
) -> None:
    _need(alice, household)
    with helpline.store.read() as session:
        (need,) = hardship_needs.of_household(session, households.find(session, household))
    path = f"needs/{need.row.number}/take"
    form: Told = {"taker": "虚构慈善会", "identity_told": "true"}
    assert _post(alice, household, path, form).status_code == 422
    assert _post(alice, household, path, {**form, "consent": "户主当面同意"}).status_code == 303
    page = _page(alice, household).text
    assert "虚构慈善会 认领，知道是谁家：户主当面同意" in page


def test_the_copy_for_the_household_tells_what_is_held_of_its_hardship(
    alice: Client, helpline: Helpline, household: str
) -> None:
    _step(alice, helpline, household, "find", "finding")
    _need(alice, household)
    page = alice.get(f"/console/households/{household}/copy").text
    assert "主动发现；在村里的柜子里" in page
    assert "照护：要人搭把手（等人认领）" in page


def _many(helpline: Helpline, account: Operator, *, households_in_care: int) -> None:
    """As many households in care, each with a need of the same kind in one county."""
    now = web.now()
    with helpline.store.write() as session:
        for _ in range(households_in_care):
            home = households.find(session, _a_household(session))
            taken = hardship_files.Taken(
                Step.FIND,
                _today(),
                hardship_files.Told(proofs={Proof.FINDING: "x"}),
                account.id,
                _today(),
                "x",
            )
            file = hardship_files.begin(session, home, "虚构县", taken, now=now)
            file.stage = Stage.IN_CARE
            session.add(file)
            hardship_needs.list_need(
                session, home, NeedKind.CARE, "王桂兰要人照护", 123_45, by=account.id, now=now
            )


@pytest.mark.parametrize(("how_many", "shown"), [(FEWEST, True), (FEWEST - 1, False)])
def test_the_library_shows_needs_and_no_identity(
    alice: Client,
    helpline: Helpline,
    staff: tuple[Operator, Operator],
    *,
    how_many: int,
    shown: bool,
) -> None:
    _many(helpline, staff[0], households_in_care=how_many)
    page, table = alice.get("/console/needs").text, alice.get("/console/needs/table.csv").text
    for text in (page, table):
        assert ("虚构县" in text) is shown
        assert ("200" in text) is shown
        assert "王桂兰" not in text
    assert ("会看出是谁家" in page) is not shown


def test_needs_of_a_household_under_review_are_not_shown(
    alice: Client, helpline: Helpline, household: str
) -> None:
    _step(alice, helpline, household, "find", "finding")
    _need(alice, household)
    page = alice.get("/console/needs").text
    assert "没有等人帮的需求" in page


def test_the_list_names_who_is_next_first_due_before(
    alice: Client, helpline: Helpline, household: str
) -> None:
    _step(alice, helpline, household, "find", "finding")
    page = alice.get("/console/hardship").text
    assert household in page
    assert "村（居）民委员会" in page


REACH = (
    (Role.OPERATOR, Region.NINGXIA, 403, 403),
    (Role.CASEWORKER, Region.ZICHUAN, 404, 200),
    (Role.EDITOR, Region.NINGXIA, 403, 403),
)


def test_who_may_look(client: Client, helpline: Helpline, household: str) -> None:
    for role, region, file, library in REACH:
        client.cookies.clear()
        web.enter(client, web.an_account(helpline, role, role, region=region, unit="镇政府"))
        assert _page(client, household).status_code == file
        assert client.get("/console/needs").status_code == library


def test_a_place_without_such_files_has_no_page(client: Client, helpline: Helpline) -> None:
    with helpline.store.write() as session:
        home = factories.a_household(session, now=web.now()).id
    account = web.an_account(helpline, "Alice", Role.CASEWORKER, region=Region.ZICHUAN, unit="镇")
    web.enter(client, account)
    assert _page(client, home).status_code == 404
    assert "关爱帮扶" not in client.get(f"/console/households/{home}").text
