"""Publishing on a shelf, and taking down: what stays, and what is refused."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest

from coordination.db import execute, row, rows, value
from coordination.disclosures.actions import (
    AlreadyDisclosed,
    NothingDisclosed,
    publish_disclosure,
    take_down,
)
from coordination.disclosures.queries import read_disclosure
from coordination.disclosures.rules import Standing
from coordination.disclosures.sheet import Sheet
from coordination.errors import Invalid, NotAllowed, NotFound
from tests.disclosures.a_disclosure import EARLY, HEADS, INCOME, a_town
from tests.matters.a_matter import asking

LATER = EARLY + timedelta(hours=1)
NOTHING = Sheet(HEADS, ())


async def test_what_is_published_stands_with_a_numbered_notice(database):
    town = await a_town()
    owed = await town.owed()

    notice = await publish_disclosure(
        await asking(town.manager, EARLY), owed, "账户存于建设银行。", None, INCOME, EARLY
    )

    read = await read_disclosure(owed, EARLY)
    assert read.now and read.now.sheet == INCOME and read.now.words == "账户存于建设银行。"
    assert read.shown.standing(EARLY) == Standing.PUBLISHED
    assert (read.now.notice, read.now.body_name) == (notice.id, "梧桐苑物业")
    assert (notice.number, notice.title) == (
        "〔2026〕第1号", "梧桐苑公共收益收支（2026年第1季度）"
    )  # fmt: skip
    kept = await value("select lines::text from disclosure_step")
    assert kept == '[["电梯广告", 1200000, 0, "全年合同"], ["停车场电费", 0, 45050, ""]]'
    assert await value("select count(*) from audit_entry where verb = 'disclose'") == 1


async def test_another_estates_people_cannot_publish_nor_take_down(database):
    town, other = await a_town(), await a_town("丁香苑")
    ours, funds = await town.owed(), await town.owed("committee-decisions")

    for person, owed in (
        (other.member, funds), (other.manager, ours), (other.worker, ours),
        (town.member, ours), (town.manager, funds), (town.worker, ours),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            await publish_disclosure(await asking(person, EARLY), owed, "", None, INCOME, EARLY)
    await publish_disclosure(await asking(town.manager, EARLY), ours, "", None, INCOME, EARLY)
    for person in (other.worker, other.manager, town.member):
        with pytest.raises(NotAllowed):
            await take_down(await asking(person, EARLY), ours, "想撤下", LATER)

    assert await value("select count(*) from disclosure_step") == 1
    assert (await read_disclosure(ours, LATER)).now


async def test_what_was_taken_down_is_owed_again_and_its_trail_stays(database):
    town = await a_town()
    owed = await town.owed()
    manager, worker = await asking(town.manager, EARLY), await asking(town.worker, EARLY)
    await publish_disclosure(manager, owed, "", None, INCOME, EARLY)

    await take_down(worker, owed, "说明里有住户姓名。", LATER)

    read = await read_disclosure(owed, LATER)
    assert read.now is None and read.shown.standing(LATER) == Standing.DUE
    assert [(step.kind, step.words, step.body_name) for step in read.steps] == [
        ("published", "", "梧桐苑物业"), ("taken_down", "说明里有住户姓名。", "梧桐苑居民委员会"),
    ]  # fmt: skip
    await publish_disclosure(manager, owed, "已更正。", None, INCOME, LATER + timedelta(hours=1))
    again = await read_disclosure(owed, LATER + timedelta(hours=1))
    assert again.now and again.now.number == 3


@pytest.mark.parametrize(
    ("words", "sheet", "field"),
    [("", NOTHING, "document"), ("联系 139 1234 5678", INCOME, "words")],
)
async def test_an_empty_one_and_one_that_names_a_phone_are_refused(database, words, sheet, field):
    town = await a_town()

    with pytest.raises(Invalid) as refusal:
        await publish_disclosure(
            await asking(town.manager, EARLY), await town.owed(), words, None, sheet, EARLY
        )

    assert list(refusal.value.fields) == [field]
    assert await value("select count(*) from notice") == 0


async def test_a_reason_is_needed_and_there_must_be_something_to_take_down(database):
    town = await a_town()
    owed, manager = await town.owed(), await asking(town.manager, EARLY)

    with pytest.raises(NothingDisclosed):
        await take_down(manager, owed, "有误", EARLY)
    await publish_disclosure(manager, owed, "", None, INCOME, EARLY)
    for reason in (" ", "业主 13912345678 要求"):
        with pytest.raises(Invalid):
            await take_down(manager, owed, reason, LATER)
    with pytest.raises(NotFound):
        await take_down(manager, uuid4(), "有误", LATER)

    assert (await read_disclosure(owed, LATER)).now


async def test_two_publishing_at_once_publish_once(database):
    town = await a_town()
    owed, manager = await town.owed(), await asking(town.manager, EARLY)

    done = await asyncio.gather(
        *(publish_disclosure(manager, owed, "", None, INCOME, EARLY) for _ in range(2)),
        return_exceptions=True,
    )

    assert sorted(type(one).__name__ for one in done) == ["AlreadyDisclosed", "Notice"]
    assert any(isinstance(one, AlreadyDisclosed) for one in done)
    assert await value("select count(*) from notice") == 1


async def test_the_service_itself_cannot_rewrite_what_was_published(database):
    town = await a_town()
    manager = await asking(town.manager, EARLY)
    await publish_disclosure(manager, await town.owed(), "", None, INCOME, EARLY)

    for statement in (
        "update disclosure_step set lines = '[]'", "delete from disclosure_step",
        "delete from disclosure", "truncate disclosure_step",
    ):  # fmt: skip
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await execute(statement)

    assert len(await rows("select id from disclosure_step")) == 1
    assert await row("select id from disclosure where published_at is not null")
