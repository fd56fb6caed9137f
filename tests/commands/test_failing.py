"""Whatever fails ends with one sentence that says how to mend it, and nothing is lost."""

import contextlib
import io
import os
import socket
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from api import cli

GARBAGE = b"garbage" * 999


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """The command in this process, over a data folder of its own."""
    for name in [name for name in os.environ if name.startswith("HELPLINE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HELPLINE_DATA", str(tmp_path / "data"))

    def ran(*words: str, **settings: str) -> Done:
        for name, value in settings.items():
            monkeypatch.setenv(f"HELPLINE_{name.upper()}", value)
        monkeypatch.setattr(sys, "argv", ["helpline", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        code = ended.value.code
        return Done(code if isinstance(code, int) else 0, told.out, told.err)

    return ran


def refused(done: Done, said: str) -> bool:
    """Whether there is nothing but one sentence with these words."""
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1), done.err
    return said in done.err


@pytest.mark.parametrize("tables", [(), ("a",)])
def test_what_holds_no_helpline_never_takes_the_place_of_one(
    run: Run, tmp_path: Path, tables: tuple[str, ...]
) -> None:
    run("db", "upgrade")
    before = (tmp_path / "data" / "helpline.db").read_bytes()
    with contextlib.closing(sqlite3.connect(tmp_path / "other.db")) as other:
        for table in tables:
            other.execute(f"CREATE TABLE {table} (b)")
    assert refused(run("db", "restore", str(tmp_path / "other.db")), "holds no helpline")
    assert (tmp_path / "data" / "helpline.db").read_bytes() == before


def test_what_a_backup_replaces_is_kept_beside_it(run: Run, tmp_path: Path) -> None:
    place, copy = tmp_path / "data" / "helpline.db", str(tmp_path / "copy.db")
    run("db", "upgrade")
    run("db", "backup", copy)
    place.write_bytes(GARBAGE)
    assert run("db", "restore", copy).code == 0
    (aside,) = place.parent.glob("before-*.db")
    assert aside.read_bytes() == GARBAGE
    assert run("db", "check").code == 0


@pytest.mark.parametrize("words", [("db", "check"), ("audit", "verify"), ("knowledge", "check")])
def test_a_broken_database_is_named(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    run("db", "check")
    (tmp_path / "data" / "helpline.db").write_bytes(GARBAGE)
    assert refused(run(*words), "file is not a database")


@pytest.mark.parametrize("words", [("db", "check"), ("audit", "verify")])
def test_where_nothing_is_kept_nothing_is_called_sound(run: Run, words: tuple[str, ...]) -> None:
    assert refused(run(*words), "helpline db upgrade")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("database_url", "postgresql://nobody@127.0.0.1:1/none", "refused"),
        ("database_url", "postgresql://me:p#ss@host/x", "%23"),
        ("paging_url", "http://127.0.0.1", "HELPLINE_PAGING_URL needs"),
        ("platforms", "nonsense", "platforms"),
        ("log_level", "LOUD", "HELPLINE_LOG_LEVEL"),
        ("public_url", "nonsense", "HELPLINE_PUBLIC_URL must"),
        ("data", "/proc/none", "/proc/none"),
    ],
)
def test_a_wrong_setting_is_named_and_never_shown(
    run: Run, name: str, value: str, said: str
) -> None:
    done = run("db", "check", **{name: value})
    assert refused(done, said)
    assert "p#ss" not in done.err


def test_a_taken_port_is_named_before_anything_begins(run: Run, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert refused(run("serve", "--port", port), f"Port {port} of 127.0.0.1 is taken")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("deadline", "--from", "9999-12-31", "--days", "1"), "9999"),
        (("ask", " "), "empty"),
        (("audit", "verify", "--against", "5:x"), "SEQ:DIGEST"),
        (("operator", "add", " ", "--role", "operator", "--password-stdin"), "1 to 60"),
        (("operator", "add", "n" * 61, "--role", "operator", "--password-stdin"), "1 to 60"),
        (("serve", "--port", "0"), "helpline serve --help"),
        (("serve", "--host", "nowhere.invalid"), "nowhere.invalid"),
    ],
)
def test_wrong_words_are_answered_with_what_is_right(
    run: Run, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert refused(run(*words), said)


@pytest.mark.parametrize(
    "words",
    [
        ("prescreen", "-", "--region", "zichuan"),
        ("operator", "add", "Bob", "--role", "operator", "--password-stdin"),
    ],
)
def test_a_closed_standard_input_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert refused(run(*words), "Standard input is closed")
