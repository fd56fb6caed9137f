"""The command `deadline`: when a period of natural or working days ends."""

from typing import Annotated

import typer

from api.commands import console
from knowledge import workdays


def deadline(
    start: Annotated[str, typer.Option("--from", help="ISO 8601; naive is Asia/Shanghai")],
    days: Annotated[int, typer.Option("--days", min=0, max=100_000)],
    working: Annotated[bool, typer.Option("--working", help="working days")] = False,  # noqa: FBT002
    region: Annotated[str | None, typer.Option(help="one of the six regions")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON alone")] = False,  # noqa: FBT002
) -> None:
    """When a period ends: the next day 00:00 after its last day."""
    console.region(region)
    try:
        found = workdays.due(console.moment(start), days=days, working=working)
    except (ValueError, OverflowError) as error:
        console.refuse(f"{error}")
    answer = {"due": found.due.isoformat(), "provisional": found.provisional}
    console.show(answer, as_json=as_json, text=found.due.isoformat())
