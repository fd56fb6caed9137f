"""The commands that keep the house print JSON alone, one sentence when wrong, and the exit code."""

import json
from pathlib import Path

import pytest

from bot import helpline
from cases import audit
from config.settings import Settings
from tests.commands import typed


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database."""
    folder = tmp_path_factory.mktemp("data")
    done = typed.anew(folder, "db", "upgrade", "--json")
    assert json.loads(done.stdout) == {"current": True}
    return folder


def test_a_fresh_database_is_sound(kept: Path) -> None:
    done = typed.here(kept, "db", "check", "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, [])


def test_a_backup_is_named_and_comes_back(kept: Path, tmp_path: Path) -> None:
    file = str(tmp_path / "copy.db")
    for what in ("backup", "restore"):
        assert json.loads(typed.here(kept, "db", what, file, "--json").stdout) == {"file": file}


def test_a_backup_leaves_word_of_itself_for_who_looks_after_the_house(
    kept: Path, tmp_path: Path
) -> None:
    assert typed.here(kept, "db", "backup", str(tmp_path / "copy.db")).returncode == 0
    with helpline.open_store(Settings(data=kept)).read() as session:
        told = audit.newest(session, {"backed up"})
    assert told is not None
    assert told.subject == "copy.db"


def test_a_backup_into_no_folder_is_refused_in_one_sentence(kept: Path, tmp_path: Path) -> None:
    done = typed.here(kept, "db", "backup", str(tmp_path / "none" / "copy.db"))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_the_chain_gives_its_head_and_is_held_to_one_kept_elsewhere(kept: Path) -> None:
    head = json.loads(typed.anew(kept, "audit", "verify", "--json").stdout)["head"]
    assert typed.here(kept, "audit", "verify", "--against", head).returncode == 0
    longer = typed.here(kept, "audit", "verify", "--against", "9:" + "0" * 64, "--json")
    assert longer.returncode == 1
    assert json.loads(longer.stdout)["breaks"][0]["seq"] == 9


def test_a_new_account_is_printed_without_its_password(kept: Path) -> None:
    words = ("operator", "add", "Alice", "--role", "operator", "--password-stdin", "--json")
    done = typed.anew(kept, *words, said="correct horse battery\n")
    made = {"name": "Alice", "role": "operator", "region": None, "unit": None}
    assert json.loads(done.stdout) == made


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("deadline", "--from", "2026-11-22", "--days", "-1"), "--days"),
        (("deadline", "--days", "1"), "--from"),
        (("prescribe",), "prescribe"),
        (("prescreen", "--bogus"), "helpline prescreen --help"),
    ],
)
def test_words_that_cannot_be_get_one_sentence(
    tmp_path: Path, words: tuple[str, ...], named: str
) -> None:
    done = typed.here(tmp_path, *words)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert named in done.stderr


def test_a_new_password_is_given_to_an_account_that_exists(kept: Path) -> None:
    words = ("operator", "add", "Bob", "--role", "admin", "--password-stdin")
    assert typed.here(kept, *words, said="correct horse battery\n").returncode == 0
    again = ("operator", "renew", "Bob", "--password-stdin", "--json")
    assert json.loads(typed.here(kept, *again, said="another horse entirely\n").stdout) == {
        "name": "Bob"
    }
    for name, password, why in (("Bob", "short", "10 to"), ("Dana", "long enough one", "Dana")):
        done = typed.here(kept, "operator", "renew", name, "--password-stdin", said=f"{password}\n")
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert why in done.stderr
