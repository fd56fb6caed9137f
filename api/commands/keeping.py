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
AsJson = Annotated[bool, typer.Option("--json", help="print JSON alone")]


@db.command()
def upgrade(as_json: AsJson = False) -> None:  # noqa: FBT002
    """Bring the tables to the newest version."""
    store = _store()
    database.upgrade(store)
    console.show({"current": database.is_current(store)}, as_json=as_json, text="Current.")


@db.command()
def backup(file: Path, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Copy the SQLite database while it runs; for PostgreSQL use pg_dump."""
    settings = _sqlite_settings()
    if file.exists():
        console.refuse(f"{file} exists; give a new file name.")
    if not (settings.data / "helpline.db").exists():
        console.refuse(f"There is no database in {settings.data} yet; run: helpline db upgrade")
    try:
        target = sqlite3.connect(file)
    except sqlite3.OperationalError:
        console.refuse(f"{file} cannot be written; give a file in a folder that exists.")
    source = sqlite3.connect(settings.data / "helpline.db")
    with target:
        source.backup(target)
    target.close()
    source.close()
    console.show({"file": str(file)}, as_json=as_json, text=str(file))
    typer.echo(
        f"Saved. Keep {settings.keys} in another place too: without it nothing can be read.",
        err=True,
    )


@db.command()
def restore(file: Path, as_json: AsJson = False) -> None:  # noqa: FBT002
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
    console.show({"file": str(file)}, as_json=as_json, text=f"{file} is in place.")


@db.command()
def check(as_json: AsJson = False) -> None:  # noqa: FBT002
    """Whether tables are current and sealed values open; exit 1 when not."""
    findings = list(soundness.check(_store()))
    console.show(findings, as_json=as_json, text="\n".join(findings) or "Nothing found.")
    if findings:
        raise typer.Exit(console.FOUND_SOMETHING)


@audits.command()
def verify(
    against: Annotated[
        str | None, typer.Option(help="a head kept elsewhere, SEQ:DIGEST: whether it still stands")
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Whether the chain holds; exit 1 and the places when it does not.

    The chain alone cannot show that its end was cut together with its head: keep the head that is
    printed outside this machine and give it to --against another day.
    """
    kept = None if against is None else _head(against)
    with _store().read() as session:
        breaks = [*audit.verify(session), *(() if kept is None else audit.compare(session, kept))]
        head = audit.head(session)
    found = [{"seq": one.seq, "why": one.why} for one in breaks]
    told = [*(f"{one.seq}: {one.why}" for one in breaks), f"head {head}"]
    answer = {"holds": not breaks, "breaks": found, "head": str(head)}
    console.show(answer, as_json=as_json, text="\n".join(told))
    if breaks:
        raise typer.Exit(console.FOUND_SOMETHING)


@staff.command()
def add(  # noqa: PLR0913, PLR0917
    name: str,
    role: Annotated[Role, typer.Option(help="what the account is for")],
    password_stdin: Annotated[bool, typer.Option("--password-stdin")],
    region: Annotated[str | None, typer.Option()] = None,
    unit: Annotated[str | None, typer.Option()] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Make an account; the password is read from standard input."""
    if not password_stdin:
        console.refuse("Give --password-stdin and write the password to standard input.")
    password = sys.stdin.readline().rstrip("\r\n")
    place = console.region(region)
    store = _store()
    try:
        with store.write() as session:
            operators.add(
                session,
                name,
                role=role,
                password_hash=passwords.hash_new(password),
                region=place,
                unit=unit,
                now=datetime.now(UTC),
            )
    except (CaseError, passwords.TooWeakError) as error:
        console.refuse(str(error))
    made = {"name": name, "role": role, "region": region, "unit": unit}
    console.show(made, as_json=as_json, text=f"{name} may sign in as {role}.")


def _head(text: str) -> audit.Head:
    try:
        return audit.Head.read(text)
    except ValueError:
        console.refuse(f"{text!r} is not a head; give SEQ:DIGEST as `audit verify` printed it.")


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
