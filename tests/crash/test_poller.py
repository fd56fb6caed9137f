"""A poller that is killed with emergencies in its hands: each is a ticket, once, and answered;
the danger among them leaves the console."""

import os
import subprocess
import sys
import time
from pathlib import Path

from sqlmodel import col, select

from bot.helpline import build
from cases.tickets.tickets import Ticket
from config.settings import Settings
from tests.forked import Forked
from tests.peers import pager
from tests.peers.pager import Gateway
from tests.peers.telegram import TOKEN, TelegramPeer, serving
from tests.places import ROOT

CHATS = range(101, 121)
IN_DANGER = CHATS[7]
AFTER_FETCHING = 0.05
ANSWERED_WITHIN = 90.0


def _settings(data: Path, address: str, paged: Gateway) -> dict[str, str]:
    settings = {
        "DATA": str(data),
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_API": address,
        "PAGING_URL": paged.address,
        "PAGING_SECRET": pager.SECRET,
    }
    return {**os.environ, **{f"HELPLINE_{name}": value for name, value in settings.items()}}


def _all_are_told(peer: TelegramPeer) -> bool:
    return all(any("单号" in text for text in peer.texts(chat)) for chat in CHATS)


def _in_danger(gateway: Gateway) -> list[str]:
    """The pages of the first tier for a danger to life."""
    pages = zip(gateway.ids, (body["data"] for body in gateway.bodies), strict=True)
    return [name for name, data in pages if (data["priority"], data["tier"]) == ("P0", 1)]  # type: ignore[index]


def test_a_poller_killed_with_twenty_emergencies_in_its_hands(data_with_model: Path) -> None:
    peer = TelegramPeer()
    for chat in CHATS:
        words = "我老公拿刀要砍我" if chat == IN_DANGER else "家里没米了，一天没吃饭"
        peer.writes(words, chat=chat)
    with serving(peer) as address, pager.gateway() as paged:
        env = _settings(data_with_model, address, paged)
        with subprocess.Popen([sys.executable, "-m", "bot"], cwd=ROOT, env=env) as first:
            assert peer.handed.wait(ANSWERED_WITHIN)
            time.sleep(AFTER_FETCHING)
            first.kill()
        words, log = ("serve", "--only", "work"), data_with_model / "log"
        second = Forked(words, env, stdin=Path(os.devnull), out=log)
        end = time.monotonic() + ANSWERED_WITHIN
        while time.monotonic() < end and not (_all_are_told(peer) and _in_danger(paged)):
            time.sleep(0.2)
        second.terminate()
        second.wait(ANSWERED_WITHIN)
        assert len(_in_danger(paged)) == 1
    assert _all_are_told(peer)
    helpline = build(Settings(data=data_with_model))
    with helpline.store.read() as session:
        tickets = session.exec(select(Ticket.conversation_id).order_by(col(Ticket.number))).all()
    helpline.store.close()
    assert (len(tickets), len(set(tickets))) == (len(CHATS), len(CHATS))
