"""Telegram against an emulator that others wrote: asked for by hand, with `make emulator`."""

import asyncio
import os
from collections.abc import Iterator, Sequence

import pytest
from sqlmodel import col, select

from bot.helpline import Helpline
from bot.taking_in import Intake
from bot.telegram import Telegram
from cases.channels.intake import Raw
from cases.talk import messages
from cases.talk.messages import Message, Sender
from cases.tickets.tickets import Ticket
from handlers import speech
from tests.channels import kit
from tests.channels.kit import eventually
from tests.peers import emulator
from tests.peers.emulator import Emulator
from tests.peers.telegram import TOKEN

pytestmark = pytest.mark.skipif(
    "TELEGRAM_EMULATOR" not in os.environ,
    reason="The independent emulator of Telegram is asked for with: make emulator",
)
HUNGRY = "家里没米了，一天没吃饭"
CHATS = range(1, 9)


class Slowly:
    """The way in, asked at most five times a second: the emulator never lets anybody wait."""

    def __init__(self, account: Telegram) -> None:
        self._account = account

    async def fetch(self, position: int) -> Sequence[Raw]:
        """What is new."""
        await asyncio.sleep(0.2)
        return await self._account.fetch(position)


@pytest.fixture
def line(helpline: Helpline) -> Iterator[Emulator]:
    """The channel, running against the emulator."""
    with emulator.serving() as found:
        account = Telegram(TOKEN, api=found.address, speech=speech.chinese())

        def poll(intake: Intake) -> kit.Job:
            return lambda stop: intake.poll(Slowly(account), stop)

        with kit.running(account, helpline.store, helpline.desk, poll):
            yield found


def _heard(line: Emulator, chat: int = 7) -> str:
    return "\n".join(one.text for one in line.sent(chat))


def test_a_question_is_answered_with_its_clause(line: Emulator) -> None:
    line.writes("低保要什么条件")
    eventually(lambda: "依据：《" in _heard(line))


def test_a_button_shown_by_the_emulator_can_be_pressed(line: Emulator) -> None:
    line.begins()
    eventually(lambda: any(one.reply_markup for one in line.sent()))
    shown = next(one.reply_markup for one in line.sent() if one.reply_markup)
    before = len(line.sent())
    line.presses(shown.inline_keyboard[0][0])
    eventually(lambda: len(line.sent()) > before)


def test_each_of_eight_residents_gets_one_ticket(line: Emulator, helpline: Helpline) -> None:
    for chat in CHATS:
        line.writes(HUNGRY, chat)
    eventually(lambda: all("单号" in _heard(line, chat) for chat in CHATS))
    with helpline.store.read() as session:
        assert len(session.exec(select(Ticket.id)).all()) == len(CHATS)


def test_what_one_resident_writes_stays_in_order(line: Emulator, helpline: Helpline) -> None:
    said = [f"第{number}句话" for number in range(1, 7)]
    for text in said:
        line.writes(text)
    eventually(lambda: _said_by_resident(helpline) == said)


def _said_by_resident(helpline: Helpline) -> list[str]:
    with helpline.store.read() as session:
        rows = session.exec(
            select(Message).where(Message.sender == Sender.RESIDENT).order_by(col(Message.seq))
        )
        return [messages.line_of(session, row).text for row in rows]
