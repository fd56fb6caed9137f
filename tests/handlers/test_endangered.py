"""What is said first about a danger is said to the one who can act on it."""

from pathlib import Path

import pytest

from cases.commands import OpenTicket
from handlers import endangered
from knowledge.names import Hazard
from tests import tables
from tests.handlers.talk import Talk

CASES = tables.read(Path(__file__).with_name("endangered_cases.yml"))
HIDDEN = "他拿刀在外面砸门，我躲在衣柜里不敢出声，别给我打电话"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_the_first_words_fit_whom_the_danger_threatens(case: dict[str, str]) -> None:
    assert endangered.card(case["text"], Hazard(case["hazard"])) == case["card"]


@pytest.mark.parametrize(
    ("text", "card"),
    [
        ("我今年九岁，爸爸妈妈三天没回来了，我和妹妹好饿", "child.alone"),
        ("我读五年级，继父晚上来我床上摸我，我好怕", "child.hurt"),
        ("我十岁，爸爸喝醉了拿刀，我躲在厕所里不敢出声", "child.hiding"),
        ("阿姨 我爸喝完酒把门反锁了 妈妈在里面不说话 我和弟弟在楼道里 没穿鞋", "child.home"),
        ("叔叔 爸爸喝醉了在砸东西 妈妈叫我带妹妹跑出来 我们在楼下", "child.home"),
        ("姐姐你好 我妈被我爸关在屋里 我跟弟弟在邻居门口 没穿外套", "child.home"),
        ("我是小学生，想问妈妈生病我们家能不能办低保", "child.asks"),
    ],
)
def test_a_child_hears_what_helps_a_child_in_its_place(talk: Talk, text: str, card: str) -> None:
    assert talk.says(text).keys == [card, "child.where"]


def test_who_hides_is_told_how_to_call_without_a_voice(talk: Talk) -> None:
    card = talk.says(HIDDEN).outcome.replies[0]
    assert (card.key, card.urgent) == ("danger.hiding", True)
    assert "12110" in str(card.values["text"])
    assert talk.keys[1] == "danger.filed_hushed"


def test_who_hides_is_asked_for_no_number_and_stays_hushed(talk: Talk) -> None:
    talk.says(HIDDEN, "在洛塔村")
    assert "danger.phone" not in talk.keys
    assert talk.says("他砸门了，要打死我").keys[:2] == ["danger.hiding", "danger.still_hushed"]


def test_in_gas_the_fire_brigade_is_named_too(talk: Talk) -> None:
    card = talk.says("烧煤炉子取暖，我妈头晕想吐站不起来").outcome.replies[0]
    assert card.key == "danger.gas"
    assert "119" in str(card.values["numbers"])


def test_who_has_swallowed_poison_is_sent_to_a_doctor_first(talk: Talk) -> None:
    card = talk.says("我喝了半瓶农药，不想活了").outcome.replies[0]
    assert card.key == "danger.taken"
    assert str(card.values["numbers"]).startswith("120")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("有人打电话说是民政局的，让我把银行卡号和验证码发过去，我都发了", "urgent.extortion_told"),
        ("村主任收了我八百块钱说给办低保，到现在没消息", "urgent.extortion_paid"),
        ("我的低保卡一直被村会计拿着不给我", "urgent.extortion_held"),
        ("办低保要我先交五百块好处费，不给就不办", "urgent.extortion"),
        ("我透析的钱断了，下周就没法做了，拿不出钱", "urgent.medicine"),
    ],
)
def test_who_is_in_need_hears_what_can_still_be_done(talk: Talk, text: str, key: str) -> None:
    assert talk.says(text).keys[0] == key
    assert talk.did(OpenTicket)
