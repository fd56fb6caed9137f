"""Which units have a system of their own, where it listens, and by which secret both sign."""

from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, SecretStr, TypeAdapter, field_validator

FILE = "receivers.yml"
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Receiver(BaseModel, frozen=True, extra="forbid"):
    """One unit's system. `organ`: a state organ, to which the law lets us refer without consent."""

    region: str
    unit: str
    url: str
    secret: SecretStr
    organ: bool

    @field_validator("url")
    @classmethod
    def _is_safe(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise ValueError("The address of a receiver must begin with https.")
        return url


_FILE = TypeAdapter(tuple[Receiver, ...])


def of(data: Path) -> tuple[Receiver, ...]:
    """The receivers of a deployment: `receivers.yml` in the data folder; none without it."""
    path = data / FILE
    if not path.exists():
        return ()
    return _read(path, path.stat().st_mtime_ns)


def find(data: Path, region: str, unit: str) -> Receiver | None:
    """The system of this unit of this region, if it has one."""
    return next((one for one in of(data) if (one.region, one.unit) == (region, unit)), None)


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> tuple[Receiver, ...]:
    return _FILE.validate_python(yaml.safe_load(path.read_text(encoding="utf-8")) or [])
