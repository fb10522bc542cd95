"""The pages of calling a meeting, and the invitation as a calendar file."""

import re

from coordination.meetings.calling.invitation_file import disposition, invitation
from coordination.meetings.tables import Meeting
from coordination.people.tables import Body, Person, Role
from coordination.web.calendar_file import escaped
from tests.meetings.a_meeting import STARTS, TODAY, a_noticed, a_planned, a_town


async def sign_in(browser, asker):
    person = await Person.objects().get(Person.id == asker.id)
    await browser.sign_in(person)


async def test_a_meeting_is_called_on_three_pages(browser, time_is):
    time_is(TODAY)
    town = await a_town()
    await sign_in(browser, town.worker)
    await browser.open("/meetings/new")
    what = {"kind": "four_party", "place": town.estate.id}

    wrong = await browser.send("/meetings/new", **what, title="", starts_at="昨天", expect=422)
    desk = await browser.send(
        "/meetings/new", **what, title="第三次四方联席会议", starts_at="2026-03-12T14:30",
        lasts_minutes="90", venue="社区二楼", contact="周社工 027-87000000",
    )  # fmt: skip

    assert wrong.title.text.startswith("出错：")
    assert desk.h1.text == "第三次四方联席会议"
    here = str(browser.response.url.path).removesuffix("/desk")
    assert "工单月度分析" in desk.main.text
    page = await browser.open(f"{here}/facts")
    chair = next(o["value"] for o in page.select("select[name=chair] option") if o.text == "周社工")
    await browser.send(
        f"{here}/facts", title="四方会", starts_at="2026-03-13T09:00", lasts_minutes="60",
        venue="三楼", contact="周社工", chair=chair, recorder="",
    )  # fmt: skip
    await browser.open(f"{here}/topics/new")
    desk = await browser.send(f"{here}/topics/new", title="车棚", text="要不要建", matter="")
    points = [one.text.partition(". ")[2] for one in desk.select("section.panel h3")]
    assert points[-2:] == ["车棚", "其他"]
    assert "周社工" in desk.main.text
    notice = await browser.send(f"{here}/notice")
    assert notice.h1.text == "关于召开四方会的通知"
    assert "车棚：要不要建" in notice.main.text


async def test_the_community_enters_the_party_that_is_missing_and_is_not_held_up(browser, time_is):
    time_is(TODAY)
    town = await a_town()
    await Role.delete().where(Role.body == town.partner.id)
    await Body.delete().where(Body.id == town.partner.id)
    meeting = await a_planned(town)
    await sign_in(browser, town.worker)

    desk = await browser.open(f"/meetings/{meeting.id}/desk")
    await browser.open(f"/meetings/{meeting.id}/parties/new")
    await browser.send(
        f"/meetings/{meeting.id}/parties/new", kind="owners_committee", name="我们", expect=422
    )
    after = await browser.send(
        f"/meetings/{meeting.id}/parties/new", kind="partner", name="社区卫生服务中心"
    )

    assert "共建单位没有单位参加，不能发通知" in desk.main.text
    assert "登记一次，以后的会议自动请到" in desk.main.text
    assert "社区卫生服务中心" in after.main.text
    assert "发出会议通知" in after.main.text


async def test_a_meeting_that_nobody_named_is_called_by_place_month_and_kind(browser, time_is):
    time_is(TODAY)
    town = await a_town()
    await sign_in(browser, town.worker)
    page = await browser.open(f"/meetings/new?place={town.estate.id}")
    chosen = [one.text for one in page.select("option[selected]")]
    facts = {"starts_at": "2026-03-12T14:30", "lasts_minutes": "90", "venue": "二楼",
             "contact": "周社工 027-87000000", "place": town.estate.id}  # fmt: skip

    wrong = await browser.send("/meetings/new", kind="building", **facts, expect=422)
    desk = await browser.send("/meetings/new", kind="four_party", **facts)

    assert chosen == ["梧桐苑"]
    assert "楼栋会是楼栋的会议，请选一个楼栋。" in wrong.main.text
    assert desk.h1.text == "梧桐苑2026年3月四方联席会议"


async def test_the_public_reads_a_noticed_meeting_and_nobody_reads_a_planned_one(browser, time_is):
    time_is(TODAY)
    town = await a_town()
    planned, noticed = await a_planned(town, title="还没通知的会"), await a_noticed(town)

    listed = await browser.open(f"/meetings?estate={town.estate.id}")
    page = await browser.open(f"/meetings/{noticed.id}")
    await browser.open(f"/meetings/{planned.id}", expect=404)

    assert noticed.title in listed.main.text
    assert planned.title not in listed.text
    assert "安居物业" in page.main.text
    assert not page.select("form[action$='/answers']")
    for name in ("周社工", "钱经理", "委员0"):
        assert name not in page.select_one("ol.next").text
    assert noticed.room_code not in page.text


async def test_a_party_answers_on_the_page_of_the_meeting(browser, time_is):
    time_is(TODAY)
    town = await a_town()
    meeting = await a_noticed(town)
    await sign_in(browser, town.manager)
    await browser.open(f"/meetings/{meeting.id}")

    wrong = await browser.send(f"/meetings/{meeting.id}/answers", answer="declined", expect=422)
    page = await browser.send(f"/meetings/{meeting.id}/answers", answer="coming")

    assert "请写不能参加的原因" in wrong.text
    assert "安居物业已答复：参加" in page.main.text
    await browser.open(f"/meetings/{meeting.id}/desk", expect=403)


async def test_parties_are_chosen_from_those_there_are(browser, time_is):
    time_is(TODAY)
    town, other = await a_town(), await a_town("外苑")
    meeting = await a_planned(town)
    await sign_in(browser, town.worker)
    here = f"/meetings/{meeting.id}/parties"
    await browser.open(here)

    await browser.send(here, bodies=str(other.company.id), expect=422)
    await browser.send(here, bodies="nonsense", expect=422)
    desk = await browser.send(here, bodies=[str(town.company.id), str(town.committee.id)])

    assert "共建单位、社区议事会没有单位参加" in desk.main.text


async def test_the_invitation_goes_into_a_calendar(browser, time_is):
    time_is(TODAY)
    town = await a_town()
    meeting = await a_noticed(town)

    response = await browser.client.get(f"/meetings/{meeting.id}/invitation.ics")

    assert response.headers["content-type"] == "text/calendar; charset=utf-8"
    text = response.text
    assert "DTSTART:20260312T063000Z\r\nDTEND:20260312T080000Z\r\n" in text
    assert text.endswith("END:VCALENDAR\r\n")


def test_a_name_that_would_break_the_file_or_its_header_is_only_a_name():
    title = "第三次\r\nATTENDEE:mailto:x@y;会,议\\\r\nX: \x00" + "长" * 60
    meeting = Meeting(
        id=None,
        title=title,
        starts_at=STARTS,
        lasts_minutes=90,
        venue="楼\nBEGIN:VEVENT",
        _ignore_missing=True,
    )

    content = invitation(meeting, "https://example.org/meetings/1", ["一\n二"], TODAY)

    lines = content.decode().split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert "\n" not in content.decode().replace("\r\n", "")
    unfolded = content.decode().replace("\r\n ", "").split("\r\n")
    assert [line.split(":")[0].split(";")[0] for line in unfolded if line] == [
        "BEGIN", "VERSION", "PRODID", "METHOD", "BEGIN", "UID", "SEQUENCE", "DTSTAMP",
        "DTSTART", "DTEND",
        "SUMMARY", "LOCATION", "DESCRIPTION", "URL", "END", "END",
    ]  # fmt: skip
    assert f"SUMMARY:{escaped(title)}" in unfolded
    assert re.fullmatch(r"[\x20-\x7e]+", disposition(title))


async def test_a_header_that_was_typed_reaches_no_header(browser, time_is):
    time_is(TODAY)
    town = await a_town()
    meeting = await a_noticed(town, title='会"\r\nSet-Cookie: a=b')

    response = await browser.client.get(f"/meetings/{meeting.id}/invitation.ics")

    assert response.status_code == 200
    assert "a=b" not in str(response.headers.get_list("set-cookie"))
    assert "a%3Db" in response.headers["content-disposition"]
