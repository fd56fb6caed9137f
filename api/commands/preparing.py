"""The command behind `make setup`: make the tables and the model, once."""

from rich.console import Console

from bot import helpline
from cases import database
from config.settings import Settings
from nlu import freshness, training


def prepare() -> None:
    """Make what is missing: database tables, language model; says what it does."""
    settings = Settings()
    screen = Console(stderr=True)
    store = helpline.open_store(settings)
    if not database.is_current(store):
        screen.print("[3/4] database", markup=False)
        database.upgrade(store)
    store.close()
    if not freshness.is_current(helpline.SENTENCES, settings.model):
        with screen.status("language model (under a minute)"):
            training.train(helpline.SENTENCES, settings.model)
            freshness.stamp(helpline.SENTENCES, settings.model)
        screen.print("[4/4] language model trained", markup=False)
