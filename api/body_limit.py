"""How large a request may be: 64 KiB, more for knowledge, as declared and as streamed."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 64 * 1024
MIB = 1024 * 1024
# A document that is imported (its page says what is too large); an entry that is edited.
LARGER = (
    ("/console/knowledge/import", 32 * MIB),
    ("/console/knowledge/", MIB),
    ("/console/lists", 16 * MIB),
    ("/channels/", MIB),
    # A photo of a resident; the page itself says from 10 MiB on what is too large.
    ("/files", 16 * MIB),
)
TOO_LARGE = "More was sent than this address takes; send less at once."


class BodyLimit:
    """Refuses a body that says it is too large, and stops reading one that turns out to be."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its body counted."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # The refusal is raised where the body is read: there the handlers of errors answer it.
        most = _most(scope)
        left = -1 if _declared(scope) > most else most

        async def counted() -> Message:
            nonlocal left
            if left < 0:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LARGE)
            message = await receive()
            if message["type"] == "http.request":
                left -= len(message.get("body", b""))
                if left < 0:
                    raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LARGE)
            return message

        await self._app(scope, counted, send)


def _most(scope: Scope) -> int:
    path = str(scope["path"])
    return next((size for start, size in LARGER if path.startswith(start)), MOST_BYTES)


def _declared(scope: Scope) -> int:
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(lengths[0]) if lengths and lengths[0].isdigit() else 0
