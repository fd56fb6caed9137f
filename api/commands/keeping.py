"""Commands that keep the house: database, audit, accounts."""

import sqlite3
from contextlib import closing
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

# What the pages of accounts take as well.
LONGEST_NAME, LONGEST_UNIT = 60, 100

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
        _copy(settings.data / "helpline.db", file)
    except (OSError, sqlite3.Error) as error:
        file.unlink(missing_ok=True)
        console.refuse(
            f"The database cannot be copied to {file} ({error}); give a file in a folder with room."
        )
    if settings.keys.exists():
        _note_saved(file)
    console.show({"file": str(file)}, as_json=as_json, text=str(file))
    typer.echo(
        f"Saved. Keep {settings.keys} in another place too: without it nothing can be read.",
        err=True,
    )


@db.command()
def restore(file: Path, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Put a backup in place of the database; the server must not run.

    What was there before stays beside it under another name.
    """
    settings = _sqlite_settings()
    if not file.exists():
        console.refuse(f"{file} does not exist; give the file that backup wrote.")
    _check_backup(file)
    place, coming = settings.data / "helpline.db", settings.data / "helpline.db.coming"
    settings.data.mkdir(parents=True, exist_ok=True)
    try:
        _copy(file, coming)
    except (OSError, sqlite3.Error) as error:
        coming.unlink(missing_ok=True)
        console.refuse(f"{file} cannot be put in place ({error}); nothing was changed. Make room.")
    kept = _set_aside(place)
    coming.rename(place)
    console.show({"file": str(file)}, as_json=as_json, text=f"{file} is in place.")
    if kept is not None:
        typer.echo(
            f"What was there before is kept as {kept}; remove it when all is well.", err=True
        )


def _copy(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as whence,
        closing(sqlite3.connect(target)) as whither,
    ):
        whence.backup(whither)


def _note_saved(file: Path) -> None:
    """The page of what is missing before going live asks whether a backup was ever taken."""
    with _existing().write() as session:
        audit.record(session, "command", "backed up", file.name, now=datetime.now(UTC))


def _check_backup(file: Path) -> None:
    """Refuse what is damaged, or the database of something else: it would hide what is kept."""
    tables = "SELECT count(*) FROM sqlite_master WHERE name IN ('conversations', 'data_keys')"
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as given:
            sound = given.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            ours = given.execute(tables).fetchone() == (2,)
    except sqlite3.Error:
        console.refuse(f"{file} is not a database; give the file that backup wrote.")
    if not sound:
        console.refuse(f"{file} is damaged; take another backup.")
    if not ours:
        console.refuse(f"{file} holds no helpline; give the file that backup wrote.")


def _set_aside(place: Path) -> Path | None:
    """The database and what SQLite keeps beside it, under a name that tells when."""
    if not place.exists():
        return None
    kept = place.with_name(f"before-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.db")
    for end in ("", "-wal", "-shm"):
        part = place.with_name(place.name + end)
        if part.exists():
            part.rename(kept.with_name(kept.name + end))
    return kept


@db.command()
def check(as_json: AsJson = False) -> None:  # noqa: FBT002
    """Whether tables are current and sealed values open; exit 1 when not."""
    findings = list(soundness.check(_existing()))
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
    with _existing().read() as session:
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
    password = _password(given=password_stdin)
    place, name = console.region(region), name.strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        console.refuse(f"A name has 1 to {LONGEST_NAME} characters; give a shorter one.")
    if unit is not None and not 1 <= len(unit) <= LONGEST_UNIT:
        console.refuse(f"A unit has 1 to {LONGEST_UNIT} characters; give its name.")
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


@staff.command()
def renew(
    name: str,
    password_stdin: Annotated[bool, typer.Option("--password-stdin")],
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Give an account a new password, read from standard input; its sign-ins end."""
    password, now = _password(given=password_stdin), datetime.now(UTC)
    with _existing().write() as session:
        operator = operators.by_name(session, name.strip())
        if operator is None:
            console.refuse(f"There is no account called {name}; give its name as it signs in.")
        try:
            operators.renew_password(session, operator, passwords.hash_new(password), now=now)
        except passwords.TooWeakError as error:
            console.refuse(str(error))
        audit.record(session, "command", "renewed password", operator.id, now=now)
    console.show({"name": name}, as_json=as_json, text=f"{name} signs in with the new password.")


def _password(*, given: bool) -> str:
    if not given:
        console.refuse("Give --password-stdin and write the password to standard input.")
    return console.given().readline().rstrip("\r\n")


def _head(text: str) -> audit.Head:
    try:
        return audit.Head.read(text)
    except ValueError:
        console.refuse(f"{text!r} is not a head; give SEQ:DIGEST as `audit verify` printed it.")


def _existing() -> Store:
    """The database that is there: what looks after it must not make an empty one instead."""
    store = helpline.open_store(Settings())
    if not database.is_set_up(store):
        console.refuse(
            "There are no tables yet; run: helpline db upgrade, or put a backup in place:"
            " helpline db restore FILE"
        )
    return store


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
