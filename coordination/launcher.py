"""`coordination serve`: the database, then the web server and a worker; in the end the other way
round. `demo` puts made data between the two."""

import argparse
import asyncio
import contextlib
import errno
import importlib
import os
import socket
import sys
import tempfile
import time
from collections.abc import Callable

from coordination.database import Addresses, database, is_made_up
from coordination.migrate_command import bring_up_to_date
from coordination.postgres import NoServerError
from coordination.processes import (
    CannotServeError,
    Child,
    Serving,
    Stop,
    add_address,
    until_told_to_stop,
)
from coordination.settings import settings

PORT_FREE_WITHIN = 6.0  # what a killed launcher left behind needs a moment to go away
WEB, WORKER = "coordination.server:main", "coordination.worker:main"


def serve(argv: list[str]) -> int:
    """Run until told to stop."""
    asked = serving_parser("serve").parse_args(argv)
    return launch(asked, _announce)


def _announce(addresses: Addresses, address: str) -> None:
    """Where people reach it; in an empty deployment also how to name it. Loaded late: it needs the
    slices."""
    reached = os.environ.get("COORDINATION_PUBLIC_URL", "").rstrip("/") or address
    print(reached, flush=True)
    importlib.import_module("coordination.home.deployment.first_run").tell(addresses.app, reached)


def serving_parser(command: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"coordination {command}")
    add_address(parser)
    parser.add_argument("--no-worker", action="store_true", help="不启动任务进程")
    return parser


def launch(
    asked: argparse.Namespace,
    announce: Callable[[Addresses, str], object],
    prepare: Callable[[Addresses], object] = lambda addresses: None,
) -> int:
    """Start everything, `prepare` meanwhile, `announce` when it answers; stop when told to.

    The exit code: 0 after a stop, 1 where it could not start, with the reason on stderr.
    """
    try:
        with until_told_to_stop() as stop:
            _await_free_port(asked.host, asked.port)
            with database() as addresses, _counters() as counters:
                asyncio.run(bring_up_to_date(addresses.owner))
                _refuse_unfit(addresses)
                with _service(asked, addresses, counters, stop) as service:
                    prepare(addresses)
                    service.await_ready()
                    announce(addresses, service.address)
                    service.watch(lambda: _keep_running(addresses))
    except (CannotServeError, NoServerError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _refuse_unfit(addresses: Addresses) -> None:
    """CannotServeError: half a rotation; or whoever has read the demo could be its operator."""
    if (settings().data / "key.new").exists() and not settings().given_key:
        raise CannotServeError(
            "上次更换密钥中断了：请先再运行一次 coordination key rotate。"
            " / A rotation of the key was cut short; run coordination key rotate again."
        )
    if settings().demo or not asyncio.run(is_made_up(addresses.owner)):
        return
    raise CannotServeError(
        "这里是演示数据，其中的账号密码人人可查，不能正式使用。看演示请运行 coordination demo；"
        "正式使用请把 COORDINATION_DATA 指向一个新的目录（或把 COORDINATION_DATABASE_URL "
        "指向一个空的数据库），再运行 coordination serve。"
        " / This holds the demo, whose passwords are known. Run coordination demo, or name an"
        " empty data folder or database."
    )


def _counters() -> tempfile.TemporaryDirectory[str]:
    """Where the web processes of this run count together."""
    return tempfile.TemporaryDirectory(prefix="coordination-metrics-")


def _service(asked: argparse.Namespace, addresses: Addresses, counters: str, stop: Stop) -> Serving:
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(asked.host, asked.host)
    address = f"http://{shown}:{asked.port}"
    words = ("--host", asked.host, "--port", str(asked.port), "--workers", str(asked.workers))
    children = [Child(WEB, words)]
    environment = {"COORDINATION_PUBLIC_URL": address} | os.environ
    # Who serves has no use for the owner's address.
    environment.pop("COORDINATION_OWNER_URL", None)
    environment["COORDINATION_DATABASE_URL"] = addresses.app
    environment["PROMETHEUS_MULTIPROC_DIR"] = counters
    if asked.no_worker:
        environment.setdefault("COORDINATION_WORKER", "0")  # unless one runs elsewhere
    else:
        children.append(Child(WORKER))
    return Serving(address, environment, children, stop)


def _keep_running(addresses: Addresses) -> None:
    """CannotServeError: its folder is gone; an empty one in its place would look like a loss."""
    if addresses.server and not addresses.server.is_running:
        folder = addresses.server.data
        if not (folder / "PG_VERSION").exists():
            raise CannotServeError(f"数据目录 {folder} 不见了。/ The data folder is gone.")
        print("the database died; starting it again", file=sys.stderr, flush=True)
        addresses.server.start()


def _await_free_port(host: str, port: int) -> None:
    """CannotServeError: another program has it, or there is no such address."""
    end, told = time.monotonic() + PORT_FREE_WITHIN, False
    while True:
        try:
            family, kind, *_, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
            with contextlib.closing(socket.socket(family, kind)) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(place)
                probe.listen(1)
            return
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > end:
                raise CannotServeError(
                    f"{host}:{port} 不能使用（{error.strerror}）：用 --port 或 --host 换一个。"
                    f" / {host}:{port} cannot be used; choose another with --port or --host."
                ) from error
            if not told:
                print(f"{host}:{port} 正被占用，等它空出来…", file=sys.stderr, flush=True)
                told = True
            time.sleep(0.2)
