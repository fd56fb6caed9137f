"""WeChat as an official account sees it: it signs what it pushes, and may answer badly."""

import itertools
import json
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from xml.sax.saxutils import escape

import httpx

from bot import wechat_crypt
from bot.wechat_crypt import Crypt
from tests.peers.listening import Asked

APP, SECRET, TOKEN = "wx0123456789abcdef", "the-app-secret", "the-token"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
OURS = "gh_ours"
CONTENT = re.compile(r"<Content><!\[CDATA\[(.*?)\]\]></Content>", re.DOTALL)
SEALED = re.compile(r"<Encrypt><!\[CDATA\[(.*?)\]\]></Encrypt>", re.DOTALL)
Answer = Callable[[Asked], None]


class WeChatPeer:
    """`sent` are chat and text of what residents have, in the order in which it came."""

    def __init__(self, *, encrypted: bool = False) -> None:
        self.sent: list[tuple[str, str]] = []
        self.behaviour: deque[Answer] = deque()
        self.pushed: dict[str, dict[str, str]] = {}
        self.tokens = 0
        self.files: dict[str, bytes] = {}
        # What is answered instead of the next files, in order.
        self.withheld: deque[int] = deque()
        self.menus: list[object] = []
        self.web = ""
        self.encrypted = encrypted
        self._crypt = Crypt(AES_KEY, APP) if encrypted else None
        self._answered: set[str] = set()
        self._ids = itertools.count(1000)
        self._lock = threading.Lock()

    def push(self, chat: str, kind: str = "text", **words: str) -> dict[str, str]:
        """What somebody's doing looks like."""
        made = {
            "ToUserName": OURS,
            "FromUserName": chat,
            "CreateTime": str(int(time.time())),
            "MsgType": kind,
            **words,
        }
        return made if kind == "event" else {**made, "MsgId": str(next(self._ids))}

    def delivers(self, push: Mapping[str, str], **query: str) -> httpx.Response:
        """Push it, and let the resident have what comes back with it."""
        xml = "".join(f"<{k}>{escape(v)}</{k}>" for k, v in push.items())
        body = f"<xml>{xml}</xml>"
        asked = self.signed()
        if self._crypt is not None:
            sealed = self._crypt.encrypt(body)
            signed = wechat_crypt.signature(TOKEN, asked["timestamp"], asked["nonce"], sealed)
            asked |= {"encrypt_type": "aes", "msg_signature": signed}
            body = f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
        url = f"{self.web}/channels/wechat"
        got = httpx.post(url, params={**asked, **query}, content=body.encode(), timeout=10)
        # Whoever had an answer to this push does not get it again with its repeat.
        name = push.get("MsgId", str(dict(push)))
        if name not in self._answered and self._hand_over(str(push.get("FromUserName")), got.text):
            self._answered.add(name)
        return got

    def signed(self, at: float | None = None) -> dict[str, str]:
        """The query of a push."""
        stamp, nonce = str(int(time.time() if at is None else at)), "n1"
        signed = wechat_crypt.signature(TOKEN, stamp, nonce)
        return {"timestamp": stamp, "nonce": nonce, "signature": signed}

    def writes(self, text: str, chat: str) -> str:
        """A resident writes; returns the message's id."""
        push = self.push(chat, Content=text)
        self.pushed[push["MsgId"]] = push
        self.delivers(push)
        return push["MsgId"]

    def texts(self, chat: str) -> list[str]:
        """What a resident has read."""
        with self._lock:
            return [text for to, text in self.sent if to == chat]

    def answer(self, asked: Asked) -> None:
        """Answer a call of the account's interface."""
        if asked.path == "/cgi-bin/stable_token":
            self.tokens += 1
            asked.give(200, {"access_token": f"t{self.tokens}", "expires_in": 7200})
        elif asked.path == "/cgi-bin/menu/create":
            self.menus.append(json.loads(asked.body))
            asked.give(200, {"errcode": 0, "errmsg": "ok"})
        elif asked.path == "/cgi-bin/media/get" and self.withheld:
            asked.give(200, {"errcode": self.withheld.popleft(), "errmsg": "none"})
        elif asked.path == "/cgi-bin/media/get" and asked.query["media_id"] in self.files:
            asked.hand_out(200, self.files[asked.query["media_id"]])
        elif asked.path == "/cgi-bin/media/get":
            asked.give(200, {"errcode": 40007, "errmsg": "invalid media_id"})
        elif self.behaviour:
            self.behaviour.popleft()(asked)
        else:
            self.keeps(asked)
            asked.give(200, {"errcode": 0, "errmsg": "ok"})

    def keeps(self, asked: Asked) -> None:
        """The resident has it, whatever we are told."""
        body = json.loads(asked.body)
        with self._lock:
            self.sent.append((body["touser"], body["text"]["content"]))

    def _hand_over(self, chat: str, back: str) -> bool:
        sealed = SEALED.search(back)
        if sealed is not None and self._crypt is not None:
            back = self._crypt.decrypt(sealed[1])
        text = CONTENT.search(back)
        if text is not None:
            with self._lock:
                self.sent.append((chat, text[1]))
        return text is not None
