"""Commands that answer: ask, understand, triage."""

from datetime import datetime
from typing import Annotated

import typer

from api.commands import console
from bot import helpline
from cases.ticket_rules import service_levels
from config.settings import Settings
from handlers import triage as triaging
from knowledge import answers
from knowledge.library import Library
from knowledge.names import Region
from nlu.interpreter import InProcess

AsJson = Annotated[bool, typer.Option("--json", help="print JSON alone")]
InRegion = Annotated[str | None, typer.Option("--region", help="one of the six regions")]
OnDay = Annotated[str | None, typer.Option("--on", help="the day to answer for, 2026-11-22")]


def ask(
    text: Annotated[str, typer.Argument(help="a question in everyday Chinese")],
    region: InRegion = None,
    on: OnDay = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Answer a policy question with the clauses relied on."""
    if not text.strip():
        console.refuse("The question is empty; write it behind the command: helpline ask TEXT")
    library = helpline.open_published(Settings()).of_day(console.day(on))
    said = _interpreter().read(text, now=console.moment(None))
    found = answers.answer(
        library,
        said.text,
        region=console.region(region),
        on=console.day(on),
        programme=said.programme,
        aspect=said.aspect,
    )
    console.show(found.to_json(), as_json=as_json, text=found.text)


def understand(as_json: AsJson = False) -> None:  # noqa: ARG001, FBT002
    """Understand each line of standard input; one JSON object a line."""
    interpreter = _interpreter()
    now = console.moment(None)
    console.for_each(
        console.lines(None), lambda text: interpreter.read(text, now=now).to_json(), ()
    )


def triage(
    region: InRegion = None,
    at: Annotated[str | None, typer.Option("--at", help="when it was told, ISO 8601")] = None,
    as_json: AsJson = False,  # noqa: ARG001, FBT002
) -> None:
    """Triage each line of standard input: priority, matter, units with their source."""
    library, interpreter = _library(Settings()), _interpreter()
    place, opened = console.region(region), console.moment(at)
    console.for_each(
        console.lines(None), lambda text: _triaged(library, interpreter, text, place, opened), ()
    )


def _triaged(
    library: Library, interpreter: InProcess, text: str, place: Region | None, opened: datetime
) -> dict[str, object]:
    said = interpreter.read(text, now=opened)
    decided = triaging.decide(said, library, region=place)
    clock = service_levels.respond_by(
        priority=decided.priority,
        category=decided.category,
        region=place or Region.NATIONAL,
        opened_at=opened,
    )
    routing = decided.routing
    source = {"document": routing.document, "clause": routing.clause} if routing.sourced else None
    return {
        "text": said.text,
        "priority": decided.priority,
        "hazard": decided.hazard,
        "matter": decided.matter,
        "category": decided.category,
        "lead_unit": routing.lead,
        "joint_units": list(routing.joint),
        "source": source,
        "respond_by": clock.due.astimezone(console.LOCAL).isoformat(),
        "sealed": decided.sealed,
        "not_to": list(decided.not_to),
    }


def _library(settings: Settings) -> Library:
    return helpline.open_published(settings).library()


def _interpreter() -> InProcess:
    return helpline.load_interpreter(Settings())
