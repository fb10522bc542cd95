"""The web server: granian and its workers, each of which puts the application together."""

import argparse

from granian.constants import HTTPModes, Interfaces, Loops
from granian.log import LogLevels
from granian.server import Server
from litestar.types import ASGIApp

from coordination import logs
from coordination.app import create_app
from coordination.processes import add_address

APP = "coordination.server:application"
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


def application() -> ASGIApp:
    """In each worker."""
    logs.configure()
    return create_app()
