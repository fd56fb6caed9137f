"""A poller that is killed with emergencies in its hands: each is a ticket, once, and answered."""

import os
import subprocess
import sys
import time
from pathlib import Path

from sqlmodel import col, select

from bot.helpline import build
from cases.tickets.tickets import Ticket
from config.settings import Settings
from tests.peers.telegram import TOKEN, TelegramPeer, serving
from tests.places import ROOT

CHATS = range(101, 121)
AFTER_FETCHING = 0.05
ANSWERED_WITHIN = 90.0


def _works(data: Path, address: str) -> "subprocess.Popen[bytes]":
    settings = {"DATA": str(data), "TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API": address}
    env = {**os.environ, **{f"HELPLINE_{name}": value for name, value in settings.items()}}
    return subprocess.Popen([sys.executable, "-m", "bot"], cwd=ROOT, env=env)


def _all_are_told(peer: TelegramPeer) -> bool:
    return all(any("单号" in text for text in peer.texts(chat)) for chat in CHATS)


def test_a_poller_killed_with_twenty_emergencies_in_its_hands(data_with_model: Path) -> None:
    peer = TelegramPeer()
    for chat in CHATS:
        peer.writes("家里没米了，一天没吃饭", chat=chat)
    with serving(peer) as address:
        with _works(data_with_model, address) as first:
            assert peer.handed.wait(ANSWERED_WITHIN)
            time.sleep(AFTER_FETCHING)
            first.kill()
        with _works(data_with_model, address) as second:
            end = time.monotonic() + ANSWERED_WITHIN
            while not _all_are_told(peer) and time.monotonic() < end:
                time.sleep(0.2)
            second.terminate()
    assert _all_are_told(peer)
    helpline = build(Settings(data=data_with_model))
    with helpline.store.read() as session:
        tickets = session.exec(select(Ticket.conversation_id).order_by(col(Ticket.number))).all()
    helpline.store.close()
    assert (len(tickets), len(set(tickets))) == (len(CHATS), len(CHATS))
