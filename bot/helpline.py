"""How settings become a running helpline: the one place where the parts are put together."""

import threading
from dataclasses import dataclass
from pathlib import Path

from cases import database, sealed
from cases.database import Store
from config.settings import Settings
from handlers import speech
from handlers.desk import Desk
from handlers.speech import Speech
from knowledge import remembering
from knowledge.library import Library
from knowledge.remembering import Memory
from nlu import freshness
from nlu.interpreter import InProcess, Interpreter

SENTENCES = Path(__file__).parent.parent / "nlu" / "rasa" / "data"


class NotSetUpError(Exception):
    """Something that set-up makes is missing; the message names the command that makes it."""


class Shelf:
    """Holds the current library; a newer one takes its place without a pause."""

    def __init__(self, standards: Path, memory: Memory = remembering.NOTHING_KEPT) -> None:
        self._standards = standards
        self._memory = memory
        self._lock = threading.Lock()
        self._library: Library | None = None

    def library(self) -> Library:
        """The library of this moment, read at the first call."""
        with self._lock:
            if self._library is None:
                self._library = self._load()
            return self._library

    def renew(self) -> None:
        """Read the content again; the old one stays when the new one is not right."""
        fresh = self._load()
        with self._lock:
            self._library = fresh

    def _load(self) -> Library:
        return Library.load(standards=self._standards, memory=self._memory)


@dataclass(frozen=True)
class Helpline:
    """Everything that serves residents and staff, put together."""

    settings: Settings
    store: Store
    shelf: Shelf
    interpreter: Interpreter
    desk: Desk
    speech: Speech

    def library(self) -> Library:
        """The library of this moment."""
        return self.shelf.library()


def open_store(settings: Settings) -> Store:
    """The database under its keys; both are made at the first start."""
    settings.data.mkdir(parents=True, exist_ok=True)
    return Store(settings.database, sealed.open_or_create(settings.keys))


def open_shelf(settings: Settings) -> Shelf:
    """The knowledge with the standards that this deployment has entered."""
    return Shelf(settings.local_standards, Memory(settings.learnt))


def build(settings: Settings) -> Helpline:
    """Put the helpline together. Raises NotSetUpError when the model is missing."""
    store = open_store(settings)
    database.upgrade(store)
    shelf = open_shelf(settings)
    interpreter = load_interpreter(settings)
    words = speech.chinese()
    desk = Desk(store, interpreter, shelf.library, words)
    return Helpline(settings, store, shelf, interpreter, desk, words)


def load_interpreter(settings: Settings) -> InProcess:
    """The trained model; trained anew when the sentences have changed since."""
    if not freshness.is_current(SENTENCES, settings.model):
        raise NotSetUpError("The language model is missing or old; run: make setup")
    return InProcess.load(settings.model)
