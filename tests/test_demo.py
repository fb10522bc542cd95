"""The demo: who can sign in to it, and that its known passwords never open a real service."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from pyotp.totp import TOTP

from coordination.embedded import Embedded
from tests.commands import Running, answers, coordination
from tests.ports import free_port


def a_folder() -> Iterator[Path]:
    """Where the server's account can walk to."""
    base = Path(tempfile.mkdtemp(prefix="cli-"))
    base.chmod(0o755)
    yield base
    shutil.rmtree(base, ignore_errors=True)


folder = pytest.fixture(a_folder)
demo_folder = pytest.fixture(a_folder, scope="module")


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def told(demo_folder, port) -> dict:
    """What the demo said when it began with nothing, and stopped again: its data stays."""
    with Running(demo_folder, port, "--json", command="demo") as running:
        told = json.loads(running.said)
        assert answers(running) and answers(running, "/")
        assert running.stop() == 0
        assert running.process.stdout and running.process.stdout.read() == "", "one line"
    assert told["url"] == running.address
    return told


def test_the_demo_tells_a_script_who_can_sign_in_and_tells_the_same_again(told, demo_folder, port):
    with Running(demo_folder, port, "--json", "--no-worker", command="demo") as running:
        again = json.loads(running.said)

    assert again == told
    assert set(told) == {"url", "people"}
    for person in told["people"]:
        assert set(person) == {"role", "name", "phone", "password", "totp_secret"}
        assert person["totp_secret"] is None or len(TOTP(person["totp_secret"]).at(0)) == 6


async def test_what_held_the_demo_is_never_served_in_earnest_nor_what_is_restored_from_it(
    told, demo_folder, folder, port
):
    (folder / "data").mkdir()
    key = (demo_folder / "data" / "key").read_text()
    made = await coordination("backup", folder / "demo.tar", data=demo_folder / "data")
    put_back = await coordination(
        "restore", folder / "demo.tar", data=folder / "data", COORDINATION_KEY=key
    )
    assert (made.code, put_back.code) == (0, 0), put_back.err

    for place in (demo_folder, folder):
        with Running(place, port, COORDINATION_KEY=key) as running:
            assert (running.said, running.process.wait(60)) == ("", 1)
        log = (place / "log").read_text()
        assert "演示数据" in log and "coordination demo" in log and "COORDINATION_DATA" in log


@pytest.mark.parametrize("words", ["delete from made_up", "truncate made_up"])
async def test_nobody_takes_back_that_data_is_made(words, as_owner):
    await as_owner.execute("insert into made_up values (current_timestamp)")
    await as_owner.execute("set coordination.erase = 'on'")

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_owner.execute(words)

    assert await as_owner.fetchval("select count(*) from made_up") == 1


async def test_made_people_are_not_loaded_beside_real_ones(folder, port):
    (folder / "data").mkdir()
    assert (await coordination("migrate", data=folder / "data")).code == 0
    with Embedded(folder / "data" / "postgres") as server:
        owner = await asyncpg.connect(server.dsn)
        await owner.execute(
            """insert into person (id, name, phone_tail, joined_at)
               values (gen_random_uuid(), '李秀英', '', current_timestamp)"""
        )
        await owner.execute(
            """insert into body (id, kind, name, phone, officer)
               values (gen_random_uuid(), 'operator', '运营方', '', '')"""
        )
        await owner.execute(
            """insert into role (id, person, body, kind, since)
               select gen_random_uuid(), p.id, b.id, 'operator', current_timestamp
               from person p, body b"""
        )
        await owner.close()

    with Running(folder, port, command="demo") as running:
        assert (running.said, running.process.wait(60)) == ("", 1)

    assert "正式数据" in (folder / "log").read_text()
