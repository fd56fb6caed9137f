"""What the desk says became of what was pressed, when another page follows."""

from enum import StrEnum

from starlette.responses import Response

from api.console import visit


class Done(StrEnum):
    """What was done, or why not: a notice of the console."""

    NONE_LEFT = "none_left"
    ASKED_ONE = "asked_one"
    IN_LINE = "in_line"
    HANDED_BACK = "handed_back"


def leads(done: Done, *, hard: bool = False) -> Response:
    """On to the desk, which says it. `hard`: a case that weighs has just ended."""
    return visit.to(f"/console?told={done}{'&hard=true' if hard else ''}")
