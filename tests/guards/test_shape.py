"""Files can be read from the top, functions are short, logs hold no words of a resident."""

import ast
from pathlib import Path

import pytest

from tests.guards import sources
from tests.places import ROOT

LINES_A_FILE = 400
LINES_A_FUNCTION = 50
# Migrations are written once and never read again from the top.
LONG_BY_NATURE = "cases/migrations/versions/"
VAGUE = {"utils", "util", "helpers", "helper", "common", "base", "manager", "service", "misc"}
LOG_CALLS = {"debug", "info", "warning", "error", "exception", "critical"}
# What is read in a resident's words, or is a deployment's own name: never said by the bot.
READ_NOT_SAID = {
    "config/settings.py": "the name a deployment gives itself",
    "handlers/triage.py": "words by which an accused unit is recognised",
    "api/resident/view.py": "what follows a number that is no telephone",
}
SPEAKING = ("api", "bot", "cases", "config", "handlers")

every = pytest.mark.parametrize("path", sources.modules(*sources.OURS), ids=sources.name)
product = pytest.mark.parametrize("path", sources.modules(*sources.PACKAGES), ids=sources.name)
speaking = pytest.mark.parametrize("path", sources.modules(*SPEAKING), ids=sources.name)


@every
def test_a_module_says_which_decision_lives_in_it(path: Path) -> None:
    parsed = sources.tree(path)
    assert not parsed.body or ast.get_docstring(parsed), "begin the file with one sentence"


@every
def test_a_module_is_not_too_long(path: Path) -> None:
    if sources.name(path).startswith(LONG_BY_NATURE):
        return
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES_A_FILE


@every
def test_functions_are_short(path: Path) -> None:
    if sources.name(path).startswith(LONG_BY_NATURE):
        return
    long = [
        function.name
        for function in sources.functions(path)
        if (function.end_lineno or 0) - function.lineno >= LINES_A_FUNCTION
    ]
    assert long == []


@product
def test_a_module_has_a_name_that_says_something(path: Path) -> None:
    assert path.stem not in VAGUE


@product
def test_log_sentences_are_constant(path: Path) -> None:
    built = [call.lineno for call in _log_calls(path) if not isinstance(call.args[0], ast.Constant)]
    assert built == []


@product
def test_log_calls_carry_values_only_as_extras(path: Path) -> None:
    assert [call.lineno for call in _log_calls(path) if len(call.args) != 1] == []


@speaking
def test_no_words_for_residents_stand_in_python(path: Path) -> None:
    if sources.name(path) in READ_NOT_SAID:
        return
    found = [(line, text) for line, text in sources.strings(path) if sources.CHINESE.search(text)]
    assert found == [], "move the words into a wording file"


def test_the_exceptions_still_exist() -> None:
    assert [path for path in READ_NOT_SAID if not (ROOT / path).exists()] == []


def _log_calls(path: Path) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(sources.tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in LOG_CALLS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "log"
        and node.args
    ]
