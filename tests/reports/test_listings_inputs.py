"""What the listings count beside tickets: disclosures on time, and tasks of meetings on time."""

import json
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from coordination import db
from coordination.meetings.action_tables import ActionStepKind
from coordination.meetings.doing.actions import Task, give_action, take_action_step
from coordination.people.tables import RoleKind
from coordination.places.calendar import seed_calendar
from coordination.places.queries import lineage
from coordination.reports.listings.drafting import draft_listing
from coordination.reports.tables import ListingEntry
from tests.builders import a_role
from tests.meetings.a_meeting import DURING, a_full_room, topic_of
from tests.meetings.a_meeting import a_town as a_meeting_town
from tests.reports.test_listings import BEGAN, DRAFTED, MARCH, asking, drafted
from tests.reports.test_listings import street as street


async def test_disclosures_of_the_company_count_by_whether_they_stood_there_on_their_day(street):
    opened = datetime(2026, 1, 1, 1, 0, tzinfo=UTC)
    for name, due_on, at in (
        ("on its last day", date(2026, 3, 31), datetime(2026, 3, 31, 15, 59, tzinfo=UTC)),
        ("a day late", date(2026, 3, 30), datetime(2026, 3, 30, 16, 0, tzinfo=UTC)),
        ("not at all", date(2026, 3, 2), None),
        ("of another month", date(2026, 4, 1), opened),
    ):
        await a_disclosure(street, name, due_on, opened, at)
    await a_disclosure(
        street, "of the committee", date(2026, 3, 31), opened, None, "owners_committee"
    )
    await a_disclosure(street, "opened when late", date(2026, 3, 9), BEGAN, None)

    _, _, bad, _ = await drafted(street)

    assert json.loads(bad.inputs)["disclosed_on_time"] == [1, 3]


async def a_disclosure(street, name, due_on, opened_at, at, answers="property_company"):
    """Due on a day from a body of the bad project; published at that moment, if ever."""
    item, one = uuid4(), uuid4()
    await db.execute(
        """insert into disclosure_item (id, code, sort, shelf, title, says, answers, rhythm, days,
             in_working_days, basis, columns, balanced)
           values ($1, $2, 900, 'property', $2, '', $3, 'once', 1, false, '', '[]', false)""",
        item, name, answers,
    )  # fmt: skip
    await db.execute(
        """insert into disclosure (id, estate, item, first_on, last_on, period, due_on, opened_at,
             published_at) values ($1, $2, $3, $4, $4, '长期公开', $4, $5, $6)""",
        one, street.bad.id, item, due_on, opened_at, at,
    )  # fmt: skip
    if at:
        await db.execute(
            """insert into disclosure_step (id, disclosure, number, kind, at, person, body, words,
                 columns, lines)
               select gen_random_uuid(), $1, 1, 'published', $2, $3, b.id, '', '[]', '[]'
                 from body b where b.place = $4 limit 1""",
            one, at, street.manager.id, street.bad.id,
        )  # fmt: skip


async def test_tasks_of_meetings_count_by_whether_the_company_reported_them_in_time(database):
    town = await a_meeting_town()
    meeting = await a_full_room(town)
    item = await topic_of(town, meeting)
    for text, due in (("按时", 20), ("迟了", 20), ("没有到期", 45)):
        task = Task(text, town.company.id, date(2026, 3, 1) + timedelta(days=due))
        action = await give_action(town.worker, item.id, task, DURING)
        if text != "没有到期":
            late = timedelta(days=0 if text == "按时" else 12)
            await take_action_step(
                town.manager, action.id, ActionStepKind.REPORTED, "办好了", DURING + late
            )
    await seed_calendar()
    [place, *_] = await lineage(town.estate)
    officer = await asking(await a_role(RoleKind.SUBDISTRICT_OFFICER, place))

    listing = await draft_listing(officer, place.id, MARCH, DRAFTED)

    [entry] = await ListingEntry.objects().where(ListingEntry.listing == listing.id)
    assert json.loads(entry.inputs)["actions_on_time"] == [1, 2]
