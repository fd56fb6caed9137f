"""Which value a standard has in a region on a day."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Parameters:
    """Dated values of one deployment."""

    @classmethod
    def load(cls, path: Path) -> "Parameters":
        """Reads a list of {parameter, value, unit, valid_from, valid_until, document, clause}."""
        raise NotImplementedError(path)

    @classmethod
    def none(cls) -> "Parameters":
        """No local standards are known."""
        return cls()
