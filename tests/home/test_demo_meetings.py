"""Made meetings: held and published, being checked, and called; with a task that is late."""

from datetime import timedelta

import pytest

from coordination import clock
from coordination.db import rows
from coordination.home.demo import load
from coordination.meetings.calling.actions import Answer

pytestmark = [pytest.mark.usefixtures("database", "demo"), pytest.mark.timeout(120)]


async def test_the_made_meetings_stand_at_different_stations_of_their_road():
    await load()

    found = await rows("select state, title, starts_at from meeting order by starts_at")
    answers = await rows("select answer from invitation_answer")
    tasks = await rows("select state, due_at from action_item order by number")
    at = clock.now()
    assert [one["state"] for one in found] == ["published", "minutes_check", "noticed"]
    assert [one["answer"] for one in answers] == [Answer.COMING.value]
    assert [one["state"] for one in tasks] == ["to_do", "verified", "to_do", "to_do"]
    assert tasks[0]["due_at"] < at < tasks[2]["due_at"]
    assert found[1]["starts_at"] > at - timedelta(days=4)
