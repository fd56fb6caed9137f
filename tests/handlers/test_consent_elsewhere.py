"""Who is in need outside our regions says at any time whether it may be passed on there."""

import pytest

from cases.commands import AddToTicket
from handlers.dialogue import EmergencyForm
from handlers.speech import chinese
from tests.handlers.talk import Talk

HUNGRY = "我在上海没饭吃了"
AGREES, DECLINES = "同意转过去", "不用转"


@pytest.mark.parametrize(
    ("said", "key", "note"),
    [
        (AGREES, "path.agreed", "path.note_agreed"),
        (DECLINES, "path.declined", "path.note_declined"),
    ],
)
def test_the_word_is_kept_though_the_place_is_asked(
    talk: Talk, said: str, key: str, note: str
) -> None:
    assert "path.outside" in talk.says(HUNGRY).keys
    assert talk.says(said).keys[0] == key
    (kept,) = talk.did(AddToTicket)
    assert isinstance(kept, AddToTicket)
    assert kept.text == chinese().say(note)


def test_the_open_question_is_asked_again(talk: Talk) -> None:
    talk.says(HUNGRY, AGREES)
    assert "emergency.where" in talk.keys
    assert isinstance(talk.state.form, EmergencyForm)


def test_the_word_is_kept_while_somebody_is_waited_for(talk: Talk) -> None:
    talk.says(HUNGRY, "浦东", "不想留电话")
    assert talk.waiting
    assert talk.says(AGREES).keys[0] == "path.agreed"
