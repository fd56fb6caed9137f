"""How pages are made: one set of templates in which every value is escaped."""

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from starlette.responses import HTMLResponse

HERE = Path(__file__).parent
LOCAL = ZoneInfo("Asia/Shanghai")
DATES = tomllib.loads((HERE / "dates.toml").read_text(encoding="utf-8"))


@cache
def environment() -> Environment:
    """The templates of both halves: `resident/…` and `console/…`."""
    loader = PrefixLoader(
        {half: FileSystemLoader(HERE / half / "templates") for half in ("resident", "console")}
    )
    made = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["local"] = local
    made.filters["clock"] = clock
    made.filters["dated"] = dated
    return made


def html(template: str, values: Mapping[str, object]) -> str:
    """A page or a piece of one."""
    return environment().get_template(template).render(values)


def page(template: str, values: Mapping[str, object], *, status: int = 200) -> HTMLResponse:
    """A page as an answer."""
    return HTMLResponse(html(template, values), status)


def local(moment: datetime | None, now: datetime) -> str:
    """A local time in words: 明天 17:00, 11月23日 17:00."""
    if moment is None:
        return "—"
    here, today = moment.astimezone(LOCAL), now.astimezone(LOCAL).date()
    # Midnight ends the day before it.
    if here.hour == here.minute == 0:
        day, hour = here.date() - timedelta(days=1), "24:00"
    else:
        day, hour = here.date(), f"{here:%H:%M}"
    far = DATES["far"]["day"].format(month=day.month, day=day.day)
    word = DATES["near"].get(str((day - today).days), far)
    if day.year != today.year:
        word = DATES["far"]["year"].format(year=day.year, word=word)
    return f"{word} {hour}"


def dated(moment: datetime | None) -> str:
    """The local day and time in figures, for paper that is read on another day."""
    return "" if moment is None else f"{moment.astimezone(LOCAL):%Y-%m-%d %H:%M}"


def clock(moment: datetime | None) -> str:
    """The local time of day."""
    return "" if moment is None else f"{moment.astimezone(LOCAL):%H:%M}"
