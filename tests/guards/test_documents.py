"""What the documents say of settings, commands and permissions is what the program does."""

import re
import shlex
from functools import cache
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from api import cli
from cases import permissions
from cases.ticket_rules import lifecycle
from config.settings import Settings
from tests.guards import sources
from tests.places import ROOT

READMES = ("README.md", "README.zh.md")
BLOCK = re.compile(r"^```[a-z]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`((?:make|helpline) [^`]+)`")
LINK = re.compile(r"\]\(([^)#]+)")
MODULE = re.compile(r"python -m ((?:benchmarks|bot|tests|api|nlu)[a-z_.]*[a-z])")
TARGET = re.compile(r"^([a-z-]+):", re.MULTILINE)


@cache
def _app() -> typer.Typer:
    return cli.build(None)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _documents() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def _quoted(word: str) -> list[list[str]]:
    """The `make …` or `helpline …` commands of the documents, split into words."""
    found: set[str] = set()
    for path in (*(ROOT / name for name in READMES), *sorted((ROOT / "docs").glob("*.md"))):
        text = _text(path)
        lines = [line for block in BLOCK.findall(text) for line in block.splitlines()]
        for line in (*lines, *INLINE.findall(text)):
            said = line.split("#")[0].split("<")[0].strip().removeprefix(".venv/bin/")
            if said.startswith(f"{word} "):
                found.add(said)
    return [shlex.split(one) for one in sorted(found)]


def _words_of_command(words: list[str]) -> list[str]:
    group: object = typer.main.get_command(_app())
    taken: list[str] = []
    for word in words:
        known = getattr(group, "commands", {})
        if word not in known:
            break
        taken.append(word)
        group = known[word]
    return taken


@pytest.mark.parametrize("words", _quoted("helpline"), ids=" ".join)
def test_a_command_in_the_documents_exists(words: list[str]) -> None:
    command = _words_of_command(words[1:])
    assert command, "there is no such command"
    assert CliRunner().invoke(_app(), [*command, "--help"]).exit_code == 0


@pytest.mark.parametrize("words", _quoted("helpline"), ids=" ".join)
def test_its_options_exist(words: list[str]) -> None:
    shown = CliRunner().invoke(
        _app(), [*_words_of_command(words[1:]), "--help"], env={"COLUMNS": "200"}
    )
    options = [word.split("=")[0] for word in words if word.startswith("--")]
    assert [option for option in options if option not in shown.output] == []


def test_every_make_target_in_the_documents_exists() -> None:
    targets = set(TARGET.findall(_text(ROOT / "Makefile")))
    named = [word for words in _quoted("make") for word in words[1:] if "=" not in word]
    assert [word for word in named if word not in targets] == []


def test_make_help_tells_of_every_target() -> None:
    makefile = _text(ROOT / "Makefile")
    told = set(re.findall(r"^([a-z-]+):.*##", makefile, re.MULTILINE))
    assert set(TARGET.findall(makefile)) - told == set()


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_is_documented(name: str) -> None:
    assert f"`HELPLINE_{name.upper()}`" in _text(ROOT / "docs" / "settings.md")


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_has_a_description(name: str) -> None:
    assert Settings.model_fields[name].description


def test_no_setting_is_documented_that_is_gone() -> None:
    told = set(re.findall(r"HELPLINE_([A-Z_]+)", _text(ROOT / "docs" / "settings.md")))
    assert told - {name.upper() for name in Settings.model_fields} == set()


def test_no_secret_has_a_default() -> None:
    secret = [f for name, f in Settings.model_fields.items() if name.endswith(("token", "_url"))]
    assert [field.default for field in secret if field.default is not None] == []


def test_the_permission_table_is_the_documented_one() -> None:
    assert permissions.table_as_text() in _text(ROOT / "docs" / "permissions.md")


def test_a_ticket_moves_as_documented() -> None:
    lines = _text(ROOT / "docs" / "tickets.md").splitlines()
    told = [line for line in lines if line.startswith("| ") and not line.startswith("| from")]
    assert sorted(told) == sorted(
        f"| {state} | {move} | {after} | {lifecycle.next_actor(after)} |"
        for (state, move), after in lifecycle.MOVES.items()
    )


def test_the_readmes_name_the_two_commands() -> None:
    assert [
        (name, command)
        for name in READMES
        for command in ("make run", "make test")
        if command not in _text(ROOT / name)
    ] == []


@pytest.mark.parametrize("path", _documents(), ids=sources.name)
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    targets = [target for target in LINK.findall(_text(path)) if ":" not in target]
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_every_module_that_a_document_runs_exists() -> None:
    named = {name for path in _documents() for name in MODULE.findall(_text(path))}
    assert [name for name in named if not _is_module(name)] == []


def _is_module(name: str) -> bool:
    path = ROOT / name.replace(".", "/")
    return path.with_suffix(".py").exists() or (path / "__main__.py").exists()
