"""How a file that came by a channel is fetched, looked at and made harmless, where it may be."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import httpx

from bot import inspection
from bot.inspection import MOST_BYTES, RefusedError, Scanner
from bot.recognising import Recogniser
from bot.wechat import TOKEN_ENDED
from cases.talk.attachments import FileKind, Harmless

SECONDS = 15
# A token is asked for anew after so long; the account hands out the same one meanwhile.
TOKEN_SECONDS = 600
NO_SUCH_FILE = 40007
LONGEST_ERROR = 1000


class FetchError(Exception):
    """The channel did not hand the file out; it may do so later."""


@dataclass(frozen=True)
class Fetching:
    """Fetches one channel's files."""

    download: Callable[[str], bytes]
    scanner: Scanner | None = None
    recogniser: Recogniser | None = None

    def harmless(self, ref: str) -> Harmless | None:
        """The file as it may be kept; None when it may not. Raises FetchError."""
        try:
            return inspection.inspect(self.download(ref), self.scanner)
        except RefusedError:
            return None

    def heard(self, file: Harmless) -> str:
        """The words of a recording, where a deployment has a recogniser of its own."""
        if file.kind is not FileKind.VOICE or self.recogniser is None:
            return ""
        return self.recogniser.hear(file)


@dataclass(frozen=True)
class TelegramFiles:
    """Files of a Telegram bot, by their id."""

    api: str
    token: str

    def __call__(self, ref: str) -> bytes:
        """The bytes. Raises FetchError, RefusedError."""
        found = _json(f"{self.api}/bot{self.token}/getFile", {"file_id": ref})
        result = found.get("result")
        path = result.get("file_path") if isinstance(result, dict) else None
        if not isinstance(path, str) or ".." in path:
            raise FetchError("Telegram names no such file.")
        return _bytes(f"{self.api}/file/bot{self.token}/{path}", {})


class WeChatFiles:
    """Files of an official account, by their media id."""

    def __init__(self, api: str, account: str, secret: str) -> None:
        self._api, self._account, self._secret = api, account, secret
        self._token, self._until = "", 0.0

    def __call__(self, ref: str) -> bytes:
        """The bytes. Raises FetchError, RefusedError."""
        content = self._asked(ref)
        if _code(content) in TOKEN_ENDED:
            self._until = 0.0
            content = self._asked(ref)
        code = _code(content)
        if code == NO_SUCH_FILE:
            raise RefusedError(inspection.Why.DAMAGED)
        if code is not None:
            raise FetchError("WeChat gave an error instead of a file.")
        return content

    def _asked(self, ref: str) -> bytes:
        if self._until < time.monotonic():
            self._token, self._until = self._renewed(), time.monotonic() + TOKEN_SECONDS
        asked = {"access_token": self._token, "media_id": ref}
        return _bytes(f"{self._api}/cgi-bin/media/get", asked)

    def _renewed(self) -> str:
        asked = {
            "grant_type": "client_credential",
            "appid": self._account,
            "secret": self._secret,
        }
        try:
            got = httpx.post(f"{self._api}/cgi-bin/stable_token", json=asked, timeout=SECONDS)
            return str(got.json()["access_token"])
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise FetchError(f"WeChat: no token, {type(error).__name__}") from None


def _code(content: bytes) -> int | None:
    """WeChat's error, which it gives as an answer that is well; None for a file."""
    if not content.startswith(b"{") or len(content) > LONGEST_ERROR:
        return None
    try:
        return int(json.loads(content)["errcode"])
    except (ValueError, KeyError, TypeError):
        return None


def _json(url: str, query: Mapping[str, str]) -> dict[str, object]:
    # The address holds the token: no error may quote it.
    try:
        got = httpx.get(url, params=dict(query), timeout=SECONDS)
        got.raise_for_status()
        found = got.json()
    except (httpx.HTTPError, ValueError) as error:
        raise FetchError(f"No file: {type(error).__name__}") from None
    return found if isinstance(found, dict) else {}


def _bytes(url: str, query: Mapping[str, str]) -> bytes:
    """The content, read no further than a file may be long, and no longer than one may take."""
    content, until = bytearray(), time.monotonic() + SECONDS
    try:
        with httpx.stream("GET", url, params=dict(query), timeout=SECONDS) as got:
            got.raise_for_status()
            for chunk in got.iter_bytes():
                content += chunk
                if len(content) > MOST_BYTES:
                    raise RefusedError(inspection.Why.TOO_LARGE)
                if time.monotonic() > until:
                    raise FetchError("No file: it comes too slowly.")
    except httpx.HTTPError as error:
        raise FetchError(f"No file: {type(error).__name__}") from None
    return bytes(content)
