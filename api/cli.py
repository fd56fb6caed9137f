"""`helpline`: which commands there are. What each does lives in `api.commands`."""

import gc
import importlib
import os
import sys
from collections.abc import Mapping
from types import ModuleType

import typer
from pydantic import ValidationError

WRONG_INPUT = 2

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
        typer.echo(f"There is no command {wanted!r}; see: helpline --help", err=True)
        sys.exit(WRONG_INPUT)
    try:
        # What is imported stays: looking through it for garbage meanwhile costs half a second.
        gc.disable()
        command = build(wanted)
        gc.enable()
        sys.exit(command(standalone_mode=False))
    except typer.TyperException as error:
        # One sentence; without any words at all the message is the help itself.
        typer.echo(error.format_message(), err=True)
        sys.exit(WRONG_INPUT)
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        typer.echo(f"HELPLINE_{name}: {first['msg']}", err=True)
        sys.exit(WRONG_INPUT)
    except BrokenPipeError:
        # Whoever reads our output has gone (helpline … | head): nothing is wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if type(error).__name__ not in EXPECTED:
            raise
        typer.echo(str(error), err=True)
        sys.exit(WRONG_INPUT)


# Named, not imported: their modules are loaded only by the commands that can raise them.
EXPECTED = frozenset({"NotSetUpError", "SealError", "LibraryError", "NoModel"})


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"api.commands.{name}")


if __name__ == "__main__":
    main()
