"""The audit log: every row is chained once, in whatever order they commit, and no change hides."""

import asyncio
import json
from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest

from coordination import audit, db
from tests.builders import DURING, a_person

CHANGED = "row {}, sealed in link 1, was changed"
LATER = DURING + timedelta(seconds=1)


@pytest.fixture
async def noted(database):
    """`await noted("look")` is an action that notes itself, about some person."""
    person = await a_person()

    async def note(verb: str = "look", **detail: object) -> None:
        await audit.record(uuid4(), verb, person, at=DURING, **detail)

    return note


async def numbers(verb: str) -> list[int]:
    return [row["id"] for row in await db.rows("select id from audit_entry where verb = $1", verb)]


async def test_an_action_that_fails_leaves_no_row_and_one_that_succeeds_leaves_one(noted):
    with pytest.raises(RuntimeError):
        async with db.transaction():
            await noted("fail")
            raise RuntimeError
    async with db.transaction():
        await noted("succeed")

    assert [row["verb"] for row in await db.rows("select verb from audit_entry")] == ["succeed"]


async def test_the_chain_holds_every_row_and_says_how_far_it_reaches(noted):
    for _ in range(3):
        await noted()
    assert await audit.seal(DURING) == 3
    await noted()
    await noted()
    assert await audit.seal(LATER) == 2
    await noted()

    verdict = await audit.verify()

    head = await db.value("select hash from audit_seal order by id desc limit 1")
    assert verdict == audit.Verdict(entries=6, seals=2, head=head, first_break=None)


async def test_a_row_that_commits_after_a_later_one_was_sealed_is_sealed_too(noted):
    wrote, may_commit = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with db.transaction():
            await noted("slow")
            wrote.set()
            await may_commit.wait()

    task = asyncio.create_task(slow())
    await wrote.wait()
    await noted("quick")
    first = await audit.seal(DURING)
    may_commit.set()
    await task
    second = await audit.seal(LATER)

    assert await numbers("slow") < await numbers("quick"), "it took its number first"
    assert (first, second) == (1, 1)
    assert (await audit.verify()).first_break is None


async def test_two_sealers_at_once_make_one_chain(noted):
    for _ in range(20):
        await noted()

    counts = await asyncio.gather(*(audit.seal(DURING) for _ in range(6)))

    assert sum(counts) == 20
    assert (await audit.verify()).first_break is None


async def test_nothing_to_seal_makes_no_link(noted):
    assert await audit.seal(DURING) == 0
    assert await db.value("select count(*) from audit_seal") == 0


@pytest.mark.parametrize("table", ["audit_entry", "audit_seal", "stored_file"])
@pytest.mark.parametrize("change", ["delete from {}", "update {} set at = at", "truncate {}"])
async def test_the_serving_role_cannot_change_what_was_noted(noted, table, change):
    await noted()
    await audit.seal(DURING)

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await db.execute(change.format(table))


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        ("update audit_entry set verb = 'else' where verb = 'two'", CHANGED.format("{two}")),
        ("update audit_entry set detail = '[3]' where verb = 'two'", CHANGED.format("{two}")),
        ("update audit_entry set person = null where verb = 'one'", CHANGED.format("{one}")),
        ("delete from audit_entry where verb = 'one'", "row {one}, sealed in link 1, is gone"),
        ("update audit_seal set at = now() where id = 1", "link 1 was changed"),
        ("update audit_seal set entries = entries[2:] where id = 1", "link 1 was changed"),
        ("delete from audit_seal where id = 1", "link 2 does not follow the link before it"),
        ("delete from audit_unsealed", "row {waiting} is nowhere in the chain"),
        (
            "insert into audit_unsealed select id from audit_entry where verb = 'one'",
            "row {one} is twice in the chain",
        ),
    ],
)
async def test_whoever_owns_the_database_and_changes_the_log_is_found_out(
    noted, as_owner, tampering, said
):
    await noted("one", n=1)
    await noted("two", n=2)
    await audit.seal(DURING)
    await noted("three")
    await audit.seal(LATER)
    await noted("waiting")
    places = {verb: (await numbers(verb))[0] for verb in ("one", "two", "waiting")}
    assert (await audit.verify()).first_break is None

    await as_owner.execute("set session_replication_role = replica")  # past the triggers
    await as_owner.execute(tampering)

    assert (await audit.verify()).first_break == said.format(**places)


async def test_a_phone_or_identity_number_in_a_reason_does_not_get_in(noted):
    await noted(reason="请打 13800138000 找 110101199003078515", money=123456789012)

    kept = json.loads(await db.value("select detail from audit_entry"))

    assert kept == {"reason": "请打 … 找 …", "money": 123456789012}
