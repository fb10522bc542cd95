"""Series plan themselves, once, ahead of their notice; and what waits stands on the boards."""

import asyncio
from datetime import datetime, timedelta

import pytest

from coordination.meetings.calling.actions import Answer, NotCaller, answer_invitation
from coordination.meetings.calling.series import (
    SeriesEnded,
    begin_series,
    end_series,
    occurrence,
    plan_due,
)
from coordination.meetings.tables import Meeting, Rhythm
from coordination.meetings.waiting import meetings_waiting
from tests.meetings.a_meeting import STARTS, TODAY, a_noticed, a_town, facts
from tests.meetings.test_calling_pages import sign_in

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize(
    ("rhythm", "count", "on"),
    [
        (Rhythm.WEEKLY, 2, "2026-02-14T14:30"), (Rhythm.MONTHLY, 1, "2026-02-28T14:30"),
        (Rhythm.MONTHLY, 2, "2026-03-31T14:30"), (Rhythm.MONTHLY, 12, "2027-01-31T14:30"),
        (Rhythm.QUARTERLY, 1, "2026-04-30T14:30"), (Rhythm.MONTHLY, 0, "2026-01-31T14:30"),
    ],
)  # fmt: skip
def test_the_same_day_of_each_month_or_its_last(rhythm, count, on):
    first = datetime.fromisoformat("2026-01-31T14:30:00+08:00")

    assert occurrence(first, rhythm, count) == datetime.fromisoformat(f"{on}:00+08:00")


async def test_a_series_plans_each_meeting_once_whoever_asks():
    town = await a_town()
    await begin_series(town.worker, town.estate, "three_party", Rhythm.MONTHLY, facts(), TODAY)
    assert await Meeting.count() == 1

    later = STARTS + timedelta(days=20)
    planned = await asyncio.gather(plan_due(later), plan_due(later))

    titles = sorted(one["title"] for one in await Meeting.select(Meeting.title))
    assert sorted(planned) == [0, 1]
    assert titles == ["梧桐苑2026年3月三方联动例会", "梧桐苑2026年4月三方联动例会"]


async def test_a_series_that_has_ended_plans_no_more():
    town, other = await a_town(), await a_town("外苑")
    series = await begin_series(
        town.worker, town.estate, "three_party", Rhythm.WEEKLY, facts(), TODAY
    )
    before = await Meeting.count()

    with pytest.raises(NotCaller):
        await end_series(other.worker, series.id, TODAY)
    await end_series(town.worker, series.id, TODAY)
    with pytest.raises(SeriesEnded):
        await end_series(town.worker, series.id, TODAY)

    assert await plan_due(TODAY + timedelta(days=90)) == 0
    assert await Meeting.count() == before


async def test_an_invitation_waits_until_it_is_answered():
    town = await a_town()
    meeting = await a_noticed(town)

    before = await meetings_waiting(town.manager, TODAY)
    await answer_invitation(town.manager, meeting.id, Answer.COMING, "", TODAY)

    assert [(one.label, one.href) for one in before] == [
        ("答复会议邀请", f"/meetings/{meeting.id}")
    ]
    assert await meetings_waiting(town.manager, TODAY) == []


async def test_a_series_is_begun_and_seen_on_its_page_and_on_the_board(browser, time_is):
    time_is(TODAY)
    town = await a_town()
    await sign_in(browser, town.worker)
    await browser.open("/meetings/series")
    what = {"kind": "three_party", "place": town.estate.id}

    await browser.send("/meetings/series", **what, rhythm="weekly", first_at="", expect=422)
    page = await browser.send(
        "/meetings/series", **what, rhythm="monthly", first_at="2026-03-12T14:30",
        venue="社区", contact="周社工 027-87000000",
    )  # fmt: skip
    board = await browser.open("/work")

    assert "梧桐苑三方联动例会" in page.main.text
    assert "发会议通知" in board.main.text
    assert "梧桐苑2026年3月三方联动例会" in board.main.text
