"""Whatever fails ends with one sentence that says how to mend it, and nothing is lost."""

import contextlib
import socket
import sqlite3
from functools import partial
from pathlib import Path

import pytest

from tests.commands import typed
from tests.commands.typed import Done, Run

GARBAGE = b"garbage" * 999


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """The command in this process, over a data folder of its own."""
    return partial(typed.here, tmp_path / "data")


def refused(done: Done, said: str) -> bool:
    """Whether there is nothing but one sentence with these words."""
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    return said in done.stderr


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
    assert run("db", "restore", copy).returncode == 0
    (aside,) = place.parent.glob("before-*.db")
    assert aside.read_bytes() == GARBAGE
    assert run("db", "check").returncode == 0


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
    done = run("db", "check", settings={name: value})
    assert refused(done, said)
    assert "p#ss" not in done.stderr


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
    run: Run, words: tuple[str, ...], said: str
) -> None:
    assert refused(run(*words), said)


@pytest.mark.parametrize(
    "words",
    [
        ("prescreen", "-", "--region", "zichuan"),
        ("operator", "add", "Bob", "--role", "operator", "--password-stdin"),
    ],
)
def test_a_closed_standard_input_is_named(run: Run, words: tuple[str, ...]) -> None:
    assert refused(run(*words, said=None), "Standard input is closed")
