"""The operators' desk under load: how soon words are on the screen, and whether taking holds.

Run as `python -m benchmarks.desk [--postgres] [--only screens|taking|room|claims|cut …]`; real
processes over HTTP. Exit 1 when something was wrong; times are for reading beside their ratios.
"""

import argparse
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks import desk_claims, desk_cut, desk_house, desk_screens, measuring, ready
from benchmarks.desk_house import House
from benchmarks.desk_screens import Shown
from tests.places import ROOT
from tests.serving import answering

SCREEN_COLUMNS = ("consoles", "messages", "p50 ms", "p95 ms", "p99 ms", "ratio of p95", "missing")


@dataclass(frozen=True)
class Sizes:
    """How large everything is."""

    chats: int
    consoles: int
    seconds: float
    races: int
    arrivals: int
    claimers: int
    queued: int
    claim_seconds: float
    missed: int
    processes: int | None
    postgres: bool


def screens(sizes: Sizes) -> bool:
    """Message to screen, alone and beside as many stalled consoles."""
    # SQLite serves one process; PostgreSQL as many as the machine has room for.
    processes = sizes.processes or (2 if sizes.postgres else 1)
    with desk_house.opened(processes, postgres=sizes.postgres) as house:
        alone, beside = desk_screens.measure(
            house, chats=sizes.chats, consoles=sizes.consoles, seconds=sizes.seconds
        )
        _show_screens(house, sizes, alone, beside)
    return not alone.missing and not beside.missing


def _show_screens(house: House, sizes: Sizes, alone: Shown, beside: Shown) -> None:
    named = ((f"{sizes.consoles}", alone), (f"{sizes.consoles} + {sizes.consoles} stalled", beside))
    base = alone.shown.percentile(0.95) or 1.0
    rows = [
        [
            name,
            str(len(one.shown.seconds)),
            *(f"{one.shown.percentile(share):.0f}" for share in (0.5, 0.95, 0.99)),
            f"{one.shown.percentile(0.95) / base:.2f}",
            str(one.missing),
        ]
        for name, one in named
    ]
    title = f"Message to the operator's screen: {sizes.chats} chats, {house.database}"
    measuring.show(title, SCREEN_COLUMNS, rows)
    answered = [
        [
            name,
            *(f"{one.answered.percentile(share):.0f}" for share in (0.5, 0.95)),
            f"{one.answered.rate:.0f}",
        ]
        for name, one in named
    ]
    columns = ("consoles", "p50 ms", "p95 ms", "messages a second")
    measuring.show("The same messages, until they were answered", columns, answered)


def taking(sizes: Sizes) -> bool:
    """Twenty take one chat at once."""
    with desk_house.opened(sizes.processes or 4, postgres=sizes.postgres) as house:
        found = desk_claims.race(house, claimers=20, rounds=sizes.races)
        rows = [[f"answered {code}", str(count)] for code, count in sorted(found.answers.items())]
        rows += [[f"WRONG: {what}", str(count)] for what, count in found.wrong.items()]
        title = f"20 take one chat at once, {sizes.races} times, {house.database}"
        measuring.show(title, ("what", "count"), rows)
    expected = {"200": sizes.races, "409": 19 * sizes.races}
    return dict(found.answers) == expected and not any(found.wrong.values())


def room(sizes: Sizes) -> bool:
    """A capacity of three, and parallel arrivals."""
    with desk_house.opened(sizes.processes or 3, postgres=sizes.postgres) as house:
        found = desk_claims.fill(house, arrivals=sizes.arrivals)
        rows = [
            ["most chats held at any look", str(found.most)],
            ["the oldest came next", "yes" if found.next_was_oldest else "no"],
            ["seconds after one was handed back", f"{found.next_seconds:.2f}"],
        ]
        title = f"{sizes.arrivals} arrive at once, room for 3, {house.database}"
        measuring.show(title, ("what", "value"), rows)
    return found.most == desk_claims.ROOM and found.next_was_oldest


def claims(sizes: Sizes) -> bool:
    """Operators claim the next in line; PostgreSQL alone, beside an empty UPDATE."""
    with desk_house.opened(sizes.processes or 2, postgres=True) as house, _peer(house) as peer:
        found = desk_claims.claim(
            house,
            peer,
            claimers=sizes.claimers,
            queued=sizes.queued,
            seconds=sizes.claim_seconds,
        )
        base = found.updates.percentile(0.99) or 1.0
        rows = [
            [
                name,
                str(len(one.seconds)),
                *(f"{one.percentile(share):.1f}" for share in (0.5, 0.99)),
                f"{one.percentile(0.99) / base:.2f}",
            ]
            for name, one in (("claim", found.claims), ("peer: empty UPDATE", found.updates))
        ]
        title = f"{sizes.claimers} operators claim of {sizes.queued}, {house.database}"
        measuring.show(title, ("over HTTP", "requests", "p50 ms", "p99 ms", "ratio of p99"), rows)
        print(f"given twice: {found.twice}; asked in vain: {found.empty_handed}")
    return found.twice == 0


@contextmanager
def _peer(house: House) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    database = house.store.engine.url.render_as_string(hide_password=False)
    words = [sys.executable, "-m", "benchmarks.peers.update", database, str(port)]
    process = subprocess.Popen(words, cwd=ROOT)
    address = f"http://127.0.0.1:{port}"
    try:
        answering(address)
        yield address
    finally:
        process.terminate()
        process.wait()


def cut(sizes: Sizes) -> bool:
    """A console away for half an hour."""
    with desk_house.opened(sizes.processes or 1, postgres=sizes.postgres) as house:
        found = desk_cut.cut(house, missed=sizes.missed)
        rows = [
            ["changes missed", f"{found.missed:,}"],
            ["seconds until the page was right again", f"{found.seconds:.2f}"],
            ["pieces fetched for it", str(found.looks)],
            *([f"WRONG: {what}", str(count)] for what, count in found.wrong.items()),
        ]
        measuring.show(f"A console cut and back, {house.database}", ("what", "value"), rows)
    return not any(found.wrong.values())


PARTS: dict[str, Callable[[Sizes], bool]] = {
    "screens": screens,
    "taking": taking,
    "room": room,
    "claims": claims,
    "cut": cut,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts, show, and say by the exit code whether all was right."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", action="store_true", help="over a real PostgreSQL server")
    parser.add_argument("--only", nargs="+", choices=list(PARTS), default=list(PARTS))
    parser.add_argument("--processes", type=int, help="instead of each part's own number")
    parser.add_argument("--chats", type=int, default=100)
    parser.add_argument("--consoles", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=20.0, help="of each way, on two rounds")
    parser.add_argument("--races", type=int, default=20)
    parser.add_argument("--arrivals", type=int, default=10)
    parser.add_argument("--claimers", type=int, default=50)
    parser.add_argument("--queued", type=int, default=500)
    parser.add_argument("--claim-seconds", type=float, default=40.0)
    parser.add_argument("--missed", type=int, default=20_000, help="changes while it was cut")
    given = vars(parser.parse_args(arguments))
    only = given.pop("only")
    ready.model()
    print(measuring.machine())
    print(measuring.versions("fastapi", "uvicorn", "sqlmodel", "sqlalchemy", "sse-starlette"))
    right = [PARTS[name](Sizes(**given)) for name in only]
    return 0 if all(right) else 1


if __name__ == "__main__":
    sys.exit(main())
