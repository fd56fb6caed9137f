"""Who asks for a person is put in line in the place they name."""

from cases.commands import OpenTicket
from handlers import speech
from knowledge.library import Library
from knowledge.names import Region
from nlu.interpreter import InProcess
from tests.handlers.talk import Talk


def _from_nowhere(engine: InProcess, library: Library) -> Talk:
    return Talk(engine, library, region=None)


def test_a_place_told_with_the_wish_for_a_person_is_where_they_wait(
    interpreter: InProcess, library: Library
) -> None:
    assert _from_nowhere(interpreter, library).says("我在淄川，转人工").region is Region.ZICHUAN


def test_a_place_told_with_the_wish_is_that_of_the_ticket_too(
    interpreter: InProcess, library: Library
) -> None:
    talk = _from_nowhere(interpreter, library)
    talk.on_duty = False
    talk.says("我在淄川，转人工")
    filed = [one.prefix for one in talk.outcome.commands if isinstance(one, OpenTicket)]
    assert filed == ["ZC"]


def test_a_place_told_while_waiting_moves_the_place_in_line(
    interpreter: InProcess, library: Library
) -> None:
    talk = _from_nowhere(interpreter, library).says("转人工")
    talk.waiting = True
    talk.says("我住在淄川昆仑镇，快点")
    assert talk.outcome.replies[0].key == "handoff.kept"
    assert talk.region is Region.ZICHUAN


def test_a_wish_without_a_place_leaves_the_place_that_was_told(talk: Talk) -> None:
    assert talk.says(speech.chinese().say("menu.ask_human")).region is Region.ZICHUAN
