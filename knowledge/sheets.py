"""How a content file is read: YAML into a frozen shape, every error with its file and line."""

from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

Shape = TypeVar("Shape", bound=BaseModel)


class SheetError(ValueError):
    """A content file that cannot be used; the message names file, line and what is wrong."""


class _Loader(yaml.CSafeLoader):
    """YAML without keys that are told twice: the last one would win in silence."""

    def construct_mapping(
        self,
        node: yaml.MappingNode,
        deep: bool = False,  # noqa: FBT001, FBT002
    ) -> dict[Hashable, object]:
        found: dict[Hashable, object] = super().construct_mapping(node, deep=deep)
        if len(found) < len(node.value):
            keys = [str(key.value) for key, _ in node.value]
            twice = next((key for key in keys if keys.count(key) > 1), keys[0])
            raise yaml.constructor.ConstructorError(
                problem=f"{twice} is told twice", problem_mark=node.start_mark
            )
        return found


def read(path: Path) -> object:
    """The plain value of one YAML file."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a safe one
    except OSError as error:
        raise SheetError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise SheetError(f"{path}:1: is not UTF-8") from error
    except yaml.constructor.ConstructorError as error:
        raise SheetError(f"{path}:{_yaml_line(error)}: {error.problem}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise SheetError(f"{path}:{_yaml_line(error)}: not valid YAML") from error


def read_one(path: Path, shape: type[Shape]) -> Shape:
    """One object of the given shape."""
    try:
        return shape.model_validate(read(path))
    except ValidationError as error:
        raise _described(path, error) from error


def read_list(path: Path, shape: type[Shape]) -> tuple[Shape, ...]:
    """A list of objects of the given shape; an empty file is an empty list."""
    raw = read(path) or []
    if not isinstance(raw, list):
        raise SheetError(f"{path}:1: must be a list")
    found = []
    for index, item in enumerate(raw):
        try:
            found.append(shape.model_validate(item))
        except ValidationError as error:
            raise _described(path, error, index) from error
    return tuple(found)


def at(path: Path, where: Sequence[str | int], what: str) -> SheetError:
    """The error for what stands at a path of keys and indexes inside the file."""
    named = "".join(f"{step}." for step in where).removesuffix(".")
    return SheetError(": ".join(filter(None, (f"{path}:{_line(path, where)}", named, what))))


def _described(path: Path, error: ValidationError, *within: int) -> SheetError:
    first = error.errors(include_url=False)[0]
    return at(path, (*within, *first["loc"]), first["msg"])


def _yaml_line(error: Exception) -> int:
    mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
    return 1 if mark is None else mark.line + 1


def _line(path: Path, where: Sequence[str | int]) -> int:
    node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    line = 1
    for step in where:
        found = _child(node, step)
        if found is None:
            break
        line, node = found
    return line


def _child(node: object, step: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        value = node.value[step]
        return value.start_mark.line + 1, value
    return None
