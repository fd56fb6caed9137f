"""The clock looks after the files of households as well."""

from pathlib import Path

from bot import reviewing, schedule
from bot.helpline import Helpline
from bot.shelf import Shelf
from cases.database import Store
from config.settings import Settings
from handlers import speech
from handlers.desk import Desk
from nlu.interpreter import InProcess


def test_dates_are_reckoned_and_lists_taken_in(
    sqlite_store: Store, interpreter: InProcess, desk: Desk, tmp_path: Path
) -> None:
    settings, shelf = Settings(data=tmp_path), Shelf(tmp_path)
    helpline = Helpline(settings, sqlite_store, shelf, interpreter, desk, speech.chinese())
    clock = schedule.start(helpline)
    try:
        names = {job.id for job in clock.get_jobs()}
    finally:
        clock.shutdown()
    assert set(reviewing.jobs(helpline)) <= names
