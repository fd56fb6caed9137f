"""How the editors' pages call kinds and fields, and what they say when an entry is not right."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from knowledge.editions import EditionError
from knowledge.unreadable import Trouble as ImportTrouble

PATH = Path(__file__).parent / "editing.toml"
Words = Mapping[str, Mapping[str, str]]


@cache
def load() -> Words:
    """The words by section and name."""
    return tomllib.loads(PATH.read_text(encoding="utf-8"))


def notice(name: str, **values: str) -> str:
    """What editors are told after they sent a form."""
    return load()["notice"][name].format(**values)


def field(path: str) -> str:
    """A field by its path, `answers.amount.says` for example, in words."""
    names = load()["field"]
    parts = [part for part in path.split(".") if part]
    return " · ".join(
        str(int(part) + 1) if part.isdigit() else names.get(part, part) for part in parts
    )


def name_of(body: Mapping[str, object], otherwise: str) -> str:
    """What an entry is called in a list."""
    named = (body.get(name) for name in ("title", "heading", "name"))
    return next((str(name) for name in named if name), otherwise)


def wrong(error: EditionError, where: str, notice_name: str = "wrong") -> str:
    """The sentence that names the field and the mend; `where` is how the field is called."""
    sentence = load()["trouble"][error.trouble].format(told=error.told)
    return notice(notice_name, field=where, sentence=sentence)


def not_imported(file: str, trouble: ImportTrouble | str) -> str:
    """The sentence that names the file and the mend."""
    return notice("not_imported", file=file, sentence=load()["importing"][trouble])
