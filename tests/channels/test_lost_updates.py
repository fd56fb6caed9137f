"""An update that ends whoever takes it up is set aside for a person, and holds up no other."""

from datetime import timedelta

from sqlmodel import col, select

from bot import telegram_updates
from bot.helpline import Helpline
from bot.taking_in import Intake
from bot.telegram import Telegram
from cases.channels import intake
from cases.channels.intake import Update, UpdateState
from handlers import speech
from tests.channels import kit
from tests.peers.telegram import TOKEN

TELEGRAM = telegram_updates.CHANNEL
LATER = intake.WORK_LEASE + timedelta(seconds=1)


def _come_in(helpline: Helpline, count: int) -> None:
    chat = {"id": 7, "type": "private"}
    message = {"message_id": 1, "date": 1, "chat": chat, "text": "你好"}
    came = [
        telegram_updates.raw({"update_id": at, "message": message}, carries_sensitive=False)
        for at in range(count)
    ]
    with helpline.store.write() as session:
        intake.keep(session, TELEGRAM, came, position=count, now=kit.now())


def _is_taken_and_lost(helpline: Helpline, times: int) -> None:
    with helpline.store.write() as session:
        for at in range(times):
            assert intake.claim(session, TELEGRAM, now=kit.now() - LATER * (times - at))


def _states(helpline: Helpline) -> list[str]:
    with helpline.store.read() as session:
        return list(session.exec(select(Update.state).order_by(col(Update.position))))


def _answers(helpline: Helpline) -> None:
    account = Telegram(TOKEN, api="http://127.0.0.1:9", speech=speech.chinese())
    words = speech.chinese()
    Intake(TELEGRAM, account, helpline.desk, helpline.store, words, kit.now).answer_chat(
        "7", kit.now()
    )


def test_an_update_that_ended_every_worker_is_set_aside(helpline: Helpline) -> None:
    _come_in(helpline, 2)
    _is_taken_and_lost(helpline, intake.MOST_ATTEMPTS)
    _answers(helpline)
    assert _states(helpline) == [UpdateState.DEAD, UpdateState.WAITING]
    _answers(helpline)
    assert _states(helpline) == [UpdateState.DEAD, UpdateState.DONE]


def test_an_update_is_tried_as_often_as_it_may_be(helpline: Helpline) -> None:
    _come_in(helpline, 1)
    _is_taken_and_lost(helpline, intake.MOST_ATTEMPTS - 1)
    _answers(helpline)
    assert _states(helpline) == [UpdateState.DONE]
