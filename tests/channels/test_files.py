"""What comes by a channel that may carry it: fetched, made harmless, kept once."""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from PIL import Image
from sqlmodel import select

from bot.fetching import Fetching, TelegramFiles
from bot.helpline import Helpline
from bot.telegram import Telegram
from cases.channels.intake import Update, UpdateState
from cases.danger.alerts import Alert
from cases.talk.attachments import Attachment
from cases.talk.conversations import Conversation
from handlers import speech
from tests.channels import kit
from tests.channels.kit import eventually
from tests.peers.telegram import TOKEN, Call, TelegramPeer, serving

CHAT = {"id": 1, "type": "private"}


def _picture() -> bytes:
    into = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(into, "JPEG", exif=Image.Exif())
    return into.getvalue()


class Files(TelegramPeer):
    """Telegram that hands out files, or refuses for a while."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.content = content
        self.refusals = 0

    def answer(self, call: Call) -> None:
        if call.method == "getFile" and self.refusals:
            self.refusals -= 1
            call.refuse(500, "later")
        elif call.method == "getFile":
            call.give({"file_id": "f", "file_unique_id": "u", "file_path": "photos/a.jpg"})
        elif call.method == "a.jpg":
            call.hand_out(self.content)
        else:
            super().answer(call)

    def sends(self, **what: object) -> None:
        """A resident sends something."""
        self.hands_in({"message": {"message_id": 1, "date": 1, "chat": CHAT, **what}})


@contextmanager
def _running(helpline: Helpline, peer: Files) -> Iterator[None]:
    with serving(peer) as address:
        account = Telegram(TOKEN, api=address, speech=speech.chinese(), carries_sensitive=True)
        fetching = Fetching(TelegramFiles(address, TOKEN))
        with kit.running(
            account,
            helpline.store,
            helpline.desk,
            lambda intake: lambda stop: intake.poll(account, stop),
            fetching=fetching,
        ):
            yield


def _photo() -> dict[str, object]:
    return {"photo": [{"file_id": "f", "file_unique_id": "u", "width": 40, "height": 30}]}


def _kept(helpline: Helpline) -> list[str]:
    with helpline.store.read() as session:
        return list(session.exec(select(Attachment.kind)))


def test_a_picture_is_kept_and_its_words_are_answered(helpline: Helpline) -> None:
    peer = Files(_picture())
    with _running(helpline, peer):
        peer.sends(**_photo(), caption="低保要什么条件")
        eventually(lambda: "低保标准" in "\n".join(peer.texts(1)))
    assert _kept(helpline) == ["photo"]


def test_an_album_is_one_turn_with_all_its_pictures(helpline: Helpline) -> None:
    peer = Files(_picture())
    with peer.silence():
        for _ in range(3):
            peer.sends(**_photo(), media_group_id="g")
    with _running(helpline, peer):
        eventually(lambda: len(_kept(helpline)) == 3)
        eventually(lambda: len(peer.texts(1)) == 2)


def test_what_is_no_picture_is_not_kept(helpline: Helpline) -> None:
    peer = Files(b"<html>../../x</html>" * 10)
    with _running(helpline, peer):
        peer.sends(document={"file_id": "f", "file_unique_id": "u", "file_name": "../../x"})
        eventually(lambda: any("只能看文字" in text for text in peer.texts(1)))
    assert _kept(helpline) == []


def test_a_recording_goes_to_a_person(helpline: Helpline) -> None:
    peer = Files(b"OggS" + bytes(200))
    with _running(helpline, peer):
        peer.sends(voice={"file_id": "f", "file_unique_id": "u", "duration": 2})
        eventually(lambda: _reasons(helpline) == ["voice"])


def test_a_file_that_is_away_for_good_is_told_of(
    helpline: Helpline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.channels.intake.WORK_LEASE", timedelta(seconds=0.2))
    peer = Files(_picture())
    peer.refusals = 99
    with _running(helpline, peer):
        peer.sends(**_photo())
        eventually(lambda: any("只能看文字" in text for text in peer.texts(1)))
    with helpline.store.read() as session:
        assert session.exec(select(Update.state)).all() == [UpdateState.DONE]


def _reasons(helpline: Helpline) -> list[str | None]:
    with helpline.store.read() as session:
        return list(session.exec(select(Conversation.queue_reason)))


def test_the_words_under_a_picture_are_heard_though_it_cannot_be_kept(helpline: Helpline) -> None:
    peer = Files(b"<html>no picture</html>" * 10)
    with _running(helpline, peer):
        peer.sends(**_photo(), caption="我不想活了，准备跳楼")
        eventually(lambda: _rung_for(helpline) == ["self_harm"])
    assert _kept(helpline) == []


def test_the_words_under_a_picture_too_many_are_heard(
    helpline: Helpline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.talk.attachments.MOST_FILES", 0)
    peer = Files(_picture())
    with _running(helpline, peer):
        peer.sends(**_photo(), caption="我不想活了，准备跳楼")
        eventually(lambda: _rung_for(helpline) == ["self_harm"])
    assert _kept(helpline) == []


def _rung_for(helpline: Helpline) -> list[str]:
    with helpline.store.read() as session:
        return list(session.exec(select(Alert.hazard)))


class Slow(Files):
    """Telegram whose files do not come until they are let go."""

    def __init__(self) -> None:
        super().__init__(_picture())
        self.asked = 0
        self.let_go = threading.Event()

    def answer(self, call: Call) -> None:
        if call.method == "a.jpg":
            self.asked += 1
            self.let_go.wait(kit.SOON)
        super().answer(call)


def test_files_that_do_not_come_keep_no_other_chat_waiting(helpline: Helpline) -> None:
    peer = Slow()
    with _running(helpline, peer):
        for chat in range(10, 20):
            there = {"id": chat, "type": "private"}
            peer.hands_in({"message": {"message_id": 1, "date": 1, "chat": there, **_photo()}})
        eventually(lambda: peer.asked > 1)
        peer.writes("我不想活了，准备跳楼", chat=7)
        eventually(lambda: _rung_for(helpline) == ["self_harm"], within=10)
        peer.let_go.set()
    assert len(_kept(helpline)) == 10
