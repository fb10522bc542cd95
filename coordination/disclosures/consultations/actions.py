"""A consultation is opened, answered once a household and side, and counted when it has closed."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg

from coordination import audit
from coordination.db import execute, row, rows, transaction
from coordination.disclosures.consultations.permits import asking_role
from coordination.disclosures.consultations.queries import ConsultationRead, consultation_of
from coordination.disclosures.consultations.rules import LEAST_DAYS, MOST_DAYS, ballot_word
from coordination.disclosures.consultations.tables import Consultation, Side
from coordination.disclosures.households import households_of
from coordination.errors import Conflict, Invalid, NotAllowed, uncut
from coordination.law.periods import DAY, day_of, start_of
from coordination.matters.rules import quotes_a_person, reserved_word
from coordination.people.askers import Asker
from coordination.people.outbox import tell
from coordination.places.tables import Place

AT_ONCE = 50


class NotOpen(Conflict):
    """It has closed."""


class HouseholdAnswered(Conflict):
    """Somebody of the same household has answered."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What people are asked. `reason`: why it is none of the owners' own matters, where its words
    sound like one."""

    title: str
    text: str
    choices: list[str]
    last_on: date
    reason: str = ""


async def open_consultation(asker: Asker, estate: Place, asked: Asked, at: datetime) -> UUID:
    """Ask the people of an estate until the end of a day. NotAllowed; Invalid: words of the ballot,
    a matter of art. 278 without a reason, somebody's number, a day too near or too far."""
    role = asking_role(asker, estate)
    if role is None:
        raise NotAllowed("意见征询由社区、业主委员会或者物业发起。")
    hint = _check(asked, at)
    async with transaction():
        consultation = Consultation(
            id=uuid4(), estate=estate.id, body=role.body, person=asker.id, opened_at=at,
            title=asked.title, text=asked.text,
            choices=json.dumps(asked.choices, ensure_ascii=False),
            closes_at=start_of(asked.last_on + DAY), reserved_hint=hint or "",
            reserved_reason=asked.reason.strip() if hint else "",
        )  # fmt: skip
        await consultation.save()
        await audit.record(asker, "open_consultation", consultation, at=at, place=estate)
        return consultation.id


async def answer_consultation(
    asker: Asker, consultation_id: UUID, choice: int, words: str, at: datetime
) -> Side:
    """Say what one thinks; said again before it closes, the later word counts.

    NotFound, NotAllowed: one neither owns nor lives there; NotOpen, HouseholdAnswered, Invalid.
    """
    if quotes_a_person(words):
        raise Invalid("请去掉手机号和证件号。", words="请去掉手机号和证件号。")
    try:
        async with transaction():
            found = await _shared(consultation_id)
            if found.counted is not None or at >= found.closes_at:
                raise NotOpen("征询已经截止。结果在它的页面上。")
            if not 0 <= choice < len(found.choices):
                raise Invalid("请选择一项。", choice="请选择一项。")
            side, unit = await _household(asker, found, at)
            await execute(
                """insert into consultation_answer
                     (id, consultation, person, unit, side, choice, words, at)
                   values ($1, $2, $3, $4, $5, $6, $7, $8)
                   on conflict (consultation, person) do update
                     set choice = excluded.choice, words = excluded.words, at = excluded.at""",
                uuid4(), found.id, asker.id, unit, side.value, choice,
                uncut(words, 300, "words"), at,
            )  # fmt: skip
            return side
    except asyncpg.UniqueViolationError as taken:
        raise HouseholdAnswered("您家刚刚有人回答了。每户一份，不重复计。") from taken


async def count_closed(at: datetime) -> int:
    """Count what has closed, once; how many. For the worker."""
    async with transaction():
        closed = await rows(
            """select id, person, title, choices::text as choices from consultation
                where counted_at is null and closes_at <= $1
                order by closes_at limit $2 for update skip locked""",
            at, AT_ONCE,
        )  # fmt: skip
        for one in closed:
            counted = await _counted(one["id"], len(json.loads(one["choices"])))
            await execute(
                "update consultation set counted_at = $2, counted = $3::jsonb where id = $1",
                one["id"], at, json.dumps(counted),
            )  # fmt: skip
            await tell(
                one["person"], "consultation-closed", "意见征询已截止",
                f"“{one['title']}”的结果已经公布。", at=at, link=f"/consultations/{one['id']}",
            )  # fmt: skip
        return len(closed)


async def _shared(consultation_id: UUID) -> ConsultationRead:
    """Read under a lock that waits for the count, and that the count waits for."""
    await row("select id from consultation where id = $1 for share", consultation_id)
    return await consultation_of(consultation_id)


async def _household(asker: Asker, found: ConsultationRead, at: datetime) -> tuple[Side, UUID]:
    """As what, and for which unit: that of the answer before, else the first that has none."""
    before = await row(
        "select side, unit from consultation_answer where consultation = $1 and person = $2",
        found.id, asker.id,
    )  # fmt: skip
    if before:
        return Side(before["side"]), before["unit"]
    homes = await households_of(asker.id, found.estate.id, at)
    side, units = (Side.OWNER, homes.owned) if homes.owned else (Side.RESIDENT, homes.lived_in)
    if not units:
        raise NotAllowed("由本小区的业主和居民回答。请先绑定房屋，或者登记为居民。")
    answered = await rows(
        """select unit from consultation_answer
            where consultation = $1 and side = $2 and unit = any($3)""",
        found.id, side.value, list(units),
    )  # fmt: skip
    taken = {one["unit"] for one in answered}
    free = next((unit for unit in units if unit not in taken), None)
    if free is None:
        raise HouseholdAnswered("您家已经有人回答。每户业主一份、每户居民一份，不重复计。")
    return side, free


async def _counted(consultation_id: UUID, choices: int) -> dict[str, list[int]]:
    found = await rows(
        """select side, choice, count(*) as answers from consultation_answer
            where consultation = $1 group by 1, 2""",
        consultation_id,
    )
    counts = {(one["side"], one["choice"]): one["answers"] for one in found}
    return {side.value: [counts.get((side.value, n), 0) for n in range(choices)] for side in Side}


def _check(asked: Asked, at: datetime) -> str | None:
    """The word that sounds like art. 278, if there is one and a reason beside it."""
    wrong = {}
    if word := ballot_word(asked.title):
        wrong["title"] = f"题目里有“{word}”，像是表决。请换个说法，例如“对…怎么看”。"
    if quotes_a_person(f"{asked.title}{asked.text}"):
        wrong["text"] = "这里人人能看到，请去掉手机号和证件号。"
    days = (asked.last_on - day_of(at)) // timedelta(days=1)
    if not LEAST_DAYS <= days <= MOST_DAYS:
        wrong["last_on"] = f"截止日在 {LEAST_DAYS} 到 {MOST_DAYS} 天以后。"
    hint = reserved_word(f"{asked.title}{asked.text}{''.join(asked.choices)}")
    if hint and not asked.reason.strip():
        wrong["reason"] = (
            f"文字里有“{hint}”，可能是民法典第二百七十八条由业主共同决定的事项：那要发起业主大会表决，"
            "意见征询代替不了。确实只是先听听意见的，请写明理由，理由会公开。"
        )
    if wrong:
        raise Invalid("有需要修改的地方，您填写的内容都还在。", **wrong)
    return hint
