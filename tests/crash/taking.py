"""A process in which some operators take chats at the same instant; run by test_taking."""

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

from api import chats, errors
from cases import operators, sealed
from cases.database import Store
from cases.errors import CaseError
from handlers import speech


def main(address: str, keys: str, *pairs: str) -> None:
    """Each pair is `NAME=CHAT`; prints a line each: the status and who holds the chat."""
    store = Store(address, sealed.open_or_create(Path(keys)))
    gate = Barrier(len(pairs))
    words = speech.chinese()

    def take(pair: str) -> str:
        name, _, chat = pair.partition("=")
        gate.wait()
        try:
            with store.write() as session:
                me = operators.by_name(session, name)
                if me is None:
                    raise LookupError(name)
                chats.take(session, me, chat, speech=words, now=datetime.now(UTC))
        except CaseError as error:
            refusal = errors.explain(error, hotline="")
            return f"{refusal.status} {refusal.more.get('winner', 'full')}"
        return f"200 {name}"

    with ThreadPoolExecutor(len(pairs)) as pool:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        sys.stdout.write("\n".join(pool.map(take, pairs)) + "\n")
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
