"""A file without words is thanked for, kept beside what it belongs to, and left to a person."""

import pytest

from cases.commands import AddToTicket, QueueChat
from cases.talk.attachments import FileKind
from handlers import attached
from handlers.dialogue import Dialogue
from knowledge.names import Priority
from tests.handlers.talk import Talk

PHOTO = attached.named(FileKind.PHOTO)
VOICE = attached.named(FileKind.VOICE)


def test_a_photo_alone_asks_for_a_few_words(talk: Talk) -> None:
    assert talk.says(PHOTO).keys == ["attached.photo"]


def test_a_recording_puts_in_line_for_who_listens(talk: Talk) -> None:
    assert talk.says(VOICE).keys == ["attached.voice", "handoff.queued"]
    assert talk.did(QueueChat) == [QueueChat(reason="voice", priority=Priority.P2)]


def test_a_photo_within_a_form_comes_back_to_the_question(talk: Talk) -> None:
    asked = talk.says("我要投诉").keys[-1]
    assert talk.says(PHOTO).keys == ["attached.photo_kept", "interlude.back", asked]


def test_a_photo_after_a_ticket_is_noted_on_it(talk: Talk) -> None:
    talk.state = Dialogue(ticket="ZC-1")
    talk.says(PHOTO)
    assert talk.did(AddToTicket) == [AddToTicket("ZC-1", PHOTO)]


@pytest.mark.parametrize("kind", FileKind)
def test_no_file_is_a_miss(talk: Talk, kind: FileKind) -> None:
    talk.state = Dialogue(misses=1)
    assert "fallback.offer_person" not in talk.says(attached.named(kind)).keys
