"""Every sentence that is asked for exists, every sentence that exists is asked for."""

import ast
import re
import string
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

import pytest

from bot.channels import Media
from cases.dialogue.lookups import Locked
from cases.ticket_rules.lifecycle import NextActor, State
from cases.ticket_rules.surveys import Answer
from handlers import about, fallback, requests, speech
from handlers.dialogue import ComplaintStep, Identity
from handlers.endangered import Childhood, Scene, Whose
from handlers.underway import Underway
from knowledge import care
from knowledge.names import P0_HAZARDS, Hazard, Intent, Tongue
from tests.guards import sources

KEY = re.compile(r"[a-z]+\.[a-z0-9_]*[a-z0-9]")
FILES = {"html", "toml", "yml", "css", "js", "json"}
BEGINNING = re.compile(r"[a-z]+\.[a-z_]*")
SPEAKERS = ("handlers", "bot", "api", "cases")
REQUESTS = list(requests.KINDS)
# Keys whose last part is a value: from which closed set it comes.
FAMILIES: dict[str, Sequence[str]] = {
    "about.cue_": list(about.Asked),
    "danger.": [
        *(hazard for hazard in Hazard if hazard in P0_HAZARDS),
        *(
            f"{hazard}_{whose}"
            for hazard in P0_HAZARDS
            for whose in (Whose.BESIDE, Whose.ELSEWHERE)
        ),
        *Scene,
    ],
    "child.": list(Childhood),
    "urgent.": [
        *(h for h in Hazard if h not in P0_HAZARDS and h is not Hazard.NONE),
        *(f"{Hazard.EXTORTION}_{done}" for done in ("told", "held", "paid")),
    ],
    "complaint.ask_": list(ComplaintStep),
    "complaint.cue_": list(Identity),
    "path.": list(Underway),
    "progress.": [why for why in Locked if why is not Locked.TOO_MANY_TRIES],
    "state.": list(State),
    "turn.": list(NextActor),
    "about.": sorted(set(about.Asked) - {about.Asked.HOURS, about.Asked.NUMBER}),
    "request.noted_": [*REQUESTS, requests.DISCOVERY],
    "request.ask_": REQUESTS,
    "request.filed_": REQUESTS,
    "care.say_": list(care.reasons()),
    "media.": list(Media),
    "tongue.": list(Tongue),
    "tongue.button_": list(Tongue),
    "intent.": sorted(fallback.ASKABLE),
    **{
        f"survey.{said}{question}_": list(Answer)
        for said in ("", "cue_")
        for question in ("solved", "manner", "satisfied")
    },
    "prescreen.": ["likely", "more", "standard", "unlikely"],
    "prescreen.line_": ["likely", "more", "standard", "unlikely"],
    "menu.": [
        Intent.ASK_POLICY,
        Intent.CHECK_ELIGIBILITY,
        Intent.REPORT_EMERGENCY,
        Intent.FILE_COMPLAINT,
        Intent.ASK_PROGRESS,
        Intent.ASK_HUMAN,
    ],
}


@cache
def _sentences() -> Mapping[str, str]:
    tables = tomllib.loads((speech.LOCALES / "zh.toml").read_text(encoding="utf-8"))
    return {f"{section}.{key}": text for section, t in tables.items() for key, text in t.items()}


@cache
def _sections() -> frozenset[str]:
    return frozenset(key.split(".")[0] for key in _sentences())


def _written() -> Iterator[tuple[str, str]]:
    """Every string in the code that has the shape of a key of the wording file."""
    for path in sources.modules(*SPEAKERS):
        for line, text in sources.strings(path):
            section, _, last = text.partition(".")
            if KEY.fullmatch(text) and section in _sections() and last not in FILES:
                yield f"{sources.name(path)}:{line}", text


def _built() -> Iterator[tuple[str, str]]:
    """The constant beginnings of keys that end in a value."""
    for path in sources.modules(*SPEAKERS):
        for node in ast.walk(sources.tree(path)):
            beginning = _beginning(node)
            if beginning.split(".", maxsplit=1)[0] in _sections():
                yield f"{sources.name(path)}:{getattr(node, 'lineno', 0)}", beginning


def _beginning(node: ast.AST) -> str:
    """What an f-string of the shape `section.words_{value}` begins with, else nothing."""
    match node:
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), ast.FormattedValue()]):
            return text if BEGINNING.fullmatch(text) else ""
        case _:
            return ""


def test_every_key_that_is_asked_for_exists() -> None:
    assert [place for place in _written() if place[1] not in _sentences()] == []


def test_every_built_key_names_its_closed_set() -> None:
    assert [place for place in _built() if place[1] not in FAMILIES] == []


@pytest.mark.parametrize("beginning", FAMILIES)
def test_a_built_key_has_a_sentence_for_each_value(beginning: str) -> None:
    values = FAMILIES[beginning]
    assert [value for value in values if f"{beginning}{value}" not in _sentences()] == []


def test_no_sentence_is_left_over() -> None:
    asked = {key for _, key in _written()}
    asked |= {f"{beginning}{value}" for beginning, values in FAMILIES.items() for value in values}
    assert sorted(set(_sentences()) - asked) == []


def test_every_value_of_a_sentence_is_given() -> None:
    assert [place for place, lacking in _calls() if lacking] == []


def _calls() -> Iterator[tuple[str, set[str]]]:
    """Where a sentence is asked for by its key and its values stand there too; what lacks."""
    for path in sources.modules("handlers", "bot", "api"):
        for node in ast.walk(sources.tree(path)):
            if isinstance(node, ast.Call) and _called(node) in {"Reply", "say"} and node.args:
                key = node.args[0]
                given = _given(node)
                if (
                    isinstance(key, ast.Constant)
                    and key.value in _sentences()
                    and given is not None
                ):
                    lacking = _fields(_sentences()[str(key.value)]) - given
                    yield f"{sources.name(path)}:{node.lineno}", lacking


def _called(call: ast.Call) -> str:
    target = call.func
    return target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")


def _given(call: ast.Call) -> set[str] | None:
    """The names of the values; None when they are computed elsewhere."""
    if len(call.args) == 1:
        return set()
    values = call.args[1]
    if not isinstance(values, ast.Dict):
        return None
    return {str(key.value) for key in values.keys if isinstance(key, ast.Constant)}


def _fields(sentence: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(sentence) if field}
