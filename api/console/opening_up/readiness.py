"""The page of what is still missing before going live, each with the button that mends it."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, ConfigDict
from starlette.responses import HTMLResponse, Response

from api.console import menu, visit
from api.console.opening_up import steps
from api.console.opening_up.steps import State, Step
from api.edge import EdgeOf, Now
from cases import audit, permissions
from cases.operators import Operator
from cases.permissions import Action

HERE = "/console/readiness"
FILE = Path(__file__).parent / "readiness.toml"
MOST_NAMED = 6
router = APIRouter(prefix=HERE, include_in_schema=False)


class Words(BaseModel):
    """How a step is called, what is said of it in each state, and the page that mends it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    said: Mapping[State, str]
    path: str = ""
    go: str = ""
    button: str = ""


@dataclass(frozen=True)
class Line:
    """A step as the page shows it; `path` only where this account may go there."""

    step: Step
    words: Words
    said: str
    path: str


class Wording(BaseModel):
    """The words of the page: by state, by way to reach somebody, by step."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: Mapping[State, str]
    way: Mapping[str, str]
    step: Mapping[str, Words]


@cache
def wording() -> Wording:
    """The words as shipped."""
    return Wording.model_validate(tomllib.loads(FILE.read_text(encoding="utf-8")))


@router.get("")
def show(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """Every step with its state, in the order in which it is done."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.SEE_READINESS)
        house = steps.look(session, edge.settings, edge.helpline.library(), now=now)
        lines = [_line(one, me.operator) for one in steps.of(house)]
        values = {
            "lines": lines,
            "states": wording().state,
            "missing": sum(line.step.state is State.MISSING for line in lines),
            "undecided": sum(line.step.state is State.DECIDE for line in lines),
            "places": house.places,
        }
        return visit.page(session, edge, me, "readiness.html", values, now=now)


@router.post("/saved")
def saved(request: Request, edge: EdgeOf, now: Now, csrf: Annotated[str, Form()] = "") -> Response:
    """Somebody says that a backup and the keys were put away, each in a place of its own."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.MANAGE_STAFF)
        audit.record(session, me.operator.id, "said backup is kept", "backup", now=now)
    return visit.to(HERE)


def _line(step: Step, operator: Operator) -> Line:
    words = wording().step[step.key]
    named = [wording().way.get(one, one) for one in step.named]
    said = words.said[step.state].format(count=step.count, named=_joined(named))
    return Line(step, words, said, words.path if _may_go(operator, words.path) else "")


def _joined(named: Sequence[str]) -> str:
    more = "……" if len(named) > MOST_NAMED else ""
    return "、".join(named[:MOST_NAMED]) + more


def _may_go(operator: Operator, path: str) -> bool:
    offered = {page.path for group in menu.of(operator) for page in group.pages}
    return path.split("?", maxsplit=1)[0] in offered
