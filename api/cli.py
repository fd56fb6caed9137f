"""`helpline`: which commands there are. What each does lives in `api.commands`."""

import os
import sys

import typer
from pydantic import ValidationError

from api.commands import asking, keeping, learning, running
from bot.helpline import NotSetUpError
from cases.sealed import SealError
from knowledge.loading import LibraryError

WRONG_INPUT = 2

app = typer.Typer(
    name="helpline",
    help="Zhulian: a social-assistance helpline.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for command in (
    running.prepare,
    running.serve,
    running.settings,
    asking.ask,
    asking.understand,
    asking.triage,
    asking.prescreen,
    asking.deadline,
):
    app.command()(command)
app.add_typer(learning.nlu, name="nlu")
app.add_typer(learning.knowledge, name="knowledge")
app.add_typer(keeping.db, name="db")
app.add_typer(keeping.audits, name="audit")
app.add_typer(keeping.staff, name="operator")


def main() -> None:
    """Run a command; whatever is not set up or not right ends with one sentence and exit 2."""
    try:
        app()
    except (NotSetUpError, SealError, LibraryError) as error:
        typer.echo(str(error), err=True)
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


if __name__ == "__main__":
    main()
