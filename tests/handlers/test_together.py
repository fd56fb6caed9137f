"""An application goes only to the units, and tells only the facts, that were agreed to."""

import pytest

from cases.commands import KeepChecklist, OpenTicket, OpenTogether
from cases.dialogue.lookups import PartStanding, TicketStanding
from cases.ticket_rules.lifecycle import NextActor, State
from handlers.dialogue import PrescreenForm, TogetherForm
from knowledge.checklist import Group
from knowledge.names import Category, Matter, Priority, Programme, Region
from tests.handlers.talk import NUMBER, Talk

STORY = "我想申请低保，三口人，全家一个月900块，户口在本地"
RESULT = (STORY, "都没有")
UTILITY = "我想问水电费优惠，三口人，在领低保，户口在本地"


def opened(talk: Talk) -> OpenTogether:
    """The application that the last answer filed."""
    (command,) = talk.did(OpenTogether)
    assert isinstance(command, OpenTogether)
    return command


def part(talk: Talk, unit: str | None) -> OpenTicket:
    """The part of one unit."""
    return next(one for one in opened(talk).parts if one.lead_unit == unit)


def test_each_unit_is_named_with_what_it_would_be_told(talk: Talk) -> None:
    told = str(talk.says(*RESULT, "帮我一起办").values("together.ask_units")["list"])
    assert "区民政局：办低保" in told
    assert "一共3口人" in told
    assert "收入900元" in told


def test_one_part_for_each_agreed_unit_under_one_parent(talk: Talk) -> None:
    talk.says(*RESULT, "帮我一起办", "都同意", "都可以说", "不留电话")
    assert talk.keys == ["together.filed"]
    whole = opened(talk)
    assert (whole.parent.category, whole.parent.priority) == (Category.APPLICATION, Priority.P2)
    assert whole.parent.lead_unit is None
    assert "一共3口人" in part(talk, "区民政局").narrative


def test_who_joins_in_was_not_agreed_to_and_gets_nothing(talk: Talk) -> None:
    talk.says(*RESULT, "帮我一起办", "都同意", "都可以说", "不留电话")
    assert {one.joint_units for one in opened(talk).parts} == {()}


def test_a_unit_that_was_not_ticked_gets_nothing(talk: Talk) -> None:
    talk.region = Region.DONGTOU
    talk.says(UTILITY, "都没有", "帮我一起办")
    talk.says("国网洞头供电公司", "都可以说", "不留电话")
    assert [one.lead_unit for one in opened(talk).parts] == ["国网洞头供电公司"]


def test_a_fact_that_was_not_ticked_is_told_to_nobody(talk: Talk) -> None:
    talk.says(*RESULT, "帮我一起办", "都同意", "一共3口人", "不留电话")
    told = part(talk, "区民政局").narrative
    assert "一共3口人" in told
    assert "900" not in told + opened(talk).parent.narrative


def test_no_fact_at_all_still_files(talk: Talk) -> None:
    talk.says(*RESULT, "帮我一起办", "都同意", "都不说", "不留电话")
    assert "3口人" not in part(talk, "区民政局").narrative


@pytest.mark.parametrize("no", ["都不交", "算了", "不同意"])
def test_a_no_hands_over_nothing_and_keeps_the_result(talk: Talk, no: str) -> None:
    talk.says(*RESULT, "帮我一起办", no)
    assert (talk.keys, talk.outcome.commands) == (["together.nobody"], ())
    assert isinstance(talk.state.form, PrescreenForm)


def test_what_is_no_answer_is_no_consent(talk: Talk) -> None:
    talk.says(*RESULT, "帮我一起办", "蓝色的")
    assert talk.keys == ["together.again", "together.ask_units"]
    assert talk.outcome.commands == ()


def test_a_phone_goes_to_the_parent_alone(talk: Talk) -> None:
    talk.says(*RESULT, "帮我一起办", "都同意", "都可以说", "13864370001")
    assert opened(talk).parent.phone == "13864370001"
    assert {one.phone for one in opened(talk).parts} == {None}


def test_a_unit_that_no_document_names_is_not_guessed(talk: Talk) -> None:
    talk.region = Region.FENGZE
    talk.says(UTILITY)
    for _ in range(6):
        if isinstance(talk.state.form, PrescreenForm) and talk.state.form.done:
            break
        talk.says("都没有")
    talk.says("帮我一起办", "都同意", "都可以说", "不留电话")
    offices = {one.lead_unit for one in opened(talk).parts}
    assert offices <= {None, "街道办事处", "区医保", "急难发生地街道"}


def test_power_water_gas_television_and_buses_are_units_of_their_own(talk: Talk) -> None:
    talk.region = Region.DONGTOU
    talk.says(UTILITY, "都没有", "帮我一起办")
    form = talk.state.form
    assert isinstance(form, TogetherForm)
    utilities = [one.unit for one in form.offers if one.matter is Matter.UTILITY]
    assert "国网洞头供电公司" in utilities
    assert "水务主管部门" in utilities


def test_a_thank_you_beside_the_question_leads_back(talk: Talk) -> None:
    assert talk.says(*RESULT, "帮我一起办", "谢谢").keys[-1] == "together.ask_units"


@pytest.mark.parametrize(
    ("wish", "key"), [("打印", "prescreen.list_print"), ("发给家人", "prescreen.list_send")]
)
def test_the_list_is_kept_when_it_is_wanted(talk: Talk, wish: str, key: str) -> None:
    talk.says(*RESULT, wish)
    assert talk.keys == [key]
    (kept,) = talk.did(KeepChecklist)
    assert isinstance(kept, KeepChecklist)
    assert kept.checklist.region is Region.ZICHUAN
    dibao = next(i for i in kept.checklist.items if i.programme is Programme.DIBAO)
    assert dibao.group in set(Group)


def test_the_result_offers_list_sending_and_applying(talk: Talk) -> None:
    talk.says(*RESULT)
    offered = {"prescreen.button_print", "prescreen.button_send", "prescreen.button_together"}
    assert offered <= set(talk.labels)


def test_progress_tells_each_part(talk: Talk) -> None:
    parts = (
        PartStanding(Matter.BASIC, "区民政局", State.IN_HAND),
        PartStanding(Matter.UTILITY, None, State.RECEIVED),
    )
    talk.found = TicketStanding(
        NUMBER,
        State.RECEIVED,
        NextActor.HOTLINE,
        None,
        None,
        private=False,
        region=Region.ZICHUAN,
        parts=parts,
    )
    told = str(talk.says(f"查进度 {NUMBER} 0001").values("progress.together")["parts"])
    assert "区民政局：" in told
    assert "水电气" in told
