"""The processes of the service: how each is started, watched and stopped."""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

START_WITHIN = 120.0
STOP_WITHIN = 15.0
RUNS_WELL_AFTER = 60.0
LONGEST_PAUSE = 30.0
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class CannotServeError(RuntimeError):
    """Something stands in the way; the message says what to do."""


class ToldToStop(KeyboardInterrupt):
    """A type of its own: where a plain KeyboardInterrupt passes through an `exec` of a string (a
    dataclass made just then), Python ends by SIGINT at its exit, however well it was caught."""


class Stop:
    """Whether we were told to stop."""

    told = False

    def check(self) -> None:
        """ToldToStop: we were. Raised by a signal's handler it can get lost, in a
        finalizer that happens to run just then; so whoever waits long asks here, too."""
        if self.told:
            raise ToldToStop


@contextlib.contextmanager
def until_told_to_stop() -> Iterator[Stop]:
    """Leave the block in good order on Ctrl-C, SIGTERM or a closed terminal; a second one does
    not disturb what the first began."""
    stop = Stop()

    def tell(*_: object) -> None:
        for sign in STOPS:
            signal.signal(sign, signal.SIG_IGN)
        stop.told = True
        stop.check()

    before = {sign: signal.signal(sign, tell) for sign in STOPS}
    try:
        yield stop
    except ToldToStop:
        pass
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)


@dataclass
class Child:
    """A process in a session of its own, so that Ctrl-C reaches only us, that ends when we do."""

    target: str
    words: Sequence[str] = ()
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    started: float = field(default=0.0, init=False)
    starts: int = field(default=0, init=False)  # since it last ran for a while

    def start(self, environment: dict[str, str]) -> None:
        self.starts = 1 if self.has_run_well else self.starts + 1
        self.started = time.monotonic()
        self.process = subprocess.Popen[bytes](
            [sys.executable, "-m", "coordination.child", self.target, *self.words],
            stdin=subprocess.PIPE,
            stdout=sys.stderr.fileno(),
            env=environment,
            start_new_session=True,
        )

    @property
    def is_gone(self) -> bool:
        return self.process is None or self.process.poll() is not None

    @property
    def has_run_well(self) -> bool:
        return time.monotonic() - self.started > RUNS_WELL_AFTER

    @property
    def may_start_again(self) -> bool:
        """At once after a single death; what dies over and over waits longer each time."""
        pause = min(LONGEST_PAUSE, 2.0 ** (self.starts - 1) - 1)
        return self.has_run_well or time.monotonic() - self.started > pause

    def ask_to_stop(self) -> None:
        if self.process and not self.is_gone:
            self.process.terminate()

    def end(self, by: float) -> None:
        """Wait for it until then; afterwards nothing of its session is left."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, by - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@dataclass
class Serving:
    """The web server and the worker, running inside the `with`."""

    address: str
    environment: dict[str, str]
    children: Sequence[Child]
    stop: Stop

    def __enter__(self) -> "Serving":
        for child in self.children:
            child.start(self.environment)
        return self

    def __exit__(self, *_: object) -> None:
        for child in self.children:
            child.ask_to_stop()
        by = time.monotonic() + STOP_WITHIN
        for child in self.children:
            child.end(by)

    def await_ready(self) -> None:
        """CannotServeError: a process died, or it took too long."""
        end = time.monotonic() + START_WITHIN
        while not self._is_ready():
            self.stop.check()
            if any(child.is_gone for child in self.children):
                raise CannotServeError("启动失败，原因见上。/ It did not start; see above.")
            if time.monotonic() > end:
                raise CannotServeError("启动超时。/ It did not get ready in time.")
            time.sleep(0.1)

    def _is_ready(self) -> bool:
        """As /ready says; a worker that is launched elsewhere is not waited for."""
        # Never by way of a proxy that the environment names: this is our own process.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            told = json.load(opener.open(f"{self.address}/ready", timeout=5))
        except urllib.error.HTTPError as error:
            told = json.load(error)
        except (OSError, ValueError):
            return False
        needed = ("database", "migrations", "worker")[: 1 + len(self.children)]
        return all(told[part] for part in needed)

    def watch(self, database: Callable[[], object]) -> None:
        """For ever: see that the database runs, and start again what died."""
        while True:
            time.sleep(1)
            self.stop.check()
            database()
            for child in self.children:
                if child.is_gone and child.may_start_again:
                    print(f"{child.target} died; starting it again", file=sys.stderr, flush=True)
                    child.end(by=time.monotonic())
                    child.start(self.environment)


def add_address(parser: argparse.ArgumentParser) -> None:
    """--host, --port and --workers, for this process and for the one that launches it."""
    parser.add_argument("--host", default="127.0.0.1", help="监听地址，默认 127.0.0.1")
    parser.add_argument("--port", type=_port, default=8000, help="端口，默认 8000")
    parser.add_argument("--workers", type=int, default=1, help="网页进程数，默认 1")


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65_535:
        raise argparse.ArgumentTypeError("端口是 1 到 65535 之间的数")
    return int(text)
