"""How a WeChat official account is spoken to: token, customer-service messages, errors."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import httpx

from bot import rendering
from bot.channels import (
    NotSentError,
    RefusedError,
    SendError,
    UnprovenError,
)
from bot.rendering import Shape
from bot.wechat_updates import REPLY_WITHIN, Pushes
from cases.talk.messages import Line
from handlers.speech import Speech

SHAPE = Shape(longest=2048, measure=rendering.in_bytes)
CONNECT_SECONDS, ANSWER_SECONDS = 3.0, 6.0
# A token is renewed so long before it ends.
RENEW_SECONDS = 300
# The request never left this machine.
NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
FOR_TOKEN = "/cgi-bin/stable_token"  # noqa: S105
SEND = "/cgi-bin/message/custom/send"
MENU = "/cgi-bin/menu/create"
BUSY_SECONDS = 60
# What the codes mean for a message. What is not named here is refused for
# good: the 48 hours since the resident's last word are over (45015), more was said than may be.
FINE = 0
TOKEN_ENDED = frozenset({40001, 40014, 42001})
TRY_LATER = frozenset({-1, 45009, 45011})
UNSUBSCRIBED = frozenset({43004, 40003})
# Under each word at the bottom of the chat, what may be asked for.
BUTTONS: Mapping[str, tuple[str, ...]] = {
    "channel.menu_ask": ("menu.ask_policy", "menu.check_eligibility"),
    "channel.menu_help": ("menu.report_emergency", "menu.ask_human"),
    "channel.menu_mine": ("menu.ask_progress", "menu.file_complaint"),
}


@dataclass(frozen=True)
class Account:
    """An official account as the deployment has it."""

    id: str
    secret: str
    api: str


@dataclass(frozen=True)
class _Token:
    text: str
    until: float


class WeChat:
    """An official account: the way out, and the meaning of what is pushed."""

    def __init__(
        self,
        account: Account,
        *,
        speech: Speech,
        carries_sensitive: bool = True,
        answer_seconds: float = ANSWER_SECONDS,
        reply_within: timedelta = REPLY_WITHIN,
    ) -> None:
        pushes = Pushes(carries_sensitive=carries_sensitive, reply_within=reply_within)
        self.traits, self.read = pushes.traits, pushes.read
        self._account = account
        self._speech = speech
        self._token: _Token | None = None
        self._renewing = asyncio.Lock()
        limits = httpx.Timeout(answer_seconds, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS)
        self._client = httpx.AsyncClient(base_url=account.api, timeout=limits)

    async def send(self, address: str, line: Line) -> str:
        """Send a line as customer-service messages of at most 2,048 bytes each."""
        sent = 0
        for page in rendering.pages(line, SHAPE, self._speech):
            text = {"touser": address, "msgtype": "text", "text": {"content": page.text}}
            try:
                await self._call(SEND, text)
            except SendError as error:
                if sent and isinstance(error, NotSentError):
                    raise UnprovenError("Only the beginning of a long message left.") from error
                raise
            sent += 1
        return f"pages:{sent}"

    async def prepare(self) -> None:
        """Show the menu at the bottom of the chat. Raises SendError."""
        rows = [
            {"name": self._speech.say(word), "sub_button": [self._button(key) for key in under]}
            for word, under in BUTTONS.items()
        ]
        await self._call(MENU, {"button": rows})

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    def _button(self, key: str) -> dict[str, str]:
        return {"type": "click", "name": self._speech.say(key), "key": key}

    async def _call(self, path: str, body: Mapping[str, object]) -> None:
        token = await self._fresh()
        code = await self._code(path, token, body)
        if code == FINE:
            return
        if code in TOKEN_ENDED:
            self._token = None
            raise NotSentError("WeChat: the token has ended.")
        raise _as_send_error(code)

    async def _code(self, path: str, token: str, body: Mapping[str, object]) -> int:
        try:
            got = await self._client.post(path, params={"access_token": token}, json=body)
            return int(got.json()["errcode"])
        except NEVER_LEFT as error:
            raise NotSentError(f"WeChat: {type(error).__name__}") from error
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise UnprovenError(f"WeChat: {type(error).__name__}") from error

    async def _fresh(self) -> str:
        """The token; one message renews it and the others wait. Raises NotSentError."""
        async with self._renewing:
            if self._token is None or self._token.until < time.monotonic():
                self._token = await self._renewed()
            return self._token.text

    async def _renewed(self) -> _Token:
        asked = {
            "grant_type": "client_credential",
            "appid": self._account.id,
            "secret": self._account.secret,
        }
        try:
            got = (await self._client.post(FOR_TOKEN, json=asked)).json()
            left = float(got["expires_in"]) - RENEW_SECONDS
            return _Token(str(got["access_token"]), time.monotonic() + left)
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            # Without a token nothing can have left.
            raise NotSentError(f"WeChat: no token, {type(error).__name__}") from error


def _as_send_error(code: int) -> SendError:
    if code in TRY_LATER:
        return NotSentError(f"WeChat: {code}", timedelta(seconds=BUSY_SECONDS))
    return RefusedError(f"WeChat: {code}", blocked=code in UNSUBSCRIBED)
