"""A Rasa server that runs beside us, asked with exactly the bytes that the helpline would send."""

import json
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote, urlsplit

import numpy as np
from numpy.typing import NDArray

from benchmarks import measuring
from benchmarks.measuring import Timing
from config.settings import Settings
from knowledge.names import Intent
from nlu import rasa_client

ANSWER_SECONDS = 30
AT_ONCE = rasa_client.AT_ONCE
PARSED = 200
SERVED = "nlu/rasa/serve.py"
Chances = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Server:
    """Where it listens."""

    address: str
    token: str
    trained_in: str

    def parse(self, text: str) -> dict[str, float]:
        """Every intent's confidence for a masked text."""
        link = urlsplit(self.address)
        door = HTTPConnection(link.hostname or "", link.port or 5005, timeout=ANSWER_SECONDS)
        door.request("POST", f"/model/parse?token={quote(self.token)}", json.dumps({"text": text}))
        ranking = json.loads(door.getresponse().read()).get("intent_ranking", [])
        door.close()
        return {str(guess["name"]): float(guess["confidence"]) for guess in ranking}


def find() -> Server | None:
    """The server of the settings; None where none is set."""
    settings = Settings()
    if settings.rasa_url is None:
        return None
    noted = settings.data / "rasa" / "trained_in"
    trained_in = noted.read_text(encoding="ascii").strip() if noted.exists() else ""
    return Server(settings.rasa_url, settings.rasa_secret, trained_in)


def chances(server: Server, texts: Sequence[str]) -> tuple[list[str], Chances]:
    """One row a text, one column an intent. What is not sent at all is out of scope."""
    labels = [str(intent) for intent in Intent]
    table = np.zeros((len(texts), len(labels)))
    for at, text in enumerate(texts):
        asked = rasa_client.outbound(text)
        heard = server.parse(asked) if asked else {str(Intent.OUT_OF_SCOPE): 1.0}
        for label, confidence in heard.items():
            table[at, labels.index(label)] = confidence
    return labels, table


def speed(server: Server, texts: Sequence[str]) -> list[tuple[str, str]]:
    """How fast it is, one question at a time and four at once, and how much memory it holds."""
    asked = [line for text in texts[:PARSED] if (line := rasa_client.outbound(text))]
    alone = tuple(_timed(server, asked))
    timing = Timing(seconds=alone, lasted=sum(alone))
    began = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        list(crowd.map(server.parse, asked))
    rate = len(asked) / (time.perf_counter() - began)
    return [
        ("parse p50, ms", f"{timing.percentile(0.5):.1f}"),
        ("parse p99, ms", f"{timing.percentile(0.99):.1f}"),
        ("messages a second, one at a time", f"{timing.rate:.0f}"),
        (f"messages a second, {AT_ONCE} at once", f"{rate:.0f}"),
        ("memory of the server, MiB", _memory()),
        ("train, s", server.trained_in),
    ]


def _timed(server: Server, texts: Sequence[str]) -> Iterator[float]:
    for text in texts:
        began = time.perf_counter()
        server.parse(text)
        yield time.perf_counter() - began


def _memory() -> str:
    """Resident memory of `make rasa` on this machine, where it can be seen."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if SERVED not in (process / "cmdline").read_text(encoding="utf-8"):
                continue
            rows = (process / "status").read_text(encoding="utf-8").splitlines()
        except OSError:
            continue
        sizes = [int(row.split()[1]) for row in rows if row.startswith("VmRSS:")]
        return str(sizes[0] // 1024) if sizes else ""
    return ""


def show(server: Server, texts: Sequence[str]) -> None:
    """Print the table of its speed."""
    title = f"Speed of Rasa, masking and HTTP not counted ({measuring.machine()})"
    measuring.show(title, ("what", "figure"), speed(server, texts))
