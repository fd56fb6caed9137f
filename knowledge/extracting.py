"""How a file is read in a process of its own, so that none can hold up who serves residents.

`python -m knowledge.extracting READER FILE SECONDS` is that process; it prints one JSON object.
"""

import importlib
import json
import resource
import subprocess
import sys
from pathlib import Path

from pydantic import BaseModel, ValidationError

from knowledge.unreadable import ImportingError, Trouble

ROOT = Path(__file__).parents[1]
# Two hundred pages take three seconds. What takes longer is made to.
SECONDS_OF_WORK = 15
# Waiting for a busy machine is no work.
SECONDS_AT_MOST = 120
MEMORY = 2_000_000_000


class _Read(BaseModel, frozen=True):
    text: str = ""
    message: str = ""
    trouble: Trouble | None = None


def text_of(reader: str, path: Path, seconds: int = SECONDS_OF_WORK) -> str:
    """The text that a reader finds in a file with so many seconds of work; else ImportingError."""
    here = [sys.executable, "-m", "knowledge.extracting"]
    try:
        done = subprocess.run(  # noqa: S603
            [*here, reader, str(path.resolve()), str(seconds)],
            cwd=ROOT,
            capture_output=True,
            check=False,
            timeout=SECONDS_AT_MOST,
        )
        read = _Read.model_validate_json(done.stdout)
    except (subprocess.TimeoutExpired, ValidationError) as error:
        raise ImportingError(
            f"{path}: cannot be read to its end; print it again as a plain PDF or save it as txt",
            Trouble.UNFINISHED,
        ) from error
    if read.trouble is not None:
        raise ImportingError(f"{path}: {read.message}", read.trouble)
    return read.text


def main() -> None:
    """Read one file within the limits; a limit that is passed ends the process without a word."""
    reader, path, seconds = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    # A fault of theirs leaves no file behind.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    read = getattr(importlib.import_module("knowledge.readers"), reader)
    try:
        text: str = read(path.read_bytes())
        found = {"text": text.encode("utf-8", "replace").decode()}
    except ImportingError as error:
        found = {"message": str(error), "trouble": str(error.trouble)}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
