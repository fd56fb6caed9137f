"""Where WeChat pushes: signed and fresh, on disk first, answered with the push if it is quick."""

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache

from anyio import move_on_after, to_thread
from fastapi import APIRouter, Request
from starlette.datastructures import QueryParams
from starlette.responses import PlainTextResponse, Response

from api import lanes
from api.channels import door
from api.edge import Edge, EdgeOf, Now
from bot import taking_in, wechat_crypt, wechat_replies, wechat_updates
from bot.fetching import Fetching, WeChatFiles
from bot.helpline import Helpline
from bot.taking_in import Intake
from bot.wechat_crypt import Crypt, ForgedMessageError
from bot.wechat_updates import CHANNEL, REPLY_WITHIN, WEBHOOK, Pushes
from cases.channels.intake import Raw
from cases.channels.refusals import Why
from cases.errors import UnknownError
from config.settings import Settings

router = APIRouter(include_in_schema=False)
FRESH = timedelta(minutes=5)
# Of the five seconds that WeChat waits.
ANSWER_SECONDS = 4.0
# What WeChat takes for: it has come, and there is nothing to show.
NOTHING = "success"


@dataclass(frozen=True)
class Doorway:
    """What this door needs of the settings."""

    token: str
    crypt: Crypt | None

    @classmethod
    def of(cls, settings: Settings) -> "Doorway":
        """Raises UnknownError where no account is set."""
        token, key = settings.wechat_token, settings.wechat_aes_key
        if token is None or settings.wechat_app_id is None:
            raise UnknownError("No official account is set.")
        crypt = None if key is None else Crypt(key.get_secret_value(), settings.wechat_app_id)
        return cls(token.get_secret_value(), crypt)

    def why_not(self, query: QueryParams, *, now: datetime) -> Why | None:
        """Why a knock is refused by its address alone; None when it may come in."""
        at, given = query.get("timestamp", ""), query.get("signature", "")
        if not given:
            return Why.NO_SIGNATURE
        if not wechat_crypt.is_signed(given, self.token, at, query.get("nonce", "")):
            return Why.WRONG_SIGNATURE
        if not at.isdecimal() or abs(now.timestamp() - int(at)) > FRESH.total_seconds():
            return Why.OLD
        encrypted = query.get("encrypt_type", "") == "aes"
        return Why.WRONG_SIGNATURE if self.crypt is not None and not encrypted else None

    def opened(self, query: QueryParams, body: bytes) -> dict[str, str]:
        """The push. Raises ForgedMessageError, ValueError."""
        fields = wechat_updates.fields(body)
        if self.crypt is None:
            return fields
        sealed, given = fields.get("Encrypt", ""), query.get("msg_signature", "")
        parts = (self.token, query.get("timestamp", ""), query.get("nonce", ""), sealed)
        if not wechat_crypt.is_signed(given, *parts):
            raise ForgedMessageError("The message's own signature is wrong.")
        return wechat_updates.fields(self.crypt.decrypt(sealed).encode())

    def closed(self, xml: str, *, now: datetime) -> str:
        """An answer as it goes back."""
        if self.crypt is None:
            return xml
        at, nonce = str(int(now.timestamp())), secrets.token_hex(8)
        sealed = self.crypt.encrypt(xml)
        signed = wechat_crypt.signature(self.token, at, nonce, sealed)
        return wechat_updates.envelope(sealed, signed, at=at, nonce=nonce)


@router.get(WEBHOOK)
async def prove(request: Request, edge: EdgeOf, now: Now) -> PlainTextResponse:
    """WeChat asks once whether this address is the account's own."""
    # public: says back what was signed with the account's token, and nothing else.
    # The question itself is never encrypted.
    doorway = replace(Doorway.of(edge.settings), crypt=None)
    why = doorway.why_not(request.query_params, now=now)
    if why is not None:
        raise await door.refuse(edge, CHANNEL, why, now=now)
    return PlainTextResponse(request.query_params.get("echostr", ""))


@router.post(WEBHOOK)
async def take(request: Request, edge: EdgeOf, now: Now) -> Response:
    """Keep a push, then answer it at once if that is possible; else it is answered later."""
    # public: opens to nobody but who holds the account's token.
    doorway = Doorway.of(edge.settings)
    why = doorway.why_not(request.query_params, now=now)
    if why is not None:
        raise await door.refuse(edge, CHANNEL, why, now=now)
    body = await door.body_of(request, edge, CHANNEL, now=now)
    try:
        push = doorway.opened(request.query_params, body)
        intake = _intake(edge)
        kept = wechat_updates.raw(
            push,
            carries_sensitive=intake.reader.traits.carries_sensitive,
            waited=now.timestamp() - int(request.query_params["timestamp"]),
        )
    except ForgedMessageError as error:
        raise await door.refuse(edge, CHANNEL, Why.WRONG_SIGNATURE, now=now) from error
    except ValueError as error:
        raise await door.refuse(edge, CHANNEL, Why.MALFORMED, now=now) from error
    held = now + REPLY_WITHIN
    await to_thread.run_sync(
        lambda: taking_in.keep(edge.store, CHANNEL, [kept], now=now, held_until=held),
        limiter=lanes.intake(),
    )
    text = await _answered(edge, intake, kept, held)
    if not text:
        return PlainTextResponse(NOTHING)
    xml = wechat_updates.answer(push, text, now=now)
    return Response(doorway.closed(xml, now=now), media_type="application/xml")


async def _answered(edge: Edge, intake: Intake, kept: Raw, held: datetime) -> str:
    """What can be said within WeChat's patience; empty when it is said later."""
    with move_on_after(ANSWER_SECONDS) as patience:
        await to_thread.run_sync(
            intake.answer_chat, kept.chat, held, limiter=lanes.intake(), abandon_on_cancel=True
        )
    if patience.cancelled_caught:
        return ""
    return await to_thread.run_sync(_take, edge, kept, limiter=lanes.intake())


def _take(edge: Edge, kept: Raw) -> str:
    speech = edge.helpline.speech
    with edge.store.write() as session:
        return wechat_replies.take(
            session, kept.chat, kept.external_id, speech, now=datetime.now(UTC)
        )


def _intake(edge: Edge) -> Intake:
    helpline = edge.helpline
    return Intake(
        CHANNEL,
        Pushes(carries_sensitive=CHANNEL not in edge.settings.wary_channels),
        helpline.desk,
        helpline.store,
        helpline.speech,
        lambda: datetime.now(UTC),
        files_of(helpline, edge.settings),
    )


@cache
def _files(api: str, account: str, secret: str) -> WeChatFiles:
    # One for all requests: it keeps the token.
    return WeChatFiles(api, account, secret)


def files_of(helpline: Helpline, settings: Settings) -> Fetching | None:
    """How pictures and recordings are fetched; None where they may not be."""
    account, secret = settings.wechat_app_id, settings.wechat_app_secret
    if account is None or secret is None or CHANNEL in settings.wary_channels:
        return None
    files = _files(settings.wechat_api, account, secret.get_secret_value())
    return Fetching(files, helpline.scanner, helpline.recogniser)
