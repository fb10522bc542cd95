"""The operator's pages of the demo; nobody else's, and nowhere else."""

from datetime import UTC, datetime

import pytest

from coordination import clock
from coordination.embedded import Embedded
from coordination.home.demo import people as who
from coordination.home.demo.history_actions import load_history
from coordination.home.demo.people_actions import id_of
from coordination.people.queries import person_of
from coordination.people.tables import RoleKind
from coordination.settings import settings
from tests.builders import a_role
from tests.conftest import Browser
from tests.home.conftest import made_estate
from tests.home.test_pages import links, words


@pytest.fixture
async def template(template: str, server: Embedded, demo) -> str:
    """The made estate is there already."""
    return await made_estate(server, template)


@pytest.fixture
def today(time_is) -> None:
    """The made estate lives in the present."""
    time_is(datetime.now(UTC))


async def test_the_operator_watches_the_history_load(demo, today, browser: Browser):
    await browser.sign_in(await person_of(await id_of(who.OPERATOR)))

    assert "0/17" in words(await browser.open("/demo"))
    assert "正在装入0/17" in words(await browser.open("/work"))

    await load_history("0", clock.now())
    part = await browser.open("/demo/progress")
    assert "1 / 17" in part.text and "700 件工单" in part.text
    assert part.select_one("[hx-get='/demo/progress']"), "it asks again"


async def test_everybody_of_the_demo_finds_a_page_that_fits(demo, today, browser: Browser):
    boards = {
        who.WORKER: "答复名册异议",
        who.CHAIR: "继续起草",
        who.MEMBER: "确认或退回投票公告",
        who.PREPARING: "核对期已满，锁定名册",
        who.MANAGER: "物业服务企业不组织",
        who.SUPERVISOR: "各小区一览",
        who.SUBDISTRICT: "各小区一览",
        who.LEAD: "送达绑定码函",
    }
    for person, expected in boards.items():
        await browser.sign_in(await person_of(await id_of(person)))
        page = await browser.open("/work")
        assert expected in words(page), person.name
        for link in sorted(links(page)):
            if not link.startswith("tel:"):
                await browser.open(link)
    for person, expected in ((who.OWNER, "您还有3项未投"), (who.TENANT, "您已登记为居民"),
                             (who.UNBOUND, "还没有绑定房屋")):  # fmt: skip
        await browser.sign_in(await person_of(await id_of(person)))
        assert expected in words(await browser.open("/")), person.name
        await browser.open("/me")


async def test_the_demo_pages_are_the_operators(demo, today, browser: Browser):
    for person in (who.OWNER, who.WORKER, who.CHAIR):
        await browser.sign_in(await person_of(await id_of(person)))
        await browser.open("/demo", expect=403)


async def test_without_a_demo_there_is_no_such_page(browser: Browser, monkeypatch):
    monkeypatch.setenv("COORDINATION_DEMO", "0")
    settings.cache_clear()
    await browser.sign_in(await a_role(RoleKind.OPERATOR, None))
    await browser.open("/demo", expect=404)
    await browser.open("/demo/progress", expect=404)
