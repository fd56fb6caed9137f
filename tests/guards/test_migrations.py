"""Migrations are numbered without gaps and form one line."""

import re
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

from cases.database import MIGRATIONS

NUMBERED = re.compile(r"(\d{4})_[a-z0-9_]+\.py")


def _files() -> list[Path]:
    return sorted((MIGRATIONS / "versions").glob("[0-9]*.py"))


def _line() -> list[str]:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    steps = ScriptDirectory.from_config(config).walk_revisions()
    return [step.revision for step in steps][::-1]


def test_every_migration_has_a_number_and_a_name() -> None:
    assert [path.name for path in _files() if not NUMBERED.fullmatch(path.name)] == []


def test_numbers_have_no_gaps() -> None:
    numbers = [int(path.name[:4]) for path in _files()]
    assert numbers == list(range(1, len(numbers) + 1))


def test_migrations_form_one_line_in_the_order_of_their_numbers() -> None:
    assert _line() == [path.name[:4] for path in _files()]
