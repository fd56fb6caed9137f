"""How a model that editors asked for is trained: beside the service, by one process, once."""

import json
import logging
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bot import taught
from cases.database import Store
from cases.editing import models
from cases.editing.models import TrainedModel
from cases.errors import StaleError
from nlu.comparison import Comparison

log = logging.getLogger(__name__)
ROOT = Path(__file__).parent.parent
LONGEST_SECONDS = 600


class TrainingFailedError(Exception):
    """The training process ended without a model."""


def train_wanted(store: Store, sentences: Path, *, now: datetime) -> bool:
    """Train the model that is wanted, if there is one; whether there was."""
    with store.write() as session:
        wanted = models.claim(session, now=now)
    if wanted is None:
        return False
    try:
        archive, report = _train(wanted, sentences)
    except (TrainingFailedError, subprocess.SubprocessError, OSError):
        log.exception("A model could not be trained.", extra={"model": wanted.number})
        _give_up(store, wanted)
        return True
    _keep(store, wanted, archive, report)
    return True


def _train(wanted: TrainedModel, sentences: Path) -> tuple[bytes, Comparison]:
    with tempfile.TemporaryDirectory() as name:
        # In a process of its own: residents are answered meanwhile as fast as ever.
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "nlu.retraining", str(sentences.absolute()), name],
            cwd=ROOT,
            input=json.dumps(wanted.lessons).encode(),
            capture_output=True,
            timeout=LONGEST_SECONDS,
            check=False,
        )
        if done.returncode != 0:
            raise TrainingFailedError(f"Training ended with {done.returncode}.")
        return taught.pack(Path(name)), Comparison.model_validate_json(done.stdout)


def _keep(store: Store, wanted: TrainedModel, archive: bytes, report: Comparison) -> None:
    try:
        with store.write() as session:
            models.finish(
                session,
                wanted.id,
                claim=wanted.claimed_until,
                archive=archive,
                report=report.model_dump(),
                now=datetime.now(UTC),
            )
    except StaleError:
        log.warning("Another process trained the same model meanwhile.")


def _give_up(store: Store, wanted: TrainedModel) -> None:
    try:
        with store.write() as session:
            models.fail(session, wanted.id, claim=wanted.claimed_until, now=datetime.now(UTC))
    except StaleError:
        log.warning("Another process trains the same model.")
