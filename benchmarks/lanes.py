"""How long an emergency takes behind reminders that are due, and what a silent channel does.

Run as `python -m benchmarks.lanes [--reminders 1000]`; exit 1 when a limit is not kept.
"""

import argparse
import sys
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks import breaking, measuring, ready
from bot.telegram import Telegram
from bot.telegram_updates import CHANNEL
from cases import database
from cases.database import Store
from cases.talk import conversations, messages, threads
from cases.talk.messages import Lane, Line, Sender
from handlers import speech
from handlers.desk import Desk
from knowledge.library import Library
from nlu.interpreter import InProcess
from tests.channels import kit
from tests.peers.telegram import TOKEN, Call, TelegramPeer, serving
from tests.places import MODEL

DANGER, CHAT = "我不想活了，药都买好了", 7
ANSWERED_WITHIN, LISTED_WITHIN, OTHERS_WITHIN = 1.5, 60.0, 1.0
CARD = "您愿意说出来"


def remind(store: Store, count: int, first: int = 1000) -> None:
    """Reminders that are due now, each to a chat of its own."""
    now = datetime.now(UTC)
    for number in range(first, first + count):
        with store.write() as session:
            opened = conversations.open_new(session, region=None, channel=CHANNEL, now=now)
            threads.begin(session, opened.conversation, str(number))
            line = Line(Sender.SYSTEM, f"提醒 {number}", lane=Lane.REMINDER)
            messages.say(session, opened.conversation, line, now=now)


def behind_reminders(count: int, store: Store, desk: Desk) -> float:
    """Seconds from the moment a danger is written until its card is read."""
    peer = TelegramPeer()
    remind(store, count)
    with serving(peer) as address:
        account = Telegram(TOKEN, api=address, speech=speech.chinese())
        with kit.running(
            account, store, desk, lambda intake: lambda stop: intake.poll(account, stop)
        ):
            kit.eventually(lambda: bool(peer.sent), within=30)
            began = time.monotonic()
            peer.writes(DANGER, chat=CHAT)
            kit.eventually(lambda: any(CARD in one for one in peer.texts(CHAT)), within=60)
            return time.monotonic() - began


def beside_a_busy_chat(store: Store, desk: Desk) -> float:
    """Seconds until another chat is answered while one was told to wait for half a minute."""
    peer = TelegramPeer()
    remind(store, 2, first=1)
    peer.will(lambda call: call.refuse(429, "Too Many Requests", retry_after=30))
    with serving(peer) as address:
        account = Telegram(TOKEN, api=address, speech=speech.chinese())
        began = time.monotonic()
        with kit.running(account, store, desk):
            kit.eventually(lambda: len(peer.sent) == 1, within=20)
            return time.monotonic() - began


def into_silence(store: Store, desk: Desk) -> float:
    """Seconds until a reminder that nobody answers is on a person's list."""
    peer = TelegramPeer()
    remind(store, 1, first=1)
    peer.will(lambda call: Call.hang(call, 120))
    with serving(peer) as address:
        account = Telegram(TOKEN, api=address, speech=speech.chinese())
        began = time.monotonic()
        with kit.running(account, store, desk):
            kit.eventually(lambda: len(kit.listed(store)) == 1, within=90)
            return time.monotonic() - began


def into_nothing(store: Store, desk: Desk) -> float:
    """The same where nobody listens at all."""
    remind(store, 1, first=1)
    account = Telegram(TOKEN, api="http://127.0.0.1:9", speech=speech.chinese())
    began = time.monotonic()
    with kit.running(account, store, desk):
        kit.eventually(lambda: len(kit.listed(store)) == 1, within=90)
        return time.monotonic() - began


def main() -> int:
    """Measure, show, and say by the exit code whether the limits are kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reminders", type=int, default=1000)
    asked = parser.parse_args()
    ready.model()
    library, model = Library.load(), InProcess.load(MODEL)
    print(measuring.machine())
    rows, kept = [], True
    for name, limit, measure in (
        (
            "danger behind reminders",
            ANSWERED_WITHIN,
            partial(behind_reminders, asked.reminders),
        ),
        ("others beside a 429 of 30 s", OTHERS_WITHIN, beside_a_busy_chat),
        ("listed: no answer", LISTED_WITHIN, into_silence),
        ("listed: nobody listens", LISTED_WITHIN, into_nothing),
    ):
        with tempfile.TemporaryDirectory() as folder:
            store = breaking.open_rows(Path(folder), None)
            database.upgrade(store)
            desk = Desk(store, model, lambda: library, speech.chinese())
            took = measure(store, desk)
            store.close()
        kept = kept and took <= limit
        rows.append([name, f"{took:.2f}", f"{limit:.1f}"])
    measuring.show("Lanes", ("what", "seconds", "limit"), rows)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
