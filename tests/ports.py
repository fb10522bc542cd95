"""A port for a server of a test: nobody's now, and not one that connections are given by chance."""

import contextlib
import random
import socket

BELOW_WHAT_CONNECTIONS_ARE_GIVEN = range(15_000, 32_000)  # Linux: 32768 and up, macOS: 49152


def free_port() -> int:
    """It stays free between two starts of a server, too: port 0 would name one that any
    connection of this machine may be given meanwhile."""
    for port in random.sample(BELOW_WHAT_CONNECTIONS_ARE_GIVEN, 100):
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise AssertionError("a hundred ports are all taken")
