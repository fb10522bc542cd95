"""What the boxes that were ticked on a screen come to: one choice, or the names of an election."""

from collections.abc import Sequence
from uuid import UUID

from coordination import db
from coordination.ballots.offers import Offer
from coordination.errors import Invalid
from coordination.law.election import STANDING, written


def choice_of(offer: Offer, ticked: Sequence[str]) -> str:
    """The choice that these boxes make. Invalid: none, too many, or two that exclude each other."""
    if unknown := [one for one in ticked if one not in offer.choices]:
        raise _wrong(f"没有“{unknown[0][:20]}”这一项，请重新选择。")
    if offer.seats is None:
        if len(ticked) != 1:
            raise _wrong("请选择其中一项。弃权也是一种选择。")
        return ticked[0]
    alone = [one for one in ticked if one in STANDING]
    if not ticked:
        raise _wrong(f"请选择候选人，最多 {offer.seats} 人；也可以选“都不同意”或“弃权”。")
    if alone and len(ticked) > 1:
        raise _wrong("“都不同意”和“弃权”只能单独选。请去掉它，或者去掉候选人。")
    if alone:
        return alone[0]
    if (over := len(ticked) - offer.seats) > 0:
        raise _wrong(f"您选了 {len(ticked)} 人，最多选 {offer.seats} 人，请去掉 {over} 人。")
    return written(map(int, ticked))


def ticks_of(choice: str) -> list[str]:
    """The boxes that stand ticked for a choice."""
    return choice.split(",") if choice[:1].isdigit() and "," in choice else [choice]


async def said_of_candidates(question: UUID) -> dict[str, str]:
    """By the number on the ballot: where a candidate owns, and what they say of themselves."""
    found = await db.rows(
        """select c.number, c.home, c.about from candidacy c join election e on e.id = c.election
            where e.question = $1 and c.number is not null""",
        question,
    )
    return {str(each["number"]): f"{each['home']}业主。{each['about']}" for each in found}


def _wrong(told: str) -> Invalid:
    return Invalid("请修改您的选择。", choice=told)
