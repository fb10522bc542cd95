"""The key is rotated: all opens with the new one, nothing with the old, and a vote is counted."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
from nacl.exceptions import CryptoError

from coordination import db
from coordination.ballots.results.clockwork import advance_poll, advance_polls
from coordination.ballots.seal import WrongKey, unwrap
from coordination.db import close_pool, open_pool
from coordination.embedded import Embedded
from coordination.key_command import SEALED, SEALED_INSIDE
from coordination.people.codes import send_code, spend_code
from coordination.people.queries import person_named
from coordination.people.secrecy import id_hash, open_phone, reseal, seal_phone, successor
from coordination.people.tables import CodePurpose
from coordination.piccolo_app import APP_CONFIG
from coordination.registry.imports.undoing_actions import undo_import
from coordination.settings import sealing_key, settings
from tests.ballots.a_vote import a_vote, a_voter, freeze
from tests.ballots.test_casting_actions import a_paper, sent
from tests.ballots.test_results import COUNTED
from tests.builders import DURING, OPENING, an_estate
from tests.commands import Said, coordination
from tests.people.accounts import PHONE, SECRET, an_account, code_sent_to
from tests.places.askers import a_keeper
from tests.ports import free_port
from tests.registry.rolls import a_line, imported

# By a poll's key; wrapped.
OTHERWISE = {("ballot", "sealed"), ("sheet_entry", "sealed"), ("poll", "sealed_key")}


@pytest.fixture
def change_key(monkeypatch):
    """Have this process use another key from now on."""

    def change(key: str) -> None:
        monkeypatch.setenv("COORDINATION_KEY", key)
        settings.cache_clear()
        sealing_key.cache_clear()

    yield change
    monkeypatch.undo()
    settings.cache_clear()
    sealing_key.cache_clear()


@pytest.fixture
def server_folder() -> Iterator[Path]:
    """Where the server's account can walk to."""
    base = Path(tempfile.mkdtemp(prefix="key-"))
    base.chmod(0o755)
    (base / "data").mkdir()
    yield base
    shutil.rmtree(base, ignore_errors=True)


async def rotated(server: Embedded, out: Path, key: str | None = None) -> Said:
    """`coordination key rotate` on the test's database, by its owner."""
    address = Embedded(server.name, database="t")
    address.socket_folder = server.socket_folder
    return await coordination(
        "key", "rotate", "--out", out, data=out.parent,
        COORDINATION_DATABASE_URL=address.dsn, COORDINATION_KEY=key or sealing_key(),
    )  # fmt: skip


async def test_a_vote_in_its_midst_is_counted_with_the_new_key_and_not_with_the_old(
    database, server, tmp_path, change_key
):
    vote, old = await a_vote(), sealing_key()
    voters = [await a_voter(vote, area_cm2=800_000 + number) for number in range(12)]
    await freeze(vote)
    await advance_poll(vote.poll.id, OPENING)
    for number, voter in enumerate(voters):
        await sent(await a_paper(vote, voter, "approve" if number % 3 else "reject"), voter)
    await close_pool()

    said = await rotated(server, tmp_path / "new")

    assert (said.code, said.err) == (0, "")
    new = (tmp_path / "new").read_text()
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0 and new not in said.out
    change_key(new)
    await open_pool(4)
    wrapped = await db.value("select sealed_key from poll")
    with pytest.raises(WrongKey):
        unwrap(old, str(vote.poll.id), wrapped)
    await advance_polls(COUNTED)
    counted = json.loads(await db.value("select package from result"))
    assert [one["persons"] for one in counted["questions"][0]["choices"]] == [8, 4, 0]


async def test_people_phones_codes_and_uploads_live_on_under_the_new_key(
    database, server, tmp_path, change_key
):
    old, estate, number = sealing_key(), await an_estate(), id_hash("420115199001010011")
    person = await an_account(secret=SECRET)
    code = await send_code(PHONE, CodePurpose.SIGN_IN, DURING, source="s", person=person.id)
    await imported(estate, a_line(phone="13800138000"))
    later = DURING + timedelta(minutes=1)
    batch = await imported(estate, a_line(phone="13700137000"), at=later)
    keeper = await a_keeper(estate)
    await close_pool()

    said = await rotated(server, tmp_path / "new")
    assert (said.code, said.err) == (0, "")
    change_key((tmp_path / "new").read_text())
    await open_pool(4)

    found = await person_named("138 1234 5678")
    assert found and found.id == person.id and open_phone(found.phone_sealed) == PHONE
    with pytest.raises(CryptoError):
        reseal(found.phone_sealed, "phone", old, old)
    digits = await code_sent_to(PHONE)
    spent = await spend_code(code, CodePurpose.SIGN_IN, digits, DURING)
    assert spent and spent.address == PHONE
    assert await db.value("select id_hash from owner") == number == id_hash("420115199001010011")
    await undo_import(keeper, estate, batch, later + timedelta(minutes=1))
    assert open_phone(await db.value("select phone_sealed from owner")) == "+8613800138000"


async def test_nothing_is_changed_while_somebody_uses_the_database(database, server, tmp_path):
    person = await an_account()

    said = await rotated(server, tmp_path / "new")

    assert said.code == 1 and "先停止" in said.err
    assert not (tmp_path / "new").exists()
    assert open_phone(await db.value("select phone_sealed from person")) == PHONE, person.id


async def test_another_key_than_the_one_that_sealed_changes_nothing(database, server, tmp_path):
    await an_account()
    await close_pool()

    said = await rotated(server, tmp_path / "new", key="another key")

    await open_pool(2)
    assert said.code == 1 and "没有更换" in said.err
    assert not (tmp_path / "new").exists()
    assert open_phone(await db.value("select phone_sealed from person")) == PHONE


async def test_the_key_file_of_a_data_folder_is_replaced_and_the_old_one_kept(server_folder):
    data = server_folder / "data"
    assert (await coordination("migrate", data=data)).code == 0
    (data / "key").write_text("the first key")

    first = await coordination("key", "rotate", data=data)
    second = await coordination("key", "rotate", data=data)

    assert (first.code, second.code) == (0, 0), first.err + second.err
    assert (data / "key.old-1").read_text() == "the first key"
    kept = {(data / name).read_text().rpartition(".hashes.")[2] for name in ("key", "key.old-2")}
    assert len(kept) == 1, "a second rotation makes the same hashes, too"
    assert len({(data / name).read_text() for name in ("key", "key.old-1", "key.old-2")}) == 3
    assert not (data / "key.new").exists()


async def test_a_rotation_cut_short_after_its_commit_is_finished_by_the_next(server_folder):
    data = server_folder / "data"
    await coordination("migrate", data=data)
    (data / "key").write_text("the first key")
    new, port = successor("the first key"), free_port()
    (data / "key.new").write_text(new)
    await seal_one_phone(data, key=new)

    refused = await coordination("serve", "--port", str(port), data=data)
    said = await coordination("key", "rotate", data=data)

    assert refused.code == 1 and "coordination key rotate" in refused.err
    assert (said.code, said.err) == (0, "")
    assert (data / "key").read_text() == new and not (data / "key.new").exists()


async def seal_one_phone(data: Path, key: str) -> None:
    with Embedded(data / "postgres") as server:
        owner = await asyncpg.connect(server.dsn)
        sealed = reseal(seal_phone(PHONE), "phone", sealing_key(), key)
        await owner.execute(
            """insert into person (id, name, phone_tail, phone_sealed, joined_at)
               values (gen_random_uuid(), '李秀英', '', $1, current_timestamp)""",
            sealed,
        )
        await owner.close()


def test_no_sealed_column_is_forgotten():
    sealed = {
        (table._meta.tablename, column._meta.name)
        for table in APP_CONFIG.table_classes
        for column in table._meta.columns
        if "seal" in column._meta.name
    }

    assert sealed == set(SEALED) | OTHERWISE
    assert {table for table, _ in SEALED_INSIDE} == {"import_line"}
