"""What a story becomes: priority, matter, category, and a unit that is not the accused one."""

from dataclasses import replace

import pytest

from handlers import triage
from handlers.triage import Triage
from knowledge.library import Library
from knowledge.names import Category, Hazard, Intent, Matter, Priority, Region
from nlu.interpreter import InProcess
from nlu.understanding import Understanding
from tests.clock import Clock


@pytest.fixture
def read(interpreter: InProcess) -> Understanding:
    """An understanding of nothing in particular."""
    return interpreter.read("嗯", now=Clock().now)


def decide(
    said: Understanding, library: Library, text: str, region: Region | None = Region.ZICHUAN
) -> Triage:
    """What a complaint of these words becomes."""
    complaint = replace(said, text=text, intent=Intent.FILE_COMPLAINT, sure=True)
    return triage.decide(complaint, library, region=region)


@pytest.mark.parametrize(
    ("text", "matter", "category"),
    [
        ("窗口的人态度恶劣", Matter.CONDUCT, Category.COMPLAINT),
        ("他开着车还吃低保，是关系保", Matter.FRAUD, Category.REPORT),
        ("明明不符合，还吃低保", Matter.FRAUD, Category.REPORT),
        ("村里的低保名单没公示", Matter.DISCLOSURE, Category.COMPLAINT),
        ("我的轮椅补贴没人管", Matter.DISABILITY, Category.COMPLAINT),
        ("去医院看病报销的事", Matter.MEDICAL, Category.COMPLAINT),
        ("孩子的学费没人帮", Matter.EDUCATION, Category.COMPLAINT),
        ("公租房一直排不上", Matter.HOUSING, Category.COMPLAINT),
        ("电费的优惠没有了", Matter.UTILITY, Category.COMPLAINT),
        ("低保被停了", Matter.BASIC, Category.REFUSED),
        ("残疾补贴不给批了", Matter.DISABILITY, Category.REFUSED),
        ("说我不符合，不给办低保", Matter.BASIC, Category.REFUSED),
        ("办低保推诿，不给受理", Matter.CONDUCT, Category.COMPLAINT),
        ("有点事", Matter.BASIC, Category.COMPLAINT),
    ],
)
def test_words_speak_for_a_matter(
    read: Understanding, library: Library, text: str, matter: Matter, category: Category
) -> None:
    decided = decide(read, library, text)
    assert (decided.matter, decided.category) == (matter, category)


@pytest.mark.parametrize(
    ("intent", "category"),
    [
        (Intent.CHECK_ELIGIBILITY, Category.APPLICATION),
        (Intent.REQUEST_SERVICE, Category.SERVICE),
        (Intent.REPORT_CHANGE, Category.CHANGE),
        (Intent.PRIVACY_REQUEST, Category.RIGHTS),
        (Intent.ASK_POLICY, Category.ENQUIRY),
        (Intent.REPORT_EMERGENCY, Category.EMERGENCY),
    ],
)
def test_the_wish_names_the_category(
    read: Understanding, library: Library, intent: Intent, category: Category
) -> None:
    said = replace(read, text="有件事", intent=intent)
    assert triage.decide(said, library, region=None).category is category


@pytest.mark.parametrize(
    ("text", "priority"),
    [
        ("我爸走丢了，他有老年痴呆", Priority.P0),
        ("碰到一个老太太，说不清家在哪", Priority.P0),
        ("路边有个人躺着，头上有血", Priority.P0),
        ("天桥下有个人睡着，零下十度", Priority.P0),
        ("桥洞下面有个人睡着", Priority.P1),
        ("我的身份证不见了", Priority.P2),
        ("我爸去年走丢过", Priority.P2),
        ("路边有流浪猫睡着", Priority.P2),
        ("流浪人员归谁管", Priority.P2),
    ],
)
def test_somebody_lost_or_in_the_street_is_weighed(
    read: Understanding, library: Library, text: str, priority: Priority
) -> None:
    decided = decide(read, library, text)
    assert decided.priority is priority
    assert (decided.hazard is Hazard.DISPLACED) is (priority is not Priority.P2)


def test_a_policy_question_about_lost_people_is_no_alarm(read: Understanding) -> None:
    said = replace(read, text="老人走丢了归谁管", intent=Intent.ASK_POLICY, sure=True)
    assert triage.weigh(said) is said


def test_a_graver_danger_stays_what_it_is(read: Understanding) -> None:
    said = replace(
        read, text="我爸走丢了", hazard=Hazard.SELF_HARM, priority=Priority.P0, sure=True
    )
    assert triage.weigh(said) is said


@pytest.mark.parametrize(
    ("region", "text", "lead", "shut"),
    [
        (Region.ZICHUAN, "镇政府的人刁难我", "区纪委监委", "各镇、街道、开发区"),
        (Region.ZICHUAN, "区民政局的人刁难我", "区纪委监委", "区民政局"),
        (Region.DONGTOU, "民政局的人刁难我", "区纪委监委", "区民政局"),
        (Region.FENGZE, "民政局的人刁难我", "纪委监委", "区民政局"),
        (Region.LONGYAN, "民政局的人刁难我", "纪委监委", "县(市、区)民政部门"),
        (Region.FENGZE, "街道把我的低保停了", "区民政局", "街道办事处"),
        (Region.FENGZE, "民政局局长优亲厚友", "纪委监委", "区民政局"),
    ],
)
def test_a_complaint_never_goes_to_the_accused(  # noqa: PLR0913
    read: Understanding, library: Library, *, region: Region, text: str, lead: str, shut: str
) -> None:
    decided = decide(read, library, text, region)
    assert decided.routing.lead == lead
    assert shut in decided.not_to
    assert shut not in (decided.routing.lead, *decided.routing.joint)


@pytest.mark.parametrize(
    ("text", "leaves"),
    [
        ("你们热线的人骂人", True),
        ("你们这个热线不作为", True),
        ("民政局刁难我", True),
        ("村干部刁难我", False),
        ("学校的人态度差", False),
    ],
)
def test_what_is_about_this_house_leaves_it(
    read: Understanding, library: Library, text: str, *, leaves: bool
) -> None:
    decided = decide(read, library, text)
    assert decided.leaves_house is leaves
    assert ("区民政局" in decided.not_to) is leaves


def test_an_enquiry_about_the_bureau_shuts_nobody_out(
    read: Understanding, library: Library
) -> None:
    said = replace(read, text="民政局在哪里，低保怎么办", intent=Intent.ASK_POLICY)
    decided = triage.decide(said, library, region=Region.ZICHUAN)
    assert (decided.not_to, decided.routing.lead) == ((), "区民政局")


def test_without_a_place_no_unit_is_named(read: Understanding, library: Library) -> None:
    routing = decide(read, library, "村干部刁难我", None).routing
    assert (routing.lead, routing.joint) == (None, ())


def test_abuse_in_an_institution_is_sealed(read: Understanding, library: Library) -> None:
    said = replace(read, hazard=Hazard.INSTITUTION_ABUSE, priority=Priority.P1)
    assert triage.decide(said, library, region=None).sealed


def test_violence_belongs_to_the_person(read: Understanding, library: Library) -> None:
    said = replace(read, hazard=Hazard.VIOLENCE, priority=Priority.P0)
    assert triage.decide(said, library, region=None).personal
