"""A household is reminded, answers in its own words, moves the visit, or is called by a person."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot import reminding
from cases.channels import reminders
from cases.channels.reminders import Reminder
from cases.database import Store
from cases.households import visit_answers, visit_plans, visit_slots, visits
from cases.households.visit_answers import Answer
from cases.households.visits import VisitState
from handlers import speech
from handlers.desk import Desk
from knowledge.names import Region
from tests import factories
from tests.clock import Clock
from tests.resident import Resident

LOCAL = ZoneInfo("Asia/Shanghai")
WORDS = speech.chinese()
FINE, MOVE, REFUSE = "可以，我在家", "那天没空，改时间", "不方便来"


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=LOCAL).astimezone(UTC)


class Home:
    """A household with a caseworker of its own, a visit on Thursday at ten, and a chat."""

    def __init__(self, desk: Desk, store: Store, clock: Clock) -> None:
        self.store, self.clock = store, clock
        self.resident = Resident(desk, store, clock, Region.ZICHUAN)
        with store.write() as session:
            household = factories.a_household(session, reached=False, now=clock.now)
            household.conversation_id = self.resident.conversation_id
            session.add(household)
            self.owner = household.created_by
            visit = visits.plan(
                session,
                household,
                local=datetime(2026, 11, 26, 10),  # noqa: DTZ001
                zone="Asia/Shanghai",
                purpose="核查",
                remind_at=None,
                planned_by=self.owner,
                notices=(timedelta(days=2), timedelta(days=1)),
                now=clock.now,
            )
            visit_plans.assign(session, visit, self.owner, dues=["dibao_yearly"])
            self.visit_id = visit.id

    def offers(self, *moments: datetime, capacity: int = 1) -> None:
        """The caseworker offers hours."""
        with self.store.write() as session:
            for at in moments:
                visit_slots.offer(session, self.owner, at, capacity=capacity, now=self.clock.now)

    def comes(self, moment: datetime) -> "Home":
        """The clock ticks at this moment."""
        self.clock.now = moment
        reminding.send_due(self.store, WORDS, now=moment)
        return self

    @property
    def said(self) -> list[str]:
        """What the system has said by itself."""
        return [line.text for line in self.resident.everything if line.sender == "system"]

    @property
    def visit(self) -> visits.Visit:
        """The visit as it stands."""
        with self.store.read() as session:
            return visits.find(session, self.visit_id)

    @property
    def answer(self) -> str | None:
        """What is known of their answer."""
        with self.store.read() as session:
            row = visit_answers.of_visit(session, visits.find(session, self.visit_id))
            return None if row is None else row.answer

    @property
    def listed(self) -> list[Reminder]:
        """What a person must see to."""
        with self.store.read() as session:
            return list(reminders.listed(session))


@pytest.fixture
def home(desk: Desk, sqlite_store: Store, clock: Clock) -> Home:
    """A household that will be visited."""
    return Home(desk, sqlite_store, clock)


def test_a_reminder_asks_with_buttons(home: Home) -> None:
    home.comes(_at(24, 10))
    line = home.resident.everything[-1]
    assert [choice.label for choice in line.choices] == [FINE, MOVE, REFUSE]


@pytest.mark.parametrize("words", [FINE, "好的", "可以", "行，来吧", "在家的"])
def test_whoever_says_yes_is_only_reminded_of_the_time_again(home: Home, words: str) -> None:
    home.comes(_at(24, 10)).resident.says(words).hears("11月26日10:00见")
    home.comes(_at(25, 10))
    assert "您说好的时间" in home.said[-1]
    home.comes(_at(25, 15))
    assert (home.answer, home.listed) == (Answer.CONFIRMED, [])


def test_two_reminders_without_an_answer_become_a_call(home: Home) -> None:
    home.comes(_at(24, 10)).comes(_at(25, 10))
    assert "还没有听到您的回音" in home.said[-1]
    assert home.listed == []
    home.comes(_at(25, 14, 1))
    assert [one.listed_why for one in home.listed] == ["no_answer"]
    assert home.visit.state == VisitState.PLANNED


def test_an_answer_between_takes_the_call_back(home: Home) -> None:
    home.comes(_at(24, 10)).comes(_at(25, 10)).resident.says("可以")
    home.comes(_at(25, 14, 1))
    assert home.listed == []


@pytest.mark.parametrize("words", [MOVE, "我没有空", "那天我不在家", "要去医院，改天吧"])
def test_no_time_is_answered_with_the_offered_hours(home: Home, words: str) -> None:
    home.offers(_at(27, 9), _at(30, 14))
    home.comes(_at(24, 10)).resident.says(words).is_offered("11月27日09:00", "11月30日14:00")


def test_the_visit_moves_into_the_chosen_hour_and_the_old_one_reminds_no_more(home: Home) -> None:
    home.offers(_at(30, 14))
    home.comes(_at(24, 10)).resident.says("我没有空").says("11月30日14:00").hears("改好了")
    assert home.visit.at == _at(30, 14)
    before = len(home.said)
    home.comes(_at(25, 10)).comes(_at(26, 9))
    assert len(home.said) == before
    home.comes(_at(28, 14)).comes(_at(29, 14))
    assert "11月30日14:00" in home.said[-1]
    assert "您说好的时间" in home.said[-1]


def test_what_the_visit_was_for_moves_with_it(home: Home) -> None:
    home.offers(_at(30, 14))
    home.comes(_at(24, 10)).resident.says("我没有空").says("11月30日14:00")
    with home.store.read() as session:
        plan = visit_plans.of_visit(session, visits.find(session, home.visit_id))
    assert plan is not None
    assert (plan.dues, plan.operator_id, plan.at) == ("dibao_yearly", home.owner, _at(30, 14))


def test_an_hour_that_was_taken_meanwhile_is_not_given_twice(
    home: Home, desk: Desk, sqlite_store: Store, clock: Clock
) -> None:
    home.offers(_at(27, 9), _at(30, 14))
    home.comes(_at(24, 10)).resident.says("我没有空")
    with sqlite_store.write() as session:
        other = factories.a_household(session, now=clock.now)
        local = datetime(2026, 11, 27, 9)  # noqa: DTZ001
        theirs = factories.a_visit(session, other, local, now=clock.now)
        visit_plans.assign(session, theirs, home.owner)
    home.resident.says("11月27日09:00").hears("刚被别人约了").is_offered("11月30日14:00")
    assert home.visit.at == _at(26, 10)
    assert desk


def test_none_of_the_hours_goes_to_a_person(home: Home) -> None:
    home.offers(_at(27, 9))
    home.comes(_at(24, 10)).resident.says("我没有空").says("这些都不行").hears("电话")
    home.resident.says("跳过").hears("单号")
    assert [one.listed_why for one in home.listed] == ["not_then"]


def test_without_offered_hours_a_person_settles_it(home: Home) -> None:
    home.comes(_at(24, 10)).resident.says("我没有空").hears("请工作人员来跟您定")
    assert [one.listed_why for one in home.listed] == ["not_then"]


@pytest.mark.parametrize("words", [REFUSE, "你们别来了", "不想让人上门"])
def test_nobody_comes_where_nobody_is_wanted_and_nothing_stops(home: Home, words: str) -> None:
    home.comes(_at(24, 10)).resident.says(words).hears("不会因为您不方便就停发")
    home.comes(_at(25, 10))
    assert home.visit.state == VisitState.CANCELLED
    assert len(home.said) == 1
    assert [one.listed_why for one in home.listed] == ["refused"]


def test_the_original_hour_may_be_kept_after_all(home: Home) -> None:
    home.offers(_at(27, 9))
    home.comes(_at(24, 10)).resident.says("我没有空").says("还是原来的时间").hears("原来的时间")
    assert (home.answer, home.visit.at) == (Answer.CONFIRMED, _at(26, 10))


def test_a_visit_is_moved_without_having_been_reminded_of(home: Home) -> None:
    home.offers(_at(30, 14))
    home.resident.says("我想改一下上门的时间").says("11月30日14:00").hears("改好了")
    assert home.visit.at == _at(30, 14)


def test_a_button_counts_in_the_middle_of_something_else_which_goes_on(home: Home) -> None:
    home.resident.says("我要投诉")
    home.comes(_at(24, 10)).resident.says(FINE).hears("见")
    assert home.answer == Answer.CONFIRMED
    home.resident.says("洪山镇的干部态度很差，骂人").hears_nothing_of("没听明白")


def test_danger_comes_before_the_visit(home: Home) -> None:
    home.comes(_at(24, 10)).resident.says("我不想活了")
    assert home.resident.answers[0].urgent


def test_another_wish_leaves_the_question_of_the_visit_open(home: Home) -> None:
    home.comes(_at(24, 10)).resident.says("低保要什么条件？").hears("上门的时间方便吗")
    assert home.answer == Answer.ASKED


def test_whoever_has_no_visit_is_taken_down_as_before(desk: Desk, clock: Clock) -> None:
    with_none = Resident(desk, desk._store, clock, Region.ZICHUAN)  # noqa: SLF001
    with_none.says("我要改时间").hears("哪一次上门")


def test_by_night_nobody_is_asked(home: Home) -> None:
    home.comes(_at(24, 23))
    assert home.said == []
    home.comes(_at(25, 8))
    assert len(home.said) == 1
