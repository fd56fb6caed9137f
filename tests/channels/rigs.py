"""The channels under test: each with its peer, put together and running."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta

import httpx
from httpx import Client
from pydantic import SecretStr

from api import shapes
from api.app import create_app
from bot import sms, sms_templates, taking_in, wechat_updates
from bot.helpline import Helpline
from bot.taking_in import Intake
from bot.telegram import SHAPE, Telegram
from bot.wechat import Account, WeChat
from cases.channels.intake import Raw
from cases.talk.messages import Line
from config.settings import Settings
from handlers import speech
from tests.api import web
from tests.channels import kit
from tests.channels.kit import Fault, Pushed, Rig
from tests.peers.listening import Asked, listening
from tests.peers.sms import SECRET as SMS_SECRET
from tests.peers.sms import SmsPeer
from tests.peers.telegram import TOKEN, Answer, Call, TelegramPeer, serving
from tests.peers.wechat import AES_KEY, APP, SECRET, WeChatPeer
from tests.peers.wechat import TOKEN as WECHAT_TOKEN

# The five seconds of the real one, shortened.
PUSH_WAITS = timedelta(seconds=1)
MINUTE = "2026-11-23T10:00:"
HOTLINE = "0533-5180000"
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

    def shows(self, line: Line) -> str:
        return line.text

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


class _Listening:
    """What rigs have in common whose other side is a peer that listens."""

    def __init__(self, helpline: Helpline, peer: WeChatPeer | SmsPeer) -> None:
        self.store, self.desk = helpline.store, helpline.desk
        self.peer = peer
        self._door = ExitStack()
        self.address = self._door.enter_context(listening(peer.answer))

    def knows(self, chat: int) -> str:
        """The address of a resident."""
        raise NotImplementedError

    def writes(self, text: str, chat: int = 1) -> str:
        return self.peer.writes(text, self.knows(chat))

    def reads(self, chat: int = 1) -> Sequence[str]:
        return self.peer.texts(self.knows(chat))

    def will(self, *faults: Fault) -> None:
        self.peer.behaviour.extend(self._answer(fault) for fault in faults)

    def shuts(self) -> None:
        self._door.close()

    def opens(self) -> None:
        port = int(self.address.rpartition(":")[2])
        self._door.enter_context(listening(self.peer.answer, port))

    def _answer(self, fault: Fault) -> Callable[[Asked], None]:
        """How a peer refuses in its own words."""
        raise NotImplementedError

    def _fails(self, fault: Fault) -> Callable[[Asked], None]:
        """What goes wrong in the same way at each of them."""
        match fault:
            case Fault.KEEPS_AND_CUTS:
                return self._keeps_and_cuts
            case Fault.BABBLES:
                return lambda asked: asked.say(502, "<html>gateway</html>")
            case Fault.HANGS:
                return lambda asked: asked.hang(2 * kit.PATIENCE)
            case _:
                raise LookupError(fault)

    def _keeps_and_cuts(self, asked: Asked) -> None:
        self.peer.keeps(asked)
        asked.cut()


class WeChatRig(_Listening):
    """An official account: pushed by webhook to the web application, sent to by its interface."""

    name = "wechat"

    peer: WeChatPeer

    def repeats(self, which: str) -> None:
        self.peer.delivers(self.peer.pushed[which])

    def swaps(self, first: str, second: str, chat: int = 1) -> None:
        pushes = [self.peer.push(self.knows(chat), Content=text) for text in (first, second)]
        raws = [
            wechat_updates.raw(push, carries_sensitive=True, waited=at)
            for at, push in enumerate(pushes)
        ]
        taking_in.keep(self.store, self.name, raws[::-1], now=kit.now())

    def poisons(self) -> None:
        push = {"FromUserName": self.knows(9), "CreateTime": "1700000000", "MsgId": "7"}
        self.peer.delivers(push)

    def shows(self, line: Line) -> str:
        return line.text

    def fits(self, text: str) -> bool:
        return len(text.encode()) <= 2048

    def knows(self, chat: int) -> str:
        return f"open-id-{chat}"

    def _answer(self, fault: Fault) -> Callable[[Asked], None]:
        match fault:
            case Fault.REFUSES:
                return lambda asked: asked.give(200, {"errcode": 45015, "errmsg": "out of time"})
            case Fault.SHUT:
                return lambda asked: asked.give(200, {"errcode": 43004, "errmsg": "require follow"})
            case Fault.WAITS:
                return lambda asked: asked.give(200, {"errcode": 45011, "errmsg": "too often"})
            case _:
                return self._fails(fault)


class SmsRig(_Listening):
    """Text messages: told by the gateway at our door, sent by its address."""

    name = "sms"

    peer: SmsPeer

    def repeats(self, which: str) -> None:
        self.peer.tells("sms.received", self.peer.messages[which])

    def swaps(self, first: str, second: str, chat: int = 1) -> None:
        said = [
            {
                "id": f"s{at}",
                "from": self.knows(chat),
                "text": text,
                "at": f"{MINUTE}0{at}Z",
            }
            for at, text in enumerate((first, second))
        ]
        taking_in.keep(self.store, self.name, [sms.raw(one) for one in said[::-1]], now=kit.now())

    def poisons(self) -> None:
        at = "2026-11-23T10:00:00Z"
        poison = Raw("poison", 1, self.knows(9), '{"text": "no sender"}')
        assert sms.raw({"id": "x", "from": "1", "at": at}).external_id == "x"
        taking_in.keep(self.store, self.name, [poison], now=kit.now())

    def shows(self, line: Line) -> str:
        return sms_templates.stand_in(line, speech.chinese(), hotline=HOTLINE).text

    def fits(self, text: str) -> bool:
        return sms_templates.parts(text) <= sms_templates.MOST_PARTS

    def knows(self, chat: int) -> str:
        return f"138001380{chat:02}"

    def _answer(self, fault: Fault) -> Callable[[Asked], None]:
        match fault:
            case Fault.REFUSES:
                return lambda asked: asked.give(422, {"error": "template"})
            case Fault.SHUT:
                return lambda asked: asked.give(410, {"error": "unsubscribed"})
            case Fault.WAITS:
                return lambda asked: asked.give(429, {}, {"Retry-After": "30"})
            case _:
                return self._fails(fault)


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


@contextmanager
def wechat_rig(helpline: Helpline, peer: WeChatPeer | None = None) -> Iterator[Pushed]:
    """WeChat, running: the web application takes in, and both answer."""
    # What is read at the first question must not cost the five seconds of a push.
    helpline.library()
    peer = peer or WeChatPeer()
    rig = WeChatRig(helpline, peer)
    settings = Settings(
        data=helpline.settings.data,
        wechat_app_id=APP,
        wechat_api=rig.address,
        wechat_app_secret=SecretStr(SECRET),
        wechat_token=SecretStr(WECHAT_TOKEN),
        wechat_aes_key=SecretStr(AES_KEY) if peer.encrypted else None,
    )
    account = WeChat(
        Account(APP, SECRET, rig.address),
        speech=speech.chinese(),
        answer_seconds=kit.PATIENCE,
        reply_within=PUSH_WAITS,
    )
    with web.serving(create_app(replace(helpline, settings=settings))) as client:
        peer.web = str(client.base_url)
        with kit.running(account, helpline.store, helpline.desk):
            yield rig
    rig.shuts()


@contextmanager
def sms_rig(helpline: Helpline) -> Iterator[Pushed]:
    """Text messages, running."""
    peer = SmsPeer()
    rig = SmsRig(helpline, peer)
    settings = Settings(
        data=helpline.settings.data, sms_url=rig.address, sms_secret=SecretStr(SMS_SECRET)
    )
    gateway = sms.Gateway(rig.address, SMS_SECRET, "助联热线", HOTLINE)
    account = sms.Sms(gateway, speech=speech.chinese(), answer_seconds=kit.PATIENCE)
    with web.serving(create_app(replace(helpline, settings=settings))) as client:
        peer.web = str(client.base_url)
        with kit.running(account, helpline.store, helpline.desk):
            yield rig
    rig.shuts()


PUSHED: dict[str, PushedOf] = {"telegram": telegram_rig, "wechat": wechat_rig, "sms": sms_rig}
EVERY: dict[str, RigOf] = {"web": web_rig, **PUSHED}
