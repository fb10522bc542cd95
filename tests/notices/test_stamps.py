"""印章: which stamp was put under which notice, numbered by the body that did it, and printed."""

import asyncio
from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from coordination.db import execute, rows
from coordination.disclosures.actions import publish_disclosure
from coordination.errors import Invalid, NotAllowed
from coordination.notices.stamping import record_stamp
from coordination.notices.stamps import stamps_of
from tests.conftest import Browser
from tests.disclosures.a_disclosure import EARLY, INCOME, Town, a_town
from tests.matters.a_matter import asking

SEAL = "梧桐苑物业专用章"


async def a_notice(town: Town):
    owed = await town.owed()
    return await publish_disclosure(
        await asking(town.manager, EARLY), owed, "", None, INCOME, EARLY
    )


async def test_uses_are_numbered_by_body_and_year_also_at_once(database):
    town = await a_town()
    notice = await a_notice(town)
    manager = await asking(town.manager, EARLY)

    await asyncio.gather(*(record_stamp(manager, notice.id, SEAL, 2, EARLY) for _ in range(5)))
    await record_stamp(manager, notice.id, SEAL, 1, EARLY + timedelta(days=365))

    found = await rows("select year, number from stamp_use order by year, number")
    assert [tuple(one) for one in found] == [*((2026, n) for n in range(1, 6)), (2027, 1)]
    assert [one.number_words for one in await stamps_of(notice.id)][0] == "用印〔2026〕第1号"


async def test_a_stamp_is_its_bodys_own_and_the_book_only_grows(database):
    town, other = await a_town(), await a_town("丁香苑")
    notice = await a_notice(town)

    for person in (town.member, town.worker, other.manager):
        with pytest.raises(NotAllowed):
            await record_stamp(await asking(person, EARLY), notice.id, SEAL, 1, EARLY)
    manager = await asking(town.manager, EARLY)
    for stamp, copies in ((" ", 1), (SEAL, 0), (SEAL, 10_001)):
        with pytest.raises(Invalid):
            await record_stamp(manager, notice.id, stamp, copies, EARLY)
    await record_stamp(manager, notice.id, SEAL, 1, EARLY)
    for verb in ("update stamp_use set copies = 9", "delete from stamp_use"):
        with pytest.raises(Exception, match="permission"):
            await execute(verb)


async def test_it_stands_on_page_print_and_register_and_names_the_holder_to_the_body_alone(
    browser: Browser, time_is
):
    time_is(EARLY)
    town = await a_town()
    await execute("update person set name = '章经理' where id = $1", town.manager.id)
    notice = await a_notice(town)
    await browser.sign_in(town.manager)
    path = f"/notices/{notice.id}"
    await browser.open(path)
    await browser.send(f"{path}/stamps", expect=422, stamp="", copies="x")
    page = await browser.send(f"{path}/stamps", stamp=SEAL, copies="3")
    assert "用印〔2026〕第1号" in page.text and "章经理" in page.text
    browser.sign_out()

    for where in (path, f"/registers/{town.company.id}"):
        page = await browser.open(where)
        assert SEAL in page.text and "章经理" not in page.text and not page.select("[name=stamp]")
    printed = await browser.client.get(f"/disclosures/{notice.subject}/print")
    text = "".join(PdfReader(BytesIO(printed.content)).pages[-1].extract_text().split())
    assert f"{SEAL}（用印〔2026〕第1号" in text and "章经理" not in text
