"""`helpline`: which commands there are. What each does lives in `api.commands`."""

import gc
import importlib
import os
import sys
from collections.abc import Mapping
from types import ModuleType
from typing import NoReturn

import typer
from pydantic import ValidationError

WRONG_INPUT = 2
NAMES = "HELPLINE_"

# A command pays only for what it imports: training needs another half of the world than `deadline`.
COMMANDS: Mapping[str, str] = {
    "prepare": "preparing",
    "serve": "running",
    "settings": "running",
    "ask": "asking",
    "understand": "asking",
    "triage": "asking",
    "prescreen": "screening",
    "deadline": "dating",
    "report": "reporting",
}
GROUPS: Mapping[str, tuple[str, str]] = {
    "nlu": ("learning", "nlu"),
    "knowledge": ("editing", "knowledge"),
    "db": ("keeping", "db"),
    "audit": ("keeping", "audits"),
    "operator": ("keeping", "staff"),
}


def build(wanted: str | None) -> typer.Typer:
    """The commands: the wanted one alone, or all of them for an overview or an unknown name."""
    app = typer.Typer(
        name="helpline",
        help="Zhulian: a social-assistance helpline.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    app.callback()(_named)
    known = wanted in {*COMMANDS, *GROUPS}
    for name, module in COMMANDS.items():
        if not known or name == wanted:
            app.command(name)(getattr(_module(module), name))
    for name, (module, group) in GROUPS.items():
        if not known or name == wanted:
            app.add_typer(getattr(_module(module), group), name=name)
    return app


def _named() -> None:
    # With a callback typer keeps the name of a command that stands alone.
    pass


def main() -> None:
    """Run a command; whatever is not set up or not right ends with one sentence and exit 2."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else None
    if wanted is not None and not wanted.startswith("-") and wanted not in {*COMMANDS, *GROUPS}:
        _refuse(f"There is no command {wanted!r}; see: helpline --help")
    try:
        # What is imported stays: looking through it for garbage meanwhile costs half a second.
        gc.disable()
        command = build(wanted)
        gc.enable()
        sys.exit(command(standalone_mode=False))
    except typer.TyperException as error:
        # Without any words at all the message is the help itself.
        told = error.format_message().rstrip(".")
        where = f"helpline {wanted}" if wanted in {*COMMANDS, *GROUPS} else "helpline"
        _refuse(f"{told}; see: {where} --help" if told else None)
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        told = first["msg"].removeprefix("Value error, ")
        _refuse(told if told.startswith(NAMES) else f"{NAMES}{name}: {told}")
    except BrokenPipeError:
        # Whoever reads our output has gone (helpline … | head): nothing is wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except (typer.Abort, KeyboardInterrupt):
        _refuse("Stopped.")
    except Exception as error:
        said = _expected(error)
        if said is None:
            raise
        _refuse(said)


# Named, not imported: their modules are loaded only by the commands that can raise them.
TELLING = frozenset({"NotSetUpError", "SealError", "LibraryError", "NoModel"})
OF_THE_DATABASE = frozenset({"DatabaseError", "InterfaceError"})
NO_SETTING = "SettingsError"


def _expected(error: Exception) -> str | None:
    """The sentence for what a machine or its settings can cause; None for a fault of our own."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if kinds & TELLING:
        return str(error)
    if kinds & OF_THE_DATABASE:
        return (
            f"The database cannot be used ({_cause(error)}); look at HELPLINE_DATA or"
            " HELPLINE_DATABASE_URL, at the disk and who may write there, then try again."
        )
    if NO_SETTING in kinds:
        return f"A setting cannot be read: {error}; write it as docs/settings.md shows."
    if isinstance(error, OSError):
        place = error.filename or "A file"
        return f"{place} cannot be used ({error.strerror}); mend that, or give another place."
    return None


def _cause(error: Exception) -> str:
    said = str(getattr(error, "orig", None) or error).strip()
    return said.splitlines()[0] if said else type(error).__name__


def _refuse(sentence: str | None) -> NoReturn:
    if sentence is not None:
        typer.echo(sentence, err=True)
    sys.exit(WRONG_INPUT)


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"api.commands.{name}")


if __name__ == "__main__":
    main()
