"""Which model reads in this process: the shipped one, or the newest that was published."""

import io
import logging
import tempfile
import threading
import zipfile
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from cases.database import Store
from cases.editing import models
from nlu import classifier, freshness, suspicion
from nlu.classifier import NoModel
from nlu.interpreter import InProcess
from nlu.understanding import Understanding

log = logging.getLogger(__name__)
LOOK_EVERY = timedelta(seconds=2)


class OldModelError(Exception):
    """The model was trained on other sentences or by other code than these; train it anew."""


class Taught:
    """The engine in process. A newer model takes its place within seconds, without a restart."""

    def __init__(self, shipped: InProcess, store: Store, sentences: Path) -> None:
        self._shipped = shipped
        self._store = store
        self._sentences = sentences
        self._lock = threading.Lock()
        self._engine = shipped
        self._version = 0
        self._looked_at: datetime | None = None

    @property
    def version(self) -> int:
        """Which published version answers; 0 before the first."""
        return self._version

    @property
    def watch(self) -> suspicion.Watch:
        """What suspects danger beside the intents, whichever model reads."""
        return self._engine.watch

    def read(self, text: str, *, now: datetime) -> Understanding:
        """What the message means, by the model that is published now."""
        self._look(now)
        return self._engine.read(text, now=now)

    def _look(self, now: datetime) -> None:
        last = self._looked_at
        if last is not None and abs(now - last) < LOOK_EVERY:
            return
        # Whoever comes while another loads reads by the old one.
        if not self._lock.acquire(blocking=False):
            return
        try:
            self._looked_at = now
            self._renew()
        except SQLAlchemyError:
            log.exception("The published model cannot be looked up; the old one reads on.")
        finally:
            self._lock.release()

    def _renew(self) -> None:
        with self._store.read() as session:
            serving = models.current(session)
            if serving is None or serving.version == self._version:
                return
            wanted = serving.model_id
            archive = None if wanted is None else models.archive_of(session, wanted)
        # A model that cannot be used is not tried again at every message.
        self._version = serving.version
        try:
            self._engine = self._shipped if archive is None else self._taught(archive)
        except (NoModel, OldModelError, zipfile.BadZipFile):
            log.exception("The published model does not fit this release; the shipped one reads.")
            self._engine = self._shipped

    def _taught(self, archive: bytes) -> InProcess:
        """The intents of the archive; what watches for danger is never taught, but shipped."""
        return replace(self._shipped, model=unpack(archive, self._sentences))


def pack(folder: Path) -> bytes:
    """The files of a model as one."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, file.name)
    return packed.getvalue()


def unpack(archive: bytes, sentences: Path) -> classifier.Model:
    """The model of packed files. Raises NoModel, OldModelError, BadZipFile."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with zipfile.ZipFile(io.BytesIO(archive)) as packed:
            packed.extractall(folder)
        if not freshness.is_current(sentences, folder):
            raise OldModelError("The model was made for another release; train it anew.")
        return classifier.load(folder)
