"""What a YAML file beside the tests says, read by the library in C: it is a megabyte in all."""

from pathlib import Path

import yaml


def read(path: Path):  # noqa: ANN201 - whatever stands there
    """The content of the file."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
