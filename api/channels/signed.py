"""Whether a knock is signed as Standard Webhooks has it: by whom it should, and just now."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from fastapi import Request
from standardwebhooks import Webhook, WebhookVerificationError

from api.channels import door
from api.edge import Edge
from cases.channels.refusals import Why

FRESH = timedelta(minutes=5)
HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")


async def opened(
    request: Request, edge: Edge, channel: str, secret: str, *, now: datetime
) -> tuple[str, Mapping[str, object]]:
    """The id and the body of what was signed under this secret. Raises EdgeError."""
    given = {name: request.headers.get(name, "") for name in HEADERS}
    if not all(given.values()):
        raise await door.refuse(edge, channel, Why.NO_SIGNATURE, now=now)
    at = given["webhook-timestamp"]
    if not at.isdecimal() or abs(now.timestamp() - int(at)) > FRESH.total_seconds():
        raise await door.refuse(edge, channel, Why.OLD, now=now)
    body = await door.body_of(request, edge, channel, now=now)
    try:
        Webhook(secret).verify(body, given)
    except (WebhookVerificationError, UnicodeDecodeError) as error:
        raise await door.refuse(edge, channel, Why.WRONG_SIGNATURE, now=now) from error
    except ValueError as error:
        raise await door.refuse(edge, channel, Why.MALFORMED, now=now) from error
    read = json.loads(body)
    if not isinstance(read, dict):
        raise await door.refuse(edge, channel, Why.MALFORMED, now=now)
    return given["webhook-id"], read
