"""What is typed at a prompt: run as anybody runs it, or in this process, which is up already.

A program that starts anew imports for seconds. That each command finds all it needs is seen once
for each, by `anew`; everything else about it can be seen `here`.
"""

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from api import cli
from tests import loaded
from tests.places import ROOT

Done = subprocess.CompletedProcess[str]
Run = Callable[..., Done]


def a_folder(place: Path) -> Path:
    """A data folder whose helpline has learnt its content before."""
    place.mkdir(exist_ok=True)
    (place / "learnt").symlink_to(loaded.learnt())
    return place


def anew(folder: Path, *words: str, said: str = "") -> Done:
    """A program of its own."""
    return subprocess.run(
        [sys.executable, "-m", "api.cli", *words],
        input=said,
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
        env=_environment(folder),
        check=False,
    )


def here(
    folder: Path, *words: str, said: str | None = "", settings: Mapping[str, str] | None = None
) -> Done:
    """The same in this process; standard input is closed where nothing (None) is said."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    told = None if said is None else io.TextIOWrapper(io.BytesIO(said.encode()), encoding="utf-8")
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        for name in [name for name in os.environ if name.startswith("HELPLINE_")]:
            patch.delenv(name)
        for name, value in {"data": str(folder), **(settings or {})}.items():
            patch.setenv(f"HELPLINE_{name.upper()}", value)
        patch.setattr(sys, "argv", ["helpline", *words])
        patch.setattr(sys, "stdin", told)
        with pytest.raises(SystemExit) as ended:
            cli.main()
    code = ended.value.code
    return Done(words, code if isinstance(code, int) else 0, _written(out), _written(err))


def _written(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if "HELPLINE_" not in name}
    return {**kept, "HELPLINE_DATA": str(folder)}
