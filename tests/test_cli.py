"""The command line: two commands start everything, one signal ends it, nothing is left behind."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from coordination.cli import COMMANDS, main
from coordination.processes import until_told_to_stop
from tests.commands import ROOT, Running, answers, coordination
from tests.ports import free_port

HEAVY = ("piccolo", "litestar", "asyncpg", "jinja2", "granian")


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where the server's account can walk to."""
    base = Path(tempfile.mkdtemp(prefix="cli-"))
    base.chmod(0o755)
    yield base
    shutil.rmtree(base, ignore_errors=True)


@pytest.fixture
def port() -> int:
    return free_port()


def until(condition, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to pass in time"
        time.sleep(0.1)


def is_alive(pid: int) -> bool:
    """A process that ended and waits to be buried is not."""
    with contextlib.suppress(OSError):
        return (Path("/proc") / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return False


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command, capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["coordination", command, "--help"])

    with pytest.raises(SystemExit) as left:
        main()

    assert left.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: coordination {command}")


@pytest.mark.parametrize("command", ["tally", "recount"])
def test_counting_needs_neither_server_nor_database(command):
    module = COMMANDS[command][0].split(":")[0]
    asked = f"import sys, json, coordination.cli, {module}; print(json.dumps(list(sys.modules)))"
    loaded = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, check=True, cwd=ROOT
    )

    assert {name.split(".")[0] for name in json.loads(loaded.stdout)} & set(HEAVY) == set()


async def test_an_unknown_command_is_told_which_there_are(folder):
    said = await coordination("sevre", data=folder)

    assert (said.code, said.out) == (2, "")
    assert all(command in said.err for command in COMMANDS)


def test_it_starts_with_one_command_and_stops_with_one_signal(folder, port):
    with Running(folder, port, "--workers", "2") as running:
        assert running.said == running.address, (folder / "log").read_text()
        assert running.get("/health").text == "ok"
        first = httpx.get(running.address, timeout=10, trust_env=False, follow_redirects=True)
        assert first.status_code == 200 and "运营" in first.text, "it leads to naming who operates"
        assert running.get("/ready").json() == {
            "database": True, "migrations": True, "worker": True
        }  # fmt: skip
        assert 'route="/health",status="2xx"' in running.get("/metrics").text
        children = running.children()
        assert set(children) == {
            "coordination.server:main", "coordination.worker:main", "postgres"
        }  # fmt: skip

        for name in ("coordination.server:main", "coordination.worker:main"):
            given = Path(f"/proc/{children[name]}/environ").read_text()
            assert "postgresql://coordination_app@" in given and "postgres@" not in given
        code = running.stop()

    assert code == 0
    assert [pid for pid in children.values() if is_alive(pid)] == []
    assert not (folder / "data" / "postgres" / "postmaster.pid").exists()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_signal_that_meets_a_finalizer_is_not_lost():
    class Finalized:
        def __del__(self) -> None:
            os.kill(os.getpid(), signal.SIGTERM)
            while not stop.told:  # the handler raises in here, where Python swallows it
                pass

    with until_told_to_stop() as stop:
        Finalized()
        swallowed = stop.told
        stop.check()
        pytest.fail("it goes on as if nobody had told it")

    assert swallowed


def test_ctrl_c_in_the_terminal_stops_it_in_good_order(folder, port):
    with Running(folder, port) as running:
        os.killpg(running.process.pid, signal.SIGINT)  # as a terminal does, to the whole group

        assert running.process.wait(60) == 0
    log = (folder / "data" / "postgres" / "server.log").read_text()
    assert log.rstrip().endswith("database system is shut down")


def test_killed_it_leaves_no_process_that_serves_and_starts_again(folder, port):
    with Running(folder, port) as running:
        left = running.children()
        running.process.kill()
        running.process.wait()
        with Running(folder, port) as again:
            assert answers(again)
            assert not is_alive(left["coordination.server:main"])
            assert not is_alive(left["coordination.worker:main"])


def test_what_dies_alone_is_started_again(folder, port):
    with Running(folder, port) as running:
        for name in ("coordination.worker:main", "coordination.server:main", "postgres"):
            before = running.children()
            os.kill(before[name], signal.SIGKILL)
            until(lambda old=before[name], name=name: running.children().get(name, old) != old)
            until(lambda: answers(running))


def test_a_data_folder_that_was_deleted_is_not_replaced_by_an_empty_one(folder, port):
    with Running(folder, port, "--no-worker") as running:
        until(lambda: "首次设置" in (folder / "log").read_text())
        os.kill(running.children()["postgres"], signal.SIGKILL)
        shutil.rmtree(folder / "data" / "postgres")

        assert running.process.wait(60) == 1

    assert not (folder / "data" / "postgres").exists()
    assert "数据目录" in (folder / "log").read_text()


def test_without_a_worker_it_is_ready_and_its_figures_are_for_those_who_have_the_token(
    folder, port
):
    with Running(folder, port, "--no-worker", COORDINATION_METRICS_TOKEN="s3cret") as running:
        assert "coordination.worker:main" not in running.children()
        assert running.get("/ready").json()["worker"] is None
        given = {"Authorization": "Bearer s3cret"}
        address = f"{running.address}/metrics"
        assert running.get("/metrics").status_code == 404
        assert httpx.get(address, headers=given, trust_env=False).status_code == 200


def test_a_port_that_is_taken_is_named_before_anything_starts(folder):
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        with Running(folder, port) as running:
            assert (running.said, running.process.wait(60)) == ("", 1)

    assert f"127.0.0.1:{port}" in (folder / "log").read_text()
    assert not (folder / "data" / "postgres").exists()


async def test_the_audit_log_is_checked_from_the_command_line(folder):
    empty = await coordination("audit", data=folder)
    await coordination("migrate", data=folder)
    first = await coordination("audit", "--json", data=folder)
    cut = await coordination("audit", "--json", "--head", "ab" * 32, data=folder)

    assert empty.code == 2 and "coordination migrate" in empty.err
    assert (first.code, json.loads(first.out)["first_break"]) == (0, None)
    assert cut.code == 1 and "cut off" in json.loads(cut.out)["first_break"]
