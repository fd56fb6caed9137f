"""What every route reaches for: the helpline, the streams, and the time."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request

from api.streams import Hub
from bot.helpline import Helpline
from cases.database import Store
from config.settings import Settings


@dataclass(frozen=True)
class Edge:
    """The application's parts, as the routes see them."""

    helpline: Helpline
    hub: Hub

    @property
    def store(self) -> Store:
        """The database."""
        return self.helpline.store

    @property
    def settings(self) -> Settings:
        """The settings."""
        return self.helpline.settings

    @property
    def secure(self) -> bool:
        """Whether cookies may only travel over https."""
        address = self.settings.public_url
        return address is not None and address.startswith("https:")


def of(request: Request) -> Edge:
    """The edge of the application that serves this request."""
    found = request.app.state.edge
    if not isinstance(found, Edge):
        raise TypeError("Build the application with api.app.create_app.")
    return found


def now() -> datetime:
    """The time, read once a request, here at the edge."""
    return datetime.now(UTC)


async def _of(request: Request) -> Edge:
    # What is no coroutine is sent to a thread and back, for each request.
    return of(request)


async def _now() -> datetime:
    return now()


EdgeOf = Annotated[Edge, Depends(_of)]
Now = Annotated[datetime, Depends(_now)]
