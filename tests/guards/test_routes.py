"""Every route asks for leave, or says why it is open to everybody."""

import ast
from pathlib import Path

import pytest

from tests.guards import sources

METHODS = {"get", "post", "put", "patch", "delete"}
PUBLIC = "# public:"


def _routes() -> list[tuple[Path, sources.Function]]:
    return [
        (path, function)
        for path in sources.modules("api")
        for function in sources.functions(path)
        if any(_is_route(decorator) for decorator in function.decorator_list)
    ]


def _is_route(decorator: ast.expr) -> bool:
    match decorator:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="router"), attr=method)):
            return method in METHODS
        case _:
            return False


def _asks(path: Path, function: sources.Function, seen: frozenset[str] = frozenset()) -> bool:
    """Whether an Action is named in the function or in one of this file that it calls."""
    if any(_names_action(node) for node in ast.walk(function)):
        return True
    called = {_called(node) for node in ast.walk(function)}
    nearby = [other for other in sources.functions(path) if other.name in called - seen]
    return any(_asks(path, other, seen | called) for other in nearby)


def _called(node: ast.AST) -> str:
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name
        case _:
            return ""


def _names_action(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id="Action" | "A")):
            return True
        case ast.Attribute(value=ast.Attribute(attr="Action")):
            return True
        case _:
            return False


def _source(path: Path, function: sources.Function) -> str:
    lines = path.read_text(encoding="utf-8").splitlines()
    return "\n".join(lines[function.lineno - 1 : function.end_lineno])


@pytest.mark.parametrize(
    ("path", "route"), _routes(), ids=lambda value: getattr(value, "name", str(value))
)
def test_a_route_asks_for_leave_or_says_why_not(path: Path, route: sources.Function) -> None:
    assert PUBLIC in _source(path, route) or _asks(path, route)


def test_there_are_routes() -> None:
    assert len(_routes()) > 10
