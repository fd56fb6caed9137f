"""How text messages leave by a deployment's gateway: signed, neutral, each id once."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
from standardwebhooks import Webhook

from bot import sms_templates
from bot.channels import (
    Blocked,
    Incoming,
    NotSentError,
    RefusedError,
    Said,
    SendError,
    Traits,
    UnprovenError,
)
from bot.sms_templates import NotNeutralError, Text
from cases.channels.intake import Raw
from cases.talk.messages import Line
from handlers.speech import Speech

CHANNEL = "sms"
WEBHOOK = "/channels/sms"
CONNECT_SECONDS, ANSWER_SECONDS = 3.0, 6.0
PACE = 10
# What says nothing of its own comes once in so long, however many lines it stands for.
ONCE_IN = timedelta(minutes=10)
NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
BUSY = frozenset({429, 503})
GONE = 410


@dataclass(frozen=True)
class Gateway:
    """The deployment's gateway, and under which registered name messages go out."""

    address: str
    secret: str
    signature: str
    hotline: str


class Messages:
    """The meaning of what comes in, for whoever only takes in."""

    traits = Traits(CHANNEL, pace=PACE, letters=True)

    def read(self, body: str) -> Incoming:
        """What a message says. Raises ValueError."""
        said = json.loads(body)
        if not isinstance(said, dict) or not said.get("from"):
            raise ValueError("This message has no sender.")
        chat, text = str(said["from"]), str(said.get("text", ""))
        return Blocked(chat) if sms_templates.ends(text) else Said(chat, text)


class Sms(Messages):
    """The way out by the gateway."""

    def __init__(
        self, gateway: Gateway, *, speech: Speech, answer_seconds: float = ANSWER_SECONDS
    ) -> None:
        self._gateway = gateway
        self._speech = speech
        self._signing = Webhook(gateway.secret)
        limits = httpx.Timeout(answer_seconds, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS)
        self._client = httpx.AsyncClient(timeout=limits)

    async def send(self, address: str, line: Line) -> str:
        """Send the registered message that stands for a line. Raises SendError."""
        now = datetime.now(UTC)
        try:
            text = sms_templates.stand_in(line, self._speech, hotline=self._gateway.hotline)
        except NotNeutralError as error:
            raise RefusedError(str(error)) from error
        name = _name(address, line, text, now=now)
        body = self._body(address, text)
        headers = {
            "content-type": "application/json",
            "webhook-id": name,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._signing.sign(name, now, body),
        }
        try:
            got = await self._client.post(
                self._gateway.address, content=body.encode(), headers=headers
            )
        except NEVER_LEFT as error:
            raise NotSentError(f"The gateway: {type(error).__name__}") from error
        except httpx.HTTPError as error:
            raise UnprovenError(f"The gateway: {type(error).__name__}") from error
        return _receipt(got, name)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    def _body(self, address: str, text: Text) -> str:
        return json.dumps(
            {
                "type": "sms.send",
                "data": {
                    "to": address,
                    "signature": self._gateway.signature,
                    "template": text.template,
                    "values": dict(text.values),
                    "text": text.text,
                    "parts": text.parts,
                },
            },
            ensure_ascii=False,
        )


def raw(message: Mapping[str, object]) -> Raw:
    """A message that came in, as it is kept. Raises ValueError."""
    name, sender, at = (str(message.get(one) or "") for one in ("id", "from", "at"))
    if not name or not sender:
        raise ValueError("A message needs an id and a sender.")
    moment = datetime.fromisoformat(at)
    position = int(moment.timestamp() * 1000)
    kept = {"from": sender, "text": str(message.get("text", ""))}
    return Raw(name, position, sender, json.dumps(kept, ensure_ascii=False))


def _name(address: str, line: Line, text: Text, *, now: datetime) -> str:
    """The id that is the same in every try; of what is always the same, for a while."""
    if not text.usual:
        return line.id
    window = int(now.timestamp() // ONCE_IN.total_seconds())
    return hashlib.sha256(f"{address}\x1f{window}".encode()).hexdigest()[:32]


def _receipt(got: httpx.Response, name: str) -> str:
    if got.is_success:
        return name
    raise _as_send_error(got)


def _as_send_error(got: httpx.Response) -> SendError:
    said = f"The gateway: {got.status_code}"
    wait = got.headers.get("retry-after", "")
    if got.status_code in BUSY and wait.isdecimal():
        return NotSentError(said, timedelta(seconds=int(wait)))
    if got.is_server_error or not got.is_client_error:
        return UnprovenError(said)
    return RefusedError(said, blocked=got.status_code == GONE)
