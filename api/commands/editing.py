"""Commands for the knowledge base: check, import, evaluate."""

from pathlib import Path
from typing import Annotated

import typer

from api.commands import console
from bot import helpline
from config.settings import Settings
from knowledge import checks, evaluation, importing, unreadable

knowledge = typer.Typer(help="The knowledge base: check, import, evaluate.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="print JSON alone")]


@knowledge.command()
def check(as_json: AsJson = False) -> None:  # noqa: FBT002
    """Look for what is unsourced, expired, contradicting or unreachable; exit 1 if found.

    Documents without a first day of validity are named, but are no fault.
    """
    library = helpline.open_published(Settings()).library()
    findings = checks.check(library, console.day(None))
    listed = [finding.to_json() for finding in findings]
    lines = [str(finding) for finding in findings]
    lines += [library.say("check.undated", title=title) for title in checks.undated(library)]
    console.show(listed, as_json=as_json, text="\n".join(lines))
    if findings:
        raise typer.Exit(console.FOUND_SOMETHING)


@knowledge.command("import")
def import_files(
    files: Annotated[list[Path], typer.Argument(help="docx, pdf, html or txt")],
    region: Annotated[str, typer.Option(help="the region the document binds")],
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Read a document into a draft with its clauses; of several files, print a list of drafts."""
    place = console.region(region)
    if place is None:
        console.refuse("Give the region with --region.")
    try:
        drafts = [importing.draft(path, region=place) for path in files]
    except unreadable.ImportingError as error:
        console.refuse(str(error))
    read = [draft.to_json() for draft in drafts]
    console.show(read[0] if len(read) == 1 else read, as_json=as_json)


@knowledge.command("evaluate")
def evaluate_search(
    corpus: Annotated[Path, typer.Option()],
    queries: Annotated[Path, typer.Option()],
    qrels: Annotated[Path, typer.Option()],
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Score the search on files in BEIR layout."""
    try:
        report = evaluation.evaluate(corpus, queries, qrels)
    except (evaluation.EvaluationError, OSError) as error:
        console.refuse(str(error))
    console.show(report, as_json=as_json)
