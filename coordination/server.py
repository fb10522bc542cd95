"""The web server: granian and its workers, each of which puts the application together."""

import argparse
import gc
import multiprocessing
import os
from typing import Any

from granian.constants import HTTPModes, Interfaces, Loops
from granian.log import LogLevels
from granian.server.mp import MPServer
from litestar.types import ASGIApp

from coordination import logs
from coordination.app import create_app
from coordination.processes import add_address
from coordination.web import live

APP = "coordination.server:application"
PATIENCE = 8  # seconds that a stopping worker has for what it is answering


class _Server(MPServer):
    """Granian, which before it stops its workers has them end the streams they would wait for."""

    def signal_handler_interrupt(self, *args: Any, **kwargs: Any) -> None:
        for worker in multiprocessing.active_children():
            if worker.pid:
                os.kill(worker.pid, live.STOP)
        super().signal_handler_interrupt(*args, **kwargs)


def main(argv: list[str]) -> int:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="coordination.server")
    add_address(parser)
    asked = parser.parse_args(argv)
    _Server(
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
    made = create_app()
    # What is there now stays. A collector that walks it again and again stops everything for
    # 100 ms at a time, and one that runs every 700 objects runs with each request.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    return made
