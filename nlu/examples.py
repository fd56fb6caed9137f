"""How Rasa's training YAML is read: sentences with their intent and the values marked in them."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

MARK = re.compile(r"\[(?P<text>[^\]\[]+)\](?:\((?P<name>[^)]+)\)|(?P<json>\{[^}]*\}))")


class BadTrainingFile(ValueError):
    """The file is not Rasa training YAML; the message says where."""


@dataclass(frozen=True, slots=True)
class Marked:
    """One marked value; `value` is what the file says, else the text itself."""

    name: str
    value: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Example:
    """One sentence without its marks."""

    text: str
    intent: str
    entities: tuple[Marked, ...]


def read(path: Path) -> list[Example]:
    """All sentences of a file, or of every .yml and .yaml under a folder, in a fixed order."""
    if not path.exists():
        raise BadTrainingFile(f"{path} does not exist: name a Rasa YAML file or a folder of them.")
    files = [path]
    if path.is_dir():
        files = sorted([*path.rglob("*.yml"), *path.rglob("*.yaml")])
    found = [example for file in files for example in _read_file(file)]
    if not found:
        raise BadTrainingFile(f"{path} holds no intent with examples.")
    return found


def _read_file(path: Path) -> Iterator[Example]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadTrainingFile(f"{path} is not YAML in UTF-8: {error}") from error
    if isinstance(content, list):
        yield from _rows(content)
    blocks = content.get("nlu") if isinstance(content, dict) else None
    for block in blocks if isinstance(blocks, list) else []:
        if isinstance(block, dict) and "intent" in block:
            for line in _lines(block.get("examples")):
                yield parse(line, str(block["intent"]))


def _rows(rows: list[object]) -> Iterator[Example]:
    """Our own files: a list of texts, each with its intent or hazard, without marks."""
    for row in rows:
        if isinstance(row, dict) and "text" in row:
            label = row.get("intent", row.get("hazard"))
            if label is not None:
                yield Example(str(row["text"]), str(label), ())


def _lines(examples: object) -> Iterator[str]:
    if isinstance(examples, str):
        for line in examples.splitlines():
            if line.strip().startswith("- "):
                yield line.strip()[2:].strip()
    elif isinstance(examples, list):
        for row in examples:
            text = row.get("text") if isinstance(row, dict) else row
            if isinstance(text, str):
                yield text.strip().removeprefix("- ")


def parse(line: str, intent: str) -> Example:
    """A line with marks such as [两千](amount) or [底保]{"entity": "programme", "value": …}."""
    plain: list[str] = []
    marks: list[Marked] = []
    length = done = 0
    for match in MARK.finditer(line):
        name, value = _meaning(match)
        if name is None:
            continue
        before = line[done : match.start()]
        plain += [before, match["text"]]
        start = length + len(before)
        length = start + len(match["text"])
        marks.append(Marked(name, value, match["text"], start, length))
        done = match.end()
    plain.append(line[done:])
    return Example("".join(plain), intent, tuple(marks))


def _meaning(match: re.Match[str]) -> tuple[str | None, str]:
    if match["name"]:
        name, _, value = match["name"].partition(":")
        return name, value or match["text"]
    try:
        found = json.loads(match["json"])
    except json.JSONDecodeError:
        return None, ""
    name = found.get("entity")
    value = found.get("value", match["text"])
    plain = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return (str(name) if name else None), plain
