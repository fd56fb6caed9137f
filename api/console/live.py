"""What changed, pushed to an open console: topics to look at again, never what they say."""

import json
from collections.abc import AsyncIterator
from typing import Annotated

import anyio
from anyio import to_thread
from fastapi import APIRouter, Depends, Query, Request
from sse_starlette import EventSourceResponse, ServerSentEvent

from api import feed, streams
from api.console import visit
from api.console.open_consoles import OpenConsoles, Topics
from api.edge import Edge, EdgeOf, Now

router = APIRouter(prefix="/console", include_in_schema=False)


async def of(request: Request) -> OpenConsoles:
    """The open consoles of the application that serves this request."""
    found = request.app.state.consoles
    if not isinstance(found, OpenConsoles):
        raise TypeError("Build the application with api.app.create_app.")
    return found


@router.get("/events")
def follow(
    request: Request,
    edge: EdgeOf,
    consoles: Annotated[OpenConsoles, Depends(of)],
    now: Now,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
) -> EventSourceResponse:
    """Event `changed` with topics such as `queue` or `message:ID`; resumes like every stream."""
    # public: any account may follow; every change is asked of permissions in topics.may_know.
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
    edge.hub.require_room(())
    closing = anyio.Event()
    found = _found(edge, consoles, me.token, feed.resumed(request, after), closing)

    async def told() -> AsyncIterator[ServerSentEvent]:
        yield ServerSentEvent(comment="open", retry=feed.RETRY_MILLISECONDS)
        async for news in found:
            data = json.dumps(news.names)
            yield ServerSentEvent(event="changed", data=data, id=str(news.cursor))
        yield ServerSentEvent(event="goodbye", data="{}")

    return feed.stream(told(), closing)


async def _found(
    edge: Edge, consoles: OpenConsoles, token: str, after: int, closing: anyio.Event
) -> AsyncIterator[Topics]:
    """What this console is to look at, as it changes, until nobody is signed in here."""
    with edge.hub.watching(()) as watch, consoles.opened(token, watch, after=after) as mine:
        # The log is read for all by the pulse; only whoever has just come does not wait for it.
        await to_thread.run_sync(consoles.look, limiter=edge.hub.lane())
        while not closing.is_set():
            watch.woken.clear()
            news = mine.untold()
            if news is None:
                return
            if news.names:
                yield news
            with anyio.move_on_after(streams.POLL_SECONDS):
                await watch.woken.wait()
