"""A joint patrol: who walked, what was fine, and a ticket for each thing that was not."""

import io

import pytest
from PIL import Image
from pypdf import PdfReader

from coordination.db import execute, rows, value
from coordination.law.periods import day_of
from coordination.people.tables import RoleKind
from coordination.tickets.doors.patrols.queries import checklist, parties_of
from coordination.tickets.doors.tables import Patrol, PatrolItem
from coordination.tickets.tables import Ticket
from tests.builders import a_role
from tests.tickets.a_ticket import DAY, WHISTLED, a_neighbourhood


@pytest.fixture
async def walker(browser, town):
    """A signed-in worker of the community, who writes down."""
    person = await a_role(RoleKind.COMMUNITY_WORKER, town.community, body=town.committee)
    await browser.sign_in(person)
    return person


async def item_of(town, text: str) -> str:
    [found] = [one["id"] for one in await checklist(town.estate) if one["text"] == text]
    return str(found)


def a_photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG")
    return out.getvalue()


async def record(browser, town, *, expect: int = 200, files=None, **said):
    await browser.open(f"/tickets/patrols/new?estate={town.estate.id}")
    fields = {
        "walked_at": "2026-03-04T08:00", "route": "东门到西门",
        f"party-{town.company.id}": "经理老赵", f"party-{town.committee.id}": "网格员小钱",
    } | said  # fmt: skip
    return await browser.send(
        "/tickets/patrols", expect=expect, files=files or {"x": ("", b"")}, **fields
    )


async def test_what_is_found_becomes_a_ticket_and_what_is_fine_does_not(browser, town, walker):
    lamp, door = await item_of(town, "照明"), await item_of(town, "门禁与监控")

    page = await record(
        browser, town, files={f"photo-{lamp}": ("a.jpg", a_photo(), "image/jpeg")},
        **{f"item-{lamp}": "found", f"words-{lamp}": "3栋门口路灯不亮", f"item-{door}": "fine"},
    )  # fmt: skip

    [ticket] = await Ticket.objects()
    assert (ticket.door, ticket.text, ticket.holder) == (
        "patrol", "照明：3栋门口路灯不亮", town.company.id,
    )  # fmt: skip
    assert (ticket.filed_by, ticket.whistled_by) == (walker.id, None)
    assert await value("select count(*) from ticket_photo where ticket = $1", ticket.id) == 1
    assert page.h1.text.startswith("巡察：梧桐苑")
    assert f"#{ticket.number}" in page.text and "经理老赵" in page.text
    found = await rows("select text, is_fine from patrol_finding order by sort")
    assert {tuple(one) for one in found} == {("照明", False), ("门禁与监控", True)}


async def test_sent_twice_it_is_one_patrol(browser, town, walker):
    lamp = await item_of(town, "照明")
    await browser.open(f"/tickets/patrols/new?estate={town.estate.id}")
    fields = {
        "walked_at": "2026-03-04T08:00", f"party-{town.company.id}": "甲",
        f"party-{town.committee.id}": "乙", f"item-{lamp}": "found", f"words-{lamp}": "不亮",
    }  # fmt: skip
    form = browser.page

    for _ in range(2):
        browser.page = form
        await browser.send("/tickets/patrols", files={"x": ("", b"")}, **fields)

    assert await value("select count(*) from patrol") == 1
    assert await value("select count(*) from ticket") == 1


async def test_a_body_walks_along_until_the_day_on_which_it_ends(town):
    company, today = town.company, day_of(WHISTLED)

    for until, walks in ((today + DAY, True), (today, False)):
        await execute("update body set until = $2 where id = $1", company.id, until)
        known = {one["id"] for one in await parties_of(town.estate, WHISTLED)}
        assert (company.id in known) is walks


async def test_one_party_alone_or_nothing_looked_at_is_no_patrol(browser, town, walker):
    lamp = await item_of(town, "照明")

    page = await record(
        browser, town, expect=422,
        **{f"party-{town.company.id}": "", f"item-{lamp}": "found", "route": "我走过的路"},
    )  # fmt: skip

    assert "至少要有 2 方参加" in page.text and "请写明是什么问题" in page.text
    assert page.select_one("input[name=route]")["value"] == "我走过的路"
    assert await value("select count(*) from patrol") == 0


async def test_a_patrol_of_tomorrow_is_refused_and_so_is_a_photo_that_is_none(
    browser, town, walker
):
    lamp = await item_of(town, "照明")
    said = {f"item-{lamp}": "found", f"words-{lamp}": "不亮"}

    page = await record(browser, town, expect=422, walked_at="2027-01-01T08:00", **said)
    assert "不能晚于现在" in page.text
    await record(
        browser, town, expect=422, files={f"photo-{lamp}": ("a.jpg", b"<script>", "image/jpeg")},
        **said,
    )  # fmt: skip
    assert await value("select count(*) from patrol") == 0


async def test_a_patrol_is_printed_with_room_to_sign(browser, town, walker):
    lamp = await item_of(town, "照明")
    await record(browser, town, **{f"item-{lamp}": "found", f"words-{lamp}": "3栋路灯"})
    [patrol] = await Patrol.objects()

    answer = await browser.client.get(f"/tickets/patrols/{patrol.id}/record.pdf")

    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    for words in ("三方联动巡察记录", "照明", "3栋路灯", "经理老赵", "签字"):
        assert words in text


async def test_strangers_see_no_patrol(browser, town, walker):
    lamp = await item_of(town, "照明")
    await record(browser, town, **{f"item-{lamp}": "fine"})
    [patrol] = await Patrol.objects()
    other = await a_neighbourhood("丁香苑")
    await browser.sign_in(await a_role(RoleKind.PROPERTY_MANAGER, other.estate, body=other.company))

    for path in (f"/{patrol.id}", f"/{patrol.id}/record.pdf", f"/new?estate={town.estate.id}"):
        await browser.open(f"/tickets/patrols{path}", expect=404)
    assert "梧桐苑" not in (await browser.open("/tickets/patrols")).main.text


async def test_a_community_adds_to_its_list_and_leaves_the_general_part_alone(
    browser, town, walker, as_owner
):
    await browser.open("/tickets/patrols/checklist")
    other = await value("select id from category where code = 'other'")
    await browser.send(
        "/tickets/patrols/checklist", place=str(town.community.id), text="凉亭长椅", hint="",
        category=str(other),
    )  # fmt: skip

    own = await PatrolItem.objects().get(PatrolItem.text == "凉亭长椅")
    general = await item_of(town, "照明")
    assert "凉亭长椅" in [one["text"] for one in await checklist(town.estate)]
    elsewhere = await a_neighbourhood("丁香苑")
    assert "凉亭长椅" not in [one["text"] for one in await checklist(elsewhere.estate)]
    await browser.send(f"/tickets/patrols/checklist/{general}/retirement", expect=403)
    await browser.open("/tickets/patrols/checklist")
    await browser.send(f"/tickets/patrols/checklist/{own.id}/retirement")
    assert "凉亭长椅" not in [one["text"] for one in await checklist(town.estate)]
