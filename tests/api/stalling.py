"""A console that opens its stream and never reads a byte of it."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

SMALLEST_BUFFER = 1024


@contextmanager
def stream(address: str, token: str) -> Iterator[None]:
    """Stall for as long as the block runs."""
    place = urlsplit(address)
    with socket.socket() as quiet:
        quiet.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALLEST_BUFFER)
        quiet.connect((place.hostname, place.port))
        asked = f"GET /console/events HTTP/1.1\r\nHost: {place.netloc}\r\n"
        quiet.sendall(f"{asked}Authorization: Bearer {token}\r\n\r\n".encode())
        yield
