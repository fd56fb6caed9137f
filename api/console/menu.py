"""Which pages the console's menu offers to an account, and in which groups they stand."""

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter

from cases import permissions
from cases.operators import Operator
from cases.permissions import Action

FILE = Path(__file__).parent / "menu.toml"


class Entry(BaseModel):
    """One page: what its template says of itself, its address and name, and who sees it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    here: str
    path: str
    name: str
    needs: Action


class Group(BaseModel):
    """Pages that somebody uses for the same work."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    pages: Sequence[Entry]


@cache
def shipped() -> Sequence[Group]:
    """Every group with every page."""
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return TypeAdapter(Sequence[Group]).validate_python(table["group"])


def of(operator: Operator) -> Sequence[Group]:
    """The groups of this account with the pages that it may open; none is empty."""
    groups = [
        group.model_copy(
            update={"pages": [one for one in group.pages if permissions.may(operator, one.needs)]}
        )
        for group in shipped()
    ]
    return [group for group in groups if group.pages]
