"""How content files become entries, and what is said of a file that is not right."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, TypeAdapter, ValidationError

T = TypeVar("T")
Place = tuple[int | str, ...]


class LibraryError(Exception):
    """Content that cannot be used; the message names file, line or key, and the mend."""


BOOLEAN = "tag:yaml.org,2002:bool"


class _Loader(yaml.CSafeLoader):
    """YAML as people mean it: `no` and `on` are words, and no key may stand twice in a mapping."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:  # noqa: FBT001, FBT002
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value!r} stands twice", key.start_mark
                )
            seen.add(key.value)
        return dict(super().construct_mapping(node, deep=deep))


_Loader.yaml_implicit_resolvers = {
    first: [rule for rule in rules if rule[0] != BOOLEAN]
    for first, rules in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(BOOLEAN, re.compile("true|false"), ["t", "f"])


def read(path: Path, shape: TypeAdapter[T]) -> T:
    """The file as `shape`; LibraryError names file, line and mend."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LibraryError(
            f"{path}: cannot be read as UTF-8 text; save it again as UTF-8"
        ) from error
    try:
        return shape.validate_python(yaml.load(text, _Loader))  # noqa: S506
    except yaml.YAMLError as error:
        raise LibraryError(f"{path}: {_yaml_trouble(error)}") from error
    except ValidationError as error:
        raise LibraryError(f"{path}: {_shape_trouble(error, text)}") from error


def read_entry(path: Path, shape: type[T]) -> T:
    """One entry from one file."""
    return read(path, TypeAdapter(shape))


def read_entries(path: Path, shape: type[T]) -> tuple[T, ...]:
    """A list of entries from one file; an absent file holds none."""
    return read(path, TypeAdapter(tuple[shape, ...])) if path.exists() else ()  # type: ignore[valid-type]


def read_folder(folder: Path, shape: type[T]) -> Iterator[tuple[Path, T]]:
    """Every `.yml` of a folder in the order of names, with its path."""
    adapter = TypeAdapter(shape)
    for path in sorted(folder.glob("*.yml")):
        yield path, read(path, adapter)


def fingerprint(*folders: Path) -> str:
    """Twelve hexadecimal digits that change whenever a content file does."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*.*ml")):
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _yaml_trouble(error: yaml.YAMLError) -> str:
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return "is not YAML; mend the file"
    line = error.problem_mark.line + 1
    return f"line {line}: {error.problem}; mend the YAML there"


def _shape_trouble(error: ValidationError, text: str) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"]) or "the file"
    return f"line {_line_of(first['loc'], text)}: {place}: {first['msg']}; mend that value"


def _line_of(place: Place, text: str) -> int:
    """The line of the deepest part of `place` that the file has."""
    node = yaml.compose(text, yaml.CSafeLoader)
    line = 1
    for part in place:
        below = _step(node, part)
        if below is None:
            break
        node, line = below, below.start_mark.line + 1
    return line


def _step(node: yaml.Node | None, part: int | str) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        found: yaml.Node = node.value[part]
        return found
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                item: yaml.Node = value
                return item
    return None


class Named(BaseModel, frozen=True, extra="forbid"):
    """How one name of a closed set is called in Chinese, and what else people call it."""

    name: str
    short: str | None = None
    aliases: tuple[str, ...] = ()


class RegionEntry(BaseModel, frozen=True, extra="forbid"):
    """One region with its 行政区划代码 and the names by which people call it or its places."""

    id: str
    name: str
    code: str
    ticket_prefix: str
    aliases: tuple[str, ...] = ()
