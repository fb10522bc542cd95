"""The web server: granian and its workers, each of which puts the application together."""

import argparse

from granian.constants import HTTPModes, Interfaces, Loops
from granian.log import LogLevels
from granian.server import Server

APP = "coordination.app:create_app"
PATIENCE = 8  # seconds that a stopping worker has for what it is answering


def main(argv: list[str]) -> int:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="coordination.server")
    add_address(parser)
    asked = parser.parse_args(argv)
    Server(
        APP,
        factory=True,
        address=asked.host,
        port=asked.port,
        workers=asked.workers,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        websockets=False,
        loop=Loops.uvloop,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=PATIENCE,
    ).serve()
    return 0


def add_address(parser: argparse.ArgumentParser) -> None:
    """--host, --port and --workers, for this process and for the one that launches it."""
    parser.add_argument("--host", default="127.0.0.1", help="监听地址，默认 127.0.0.1")
    parser.add_argument("--port", type=int, default=8000, help="端口，默认 8000")
    parser.add_argument("--workers", type=int, default=1, help="网页进程数，默认 1")
