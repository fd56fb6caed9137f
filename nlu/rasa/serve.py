"""How Rasa is served: on this machine, with the token of a file, silent about what it is asked."""

import os
import runpy
import sys
from pathlib import Path

ENVIRONMENT = {
    "RASA_TELEMETRY_ENABLED": "false",
    "LOG_LEVEL_LIBRARIES": "ERROR",
    # The token stands in every address: a log of accesses would give it away.
    "SANIC_ACCESS_LOG": "false",
}


def main(model: str, token: Path, port: str) -> None:
    """Become `rasa run`. The token is put in place inside the process, where `ps` cannot see it."""
    os.environ.update(ENVIRONMENT)
    secret = token.read_text(encoding="ascii").strip()
    words = ("run", "--model", model, "--enable-api", "--interface", "127.0.0.1", "--port", port)
    sys.argv = ["rasa", *words, "--auth-token", secret]
    runpy.run_module("rasa", run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
