"""A care message is said once to who agreed, at a safe hour, at its pace; an answer is kept."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import col, select

from bot import caring
from cases import keys, residents
from cases.care import campaigns, care_answers, groups
from cases.care.campaigns import Campaign, CareHousehold, Wish
from cases.care.groups import Group, Reach
from cases.commands import CareWord
from cases.database import Session, Store
from cases.desk.callbacks import CallBack
from cases.households import assistance, file_parts, people
from cases.households.file_bodies import Home, Note, PartKind, Person
from cases.households.file_parts import Draft
from cases.households.households import Household
from cases.residents import Resident as Someone
from cases.talk import conversations
from cases.talk.conversations import Conversation
from cases.talk.messages import Message
from cases.tickets.tickets import Ticket
from handlers import speech
from handlers.desk import Desk
from knowledge import care
from knowledge.entitlements import Received
from knowledge.names import Programme, Region
from tests import factories, threads
from tests.clock import Clock
from tests.resident import Resident

LOCAL = ZoneInfo("Asia/Shanghai")
WORDS = speech.chinese()
ZICHUAN = Group(Region.ZICHUAN)
TODAY = date(2026, 11, 23)


def _at(hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 11, 23, hour, minute, second, tzinfo=LOCAL).astimezone(UTC)


NIGHT_BEFORE = _at(6)


def _household(session: Session, *, agrees: bool = True, reached: bool = True) -> Household:
    household = factories.a_household(session, reached=reached, now=NIGHT_BEFORE)
    if agrees:
        by = household.created_by
        yes = Draft(PartKind.CONSENT, Note(whom="本人"), code=groups.CARE, first=TODAY)
        file_parts.write(session, household, yes, by=by, now=NIGHT_BEFORE)
    return household


def _begin(
    store: Store, *, group: Group = ZICHUAN, a_minute: int = 600, reason: str = "typhoon"
) -> Campaign:
    with store.write() as session:
        found = groups.find(session, group, on=TODAY)
        by = session.exec(select(Household.created_by)).first() or ""
        wish = Wish(keys.new_id(), group, care.reasons()[reason], a_minute)
        return campaigns.begin(session, wish, found, by=by, now=_at(9))


def _send(store: Store, now: datetime) -> int:
    return caring.send_due(store, WORDS, hotline="12345", now=now)


def _send_all(store: Store, now: datetime) -> None:
    for second in range(0, 60, 6):
        _send(store, now + timedelta(seconds=second))


def _said(store: Store) -> int:
    with store.read() as session:
        return len(session.exec(select(Message.id)).all())


def _states(store: Store) -> list[tuple[str, str | None]]:
    with store.read() as session:
        return sorted((row.state, row.why) for row in session.exec(select(CareHousehold)).all())


def test_only_who_agreed_and_can_be_reached_is_written_to(store: Store) -> None:
    with store.write() as session:
        _household(session)
        _household(session, agrees=False)
        _household(session, reached=False)
    _begin(store)
    _send_all(store, _at(9))
    states = [("left_out", "no_consent"), ("left_out", "no_way"), ("said", None)]
    assert (_said(store), _states(store)) == (1, states)


def test_a_form_that_is_sent_twice_begins_one_campaign(store: Store) -> None:
    with store.write() as session:
        by = _household(session).created_by
        found = groups.find(session, ZICHUAN, on=TODAY)
        wish = Wish("form-0001", ZICHUAN, care.reasons()["typhoon"], 60)
        first, second = (campaigns.begin(session, wish, found, by=by, now=_at(9)) for _ in range(2))
    assert (first.id, len(_states(store))) == (second.id, 1)


def test_four_threads_ask_twenty_households_once_each(store: Store) -> None:
    with store.write() as session:
        for _ in range(20):
            _household(session)
    _begin(store)

    def run(_: int) -> None:
        _send_all(store, _at(9))

    threads.at_once(run, [0] * 4)
    assert (_said(store), _states(store)) == (20, [("said", None)] * 20)


def test_what_a_process_held_when_it_died_is_said_after_the_lease(store: Store) -> None:
    with store.write() as session:
        _household(session)
    _begin(store)
    with store.write() as session:
        (held,) = campaigns.claim(session, now=_at(9))
    _send(store, _at(9, 0, 29))
    assert _said(store) == 0
    _send_all(store, _at(9, 1))
    caring.settle(store, WORDS, held, hotline="12345", now=_at(9, 3))
    assert (_said(store), _states(store)) == (1, [("said", None)])


def test_the_pace_is_kept_and_what_was_missed_is_not_made_up_for_in_a_burst(store: Store) -> None:
    with store.write() as session:
        for _ in range(12):
            _household(session)
    _begin(store, a_minute=60)
    for second in range(5):
        for part in range(4):
            _send(store, _at(9, 0, second) + timedelta(milliseconds=250 * part))
    assert 5 <= _said(store) <= 6
    before = _said(store)
    _send(store, _at(9, 30))
    assert _said(store) - before <= 3


def test_a_stop_holds_at_once_also_for_what_is_being_said(store: Store) -> None:
    with store.write() as session:
        for _ in range(3):
            _household(session)
    campaign = _begin(store)
    with store.write() as session:
        held = campaigns.claim(session, now=_at(9))
    with store.write() as session:
        campaigns.stop(session, campaign.id, now=_at(9))
    caring.settle(store, WORDS, held[0], hotline="12345", now=_at(9))
    _send_all(store, _at(9, 1))
    assert (_said(store), _states(store)) == (0, [("waiting", None)] * 3)
    with store.write() as session:
        campaigns.go_on(session, campaign.id, a_minute=600, now=_at(10))
    _send_all(store, _at(10))
    assert (_said(store), _states(store)) == (3, [("said", None)] * 3)


def test_what_is_of_no_use_any_more_is_not_said_but_a_persons(store: Store) -> None:
    with store.write() as session:
        _household(session)
    campaign = _begin(store)
    _send(store, campaign.ends_at)
    assert (_said(store), _states(store)) == (0, [("left_out", "too_late")])
    with store.read() as session:
        assert campaigns.find(session, campaign.id).state == "done"


@pytest.mark.parametrize(
    ("way", "states"),
    [
        ({"safe_from": 14}, [("waiting", None)]),
        ({"do_not_call": True}, [("left_out", "not_to_call")]),
    ],
)
def test_safe_hours_and_do_not_call_hold(
    store: Store, way: dict[str, int], states: list[tuple[str, str | None]]
) -> None:
    with store.write() as session:
        _household(session)
    _begin(store)
    with store.write() as session:
        (someone,) = session.exec(select(Someone)).all()
        residents.keep_contact(session, someone, "13864370001", now=_at(9), **way)
    _send_all(store, _at(9, 1))
    assert (_said(store), _states(store)) == (0, states)
    _send_all(store, _at(14))
    assert _said(store) == ("safe_from" in way)


def test_who_took_the_consent_back_is_left_out_also_when_it_has_begun(store: Store) -> None:
    with store.write() as session:
        household = _household(session)
    _begin(store)
    with store.write() as session:
        care_answers.withdraw(session, household, by=None, now=_at(9))
    _send_all(store, _at(9, 1))
    assert (_said(store), _states(store)) == (0, [("left_out", "no_consent")])


def test_one_that_was_forgotten_holds_up_no_other(store: Store) -> None:
    with store.write() as session:
        _household(session)
        (first,) = session.exec(select(Someone)).all()
        _household(session)
    _begin(store)
    with store.write() as session:
        keys.destroy(session, first.key_id, now=_at(9))
    _send_all(store, _at(9, 1))
    assert (_said(store), _states(store)) == (1, [("left_out", "failed"), ("said", None)])


@pytest.mark.parametrize(
    ("group", "found"),
    [
        (ZICHUAN, 3),
        (Group(Region.ZICHUAN, street="洪山"), 1),
        (Group(Region.ZICHUAN, age_from=80), 1),
        (Group(Region.ZICHUAN, age_from=60, age_until=79), 1),
        (Group(Region.ZICHUAN, alone=True), 2),
        (Group(Region.ZICHUAN, programme=Programme.DIBAO), 1),
        (Group(Region.ZICHUAN, street="洪山", age_from=80, alone=True), 1),
        (Group(Region.FENGZE), 0),
    ],
)
def test_a_group_is_who_fits_all_that_was_chosen(store: Store, group: Group, found: int) -> None:
    with store.write() as session:
        old, couple, _ = (_household(session) for _ in range(3))
        by, now = old.created_by, NIGHT_BEFORE
        home = Draft(PartKind.HOME, Home(street="洪山镇"))
        file_parts.write(session, old, home, by=by, now=now)
        for household, *years in ((old, 1940), (couple, 1960, 2000), (_, 2001)):
            for year in years:
                person = Person(name="甲", born=date(year, 11, 24))
                people.write(session, household, PartKind.MEMBER, person, by=by, now=now)
        given = Received(Programme.DIBAO, "每月", date(2026, 1, 1), "审批表")
        assistance.record(session, old, given, by=by, now=now)
        seen = groups.find(session, group, on=TODAY)
    assert [one.reach for one in seen] == [Reach.REACHED] * found


class Home9:
    """A household in a chat that was asked at nine."""

    def __init__(self, desk: Desk, store: Store, clock: Clock) -> None:
        clock.now = NIGHT_BEFORE
        self.store, self.clock = store, clock
        self.resident = Resident(desk, store, clock, Region.ZICHUAN)
        with store.write() as session:
            household = _household(session, reached=False)
            household.conversation_id = self.resident.conversation_id
            session.add(household)
            self.household = household
        _begin(store)
        _send_all(store, _at(9))
        clock.now = _at(9, 30)

    def row(self) -> CareHousehold:
        """How far it has come."""
        with self.store.read() as session:
            return session.exec(select(CareHousehold)).one()

    def tickets(self) -> list[str]:
        """What was filed, by priority."""
        with self.store.read() as session:
            rows = session.exec(select(Ticket).order_by(col(Ticket.opened_at))).all()
            return [row.priority for row in rows]

    def calls(self) -> list[str]:
        """The calls that are owed or were."""
        with self.store.read() as session:
            return [f"{row.kind} {row.state}" for row in session.exec(select(CallBack)).all()]


@pytest.fixture
def home(desk: Desk, sqlite_store: Store, clock: Clock) -> Home9:
    return Home9(desk, sqlite_store, clock)


@pytest.mark.parametrize(
    ("words", "answer", "tickets"),
    [
        ("都好，不用帮忙", "fine", []),
        ("我们都好，放心吧", "fine", []),
        ("没事，谢谢关心", "fine", []),
        ("啥都不缺", "fine", []),
        ("要帮忙", "need", ["P2"]),
        ("人都好，就是停电了", "need", ["P2"]),
        ("腿疼走不动，想要人帮忙买菜", "need", ["P2"]),
        ("以后不用再问", "no_more", []),
        ("别再发了，烦", "no_more", []),
        ("家里一粒米都没有了，两天没吃饭", "danger", ["P1"]),
        ("房子要塌了，人还在里面，救命", "danger", ["P0"]),
    ],
)
def test_an_answer_in_everyday_words_is_understood(
    home: Home9, words: str, answer: str, tickets: list[str]
) -> None:
    home.resident.says(words)
    row = home.row()
    assert (row.state, row.answer, home.tickets()) == ("answered", answer, tickets)


def test_a_need_is_filed_at_once_and_what_is_told_after_it_goes_into_the_same_ticket(
    home: Home9,
) -> None:
    home.resident.says("要帮忙").hears("记下了，单号")
    home.resident.says("想请人帮我去镇上买点菜").hears("加进单号")
    assert (home.row().answer, home.tickets()) == ("need", ["P2"])


def test_who_needed_something_and_is_then_in_danger_is_in_danger(home: Home9) -> None:
    home.resident.says("要帮忙")
    home.resident.says("我晕倒了喘不上气，胸口疼得厉害")
    assert (home.row().answer, home.tickets()[-1]) == ("danger", "P0")


def test_a_question_of_its_own_is_answered_and_is_no_answer(home: Home9) -> None:
    home.resident.says("低保要什么条件？")
    assert (home.row().state, home.row().answer) == ("said", None)


def test_a_private_ticket_never_shows_that_it_came_after_a_care_message(home: Home9) -> None:
    home.resident.says("我老公打我，打得我不敢回家")
    row = home.row()
    assert (row.answer, row.ticket_id) == ("other", None)


def test_silence_becomes_one_call_and_a_late_answer_takes_it_back(home: Home9) -> None:
    for _ in range(2):
        caring.look_for_silence(home.store, now=_at(12, 5))
    assert (home.row().state, home.calls()) == ("silent", ["care open"])
    home.clock.now = _at(13)
    home.resident.says("都好，不用帮忙")
    assert (home.row().answer, home.calls()) == ("fine", ["care cancelled"])


def test_nobody_is_called_before_the_time_for_an_answer_is_over(home: Home9) -> None:
    caring.look_for_silence(home.store, now=_at(11, 59))
    assert (home.row().state, home.calls()) == ("said", [])


def test_who_wants_no_more_is_not_asked_again(home: Home9) -> None:
    home.resident.says("以后不用再问").hears("不再主动问")
    _begin(home.store, reason="heat")
    _send_all(home.store, _at(10))
    assert _states(home.store) == [("answered", None), ("left_out", "no_consent")]


def test_nobody_is_asked_in_the_middle_of_another_talk(home: Home9) -> None:
    home.resident.says("低保要什么条件？")
    _begin(home.store, reason="heat")
    _send_all(home.store, _at(9, 31))
    assert _states(home.store) == [("said", None), ("waiting", None)]
    _send_all(home.store, _at(9, 45))
    assert _states(home.store) == [("said", None), ("said", None)]


def test_an_answer_and_a_call_that_meet_never_wait_for_each_other(postgres_store: Store) -> None:
    with postgres_store.write() as session:
        _household(session)
    _begin(postgres_store)
    _send_all(postgres_store, _at(9))
    chat_id = _chat(postgres_store)

    def answer(now: datetime) -> None:
        with postgres_store.write() as session:
            chat = conversations.find_for_update(session, chat_id)
            care_answers.take(session, chat, CareWord.FINE, now=now)

    def look(now: datetime) -> None:
        caring.look_for_silence(postgres_store, now=now)

    threads.at_once(lambda work: work(_at(13)), [answer, look, answer, look])
    with postgres_store.read() as session:
        assert session.exec(select(CareHousehold.answer)).one() == "fine"


def _chat(store: Store) -> str:
    with store.read() as session:
        return session.exec(select(Conversation.id)).one()


@pytest.mark.parametrize("reason", list(care.reasons()))
def test_each_reason_says_how_to_check_that_it_is_us_and_nothing_of_the_matter(reason: str) -> None:
    text = WORDS.say(f"care.say_{reason}", {"hotline": "12345"})
    assert "请打 12345 问" in text
    assert not [word for word in ("低保", "残疾", "救助", "困难", "补贴", "http") if word in text]
