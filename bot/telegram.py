"""How Telegram is spoken to: what its updates mean, how lines are sent, what its errors say."""

import json
import os
from collections.abc import Sequence
from datetime import timedelta

import httpx
import telegram
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.request import HTTPXRequest

from bot import rendering, telegram_updates
from bot.channels import (
    Asked,
    Attached,
    Began,
    Blocked,
    Incoming,
    Located,
    Media,
    Moved,
    Nothing,
    NotSentError,
    Pressed,
    RefusedError,
    Said,
    SendError,
    Traits,
    UnprovenError,
    Unsupported,
)
from bot.rendering import Page, Shape
from bot.telegram_updates import CHANNEL, KINDS, MARK
from cases.channels.intake import Raw
from cases.talk.messages import Line
from handlers.speech import Speech

# Waiting times as durations, as they will be in every later version of the library.
os.environ.setdefault("PTB_TIMEDELTA", "true")

SHAPE = Shape(longest=4096, buttons_a_row=2, longest_label=40)
# With its answer's time-out below the poller's lease.
POLL_SECONDS = 5
# The API takes any case; in the usual one the library would insist on parsing.
RAW_UPDATES = "getupdates"
# Below half of the outbox's lease: a send that hangs ends before another may take it up.
CONNECT_SECONDS, ANSWER_SECONDS = 3.0, 6.0
PRIVATE = "private"
# The commands of the menu: each says what its button would.
COMMANDS = {
    "policy": "menu.ask_policy",
    "eligible": "menu.check_eligibility",
    "emergency": "menu.report_emergency",
    "complaint": "menu.file_complaint",
    "progress": "menu.ask_progress",
    "person": "menu.ask_human",
}
START = "/start"
BUTTON = "c"
# The request never left this machine.
NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Telegram:
    """A bot's account: the way in, the way out, and the meaning of updates."""

    def __init__(
        self,
        token: str,
        *,
        api: str,
        speech: Speech,
        carries_sensitive: bool = False,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self.traits = Traits(CHANNEL, carries_sensitive)
        self._speech = speech
        self._requests = (_request(answer_seconds), _request(answer_seconds))
        own, polling = self._requests
        self._bot = telegram.Bot(
            token, base_url=f"{api}/bot", request=own, get_updates_request=polling
        )

    async def fetch(self, position: int) -> Sequence[Raw]:
        """What came since `position`, as it came: one bad update must not hide the others."""
        wanted = {"offset": position, "timeout": POLL_SECONDS, "allowed_updates": list(KINDS)}
        try:
            # The library's own method parses all updates at once, so that a bad one hides the rest.
            found = await self._bot.do_api_request(
                RAW_UPDATES, api_kwargs=wanted, read_timeout=POLL_SECONDS + ANSWER_SECONDS
            )
        except TelegramError as error:
            raise NotSentError(_said(error), _wait(error)) from error
        if not isinstance(found, list):
            raise NotSentError("Telegram answered with something that is no list of updates.")
        sensitive = self.traits.carries_sensitive
        try:
            return tuple(telegram_updates.raw(one, carries_sensitive=sensitive) for one in found)
        except ValueError as error:
            raise NotSentError(str(error)) from error

    def read(self, body: str) -> Incoming:
        """What an update says; anything that cannot be read is a ValueError."""
        try:
            update = telegram.Update.de_json(json.loads(body), self._bot)
            return _meaning(update)
        except (TypeError, KeyError, AttributeError, OverflowError) as error:
            raise ValueError("This update is not what Telegram documents.") from error

    async def send(self, address: str, line: Line) -> str:
        """Send a line; a long one as several messages with the buttons under the last."""
        receipts: list[str] = []
        for page in rendering.pages(line, SHAPE, self._speech):
            try:
                receipts.append(await self._send_page(address, page, line.seq))
            except SendError as error:
                if receipts and isinstance(error, NotSentError):
                    raise UnprovenError("Only the beginning of a long message left.") from error
                raise
        return ",".join(receipts)

    async def listen(self, address: str | None, secret: str) -> None:
        """Have updates pushed to `address` under `secret`; None: be asked for them instead.

        The commands of the menu are shown besides. Raises NotSentError.
        """
        names = [(name, self._speech.say(key)) for name, key in COMMANDS.items()]
        try:
            await self._bot.set_my_commands(names)
            if address is None:
                await self._bot.delete_webhook()
            else:
                await self._bot.set_webhook(address, secret_token=secret, allowed_updates=KINDS)
        except TelegramError as error:
            raise NotSentError(_said(error), _wait(error)) from error

    async def close(self) -> None:
        """Let go of the connections."""
        # Not the bot's own shutdown: it does nothing before its start has asked the network.
        for request in self._requests:
            await request.shutdown()

    async def _send_page(self, address: str, page: Page, seq: int) -> str:
        try:
            message = await self._bot.send_message(
                int(address), page.text, reply_markup=_keyboard(page, seq)
            )
        except TelegramError as error:
            raise _as_send_error(error) from error
        return str(message.message_id)


def _request(answer_seconds: float) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=16,
        connect_timeout=CONNECT_SECONDS,
        pool_timeout=CONNECT_SECONDS,
        read_timeout=answer_seconds,
        write_timeout=answer_seconds,
    )


def _meaning(update: telegram.Update) -> Incoming:
    if update.my_chat_member is not None:
        change = update.my_chat_member
        left = change.new_chat_member.status in {"kicked", "left"}
        return Blocked(str(change.chat.id)) if left else Nothing()
    if update.callback_query is not None:
        return _pressed(update.callback_query)
    message = update.message or update.edited_message
    if message is None:
        return Nothing()
    if message.migrate_to_chat_id is not None:
        return Moved(str(message.chat.id), str(message.migrate_to_chat_id))
    if message.chat.type != PRIVATE:
        # In a group others would read what is meant for one.
        return Nothing()
    return _said_in(message)


def _said_in(message: telegram.Message) -> Incoming:
    chat = str(message.chat.id)
    if message.location is not None:
        place = message.location
        name = "" if message.venue is None else message.venue.title
        return Located(chat, place.latitude, place.longitude, name)
    if message.text is None:
        caption = (message.caption or "").strip()
        ref = _file_of(message)
        if ref:
            album = message.media_group_id
            return Attached(chat, _kind(message), ref, caption, album)
        came = Unsupported(chat, _kind(message), message.media_group_id)
        return Said(chat, caption) if caption else came
    command, *rest = message.text.split(maxsplit=1) or [""]
    if command == START:
        return Began(chat, "".join(rest).strip())
    return (
        Asked(chat, COMMANDS[command[1:]]) if command[1:] in COMMANDS else Said(chat, message.text)
    )


def _pressed(query: telegram.CallbackQuery) -> Incoming:
    if query.message is None or query.data is None:
        return Nothing()
    mark, seq, at = query.data.split(":")
    if mark != BUTTON:
        return Nothing()
    return Pressed(str(query.message.chat.id), int(seq), int(at))


def _file_of(message: telegram.Message) -> str:
    """The id of a picture, recording or paper; where they are withheld there is none."""
    if message.photo:
        return message.photo[-1].file_id
    kept = message.voice or message.document
    return "" if kept is None else kept.file_id


def _kind(message: telegram.Message) -> Media:
    gone = message.api_kwargs.get(MARK)
    return next(
        (kind for kind in Media if kind == gone or getattr(message, kind, None)), Media.OTHER
    )


def _keyboard(page: Page, seq: int) -> InlineKeyboardMarkup | None:
    if not page.rows:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(button.label, callback_data=f"{BUTTON}:{seq}:{button.at}")
                for button in row
            ]
            for row in page.rows
        ]
    )


def _as_send_error(error: TelegramError) -> SendError:
    match error:
        case RetryAfter():
            return NotSentError(_said(error), _wait(error))
        case Forbidden():
            return RefusedError(_said(error), blocked=True)
        case InvalidToken() | Conflict():
            # The account is at fault, not the message: whoever mends it finds it waiting.
            return NotSentError(_said(error))
        case BadRequest() | ChatMigrated():
            return RefusedError(_said(error))
        case NetworkError() if isinstance(error.__cause__, NEVER_LEFT):
            return NotSentError(_said(error))
        case _:
            return UnprovenError(_said(error))


def _wait(error: TelegramError) -> timedelta | None:
    if not isinstance(error, RetryAfter):
        return None
    asked = error.retry_after
    return asked if isinstance(asked, timedelta) else timedelta(seconds=asked)


def _said(error: TelegramError) -> str:
    # The class alone: a message may quote the address, and the token stands in the address.
    return f"Telegram: {type(error).__name__}"
