"""Which files the guards read, and what they look at in them."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.places import ROOT

PACKAGES = ("api", "bot", "cases", "config", "handlers", "knowledge", "nlu")
OURS = (*PACKAGES, "benchmarks", "tests")
CHINESE = re.compile(r"[\u3400-\u9fff]")
Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules(*folders: str) -> list[Path]:
    """The Python files of these folders, in order."""
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def name(path: Path) -> str:
    """A file as it is called inside the repository."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[Function]:
    """Every function and method of a file."""
    for node in ast.walk(tree(path)):
        if isinstance(node, Function):
            yield node


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """Every string of a file with its line, docstrings left out."""
    parsed = tree(path)
    documents = {id(_docstring(n)) for n in ast.walk(parsed) if isinstance(n, Documented)}
    for node in ast.walk(parsed):
        if not isinstance(node, ast.Constant) or id(node) in documents:
            continue
        if isinstance(node.value, str):
            yield node.lineno, node.value


def _docstring(node: Documented) -> ast.expr | None:
    first = node.body[0] if node.body else None
    return first.value if isinstance(first, ast.Expr) else None
