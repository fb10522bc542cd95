"""Rooms, consultations, yearly reports, terms and stamps of the made estates.

Everything is done by the actions that people take, told the times of the past at which they would
have. The first estate has all of it; the others have their terms.
"""

import random
from contextlib import suppress
from datetime import date, datetime, timedelta
from uuid import UUID

from coordination.clock import SHANGHAI
from coordination.db import row, rows, transaction
from coordination.disclosures.consultations.actions import (
    Asked,
    HouseholdAnswered,
    answer_consultation,
    count_closed,
    open_consultation,
)
from coordination.disclosures.duty_reports.actions import (
    HouseholdRated,
    publish_report,
    rate_report,
)
from coordination.disclosures.duty_reports.rules import REPORTING
from coordination.disclosures.permits import ANSWERING
from coordination.disclosures.rooms.actions import (
    RoomFacts,
    Wish,
    answer_application,
    apply_for_room,
    cancel_application,
    open_room,
)
from coordination.disclosures.rooms.tables import Room, Use
from coordination.home.demo import people as who
from coordination.home.demo.people_actions import asking, id_of
from coordination.law.periods import day_of
from coordination.notices.stamping import record_stamp
from coordination.people.askers import Asker
from coordination.people.role_actions import save_body
from coordination.people.tables import Body, BodyKind
from coordination.places.queries import place_of
from coordination.places.tables import Place

FIRST = "梧桐苑"
DAY = timedelta(days=1)
TERMS = {"梧桐苑": 76, "丁香苑": 60, "银杏里": 700, "临江花园": 400}  # days until the term ends
HOURS = [(8 * 60, 21 * 60)] * 7
DID = {
    BodyKind.OWNERS_COMMITTEE: "召集业主大会两次，公布四期公共收益和两期维修资金；"
    "没有做到的：监控改造方案还在征集。",
    BodyKind.PROPERTY_COMPANY: "修好道闸和二次供水泵房，电梯全年停运 3 次；"
    "没有做到的：地库照明还有 12 盏没有换。",
    BodyKind.RESIDENTS_COMMITTEE: "办理居民反映事项，组织协商和联动巡察；"
    "没有做到的：非机动车棚还差两处。",
}


async def load_community(estate: Place, at: datetime) -> None:
    """For a loading step."""
    async with transaction():
        await _term(estate, at)
        if estate.name == FIRST:
            owners = await _owners(estate, at, 26)
            await _reports(estate, owners, at)
            await _rooms(estate, at)
            await _consultations(estate, owners, at)
            await _stamps(estate, at)


async def _term(estate: Place, at: datetime) -> None:
    days = TERMS.get(estate.name)
    body = await Body.objects().get(
        (Body.place == estate.id) & (Body.kind == BodyKind.OWNERS_COMMITTEE.value)
    )
    if days is None or body is None:
        return
    until = day_of(at) + timedelta(days=days)
    await save_body(
        await _asking(who.OPERATOR, at - 30 * DAY), body.id, BodyKind.OWNERS_COMMITTEE, body.name,
        estate, at - 30 * DAY, phone=body.phone, officer=body.officer, until=until,
        since=until.replace(year=until.year - 3) if (until.month, until.day) != (2, 29) else None,
        filing_number=f"临业备〔{until.year - 3}〕{days}号",
    )  # fmt: skip


async def _reports(estate: Place, owners: list[Asker], at: datetime) -> None:
    """Of the year before, all rated; one of this year, being rated now. In January nothing of the
    new year has been said yet: the year is the one that has just ended."""
    drawn = random.Random(f"{estate.name} reports")
    last = datetime((at - 30 * DAY).astimezone(SHANGHAI).year, 1, 12, 10, tzinfo=SHANGHAI)
    for kind in REPORTING:
        speaker = await _speaker(estate, kind, last)
        report = await publish_report(speaker, estate, kind, last.year - 1, DID[kind], None, last)
        await _rate(owners, report.id, drawn, last + 6 * DAY)
    company = BodyKind.PROPERTY_COMPANY
    speaker = await _speaker(estate, company, at)
    report = await publish_report(
        speaker, estate, company, last.year, DID[company], None, at - 5 * DAY
    )
    await _rate(owners[:12], report.id, drawn, at - 2 * DAY)


async def _rate(owners: list[Asker], report: UUID, drawn: random.Random, at: datetime) -> None:
    for one in owners:
        with suppress(HouseholdRated):
            await rate_report(one, report, drawn.choice((5, 5, 4, 4, 4, 3, 2)), "", at)


async def _rooms(estate: Place, at: datetime) -> None:
    worker, chair = await _asking(who.WORKER, at - 200 * DAY), await _asking(who.CHAIR, at)
    community = await place_of(estate.parent)
    hall = await open_room(
        worker, community, RoomFacts("社区活动室", "服务站二楼", 40,
        "有音响、投影和桌椅，免费。用完请关灯、归位。周末照常开放。", HOURS), at - 200 * DAY,
    )  # fmt: skip
    study = await open_room(
        chair, estate, RoomFacts("业主之家", "3栋底层", 20, "可以开会、自习、下棋，免费。",
        [(9 * 60, 20 * 60)] * 5 + [(9 * 60, 18 * 60)] * 2), at - 120 * DAY,
    )  # fmt: skip
    asked: tuple[tuple[Room, who.Made, int, int, int, Use, str, str], ...] = (
        (hall, who.OWNER, -9, 14, 2, Use.CULTURE, "合唱排练", "granted"),
        (hall, who.TENANT, 1, 19, 2, Use.LESSON, "手机防骗讲座", "granted"),
        (hall, who.VOTED, 2, 10, 2, Use.FAMILY, "满月酒", "这个时间已安排义诊，可改约下午。"),
        (hall, who.THREE_UNITS, 2, 9, 3, Use.WELFARE, "爱心义诊", "granted"),
        (hall, who.LEAD, 3, 14, 2, Use.MEETING, "楼栋议事", "asked"),
        (hall, who.OWNER, 4, 14, 2, Use.CULTURE, "合唱排练", "asked"),
        (study, who.VOTED, 1, 15, 2, Use.OTHER, "棋友聚会", "granted"),
        (study, who.TENANT, 5, 10, 2, Use.LESSON, "少儿阅读", "asked"),
    )  # fmt: skip
    for room, person, days, hour, hours, use, purpose, outcome in asked:
        starts_at = _at_hour(at + days * DAY, hour)
        wish = Wish("", use, purpose, 12, starts_at, starts_at + timedelta(hours=hours))
        moment = min(at, starts_at) - (3 * DAY if use is not Use.FAMILY else 4 * DAY)
        one = await apply_for_room(await _asking(person, moment), room.id, wish, moment)
        answering = await _asking(who.WORKER if room is hall else who.CHAIR, moment)
        if outcome != "asked":
            words = "" if outcome == "granted" else outcome
            await answer_application(
                answering, one.id, outcome == "granted", words, moment + timedelta(hours=5)
            )
        if days < -8:
            continue
        if purpose == "棋友聚会":
            await cancel_application(
                answering, one.id, "当天停电检修，请改约。", at - timedelta(hours=3)
            )


async def _consultations(estate: Place, owners: list[Asker], at: datetime) -> None:
    drawn = random.Random("consultations")
    began = at - 34 * DAY
    closed = await open_consultation(
        await _asking(who.WORKER, began), estate,
        Asked("东门快递柜放哪边更方便？", "现在放在门内左侧，早晚挡路。先听听大家怎么看。",
              ["门内右侧", "东侧绿地旁", "维持现在的位置"], day_of(began + 14 * DAY)), began,
    )  # fmt: skip
    await _answer(owners, closed, drawn, began + 4 * DAY)
    await count_closed(began + 16 * DAY)
    began = at - 5 * DAY
    running = await open_consultation(
        await _asking(who.CHAIR, began), estate,
        Asked("活动室周末开到几点合适？", "有的住户想晚一点，有的住户怕吵。",
              ["晚上八点", "晚上九点", "晚上十点"], day_of(at + 9 * DAY)), began,
    )  # fmt: skip
    await _answer(owners[:14], running, drawn, at - 3 * DAY)


async def _answer(
    owners: list[Asker], consultation: UUID, drawn: random.Random, at: datetime
) -> None:
    for one in [*owners, await _asking(who.TENANT, at)]:
        with suppress(HouseholdAnswered):
            choice = min(drawn.randrange(3), drawn.randrange(3))
            await answer_consultation(one, consultation, choice, "", at)


async def _stamps(estate: Place, at: datetime) -> None:
    """On the newest notices of the committee and the company."""
    for person, kind in (
        (who.CHAIR, BodyKind.OWNERS_COMMITTEE), (who.MANAGER, BodyKind.PROPERTY_COMPANY),
    ):  # fmt: skip
        found = await rows(
            """select n.id, n.published_at, b.name from notice n join body b on b.id = n.issuer
                where n.estate = $1 and b.kind = $2 order by n.published_at desc limit 3""",
            estate.id, kind.value,
        )  # fmt: skip
        for one in reversed(found):
            moment = min(at, one["published_at"] + timedelta(minutes=30))
            await record_stamp(
                await _asking(person, moment), one["id"], f"{one['name']}章", 3, moment
            )


async def _speaker(estate: Place, kind: BodyKind, at: datetime) -> Asker:
    """Somebody who speaks for the estate's body of that kind."""
    found = await row(
        """select r.person from role r join body b on b.id = r.body join place p on p.id = r.place
            where b.kind = $1 and r.kind = $2 and starts_with($3, p.path) and r.since <= $4
              and (r.until is null or r.until > $4) order by r.since, r.person limit 1""",
        kind.value, ANSWERING[kind].value, estate.path, at,
    )  # fmt: skip
    assert found, kind
    return await asking(found["person"], at)


async def _owners(estate: Place, at: datetime, most: int) -> list[Asker]:
    """Accounts of owners there, always the same ones; nobody who holds an office. They hold no
    role, so that what they are is the same at any time."""
    found = await rows(
        """select b.person, min(u.sort) as sort from binding b
             join ownership o on o.owner = b.owner and o.until is null
             join unit u on u.id = o.unit
            where u.estate = $1 and b.ended_at is null
              and not exists (select from role r where r.person = b.person)
            group by b.person order by min(u.sort), b.person limit $2""",
        estate.id, most,
    )  # fmt: skip
    return [await asking(one["person"], at) for one in found]


async def _asking(person: who.Made, at: datetime) -> Asker:
    return await asking(await id_of(person), at)


def _at_hour(at: datetime, hour: int) -> datetime:
    on: date = at.astimezone(SHANGHAI).date()
    return datetime(on.year, on.month, on.day, hour, tzinfo=SHANGHAI)
