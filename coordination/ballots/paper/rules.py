"""What a sheet may say and how it is named: pure.

A sheet's serial 编号 says nothing of owner or poll. What somebody writes down of a question is one
of its boxes, several candidates of an election, or that the sheet is invalid there, and why.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from coordination.ballots.board import INVALID
from coordination.ballots.offers import Offer
from coordination.ballots.package_aside import INVALID_BY
from coordination.ballots.polls.state import GRACE, PollState
from coordination.ballots.tables import Step
from coordination.errors import Conflict, Invalid
from coordination.law.election import STANDING, written
from coordination.web.codes import ALPHABET, typed

SERIAL = 9
LONGEST_CONSENT = 200


class Way(StrEnum):
    """By which way it came in 渠道, other than online."""

    PAPER = "paper"
    PHONE = "phone"
    DOOR = "door"


CHANGE_SHEETS = "重新表决的，请业主填新一次表决的票。"
WAYS = {Way.PAPER: "纸质票", Way.PHONE: "电话表决", Way.DOOR: "上门表决"}


class Invalidity(StrEnum):
    """Why a sheet is invalid 无效 on a question; kept sealed with what it says."""

    TWO_BOXES = "two_boxes"
    NO_BOX = "no_box"
    TORN = "torn"


INVALIDITIES = {each: INVALID_BY[each] for each in Invalidity}


class Outcome(StrEnum):
    """What came of a sheet."""

    AGREED = "agreed"  # two wrote the same
    SETTLED = "settled"  # two differed, a third decided
    DUPLICATE = "duplicate"  # the owner had voted online
    LAPSED = "lapsed"  # at the deadline: what agreed counts, what did not is a conflict


class NotOpenForSheets(Conflict):
    """Before the vote, or after it: nothing is written down now."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a sheet says to one question. `why`: of an invalid one."""

    choice: str
    why: str = ""


def draw_serial() -> str:
    """A fresh serial: nine characters, as many bits as nobody guesses."""
    return "".join(secrets.choice(ALPHABET) for _ in range(SERIAL))


def printed(serial: str) -> str:
    """A serial as it stands on the sheet: ABC-DEF-GHJ."""
    return "-".join(serial[n : n + 3] for n in range(0, len(serial), 3))


def read_serial(text: str) -> str | None:
    """The serial that was typed or scanned; None: it cannot be one."""
    found = typed(text.strip())
    return found if len(found) == SERIAL and set(found) <= set(ALPHABET) else None


def read_answer(offer: Offer, ticked: Sequence[str]) -> Answer:
    """What was ticked in the form. Invalid: nothing, two things, or more candidates than seats.

    `ticked`: boxes of the sheet, or `invalid:` with the reason; that is never ticked for somebody.
    """
    reasons = [one.removeprefix("invalid:") for one in ticked if one.startswith("invalid:")]
    boxes = [one for one in dict.fromkeys(ticked) if not one.startswith("invalid:")]
    if not reasons and not boxes:
        raise Invalid("请照票面选一项；票面没选的，选“无效：一项也没选”。")
    if reasons:
        if boxes or len(reasons) > 1 or reasons[0] not in INVALIDITIES:
            raise Invalid("无效与其他选项只能选一种，请照票面重新选。")
        return Answer(INVALID, reasons[0])
    choice = _chosen(offer, boxes)
    if choice is None or not offer.accepts(choice):
        raise Invalid(f"{_most(offer)}票面确实多选的，请选“无效：选得多于允许”。")
    return Answer(choice)


def _chosen(offer: Offer, boxes: Sequence[str]) -> str | None:
    if offer.seats is None or (len(boxes) == 1 and boxes[0] in set(map(str, STANDING))):
        return boxes[0] if len(boxes) == 1 else None
    numbers = [int(one) for one in boxes if one.isascii() and one.isdigit()]
    return written(numbers) if len(numbers) == len(boxes) else None


def _most(offer: Offer) -> str:
    return "只能选一项。" if offer.seats is None else f"最多选 {offer.seats} 人，不能与弃权同选。"


def way_of(text: str) -> Way:
    """The way that an address or a form names; paper, if it names none."""
    return Way(text) if text in set(Way) else Way.PAPER


def require_all(asked: Collection[UUID], answers: Mapping[UUID, Answer]) -> None:
    """Invalid: not one answer for each question of the sheet, and for no other."""
    if set(asked) != set(answers):
        raise Invalid("这张票上的每个事项都要登记，请刷新页面后照票面再填。")


def require_first_in_time(state: PollState, opened_at: datetime, at: datetime) -> None:
    """NotOpenForSheets: a first entry, as online, by the page's opening and a minute's grace."""
    _require_running(state, at)
    late = at >= state.closes_at and (opened_at >= state.closes_at or at >= state.closes_at + GRACE)
    if state.has(Step.COUNTED) or late:
        raise NotOpenForSheets("表决已经截止，截止前没有登记过的票不能再登记。这次没有登记。")


def require_second_in_time(state: PollState, at: datetime) -> None:
    """NotOpenForSheets: a second entry may come after the close, until the count."""
    _require_running(state, at)
    if state.has(Step.COUNTED):
        raise NotOpenForSheets("已经计票，不能再登记。这次没有登记。")


def _require_running(state: PollState, at: datetime) -> None:
    """NotOpenForSheets: not open yet, or withdrawn, revoked, re-issued."""
    if state.has_ended_early:
        raise NotOpenForSheets(f"这次表决{state.label}，这些票已经作废，不能登记。{CHANGE_SHEETS}")
    if not state.has(Step.NOTICED) or at < state.opens_at:
        raise NotOpenForSheets("表决还没有开始，开始后才能登记。")


def require_settling(state: PollState, at: datetime) -> None:
    """NotOpenForSheets: a third settles between close and count alone."""
    if at < state.closes_at:
        raise NotOpenForSheets("两次登记不一致的票，截止以后才复核。现在请先登记别的票。")
    require_second_in_time(state, at)


def deadline(closes_at: datetime, days: int) -> datetime:
    """Until when the count waits for sheets that are not settled."""
    return closes_at + timedelta(days=days)
