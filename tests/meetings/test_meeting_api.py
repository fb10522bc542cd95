"""What programs read of meetings: nobody's name is in it."""

from datetime import timedelta

from coordination.meetings.minutes.publishing import publish_resolutions
from coordination.meetings.queries import items_of
from coordination.meetings.room.presence import close_meeting
from coordination.meetings.room.resolutions import Proposed, resolve
from coordination.meetings.room_tables import ResolutionKind
from tests.meetings.a_meeting import DURING, ENDS, TODAY, a_full_room, a_noticed, a_planned, a_town
from tests.meetings.test_doing import a_task
from tests.program import Program


async def test_a_program_reads_meetings_their_agenda_and_who_came(program: Program, time_is):
    time_is(ENDS + timedelta(days=40))
    town = await a_town()
    meeting = await a_full_room(town, "three_party")
    item = (await items_of(meeting.id))[-1]
    said = Proposed("钱经理两周内修好道闸", ResolutionKind.DECIDED)
    await resolve(town.worker, item.id, said, DURING)
    await close_meeting(town.worker, meeting.id, ENDS)
    other = await a_noticed(await a_town("银杏苑"))
    planned = await a_planned(town)

    found = await program.get("meetings", estate=str(town.estate.id))
    one = await program.get(f"meetings/{meeting.id}")
    hidden = one["publications"][0]["text"]
    await publish_resolutions(town.worker, meeting.id, ENDS)
    shown = (await program.get(f"meetings/{meeting.id}"))["publications"]

    assert [each["id"] for each in found["meetings"]] == [str(meeting.id)]
    assert found["meetings"][0]["late"] == 2
    assert {party["body"]: party["came"] for party in one["parties"]} == {
        "梧桐苑居委会": True, "梧桐苑业委会": True, "安居物业": True}  # fmt: skip
    assert (hidden, shown[0]["text"]) == (None, "物业公司代表两周内修好道闸")
    assert "钱经理" not in f"{found}{one}{shown}"
    assert (await program.get(f"meetings/{other.id}"))["state"] == "noticed"
    await program.get(f"meetings/{planned.id}", expect=404)


async def test_a_program_reads_the_tasks_of_an_estate(program: Program, time_is):
    time_is(ENDS + timedelta(days=30))
    town = await a_town()
    _, action = await a_task(town)
    await a_task(await a_town("银杏苑"))

    said = await program.get("meetings/actions", estate=str(town.estate.id))

    [one] = said["actions"]
    assert (one["number"], one["body"], one["state"], one["late"]) == (
        action.number, "安居物业", "to_do", True)  # fmt: skip
    assert TODAY.isoformat()[:4] == one["due_at"][:4]
