"""Which local standards were published on the console, for a command that reads no library."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from sqlalchemy import make_url

from cases import database, sealed
from cases.database import Store
from cases.editing import publications
from config.settings import Settings
from knowledge.editions import Kind
from knowledge.names import Region
from knowledge.parameters import Parameter, Parameters


def standards(settings: Settings, region: Region, on: date) -> Mapping[str, tuple[Parameter, ...]]:
    """The published rows of each standard of the region, as they count on that day.

    The store is read where there is one, and never made.
    """
    address = make_url(settings.database)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").exists():
        return {}
    store = Store(settings.database, sealed.open_or_create(settings.keys))
    if not database.is_set_up(store):
        return {}
    with store.read() as session:
        rows = publications.in_effect(session, Kind.PARAMETER, on=on)
        told = [(row.subject.partition("/"), row.body.get("values")) for row in rows]
    return {
        name: Parameters.of(values).values
        for (where, _, name), values in told
        if where == region and values
    }
