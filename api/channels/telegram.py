"""Where Telegram pushes updates: under a secret, on disk before it is told so."""

import hmac
import json
from datetime import datetime

from anyio import to_thread
from fastapi import APIRouter, Request
from starlette.responses import Response

from api import lanes
from api.channels import door
from api.edge import Edge, EdgeOf, Now
from bot import taking_in, telegram_updates
from bot.telegram_updates import CHANNEL, WEBHOOK
from cases.channels.refusals import Why
from cases.errors import UnknownError

router = APIRouter(include_in_schema=False)
HEADER = "x-telegram-bot-api-secret-token"


@router.post(WEBHOOK)
async def take(request: Request, edge: EdgeOf, now: Now) -> Response:
    """Keep one update. 200 means it is on disk; 503 that Telegram must send it again."""
    # public: opens to nobody but who holds the webhook's secret.
    secret = edge.settings.telegram_webhook_secret
    if secret is None:
        raise UnknownError("Updates are polled here.")
    given = request.headers.get(HEADER, "")
    if not hmac.compare_digest(given.encode(), secret.get_secret_value().encode()):
        why = Why.WRONG_SIGNATURE if given else Why.NO_SIGNATURE
        raise await door.refuse(edge, CHANNEL, why, now=now)
    body = await door.body_of(request, edge, CHANNEL, now=now)
    await to_thread.run_sync(_keep, edge, body, now, limiter=lanes.intake())
    return Response(status_code=200)


def _keep(edge: Edge, body: bytes, now: datetime) -> None:
    sensitive = edge.settings.telegram_carries_sensitive
    try:
        update = telegram_updates.raw(json.loads(body), carries_sensitive=sensitive)
    except (ValueError, RecursionError):
        # It came under the secret: a person looks, and Telegram does not repeat it for ever.
        update = telegram_updates.unreadable(body)
    taking_in.keep(edge.store, CHANNEL, [update], now=now)
