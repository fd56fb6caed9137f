"""The channels under test: each with its peer, put together and running."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager

import httpx
from httpx import Client

from api import shapes
from api.app import create_app
from bot.helpline import Helpline
from bot.taking_in import Intake
from bot.telegram import SHAPE, Telegram
from handlers import speech
from tests.api import web
from tests.channels import kit
from tests.channels.kit import Fault, Pushed, Rig
from tests.peers.telegram import TOKEN, Answer, Call, TelegramPeer, serving

RigOf = Callable[[Helpline], AbstractContextManager[Rig]]
PushedOf = Callable[[Helpline], AbstractContextManager[Pushed]]


class WebRig:
    """Programs that talk to the chat API; what is said is fetched, so nothing leaves."""

    name = "web"

    def __init__(self, helpline: Helpline, client: Client) -> None:
        self.store, self.desk = helpline.store, helpline.desk
        self._client = client
        self._chats: dict[int, web.Chat] = {}
        self._said: dict[str, tuple[int, str]] = {}

    def writes(self, text: str, chat: int = 1) -> str:
        which = f"m{len(self._said)}"
        self._said[which] = (chat, text)
        self.repeats(which)
        return which

    def repeats(self, which: str) -> None:
        chat, text = self._said[which]
        assert self._chat(chat).says(text, which).status_code == httpx.codes.OK

    def poisons(self) -> None:
        for raw in (b"\xff\xfe", b'{"client_id": 7}', b"[" * 5000):
            assert self._chat(1).sends(raw).status_code == httpx.codes.UNPROCESSABLE_ENTITY

    def reads(self, chat: int = 1) -> Sequence[str]:
        known = self._chat(chat)
        got = self._client.get(f"/api/conversations/{known.id}/messages", headers=known.bearer)
        turn = shapes.Turn.model_validate_json(got.content)
        return [line.text for line in turn.messages if line.sender != "resident"]

    def fits(self, text: str) -> bool:
        return len(text) <= SHAPE.longest

    def _chat(self, chat: int) -> web.Chat:
        if chat not in self._chats:
            self._chats[chat] = web.open_chat(self._client, None)
        return self._chats[chat]


class TelegramRig:
    """Telegram, polled, against its peer."""

    name = "telegram"

    def __init__(self, helpline: Helpline, peer: TelegramPeer) -> None:
        self.store, self.desk = helpline.store, helpline.desk
        self.peer = peer
        self._door = ExitStack()
        self.address = self._door.enter_context(serving(peer))

    def writes(self, text: str, chat: int = 1) -> str:
        return str(self.peer.writes(text, chat=chat))

    def repeats(self, which: str) -> None:
        known = next(one for one in self.peer.updates if str(one["update_id"]) == which)
        self.peer.updates.append(dict(known))

    def swaps(self, first: str, second: str, chat: int = 1) -> None:
        with self.peer.silence():
            self.peer.writes(first, chat=chat)
            self.peer.writes(second, chat=chat)
            self.peer.updates[-2:] = reversed(self.peer.updates[-2:])

    def poisons(self) -> None:
        self.peer.hands_in({"message": {"chat": "nobody", "date": "never"}})

    def reads(self, chat: int = 1) -> Sequence[str]:
        return self.peer.texts(chat)

    def fits(self, text: str) -> bool:
        return len(text) <= SHAPE.longest

    def knows(self, chat: int) -> str:
        return str(chat)

    def will(self, *faults: Fault) -> None:
        self.peer.will(*(self._answer(fault) for fault in faults))

    def shuts(self) -> None:
        self._door.close()

    def opens(self) -> None:
        port = int(self.address.rpartition(":")[2])
        self._door.enter_context(serving(self.peer, port))

    def _answer(self, fault: Fault) -> Answer:
        match fault:
            case Fault.REFUSES:
                return lambda call: call.refuse(400, "Bad Request: message text is empty")
            case Fault.SHUT:
                return lambda call: call.refuse(403, "Forbidden: bot was blocked by the user")
            case Fault.WAITS:
                return lambda call: call.refuse(429, "Too Many Requests", retry_after=30)
            case Fault.KEEPS_AND_CUTS:
                return self.peer.keeps_and_cuts
            case Fault.BABBLES:
                return Call.babble
            case Fault.HANGS:
                return lambda call: call.hang(2 * kit.PATIENCE)


@contextmanager
def web_rig(helpline: Helpline) -> Iterator[Rig]:
    """The web, running."""
    with web.serving(create_app(helpline)) as client:
        yield WebRig(helpline, client)


@contextmanager
def telegram_rig(helpline: Helpline) -> Iterator[Pushed]:
    """Telegram, running."""
    rig = TelegramRig(helpline, TelegramPeer())
    account = Telegram(TOKEN, api=rig.address, speech=speech.chinese(), answer_seconds=kit.PATIENCE)

    def poll(intake: Intake) -> kit.Job:
        return lambda stop: intake.poll(account, stop)

    with kit.running(account, helpline.store, helpline.desk, poll):
        yield rig
    rig.shuts()


PUSHED: dict[str, PushedOf] = {"telegram": telegram_rig}
EVERY: dict[str, RigOf] = {"web": web_rig, **PUSHED}
