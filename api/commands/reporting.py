"""The command that makes a daily, weekly or monthly report."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from api import reporting
from api.commands import console
from api.reporting import Report, Span
from bot import helpline
from cases import database
from cases.figures import tallies
from config.settings import Settings

AsJson = Annotated[bool, typer.Option("--json", help="print JSON alone")]
InRegion = Annotated[str | None, typer.Option("--region", help="one of the six regions")]
OnDay = Annotated[str | None, typer.Option("--on", help="a day in the time it covers")]


def report(
    file: Annotated[Path, typer.Argument(help="the .docx to write")],
    span: Annotated[Span, typer.Option("--span", help="how much time it covers")] = Span.WEEKLY,
    region: InRegion = None,
    on: OnDay = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Write a daily, weekly or monthly report with de-identified cases."""
    if file.exists():
        console.refuse(f"{file} exists; give a new file name.")
    settings, day, place = Settings(), console.day(on), console.region(region)
    since, until = reporting.days_of(span, day)
    store = helpline.open_store(settings)
    if not database.is_set_up(store):
        console.refuse(f"There is no database in {settings.data} yet; run: helpline db upgrade")
    with store.read() as session:
        cases = tallies.for_report(session, reporting.period_of(span, day, place))
    made = Report(settings.service_name, span, since, until, place, cases)
    library = helpline.open_published(settings).library()
    body = reporting.as_docx(made, library, now=datetime.now(UTC))
    try:
        file.write_bytes(body)
    except OSError as error:
        console.refuse(f"{file} cannot be written ({error.strerror}); give another folder.")
    answer = {"file": str(file), "since": str(since), "until": str(until), "tickets": len(cases)}
    console.show(answer, as_json=as_json, text=str(file))
