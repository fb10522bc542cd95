"""Choosing how open a result will be 公布形式, with the privacy report in hand.

The report is of the roll as it stands; once frozen, of the frozen one. Every right opened is only
for an estate whose own rules publish choices, and only where no area would tell the room.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from coordination import audit
from coordination.ballots.openness.tables import OpenRule
from coordination.ballots.polls.drafting import FORMS, RollPublished, convened
from coordination.ballots.polls.queries import freezes
from coordination.ballots.privacy import default_form, report_areas
from coordination.ballots.roll.publishing import eligible
from coordination.ballots.tables import Poll, Question
from coordination.db import transaction
from coordination.errors import Conflict, Invalid
from coordination.people.askers import Asker

FULL = "full"
CHOICES = (*FORMS, FULL)


class WouldExpose(Conflict):
    """Opened areas would tell which room made which choice."""


@dataclass(frozen=True, slots=True)
class QuestionReport:
    """The privacy report of one question before the notice."""

    question: Question
    said: dict[str, Any]

    @property
    def suggested(self) -> str:
        return default_form(self.said["rights"])


async def reports_of(poll: Poll) -> list[QuestionReport]:
    """Question by question, of the frozen roll or of the one that the registry gives now."""
    frozen = await freezes(poll.id)
    found = []
    for part in await eligible(poll):
        kept: Any = frozen[part.question.id].privacy if part.question.id in frozen else None
        fresh = report_areas([right.area_cm2 for right in part.electorate.rights]).as_dict()
        found.append(QuestionReport(part.question, kept or fresh))
    return found


async def choose_form(asker: Asker, poll_id: UUID, form: str, rule: str, at: datetime) -> None:
    """Say how open the result will be; until the notice is put to the second member.

    NotFound, NotConvener, RollPublished, Invalid, WouldExpose.
    """
    if form not in CHOICES:
        raise Invalid("请选择结果公布到多细。", form="请选择其中一种。")
    if form == FULL and not rule.strip():
        raise Invalid("请摘录规约原文。", rule="本小区议事规则或管理规约中公布各户选择的条文。")
    async with transaction():
        poll, state = await convened(asker, poll_id)
        if not state.times_are_editable:
            raise RollPublished("投票公告已经提交确认或者发布，公布形式不能再改。")
        if form == FULL:
            await _require_none_exposed(poll)
        poll.package_form = form
        await poll.save([Poll.package_form])
        await OpenRule.delete().where(OpenRule.poll == poll_id)
        if form == FULL:
            await OpenRule(poll=poll_id, text=rule.strip(), chosen_by=asker.id, chosen_at=at).save()
        await audit.record(asker, "choose_package_form", poll, at=at, place=poll.estate, form=form)


async def _require_none_exposed(poll: Poll) -> None:
    for report in await reports_of(poll):
        if report.said["exposed"]:
            raise WouldExpose(
                f"“{report.question.title}”有 {report.said['exposed']} 份票权的面积，"
                "相同的不足 5 份：公布面积就等于公布这些房屋的选择。请选择另外的形式。"
            )
