"""What is under way elsewhere, of another place, owed to an authority or about staff is seen so."""

from dataclasses import replace

import pytest

from handlers import duties, outside, triage, underway
from handlers.triage import Triage
from handlers.underway import Underway
from knowledge.library import Library
from knowledge.names import Category, Hazard, Intent, Matter, Region
from nlu.interpreter import InProcess
from nlu.understanding import Writer
from tests.clock import Clock
from tests.handlers.talk import Talk


def decide(engine: InProcess, library: Library, region: Region, text: str) -> Triage:
    """What these words become."""
    return triage.decide(engine.read(text, now=Clock().now), library, region=region)


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("低保被停了，法院已经受理了我的起诉", Underway.COURT),
        ("这事法院判了，我不服", Underway.COURT),
        ("低保的事正在打官司", Underway.COURT),
        ("劳动仲裁委正在审理中，生活没着落", Underway.ARBITRATION),
        ("我已经申请了行政复议，还没结果", Underway.REVIEW),
        ("复议决定书下来了，维持", Underway.REVIEW),
        ("信访局已经受理了，低保的事", Underway.PETITION),
        ("信访还没有答复", Underway.PETITION),
        ("我能不能去法院起诉", None),
        ("不给低保怎么申请复议", None),
        ("想去信访局告他们", None),
        ("法院判了离婚，他不给抚养费", None),
        ("老板欠薪，仲裁裁了也不给", None),
        ("法院旁边的那个街道办不给办", None),
    ],
)
def test_what_has_begun_elsewhere_is_told_from_what_might(
    text: str, before: Underway | None
) -> None:
    assert underway.before(text) is before


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("我在贵阳打工，没地方住", "贵阳"),
        ("我现在住在北京，丢了工作", "北京"),
        ("人在广州，没钱吃饭", "广州"),
        ("北京市朝阳区", "北京"),
        ("我儿子在北京打工，不管我", None),
        ("我在北京路边上住", None),
        ("我在淄川住", None),
        ("北京的低保多少钱", None),
        ("广州人在这里能办吗", None),
    ],
)
def test_only_where_it_happened_counts_as_outside(text: str, place: str | None) -> None:
    assert outside.place(text) == place


@pytest.mark.parametrize(
    ("text", "hazard", "matter", "writer", "owed"),
    [
        ("继父打孩子", "child_at_risk", "safeguarding", "helper", ["child"] * 3),
        ("他天天打他那个智障的媳妇", "violence", "women", "helper", ["incapable_adult"]),
        ("他打我", "violence", "women", "dependent", ["incapable_adult"]),
        ("我丈夫打我", "violence", "women", "self", []),
        ("护工打失智的老人", "institution_abuse", "service", "helper", ["incapable_adult"]),
        ("我爸走丢了，老年痴呆", "displaced", "displaced", "helper", ["lost"]),
        ("我爸走丢了，天这么冷", "medical_emergency", "medical", "helper", ["lost"]),
        ("桥洞下面有个人睡着", "displaced", "displaced", "helper", ["street"]),
        ("我今晚没地方住", "displaced", "displaced", "self", []),
        ("有人冒充民政局让我转账", "extortion", "conduct", "self", ["scam"]),
        ("村会计要五百块才给办", "extortion", "conduct", "self", ["conduct"]),
        ("家里没米了", "no_food", "temporary", "self", []),
    ],
)
def test_the_law_names_who_must_be_told(
    text: str, hazard: str, matter: str, writer: str, owed: list[str]
) -> None:
    found = duties.of(
        text,
        hazard=Hazard(hazard),
        matter=Matter(matter),
        category=Category.EMERGENCY,
        writer=Writer(writer),
    )
    assert [duty.of for duty in found] == owed


@pytest.mark.parametrize("region", [r for r in Region if r is not Region.NATIONAL])
def test_a_report_on_staff_goes_to_two_bodies_in_every_region(
    interpreter: InProcess, library: Library, region: Region
) -> None:
    text = "我要举报村支书把低保给了他亲戚"
    found = decide(interpreter, library, region, text)
    household, conduct = found.sides
    assert (household.matter, conduct.matter) == (Matter.FRAUD, Matter.CONDUCT)
    assert "民政" in household.lead
    assert "纪" in conduct.lead
    assert "厅" not in household.lead


def test_who_only_pretends_to_be_the_bureau_is_not_the_bureau(
    interpreter: InProcess, library: Library
) -> None:
    found = decide(interpreter, library, Region.ZICHUAN, "有人冒充民政局让我转账")
    assert (found.leaves_house, found.not_to, found.routing.lead) == (False, (), "公安机关")


def test_a_danger_is_never_sent_elsewhere(interpreter: InProcess, library: Library) -> None:
    text = "法院已经受理了，可是家里没米了，两天没吃饭"
    assert decide(interpreter, library, Region.ZICHUAN, text).underway is None


def test_every_clause_that_is_named_is_in_the_library(library: Library) -> None:
    rows = duties.book()
    named = [*rows.child, *rows.incapable_adult, *rows.lost, *rows.street, *rows.scam]
    clauses = {row.clause for row in named if row.clause is not None} | {underway.CLAUSE}
    assert clauses <= set(library.clauses)


def test_a_no_to_passing_on_is_kept_too(talk: Talk) -> None:
    talk.region = None
    talk.says("我要投诉，我在贵阳，街道的人推诿不给受理", "跳过", "跳过", "匿名", "跳过")
    assert talk.keys[-1] == "path.outside"
    assert talk.ticket.region is Region.NATIONAL
    talk.says("不用转")
    assert talk.keys == ["path.declined"]


def test_every_suggestion_gives_a_reason(interpreter: InProcess, library: Library) -> None:
    said = replace(interpreter.read("有点事", now=Clock().now), intent=Intent.FILE_COMPLAINT)
    for region in Region:
        assert triage.decide(said, library, region=region).reasons
