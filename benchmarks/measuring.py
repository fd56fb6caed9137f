"""How a run is measured and shown: percentiles, throughput, and the machine it ran on."""

import os
import platform
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata

from rich.console import Console
from rich.table import Table

MILLISECONDS = 1000


@dataclass(frozen=True)
class Timing:
    """How long each of some requests took, in seconds, and how long the whole run lasted."""

    seconds: tuple[float, ...]
    lasted: float
    failed: int = 0

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.seconds) / self.lasted if self.lasted else 0.0

    def percentile(self, share: float) -> float:
        """The time within which this share of the requests was answered, in milliseconds."""
        ordered = sorted(self.seconds)
        if not ordered:
            return 0.0
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)] * MILLISECONDS


def machine() -> str:
    """Processor count and load: times of a busy machine are only good for comparing."""
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return f"{platform.machine()}, {os.cpu_count()} cores, load {load}"


def versions(*packages: str) -> str:
    """What ran, in which version."""
    names = [f"{name} {metadata.version(name)}" for name in packages]
    own = (f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}")
    return ", ".join((*own, *names))


def show(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; the first column is text, the others are numbers."""
    table = Table(title=title, title_justify="left")
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place else "left", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    Console(width=120).print(table)
