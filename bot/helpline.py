"""How settings become a running helpline: the one place where the parts are put together."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sqlalchemy import make_url

from bot.inspection import Scanner
from bot.recognising import Recogniser
from bot.shelf import Shelf
from bot.taught import Taught
from cases import database, sealed
from cases.database import Store
from cases.dialogue import checklists
from cases.retention import terms
from cases.retention.terms import TermError, Terms
from config.settings import Settings
from handlers import speech
from handlers.desk import Desk
from handlers.speech import Speech
from knowledge.library import Library
from knowledge.remembering import Memory
from nlu import dictionary, freshness, rasa_client
from nlu.interpreter import InProcess, Interpreter
from nlu.rasa_client import Rasa
from nlu.rasa_engine import WithRasa

SENTENCES = Path(__file__).parent.parent / "nlu" / "rasa" / "data"


class NotSetUpError(Exception):
    """Something that set-up makes is missing; the message names the command that makes it."""


@dataclass(frozen=True)
class Helpline:
    """Everything that serves residents and staff, put together."""

    settings: Settings
    store: Store
    shelf: Shelf
    interpreter: Interpreter
    desk: Desk
    speech: Speech
    rasa: Rasa | None = None
    terms: Terms = field(default_factory=terms.shipped)

    def library(self) -> Library:
        """The library of this moment."""
        return self.shelf.library()

    @property
    def scanner(self) -> Scanner | None:
        """What looks at a file before it is kept, where a deployment has one."""
        return None if self.settings.scanner_url is None else Scanner(self.settings.scanner_url)

    @property
    def recogniser(self) -> Recogniser | None:
        """What writes down a recording, where a deployment has one of its own."""
        address = self.settings.recogniser_url
        return None if address is None else Recogniser(address)


def open_store(settings: Settings) -> Store:
    """The database under its keys; both are made at the first start."""
    settings.data.mkdir(parents=True, exist_ok=True)
    return Store(settings.database, sealed.open_or_create(settings.keys))


def open_shelf(settings: Settings, store: Store | None = None) -> Shelf:
    """The knowledge with what this deployment has entered and, over a store, published."""
    return Shelf(settings.local_standards, Memory(settings.learnt), store)


def open_published(settings: Settings) -> Shelf:
    """The same for a command: the store is read where there is one, and never made."""
    address = make_url(settings.database)
    local = address.get_backend_name() == "sqlite"
    if not settings.keys.exists() or (local and not Path(address.database or "").exists()):
        return open_shelf(settings)
    store = open_store(settings)
    return open_shelf(settings, store if database.is_set_up(store) else None)


def build(settings: Settings) -> Helpline:
    """Put the helpline together. Raises NotSetUpError without a model or with a wrong setting."""
    kept = _terms(settings)
    store = open_store(settings)
    database.upgrade(store)
    shelf = open_shelf(settings, store)
    rasa = open_rasa(settings)
    own = Taught(load_interpreter(settings), store, SENTENCES)
    interpreter = own if rasa is None or settings.rasa_shadow else WithRasa(own, rasa)
    words = speech.chinese()
    lists = checklists.Terms(
        (settings.public_url or "").rstrip("/"), timedelta(days=settings.list_days)
    )
    desk = Desk(store, interpreter, shelf.library, words, lists, wary=settings.wary_channels)
    return Helpline(settings, store, shelf, interpreter, desk, words, rasa, kept)


def open_rasa(settings: Settings) -> Rasa | None:
    """Who asks the Rasa server, where one is set; it need not run yet."""
    if settings.rasa_url is None:
        return None
    rasa_client.warm()
    return Rasa(settings.rasa_url, settings.rasa_secret)


def load_interpreter(settings: Settings) -> InProcess:
    """The trained model; trained anew when the sentences have changed since."""
    if not freshness.is_current(SENTENCES, settings.model):
        raise NotSetUpError("The language model is missing or old; run: make setup")
    dictionary.SHELF.make_ready(settings.learnt)
    return InProcess.load(settings.model)


def _terms(settings: Settings) -> Terms:
    try:
        return terms.in_force(settings.keep_days)
    except TermError as error:
        raise NotSetUpError(f"HELPLINE_KEEP_DAYS: {error}") from error
