"""Files can be read from the top, functions are short, logs hold no words of a resident."""

import ast
from pathlib import Path

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

EVERY = sources.modules(*sources.OURS)
PRODUCT = sources.modules(*sources.PACKAGES)


def test_a_module_says_which_decision_lives_in_it() -> None:
    trees = {sources.name(path): sources.tree(path) for path in EVERY}
    silent = [name for name, tree in trees.items() if tree.body and not ast.get_docstring(tree)]
    assert silent == [], "begin the file with one sentence"


def test_a_module_is_not_too_long() -> None:
    lines = {sources.name(path): len(_lines(path)) for path in EVERY}
    assert [name for name, count in lines.items() if count > LINES_A_FILE and _read(name)] == []


def test_functions_are_short() -> None:
    long = [
        (sources.name(path), function.name)
        for path in EVERY
        if _read(sources.name(path))
        for function in sources.functions(path)
        if (function.end_lineno or 0) - function.lineno >= LINES_A_FUNCTION
    ]
    assert long == []


def test_a_module_has_a_name_that_says_something() -> None:
    assert [sources.name(path) for path in PRODUCT if path.stem in VAGUE] == []


def test_log_sentences_are_constant() -> None:
    built = [
        (sources.name(path), call.lineno)
        for path in PRODUCT
        for call in _log_calls(path)
        if not isinstance(call.args[0], ast.Constant)
    ]
    assert built == []


def test_log_calls_carry_values_only_as_extras() -> None:
    calls = [(sources.name(path), call) for path in PRODUCT for call in _log_calls(path)]
    assert calls, "somebody writes a log"
    assert [(name, call.lineno) for name, call in calls if len(call.args) != 1] == []


def test_no_words_for_residents_stand_in_python() -> None:
    found = [
        (sources.name(path), line, text)
        for path in sources.modules(*SPEAKING)
        if sources.name(path) not in READ_NOT_SAID
        for line, text in sources.strings(path)
        if sources.CHINESE.search(text)
    ]
    assert found == [], "move the words into a wording file"


def test_the_exceptions_still_exist() -> None:
    assert [path for path in READ_NOT_SAID if not (ROOT / path).exists()] == []


def _read(name: str) -> bool:
    return not name.startswith(LONG_BY_NATURE)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


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
