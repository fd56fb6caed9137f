"""How a Rasa server is asked: masked, briefly, a few at once, and not at all while it fails."""

import json
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from threading import BoundedSemaphore
from time import monotonic
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode, urlsplit

import circuitbreaker
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from knowledge.names import Intent
from nlu import masking, names, tokenise

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CONNECT_SECONDS = 0.3
READ_SECONDS = 1.0
# Everything together, the look at /status included: what a turn may lose at most.
WHOLE_SECONDS = 1.1
AT_ONCE = 4
FAILURES_TO_OPEN = 3
OPEN_SECONDS = 10
LARGEST_ANSWER = 64 * 1024
MOST_GUESSES = 100
# What Rasa's own FallbackClassifier asks for.
THRESHOLD = 0.7
MARGIN = 0.1
# Rasa would take such a message for a command.
COMMAND = "/"


class AwayError(Exception):
    """Rasa gives no answer that can be used; the engine in process answers."""


class State(StrEnum):
    """How Rasa stands, as far as the last question told."""

    UNASKED = "unasked"
    READY = "ready"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class Heard:
    """The two best intents by Rasa; `second` is None when it names one alone."""

    intent: Intent
    confidence: float
    second: Intent | None
    second_confidence: float

    @property
    def sure(self) -> bool:
        """Whether it may be acted on without asking back."""
        clear = self.confidence - self.second_confidence >= MARGIN
        return self.confidence >= THRESHOLD and clear


class _Guess(BaseModel):
    model_config = ConfigDict(strict=True)
    name: Intent = Field(strict=False)
    confidence: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class _Parsed(BaseModel):
    """The part of Rasa's answer that we use."""

    text: str
    intent: _Guess
    intent_ranking: Annotated[list[_Guess], Field(max_length=MOST_GUESSES)]


class _Status(BaseModel):
    model_file: Annotated[str, Field(min_length=1)]


class _Hurried(socket.socket):
    """A socket on which all reading together must be done by one moment.

    A time-out for each read would let a server that sends a byte a second go on for ever.
    """

    until: float = 0.0

    def recv_into(self, buffer: "WriteableBuffer", nbytes: int = 0, flags: int = 0) -> int:
        """Wait for more, but only for what is left of the time."""
        self.settimeout(_left(self.until))
        return super().recv_into(buffer, nbytes, flags)


class Rasa:
    """A Rasa server on this machine. Used by many threads; a call never takes over 1.2 s."""

    def __init__(self, address: str, token: str, *, open_seconds: int = OPEN_SECONDS) -> None:
        link = urlsplit(address)
        self._host = link.hostname or "127.0.0.1"
        self._port = link.port or 5005
        self._query = urlencode({"token": token}) if token else ""
        self._places = BoundedSemaphore(AT_ONCE)
        self._breaker = circuitbreaker.CircuitBreaker(
            failure_threshold=FAILURES_TO_OPEN,
            recovery_timeout=open_seconds,
            expected_exception=AwayError,
        )
        self._state = State.UNASKED

    @property
    def state(self) -> State:
        """How it stood when it was last asked."""
        return self._state

    def hear(self, text: str) -> Heard:
        """Which intent Rasa hears in a resident's words. Raises AwayError, within the time."""
        asked = outbound(text)
        if tokenise.makes_noise(asked):
            raise AwayError("There is no word to ask about.")
        if self._breaker.opened:
            raise AwayError("Rasa failed lately and is left alone for a while.")
        if not self._places.acquire(blocking=False):
            raise AwayError("Enough questions are on their way to Rasa.")
        try:
            with self._breaker:
                return self._hear(asked, monotonic() + WHOLE_SECONDS)
        except AwayError:
            self._state = State.AWAY
            raise
        finally:
            self._places.release()

    def _hear(self, asked: str, until: float) -> Heard:
        try:
            if self._state is not State.READY:
                _Status.model_validate_json(self._call("GET", "/status", None, until))
            answer = self._call("POST", "/model/parse", {"text": asked}, until)
            parsed = _Parsed.model_validate_json(answer)
        except (OSError, HTTPException, ValidationError) as error:
            # Without its cause's words: an answer may quote what was asked.
            raise AwayError(f"Rasa gave no usable answer: {type(error).__name__}.") from None
        if parsed.text != asked:
            raise AwayError("Rasa answered about another text.")
        self._state = State.READY
        return _heard(parsed)

    def _call(self, method: str, path: str, body: dict[str, str] | None, until: float) -> bytes:
        line = _dial(self._host, self._port, until)
        connection = HTTPConnection(self._host, self._port)
        connection.sock = line
        try:
            sent = None if body is None else json.dumps(body).encode()
            headers = {"Content-Type": "application/json", "Connection": "close"}
            address = f"{path}?{self._query}" if self._query else path
            connection.request(method, address, sent, headers)
            response = connection.getresponse()
            answer = response.read(LARGEST_ANSWER + 1)
        finally:
            connection.close()
            line.close()
        if response.status != HTTPStatus.OK or len(answer) > LARGEST_ANSWER:
            raise HTTPException("Rasa refused, or its answer was too long.")
        return answer


def warm() -> None:
    """Read now what masking needs; no turn should pay for it."""
    names.warm()


def outbound(text: str) -> str:
    """What leaves this process of a resident's words: no number, no name, no door."""
    masked = names.mask(tokenise.window(masking.mask(text)))
    return masked.strip().lstrip(COMMAND).strip()


def _dial(host: str, port: int, until: float) -> _Hurried:
    line = _Hurried(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    line.until = min(until, monotonic() + CONNECT_SECONDS + READ_SECONDS)
    try:
        line.settimeout(min(CONNECT_SECONDS, _left(until)))
        line.connect((host, port))
        line.settimeout(_left(line.until))
    except OSError:
        line.close()
        raise
    return line


def _left(until: float) -> float:
    left = until - monotonic()
    if left <= 0:
        raise TimeoutError("The time is over.")
    return left


def _heard(parsed: _Parsed) -> Heard:
    others: Sequence[_Guess] = [
        guess for guess in parsed.intent_ranking if guess.name is not parsed.intent.name
    ]
    second = max(others, key=lambda guess: guess.confidence, default=None)
    return Heard(
        intent=parsed.intent.name,
        confidence=parsed.intent.confidence,
        second=None if second is None else second.name,
        second_confidence=0.0 if second is None else second.confidence,
    )
