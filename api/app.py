"""What the web application is made of: its routes, its limits, and how failures are answered."""

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api import answers, errors
from api.body_limit import BodyLimit
from api.channels import platforms
from api.channels import sms as sms_door
from api.channels import telegram as telegram_door
from api.channels import wechat as wechat_door
from api.console import accounts, archiving, entering, keeping, live, mailbox
from api.console import failing as console_failing
from api.console.care import campaigning, checking, gathering
from api.console.desk import (
    calling,
    dictating,
    directing,
    helping,
    mishearing,
    noting,
    opening,
    phoning,
    quality,
    ready_replies,
    refused,
    rescuing,
    roster,
    shifts,
    unreached,
    wall,
)
from api.console.desk import desk as console_desk
from api.console.desk import passing as console_passing
from api.console.editing import (
    asked,
    drafting,
    knowledge,
    receiving,
    services,
    standards,
    understanding,
)
from api.console.households import (
    bureau_lists,
    calendar_feed,
    care_consent,
    confirming,
    early_told,
    file,
    happiness,
    hardship,
    household_copy,
    households,
    needs_library,
    phone_lines,
    same,
    service_plan,
    service_steps,
    visited,
    visiting,
)
from api.console.open_consoles import OpenConsoles
from api.console.opening_up import readiness
from api.console.tickets import (
    applying,
    cataloguing,
    copying,
    counting,
    deliberating,
    follow_ups,
    lateness,
    noticing,
    reports,
    sorting,
    ticket_lists,
    ticketing,
    timing,
    unsealing,
)
from api.edge import Edge
from api.headers import SafeHeaders
from api.pulse import Pulse
from api.resident import (
    elsewhere,
    embedding,
    failing,
    following,
    listing,
    own_copies,
    resuming,
    routes,
    sharing,
    speaking,
    writing,
)
from api.routes import chat, desk, events, health, receivers, session, tickets
from api.streams import Hub
from bot.helpline import Helpline
from cases.errors import CaseError

STATIC = Path(__file__).parent / "static"
SUMMARY = "Chat API of a social-assistance helpline, and the queue and tickets of its staff"
FAILURES = (
    CaseError,
    errors.EdgeError,
    RequestValidationError,
    HTTPException,
    *errors.AWAY,
    Exception,
)
# Routes are tried in this order: what is asked for every second stands first.
PROGRAMS = (chat, events, session, desk, tickets, receivers, health)
PAGES = (
    routes,
    speaking,
    writing,
    sharing,
    resuming,
    following,
    listing,
    own_copies,
    elsewhere,
    embedding,
)
DOORS = (telegram_door, wechat_door, sms_door, platforms)
EDITING = (knowledge, receiving, asked, drafting)
LEARNING = (understanding, mishearing)
CONSOLE = (
    entering,
    live,
    console_desk,
    console_passing,
    rescuing,
    calling,
    opening,
    noting,
    helping,
    phoning,
    dictating,
    directing,
    quality,
    ready_replies,
    shifts,
    roster,
    unreached,
    refused,
    phone_lines,
    mailbox,
    wall,
    ticket_lists,
    ticketing,
    unsealing,
    deliberating,
    follow_ups,
    applying,
    timing,
    sorting,
    noticing,
    lateness,
    bureau_lists,
    calendar_feed,
    copying,
    household_copy,
    care_consent,
    campaigning,
    gathering,
    checking,
    visiting,
    visited,
    same,
    service_plan,
    service_steps,
    confirming,
    households,
    early_told,
    file,
    happiness,
    hardship,
    needs_library,
    standards,
    services,
    cataloguing,
    counting,
    reports,
    accounts,
    archiving,
    keeping,
    readiness,
    *EDITING,
    *LEARNING,
)
STAFF_ONLY = ("/console", "/setup/")


def create_app(helpline: Helpline) -> FastAPI:
    """The application over a helpline that is already built."""
    edge = Edge(helpline, Hub())
    consoles = OpenConsoles(helpline.store)
    pulse = Pulse(helpline.store, edge.hub, consoles.look)
    app = FastAPI(
        title=helpline.settings.service_name,
        summary=SUMMARY,
        version="0.1.0",
        # The interactive pages would fetch their assets from elsewhere.
        docs_url=None,
        redoc_url=None,
        lifespan=_while_serving(helpline, pulse),
    )
    helpline.store.listen(pulse.touched)
    app.state.edge = edge
    app.state.consoles = consoles
    for module in (*PROGRAMS, *PAGES, *DOORS, *CONSOLE):
        # Each router's paths are whole: included, every request would walk them twice.
        app.router.routes.extend(module.router.routes)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    answer = answers.to_failures(edge, _page(edge))
    for failure in FAILURES:
        app.add_exception_handler(failure, answer)
    app.add_middleware(BodyLimit)
    app.add_middleware(SafeHeaders)
    return app


def _while_serving(
    helpline: Helpline, pulse: Pulse
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """What is published in any process is answered from in this one, and its pages hear of what
    changes in any process, as long as it serves."""

    @asynccontextmanager
    async def following(_app: FastAPI) -> AsyncIterator[None]:
        stop = threading.Event()
        helpline.shelf.watch(stop)
        pulse.watch(stop)
        try:
            yield
        finally:
            stop.set()

    return following


def _page(edge: Edge) -> answers.Page:
    def page(request: Request, refusal: errors.Refusal) -> Response:
        if request.url.path.startswith(STAFF_ONLY):
            return console_failing.page(request, edge, refusal)
        return failing.page(request, edge, refusal)

    return page
