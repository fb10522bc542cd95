"""pg_dump and pg_restore: those of the wheel, or of the machine where its server is newer."""

import asyncio
import os
import shutil
import subprocess
from urllib.parse import unquote, urlsplit, urlunsplit

import asyncpg

from coordination.postgres import NoServerError, programs


class ToolError(RuntimeError):
    """It is not there, or it failed; the message is what it said."""


def run_tool(name: str, address: str, *words: str) -> str:
    """Run it against the database at `address`; what it printed."""
    visible, password = _without_password(address)
    secret = {"PGPASSWORD": password} if password else {}
    command = [_tool(name, address), f"--dbname={visible}", *words]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | secret)
    if done.returncode:
        raise ToolError(f"{name}: {done.stderr.strip()[-2000:]}")
    return done.stdout


def _tool(name: str, address: str) -> str:
    """One at least as new as the server."""
    try:
        found = programs()
        if found.major >= asyncio.run(_major_of(address)):
            return found[name]
    except NoServerError:
        pass
    if elsewhere := shutil.which(name):
        return elsewhere
    raise ToolError(f"{name}：没有找到与数据库版本相当的程序，请安装 PostgreSQL 客户端。")


async def _major_of(address: str) -> int:
    connection = await asyncpg.connect(address)
    try:
        return connection.get_server_version().major
    finally:
        await connection.close()


def _without_password(address: str) -> tuple[str, str | None]:
    """The address for a command line that everyone on this machine can read."""
    parts = urlsplit(address)
    user, _, rest = parts.netloc.rpartition("@")
    name, _, password = user.partition(":")
    netloc = f"{name}@{rest}" if user else rest
    return urlunsplit(parts._replace(netloc=netloc)), unquote(password) or None
