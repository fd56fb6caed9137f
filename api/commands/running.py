"""Commands that run: serve, settings."""

import errno
import gc
import socket
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer
import uvicorn

from api.app import create_app
from api.commands import console
from bot import __main__ as work
from bot import helpline, schedule
from bot.helpline import Helpline
from cases import operators
from config import logs
from config.settings import Settings

GOODBYE_SECONDS = 5


class Only(StrEnum):
    """Which half to run."""

    WEB = "web"
    WORK = "work"


def serve(
    host: Annotated[str | None, typer.Option(help="address to listen on")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="port to listen on")] = None,
    only: Annotated[Only | None, typer.Option(help="web or work alone")] = None,
) -> None:
    """Serve the resident's page, the console and the API, and keep the clock."""
    settings = Settings()
    if only is Only.WORK:
        work.run(settings)
        return
    host, port = host or settings.host, port or settings.port
    _check_free(host, port)
    logs.configure(settings.log_level)
    # Knowledge and model are made of millions of objects that live as long as the process:
    # looking through them for garbage while they are being made costs start-up seconds.
    gc.disable()
    built = helpline.build(settings)
    built.library()
    gc.freeze()
    gc.enable()
    _greet(built, host, port)
    scheduler = None if only is Only.WEB else schedule.start(built)
    stop_channels = None if only is Only.WEB else work.start_channels(built)
    app = create_app(built)
    uvicorn.run(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GOODBYE_SECONDS,
        proxy_headers=settings.trusted_proxy is not None,
        forwarded_allow_ips=settings.trusted_proxy or "127.0.0.1",
    )
    if stop_channels is not None:
        stop_channels()
    if scheduler is not None:
        scheduler.shutdown(wait=False)


def settings(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:  # noqa: FBT002
    """List every setting with its meaning and whether it is given."""
    current = Settings()
    listed = [
        {
            "name": f"HELPLINE_{name.upper()}",
            "meaning": field.description,
            "given": name in current.model_fields_set,
        }
        for name, field in Settings.model_fields.items()
    ]
    lines = (f"{row['name']:28} {row['meaning']}" for row in listed)
    console.show(listed, as_json=as_json, text="\n".join(lines))


def _check_free(host: str, port: int) -> None:
    """Refuse an address that cannot be listened on before anything begins to work."""
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        console.refuse(f"There is no address {host} ({error.strerror}); give another: --host")
    wrong = [why for one in addresses if (why := _listening_fails(*one)) is not None]
    if any(why.errno == errno.EADDRINUSE for why in wrong):
        console.refuse(
            f"Port {port} of {host} is taken; stop what listens there, or give another: --port"
        )
    if len(wrong) == len(addresses):
        console.refuse(
            f"Port {port} of {host} cannot be opened ({wrong[0].strerror});"
            " give an address of this machine and a port that you may open: --host, --port"
        )


def _listening_fails(
    family: int, kind: int, protocol: int, _name: str, address: tuple[str | int | bytes, ...]
) -> OSError | None:
    try:
        with socket.socket(family, kind, protocol) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except OSError as error:
        return error
    return None


def _greet(built: Helpline, host: str, port: int) -> None:
    address = built.settings.public_url or f"http://{host}:{port}"
    typer.echo(f"Residents: {address}/   staff: {address}/console", err=True)
    with built.store.write() as session:
        if operators.any_exist(session):
            return
        token = operators.make_setup_link(session, now=datetime.now(UTC))
    typer.echo(
        f"No account exists yet. First administrator (works once, for 24 hours): "
        f"{address}/setup/{token}",
        err=True,
    )
