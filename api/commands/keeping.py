"""Commands that keep the house: database, audit, accounts."""

import sqlite3
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from api import passwords
from api.commands import console
from bot import helpline
from cases import audit, database, operators, soundness
from cases.database import Store
from cases.errors import CaseError
from cases.operators import Role
from config.settings import Settings

db = typer.Typer(help="Tables: upgrade, backup, restore, check.", no_args_is_help=True)
audits = typer.Typer(help="The chain of who looked and who did what.", no_args_is_help=True)
staff = typer.Typer(help="Staff accounts.", no_args_is_help=True)


@db.command()
def upgrade() -> None:
    """Bring the tables to the newest version."""
    database.upgrade(_store())


@db.command()
def backup(file: Path) -> None:
    """Copy the SQLite database while it runs; for PostgreSQL use pg_dump."""
    settings = _sqlite_settings()
    if file.exists():
        console.refuse(f"{file} exists; give a new file name.")
    source = sqlite3.connect(settings.data / "helpline.db")
    target = sqlite3.connect(file)
    with target:
        source.backup(target)
    target.close()
    source.close()
    typer.echo(
        f"Saved. Keep {settings.keys} in another place too: without it nothing can be read.",
        err=True,
    )


@db.command()
def restore(file: Path) -> None:
    """Put a backup in place of the database; the server must not run."""
    settings = _sqlite_settings()
    if not file.exists():
        console.refuse(f"{file} does not exist; give the file that backup wrote.")
    try:
        source = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
        if source.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            console.refuse(f"{file} is damaged; take another backup.")
    except sqlite3.DatabaseError:
        console.refuse(f"{file} is not a database; give the file that backup wrote.")
    settings.data.mkdir(parents=True, exist_ok=True)
    target = sqlite3.connect(settings.data / "helpline.db")
    with target:
        source.backup(target)
    target.close()
    source.close()


@db.command()
def check() -> None:
    """Whether tables are current and sealed values open; exit 1 when not."""
    findings = soundness.check(_store())
    for finding in findings:
        typer.echo(finding)
    if findings:
        raise typer.Exit(console.FOUND_SOMETHING)


@audits.command()
def verify() -> None:
    """Whether the chain holds; exit 1 and the places when it does not."""
    store = _store()
    with store.read() as session:
        breaks = audit.verify(session)
    for one in breaks:
        typer.echo(f"{one.seq}: {one.why}")
    if breaks:
        raise typer.Exit(console.FOUND_SOMETHING)


@staff.command()
def add(
    name: str,
    role: Annotated[Role, typer.Option(help="what the account is for")],
    password_stdin: Annotated[bool, typer.Option("--password-stdin")],
    region: Annotated[str | None, typer.Option()] = None,
    unit: Annotated[str | None, typer.Option()] = None,
) -> None:
    """Make an account; the password is read from standard input."""
    if not password_stdin:
        console.refuse("Give --password-stdin and write the password to standard input.")
    password = sys.stdin.readline().rstrip("\n")
    store = _store()
    try:
        with store.write() as session:
            operators.add(
                session,
                name,
                role=role,
                password_hash=passwords.hash_new(password),
                region=console.region(region),
                unit=unit,
                now=datetime.now(UTC),
            )
    except (CaseError, passwords.TooWeakError) as error:
        console.refuse(str(error))


def _store() -> Store:
    store = helpline.open_store(Settings())
    if not database.is_set_up(store):
        database.upgrade(store)
    return store


def _sqlite_settings() -> Settings:
    settings = Settings()
    if settings.database_url is not None:
        console.refuse("This is PostgreSQL; use pg_dump and pg_restore for backups.")
    return settings
