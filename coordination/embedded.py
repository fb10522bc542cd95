"""The embedded server's supervisor: a PostgreSQL of our own in a folder, over a Unix socket.

It runs as a child process; readiness is read from postmaster.pid; a folder left by a crash is
recovered by PostgreSQL itself at the next start. Several processes may share one server (`serve`
beside `backup`): the last to leave stops it, also when its first launcher was killed.
Run on Linux; macOS has all it uses; on Windows a database of one's own must be named instead.
"""

import contextlib
import fcntl
import os
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from coordination.postgres import (
    OWNER,
    STATE,
    Account,
    NoServerError,
    programs,
    server_account,
    within_reach,
)

SERVES = "coordination_app"
DATABASE = "coordination"
PORT = 5432  # only names the socket: the server listens on no network
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]{1,90}")  # sun_path holds 107 bytes, ".s.PGSQL.5432" 14
LOG_AT_MOST = 5_000_000
DEFAULTS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": str(PORT),
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    # A failed statement, and the key it violated, may hold personal data.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    # A roll just imported or frozen has no statistics, and pages are slow until it has them.
    "autovacuum_naptime": "10s",
}


@dataclass
class Embedded:
    """`with Embedded(folder) as server:` or start() and stop()."""

    data: Path
    database: str = DATABASE
    settings: dict[str, str] = field(default_factory=dict)
    state: Path = STATE

    def __post_init__(self) -> None:
        self.name = Path(self.data).absolute()  # `data` may come to lie elsewhere
        self.settings = dict(self.settings)
        self.socket_folder = self.name
        self._launched: subprocess.Popen[bytes] | None = None
        self._use: IO[bytes] | None = None

    @property
    def dsn(self) -> str:
        """For the owner, who migrates, backs up and erases."""
        return self._url(OWNER)

    @property
    def app_dsn(self) -> str:
        """For the role that serves: it can change neither ballots nor audit rows."""
        return self._url(SERVES)

    @property
    def config(self) -> dict[str, Any]:
        """For asyncpg.connect(**config), as the owner."""
        host = str(self.socket_folder)
        return {"host": host, "port": PORT, "user": OWNER, "database": self.database}

    @property
    def app_config(self) -> dict[str, Any]:
        """For asyncpg.connect(**app_config), as the role that serves."""
        return self.config | {"user": SERVES}

    def _url(self, role: str) -> str:
        folder = quote(str(self.socket_folder), safe="")
        return f"postgresql://{role}@/{self.database}?host={folder}&port={PORT}"

    def start(self, timeout: float = 120.0) -> "Embedded":
        """Join the server of this folder, or start it. NoServerError: it does not come up."""
        try:
            self.name.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise NoServerError(
                f"{self.name.parent} 不能写入（{error.strerror}）：请把 COORDINATION_DATA 指向一个"
                f"可以写入的目录。 / {self.name.parent} cannot be used as data folder."
            ) from error
        with self.alone():
            try:
                self._place()
                if not self.is_running:
                    self._launch(timeout)
                self._await(lambda: "ready" in self._pid_line(7), timeout)
                self.socket_folder = Path(self._pid_line(4))
                self._join()
            except BaseException:
                if self._launched:
                    self._shut_down(timeout)
                raise
        return self

    def stop(self, timeout: float = 60.0) -> None:
        """Leave; the last to leave stops the server."""
        with self.alone():
            if self._leaves_last() and self.is_running:
                self._shut_down(timeout)

    def __enter__(self) -> "Embedded":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    # Who uses the folder. The locks die with their processes, also with those that are killed.

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """One process at a time makes, starts, joins, leaves and stops the server."""
        with self._lock_file("starting") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    @property
    def is_shared(self) -> bool:
        """Whether another process uses the server that this one has joined."""
        assert self._use, "start() first"
        try:
            fcntl.flock(self._use, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            fcntl.flock(self._use, fcntl.LOCK_SH)
        return False

    def _lock_file(self, what: str) -> IO[bytes]:
        path = self.name.with_name(f"{self.name.name}.{what}")
        try:
            return path.open("ab")
        except PermissionError as error:
            raise NoServerError(
                f"{path} 不能写入：属于另一个用户。请换 COORDINATION_DATA，或用原来的用户启动。"
                f" / {path} belongs to another account."
            ) from error

    def _join(self) -> None:
        self._use = self._use or self._lock_file("users")
        fcntl.flock(self._use, fcntl.LOCK_SH)

    def _leaves_last(self) -> bool:
        if self._use is None:
            return False
        with self._use as file:
            self._use = None
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
        return True

    # The running server, as its folder tells it

    def _pid_line(self, number: int) -> str:
        """Of postmaster.pid: 0 pid, 4 socket folder, 7 status; empty while it is not written."""
        with contextlib.suppress(OSError, IndexError):
            return (self.data / "postmaster.pid").read_text().splitlines()[number].strip()
        return ""

    @property
    def is_running(self) -> bool:
        """Does postmaster.pid name a live server of this very folder?"""
        if not (pid := self._pid_line(0)):
            return False
        if Path("/proc/self").exists():  # after a reboot the pid may be somebody else's
            with contextlib.suppress(OSError):
                return Path(f"/proc/{pid}/cwd").readlink() == self.data
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(pid), 0)
            return True
        return False

    def _await(self, condition: Callable[[], bool], timeout: float) -> None:
        end = time.monotonic() + timeout
        while not condition():
            died = self._launched is not None and self._launched.poll() is not None
            if died or time.monotonic() > end:
                said = (self.data / "server.log").read_text(errors="replace")[-3000:]
                raise NoServerError(f"PostgreSQL did not become ready:\n{said}")
            time.sleep(0.02)

    # Starting and stopping

    def _place(self) -> None:
        """Settle where the data lies, as whom the server runs, and make it if it is not there."""
        account = server_account()
        self.data = self.name.resolve()
        version = self.data / "PG_VERSION"
        try:
            major = int(version.read_text()) if version.exists() else None
        except PermissionError as error:
            raise NoServerError(f"{self.data} belongs to another account") from error
        if major:
            owner = self.data.stat()  # root may find what a plain user began
            account = account and Account(owner.st_uid, owner.st_gid)
        elif account and not account.reaches(self.name.parent):
            # Root's tree stays closed. The link goes with its folder: who deletes that starts
            # afresh, and nobody finds another's data under a name used again.
            self.state.mkdir(parents=True, exist_ok=True, mode=0o755)
            self.data = self.state.resolve() / f"data-{secrets.token_hex(6)}"
            self.name.unlink(missing_ok=True)
            self.name.symlink_to(self.data)
        self._programs = within_reach(programs(major), account, self.state)
        if not major:
            durable = self.settings.get("fsync") != "off"
            self._programs.create(self.data, DATABASE, durable=durable)

    def _launch(self, timeout: float) -> None:
        """Start it. A process of a server that was killed may need a moment to notice."""
        for _ in range(20):
            try:
                self._launch_once(timeout)
                break
            except NoServerError as error:
                if "is still in use" not in str(error)[-300:]:
                    raise
                time.sleep(0.5)

    def _launch_once(self, timeout: float) -> None:
        # Left by a crash: we hold the lock and saw that no server runs here. PostgreSQL itself
        # would not start if another program of its account has got that pid since. That no
        # process of the dead server still writes, it finds out by the shared memory.
        for left in ("postmaster.pid", f".s.PGSQL.{PORT}.lock"):
            (self.data / left).unlink(missing_ok=True)
        self.socket_folder = self._socket_place()
        sockets = {"unix_socket_directories": str(self.socket_folder)}
        words: list[str | Path] = ["-D", self.data]
        for name, value in (DEFAULTS | sockets | self.settings).items():
            words += ["-c", f"{name}={value}"]
        log = self.data / "server.log"
        if log.exists() and log.stat().st_size > LOG_AT_MOST:
            log.replace(log.with_suffix(".log.1"))
        with log.open("ab") as out:
            self._launched = self._programs.launch("postgres", *words, log=out)
        self._await(lambda: bool(self._pid_line(4)), timeout)

    def _socket_place(self) -> Path:
        """The data folder itself, unless its path is too long or odd for a socket's."""
        if PLAIN_PATH.fullmatch(str(self.data)):
            return self.data
        if self.socket_folder != self.name and self.socket_folder.is_dir():
            return self.socket_folder  # started again, where its clients look for it
        account, shared = self._programs.account, Path(tempfile.gettempdir())
        if account and not account.reaches(shared):
            shared = self.state
        folder = Path(tempfile.mkdtemp(prefix="coordination-", dir=shared))
        if account:
            account.owns(folder)
        return folder

    def _shut_down(self, timeout: float) -> None:
        """Clients are disconnected, a checkpoint is written; what lasts is left to recovery."""
        pid = self._launched.pid if self._launched else int(self._pid_line(0))
        for sign in (signal.SIGINT, signal.SIGQUIT):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, sign)
            end = time.monotonic() + timeout
            while self.is_running and time.monotonic() < end:
                time.sleep(0.02)
            if not self.is_running:
                break
        if self._launched:
            self._launched.wait(timeout)
            self._launched = None
        if self.socket_folder not in (self.data, self.name):
            shutil.rmtree(self.socket_folder, ignore_errors=True)
