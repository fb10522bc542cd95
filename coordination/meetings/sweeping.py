"""What time alone does to meetings: a publication, a task, a demanded session turns overdue, and
the public reads it; who owes it is told, once.

Rows are taken under locks that other workers pass over.
"""

from datetime import datetime

from coordination.db import rows, transaction
from coordination.matters.actions import write_line
from coordination.meetings.following import carried_out
from coordination.meetings.queries import people_of
from coordination.people.outbox import tell
from coordination.web.formats import last_day

EVERY = 30.0
PUBLICATIONS = """
update publication_duty d set overdue_at = $1 from resolution r join meeting m on m.id = r.meeting
 where r.id = d.resolution and d.id in (
   select id from publication_duty where settled_at is null and overdue_at is null and due_at <= $1
    order by due_at, id limit 100 for no key update skip locked)
returning d.what, d.due_at, r.number, r.matter, m.id as meeting, m.title, m.convener
"""
TASKS = """
update action_item set overdue_at = $1 where id in (
  select id from action_item where overdue_at is null and due_at <= $1
     and state in ('to_do', 'underway')
   order by due_at, id limit 100 for no key update skip locked)
returning id, number, text, body, due_at
"""
DEMANDS = """
update session_demand set overdue_at = $1 where id in (
  select id from session_demand where called_at is null and overdue_at is null and due_at <= $1
   order by due_at, id limit 100 for no key update skip locked)
returning id, title, committee, due_at
"""
WHAT = {"resolution": "", "execution": "的执行结果"}


async def sweep_meetings(at: datetime) -> int:
    """Tell of all that fell due by `at`, and put before the public what is done; how many."""
    told = 0
    for tell_some in (tell_publications, tell_tasks, tell_demands):
        while some := await tell_some(at):
            told += some
    return told + await carried_out(at)


async def tell_publications(at: datetime) -> int:
    """两公开: what was resolved, or what became of it, is not published in time."""
    async with transaction():
        late = await rows(PUBLICATIONS, at)
        for one in late:
            said = (
                f"超期：{one['title']}第{one['number']}项决议{WHAT[one['what']]}没有公开，"
                f"应在 {last_day(one['due_at'])} 前公开"
            )
            link = f"/meetings/{one['meeting']}"
            if one["matter"]:
                await write_line(one["matter"], said[:300], at, link=link, body=one["convener"])
            await tell(
                await people_of([one["convener"]], at), "publication-late", "决议公开逾期", said,
                at=at, link=f"{link}/desk",
            )  # fmt: skip
        return len(late)


async def tell_tasks(at: datetime) -> int:
    """A task is not reported as done on its day; its matter hears from its own duty."""
    async with transaction():
        late = await rows(TASKS, at)
        for one in late:
            await tell(
                await people_of([one["body"]], at), "action-late", f"会议任务{one['number']}逾期",
                f"{one['text'][:120]}，应在{last_day(one['due_at'])}前完成。"
                "逾期任务会列入下次会议议程并对外公开。",
                at=at, link=f"/meetings/actions/{one['id']}",
            )  # fmt: skip
        return len(late)


async def tell_demands(at: datetime) -> int:
    """A session that a third of the members demanded has not been called in time."""
    async with transaction():
        late = await rows(DEMANDS, at)
        for one in late:
            await tell(
                await people_of([one["committee"]], at), "demand-late", "委员提议的会议逾期未召集",
                f"“{one['title']}”应在{last_day(one['due_at'])}前召集。",
                at=at, link=f"/meetings/demands/{one['id']}",
            )  # fmt: skip
        return len(late)
