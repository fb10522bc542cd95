"""What becomes public of a meeting: resolutions, what became of them 两公开, and the minutes.

Each is a notice with a number and a check code, and nobody's name or phone is in it.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from coordination.db import execute, rows, transaction
from coordination.errors import Conflict, Invalid, NotFound
from coordination.matters.actions import write_line
from coordination.matters.steps import Actor
from coordination.meetings import following
from coordination.meetings.action_tables import ActionState
from coordination.meetings.calling.noticing import notice_place
from coordination.meetings.doing.rules import STATE_WORDS
from coordination.meetings.labels import labels_of, without_names
from coordination.meetings.minutes.editing import parts_of
from coordination.meetings.minutes.signing import addenda_of, sealed_of
from coordination.meetings.queries import Seen
from coordination.meetings.room.resolutions import resolutions_of
from coordination.meetings.room_tables import Resolution, ResolutionKind
from coordination.meetings.state import HELD
from coordination.meetings.steps import require_state, run_by, take_step
from coordination.meetings.tables import Step
from coordination.notices.actions import publish_notice
from coordination.notices.rules import Facts, Section
from coordination.notices.tables import Notice, NoticeKind
from coordination.people.askers import Asker
from coordination.web.formats import local_day, local_time


class NothingToPublish(Conflict):
    """It has been published, or there is nothing."""


async def publish_resolutions(asker: Asker, meeting_id: UUID, at: datetime) -> Notice:
    """Publish all resolutions that are not yet. NotFound, NotYourMeeting, OutOfOrder,
    NothingToPublish."""
    async with transaction():
        found = await run_by(asker, meeting_id)
        require_state(found, *HELD, doing="公示决议")
        waiting = {one["resolution"] for one in await rows(
            """select d.resolution from publication_duty d join resolution r on r.id = d.resolution
                where r.meeting = $1 and d.what = 'resolution' and d.settled_at is null""",
            meeting_id,
        )}  # fmt: skip
        said = [one for one in await resolutions_of(meeting_id) if one.id in waiting]
        if not said:
            raise NothingToPublish("没有等待公示的决议。")
        labels = await labels_of(found, at)
        lines = tuple(
            f"{one.number}. {without_names(one.text, labels)}"
            + ("（提请业主大会表决）" if one.kind == ResolutionKind.TO_ASSEMBLY.value else "")
            for one in said
        )
        notice = await _publish(
            asker, found, NoticeKind.RESOLUTION, f"{found.meeting.title}决议公示",
            (Section("决议", lines),), at,
        )  # fmt: skip
        await _settle([one.id for one in said], "resolution", notice, at)
        for matter in {one.matter for one in said if one.matter}:
            await write_line(
                matter, f"{found.meeting.title}决议已公开（公告 {notice.number}）"[:300], at,
                link=f"/notices/{notice.id}", person=asker.id, body=found.meeting.convener,
            )  # fmt: skip
        return notice


async def publish_execution(asker: Asker, resolution_id: UUID, words: str, at: datetime) -> Notice:
    """Publish what became of a resolution. NotFound, NotYourMeeting, OutOfOrder,
    NothingToPublish, Invalid."""
    if not words.strip():
        raise Invalid("请写执行结果。", words="请写明做了什么、结果怎样。")
    async with transaction():
        resolution = await Resolution.objects().get(Resolution.id == resolution_id)
        if resolution is None:
            raise NotFound("没有找到这项决议。")
        found = await run_by(asker, resolution.meeting)
        require_state(found, *HELD, doing="公示执行结果")
        if not await rows(
            """select from publication_duty where resolution = $1 and what = 'execution'
               and settled_at is null""",
            resolution_id,
        ):
            raise NothingToPublish("这项决议的执行结果已经公示。")
        labels = await labels_of(found, at)
        said = without_names(words.strip(), labels)
        parts = (
            Section("决议", (without_names(resolution.text, labels),)),
            Section("执行结果", (said, *await _tasks_of(resolution_id, labels))),
        )
        title = f"{found.meeting.title}第{resolution.number}项决议执行结果公示"
        notice = await _publish(asker, found, NoticeKind.EXECUTION, title, parts, at)
        await _settle([resolution_id], "execution", notice, at)
        if resolution.matter:
            actor = Actor(asker.id, found.meeting.convener)  # pyright: ignore
            await _tell_matter(resolution, said, f"/notices/{notice.id}", actor, at)
        return notice


async def _tasks_of(resolution: UUID, labels: Mapping[str, str]) -> list[str]:
    """The tasks that carried it out, in words."""
    found = await rows(
        """select a.number, a.text, a.state, b.name from action_item a
           join body b on b.id = a.body where a.resolution = $1 order by a.number""",
        resolution,
    )
    return [
        f"任务{one['number']}：{without_names(one['text'], labels)}（{one['name']}，"
        f"{STATE_WORDS[ActionState(one['state'])]}）"
        for one in found
    ]


async def _tell_matter(
    resolution: Resolution, said: str, link: str, actor: Actor, at: datetime
) -> None:
    matter: UUID = resolution.matter  # pyright: ignore[reportAssignmentType]
    await write_line(
        matter, f"第{resolution.number}项决议执行结果已公开：{said}"[:300], at, link=link,
        person=actor.person, body=actor.body,
    )  # fmt: skip
    await following.published_execution(matter, said, link, actor, at)


async def publish_minutes(asker: Asker, meeting_id: UUID, at: datetime) -> Notice:
    """Publish the signed minutes without personal data. NotFound, NotYourMeeting, OutOfOrder."""
    async with transaction():
        found = await run_by(asker, meeting_id)
        require_state(found, Step.MINUTES_FINAL, doing="公布纪要")
        sealed = await sealed_of(meeting_id)
        assert sealed, "the step says so"
        labels = await labels_of(found, at)
        parts = [
            Section(without_names(part.title, labels),
                    tuple(without_names(text.text, labels).splitlines()))
            for part, text in await parts_of(meeting_id)
        ]  # fmt: skip
        parts += [
            Section(f"更正（{local_day(one.at)}）", (without_names(one.words, labels),))
            for one in await addenda_of(meeting_id)
        ]
        signed = f"纪要于{local_time(sealed.at)}由主持人、记录人和到会各方签字。SHA-256 "
        parts.append(Section("签字", (signed + sealed.sha256,)))
        notice = await _publish(
            asker, found, NoticeKind.MINUTES, f"{found.meeting.title}纪要", tuple(parts), at,
            sha256=sealed.sha256,
        )  # fmt: skip
        await take_step(found, Step.PUBLISHED, asker, at, notice=notice.id)
        return notice


async def _publish(
    asker: Asker, found: Seen, kind: NoticeKind, title: str, parts: tuple[Section, ...],
    at: datetime, **data: object,
) -> Notice:  # fmt: skip
    meeting = found.meeting
    return await publish_notice(
        await notice_place(found.place), kind, title[:200],
        f"{meeting.title}，{local_day(meeting.starts_at)}。",
        Facts(parts, {"meeting": str(meeting.id), **data}), at, issuer=meeting.convener,
        person=asker.id, contact=meeting.contact, link=f"/meetings/{meeting.id}",
        subject=meeting.id,
    )  # fmt: skip


async def _settle(resolutions: list[UUID], what: str, notice: Notice, at: datetime) -> None:
    await execute(
        """update publication_duty set settled_at = $3, notice = $4
            where resolution = any($1) and what = $2 and settled_at is null""",
        resolutions, what, at, notice.id,
    )  # fmt: skip
