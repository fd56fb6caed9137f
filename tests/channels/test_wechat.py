"""WeChat: what is pushed is proven, kept, answered with the push or by a message of its own."""

import io
import json
import time
from collections.abc import Iterator

import pytest
from PIL import Image
from sqlmodel import select

from bot import rendering, wechat_updates
from bot.fetching import FetchError, WeChatFiles
from bot.helpline import Helpline
from bot.inspection import RefusedError
from bot.wechat import SHAPE
from cases.channels import intake, refusals
from cases.channels.intake import Update
from cases.danger import alerts
from cases.talk import messages, threads
from cases.talk.attachments import Attachment
from cases.talk.conversations import Conversation
from cases.talk.messages import Lane, Message
from handlers import speech
from tests.channels import kit, rigs
from tests.channels.kit import begins, eventually, heard, never, says
from tests.channels.rigs import WeChatRig
from tests.peers.listening import listening
from tests.peers.wechat import APP, SECRET, WeChatPeer

BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    b'<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><xml><FromUserName>&b;</FromUserName></xml>'
)
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><Content>&a;</Content></xml>'


@pytest.fixture(params=["plain", "encrypted"])
def wechat(request: pytest.FixtureRequest, helpline: Helpline) -> Iterator[WeChatRig]:
    """The channel in both of its modes."""
    peer = WeChatPeer(encrypted=request.param == "encrypted")
    with rigs.wechat_rig(helpline, peer) as found:
        assert isinstance(found, WeChatRig)
        yield found


@pytest.fixture
def plain(helpline: Helpline) -> Iterator[WeChatRig]:
    """The channel in plain mode."""
    with rigs.wechat_rig(helpline) as found:
        assert isinstance(found, WeChatRig)
        yield found


def _refused(rig: WeChatRig) -> dict[str, int]:
    with rig.store.read() as session:
        return {row.why: row.count for row in refusals.latest(session)}


def _receipts(rig: WeChatRig) -> list[str]:
    with rig.store.read() as session:
        found = session.exec(select(Message.receipt)).all()
        return [receipt for receipt in found if receipt is not None]


def test_a_question_is_answered_with_the_push_itself(
    wechat: WeChatRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The first turn of a process reads the knowledge: longer than WeChat waits on a busy machine.
    monkeypatch.setattr("api.channels.wechat.ANSWER_SECONDS", 60.0)
    which = wechat.writes("我要投诉")
    assert "什么事" in heard(wechat)
    assert f"push:{which}" in _receipts(wechat)


def test_an_answer_that_was_lost_comes_again_with_the_repeat(wechat: WeChatRig) -> None:
    push = wechat.peer.push(wechat.knows(1), Content="我要投诉")
    lost = wechat.peer.delivers(push)
    wechat.peer.sent.clear()
    wechat.peer._answered.clear()  # noqa: SLF001
    again = wechat.peer.delivers(push)
    assert (lost.status_code, again.status_code) == (200, 200)
    assert heard(wechat).count("什么事") == 1


def test_who_subscribes_is_greeted(wechat: WeChatRig) -> None:
    wechat.peer.delivers(wechat.peer.push(wechat.knows(1), "event", Event="subscribe"))
    assert "您好" in heard(wechat)


def test_the_menu_says_what_its_button_would(wechat: WeChatRig) -> None:
    push = wechat.peer.push(wechat.knows(1), "event", Event="CLICK", EventKey="menu.file_complaint")
    wechat.peer.delivers(push)
    wechat.peer.delivers(push)
    eventually(lambda: "什么事" in heard(wechat))
    assert heard(wechat).count("什么事") == 1


def test_a_letter_chooses(wechat: WeChatRig) -> None:
    wechat.peer.delivers(wechat.peer.push(wechat.knows(1), "event", Event="subscribe"))
    assert "D  投诉举报" in heard(wechat)
    wechat.writes("d")
    eventually(lambda: "什么事" in heard(wechat))


def test_voice_is_heard_by_its_recognised_words(wechat: WeChatRig) -> None:
    voice = {"MediaId": "m", "Format": "amr"}
    words = wechat.peer.push(wechat.knows(1), "voice", Recognition="家里没米了。", **voice)
    wechat.peer.delivers(words)
    eventually(lambda: "单号" in heard(wechat))


def test_voice_without_words_goes_to_a_person(wechat: WeChatRig) -> None:
    wechat.peer.delivers(wechat.peer.push(wechat.knows(1), "voice", MediaId="m", Format="amr"))
    eventually(lambda: "已经请工作人员来接" in heard(wechat))
    with wechat.store.read() as session:
        assert session.exec(select(Conversation.queue_reason)).all() == ["voice"]


def test_a_recording_and_a_picture_are_kept_for_a_person(plain: WeChatRig) -> None:
    into = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(into, "JPEG")
    plain.peer.files = {"v": b"#!AMR\n" + bytes(100), "p": into.getvalue()}
    plain.peer.delivers(plain.peer.push(plain.knows(1), "image", MediaId="p", PicUrl="http://x"))
    plain.peer.delivers(plain.peer.push(plain.knows(1), "voice", MediaId="v", Format="amr"))
    assert _kept(plain) == ["photo", "voice"]
    with plain.store.read() as session:
        assert session.exec(select(Conversation.queue_reason)).all() == ["voice"]


@pytest.mark.parametrize("code", [42001, 40001])
def test_a_picture_is_fetched_again_when_the_token_has_ended(plain: WeChatRig, code: int) -> None:
    into = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(into, "JPEG")
    plain.peer.files = {"p": into.getvalue()}
    plain.peer.withheld.append(code)
    plain.peer.delivers(plain.peer.push(plain.knows(1), "image", MediaId="p", PicUrl="http://x"))
    eventually(lambda: _kept(plain) == ["photo"])
    assert "只能看文字" not in heard(plain)


def test_an_error_in_place_of_a_file_is_no_file_that_may_not_be_kept() -> None:
    peer = WeChatPeer()
    peer.withheld.append(-1)
    with listening(peer.answer) as address:
        files = WeChatFiles(address, APP, SECRET)
        with pytest.raises(FetchError):
            files("p")
        with pytest.raises(RefusedError):
            files("gone for good")


def _kept(rig: WeChatRig) -> list[str]:
    with rig.store.read() as session:
        return list(session.exec(select(Attachment.kind)))


def test_a_place_is_kept_only_where_an_emergency_is_told(wechat: WeChatRig) -> None:
    place = {"Location_X": "36.64", "Location_Y": "117.95", "Label": "洪山镇"}
    wechat.peer.delivers(wechat.peer.push(wechat.knows(1), "location", **place))
    eventually(lambda: "只能看文字" in heard(wechat))
    wechat.writes("家里没米了，一天没吃饭")
    wechat.peer.delivers(wechat.peer.push(wechat.knows(1), "location", **place))
    eventually(lambda: _said(wechat, "洪山镇") == 1)


def test_a_place_the_application_reports_by_itself_is_not_kept(wechat: WeChatRig) -> None:
    push = wechat.peer.push(wechat.knows(1), "event", Event="LOCATION", Latitude="36.6")
    wechat.peer.delivers(push)
    with wechat.store.read() as session:
        assert session.exec(select(Message.id)).all() == []


def test_who_unsubscribes_is_reached_by_a_person(wechat: WeChatRig) -> None:
    begins(wechat)
    wechat.peer.delivers(wechat.peer.push(wechat.knows(1), "event", Event="unsubscribe"))
    with wechat.store.read() as session:
        assert len(threads.blocked(session)) == 1


def test_what_takes_longer_than_wechat_waits_comes_as_a_message_of_its_own(
    plain: WeChatRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.channels.wechat.ANSWER_SECONDS", 0.0)
    plain.writes("低保要什么条件")
    eventually(lambda: "低保标准" in heard(plain))
    assert not [receipt for receipt in _receipts(plain) if receipt.startswith("push:")]


def test_what_is_too_long_for_one_message_comes_cut_between_characters(plain: WeChatRig) -> None:
    text = "𠮷野家👨‍👩‍👧é" * 400
    begins(plain)
    says(plain, text, Lane.OPERATOR)
    eventually(lambda: len("".join(plain.reads())) >= len(text))
    assert all(len(page.encode()) <= 2048 for page in plain.reads())
    assert not [page for page in plain.reads() if page[0] in "\u200d\u0301\ufe0f"]


def test_an_ended_token_is_renewed_and_the_message_leaves(plain: WeChatRig) -> None:
    begins(plain)
    eventually(lambda: bool(plain.reads()))
    plain.peer.behaviour.append(lambda asked: asked.give(200, {"errcode": 42001}))
    says(plain, "您的事办好了。", Lane.OPERATOR)
    eventually(lambda: "您的事办好了" in heard(plain))
    assert plain.peer.tokens == 2


def test_a_danger_said_by_voice_rings(wechat: WeChatRig) -> None:
    push = wechat.peer.push(wechat.knows(1), "voice", Recognition="我不想活了，药都买好了")
    wechat.peer.delivers(push)
    with wechat.store.read() as session:
        assert len(alerts.open_alerts(session)) == 1
    assert "120" in heard(wechat)


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ({"signature": ""}, "no_signature"),
        ({"signature": "0" * 40}, "wrong_signature"),
        ({"nonce": "n2"}, "wrong_signature"),
    ],
)
def test_a_forged_push_is_refused_and_recorded(
    wechat: WeChatRig, query: dict[str, str], why: str
) -> None:
    push = wechat.peer.push(wechat.knows(1), Content="您好")
    assert wechat.peer.delivers(push, **query).status_code == 403
    assert _refused(wechat) == {why: 1}
    _nothing_is_kept(wechat)


def test_an_old_push_is_refused(wechat: WeChatRig) -> None:
    push = wechat.peer.push(wechat.knows(1), Content="您好")
    old = wechat.peer.signed(time.time() - 3600)
    assert wechat.peer.delivers(push, **old).status_code == 403
    assert _refused(wechat) == {"old": 1}


def test_where_encryption_is_asked_for_a_plain_push_is_refused(helpline: Helpline) -> None:
    with rigs.wechat_rig(helpline, WeChatPeer(encrypted=True)) as rig:
        assert isinstance(rig, WeChatRig)
        push = rig.peer.push(rig.knows(1), Content="您好")
        assert rig.peer.delivers(push, encrypt_type="").status_code == 403
        _nothing_is_kept(rig)


@pytest.mark.parametrize("body", [BOMB, OUTSIDE, b"<xml>", b"\xff\xfe", b"[]", b"a" * 2_000_000])
def test_a_bomb_is_refused_and_nothing_of_it_is_kept(plain: WeChatRig, body: bytes) -> None:
    answer = kit.post(f"{plain.peer.web}/channels/wechat", plain.peer.signed(), body)
    assert answer.status_code in {403, 413}
    assert sum(_refused(plain).values()) == 1
    _nothing_is_kept(plain)


def test_script_in_words_stays_words(plain: WeChatRig) -> None:
    plain.writes("<script>alert(1)</script> ]]> 低保要什么条件")
    eventually(lambda: "低保标准" in heard(plain))
    assert "<script>" not in heard(plain)


def test_the_address_is_proven_to_wechat(plain: WeChatRig) -> None:
    url = f"{plain.peer.web}/channels/wechat"
    assert kit.get(url, {**plain.peer.signed(), "echostr": "hello"}).text == "hello"
    assert kit.get(url, {"echostr": "hello"}).status_code == 403


def test_every_text_that_goes_back_fits() -> None:
    pages = rendering.cut("很长的一段话。" * 900, SHAPE.longest, SHAPE.measure)
    assert max(len(page.encode()) for page in pages) <= 2048
    assert speech.chinese().known("channel.letters")


def test_of_a_wary_deployment_nothing_but_words_is_kept() -> None:
    push = {"FromUserName": "o", "CreateTime": "1700000000", "MsgId": "1", "MsgType": "image"}
    kept = wechat_updates.raw(
        {**push, "PicUrl": "http://pic", "MediaId": "secret"}, carries_sensitive=False, waited=0
    )
    assert set(json.loads(kept.body)) == set(push)


def _said(rig: WeChatRig, words: str) -> int:
    with rig.store.read() as session:
        rows = session.exec(select(Message)).all()
        return sum(words in messages.line_of(session, row).text for row in rows)


def _nothing_is_kept(rig: WeChatRig) -> None:
    with rig.store.read() as session:
        assert session.exec(select(Update.id)).all() == []
        assert intake.dead(session) == []
    never(lambda: bool(rig.reads()), within=0.2)
