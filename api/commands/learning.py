"""Commands for the language model: train, evaluate."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from api.commands import console
from config.settings import Settings
from nlu import evaluate as evaluating
from nlu import training
from nlu.classifier import NoModel
from nlu.examples import BadTrainingFile

nlu = typer.Typer(help="The language model: train, evaluate.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="print JSON alone")]


@nlu.command()
def train(
    data: Annotated[Path, typer.Option(help="Rasa YAML file or folder")],
    out: Annotated[Path, typer.Option(help="folder for the model")],
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Train a model on any Rasa YAML."""
    try:
        report = training.train(data, out)
    except (BadTrainingFile, NoModel, OSError) as error:
        console.refuse(str(error))
    console.show(asdict(report), as_json=as_json)


@nlu.command("evaluate")
def evaluate_model(
    data: Annotated[Path, typer.Option(help="Rasa YAML file or folder")],
    model: Annotated[Path | None, typer.Option(help="folder of the model")] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Score the top label without threshold; trains nothing."""
    try:
        report = evaluating.evaluate(data, model or Settings().model)
    except (BadTrainingFile, NoModel, OSError) as error:
        console.refuse(str(error))
    console.show(report, as_json=as_json)
