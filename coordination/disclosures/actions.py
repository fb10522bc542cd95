"""Publishing on a shelf, and taking down: each a step that stays."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID, uuid4

from coordination import audit
from coordination.db import execute, row, transaction
from coordination.disclosures.accounts import accounts_of
from coordination.disclosures.permits import answering_role, removing_role
from coordination.disclosures.queries import DisclosureRead, accounts_before, read_disclosure
from coordination.disclosures.sheet import Head, Sheet
from coordination.disclosures.tables import DisclosureStep, DisclosureStepKind
from coordination.errors import Conflict, Invalid, NotAllowed
from coordination.matters.rules import quotes_a_person
from coordination.notices.actions import publish_notice
from coordination.notices.rules import Facts, Section
from coordination.notices.tables import Notice, NoticeKind
from coordination.people.askers import Asker
from coordination.people.queries import body_of
from coordination.web.formats import local_day, yuan

WORDS_LONGEST, REASON_LONGEST = 1000, 300
NO_PERSONS = "这里人人能看到，请去掉手机号和证件号。"


class AlreadyDisclosed(Conflict):
    """It stands published; what is wrong in it is taken down first."""


class NothingDisclosed(Conflict):
    """There is nothing published to take down."""


async def publish_disclosure(
    asker: Asker,
    disclosure_id: UUID,
    words: str,
    document: str | None,
    sheet: Sheet,
    at: datetime,
) -> Notice:
    """Put it on the shelf, in the name of the asker's body, with a notice that has a number.

    NotFound, NotAllowed; Invalid: neither document nor table, or somebody's number in the words;
    AlreadyDisclosed.
    """
    async with transaction():
        read = await _locked(disclosure_id, at)
        shown = read.shown
        role = answering_role(asker, read.estate, shown.answers)
        if role is None:
            raise NotAllowed(f"“{shown.title}”由本小区的{shown.who}公开，您不是它的负责人员。")
        if shown.published_at is not None:
            raise AlreadyDisclosed("这一期已经公开。内容有误的，先撤下并写明原因，再重新公开。")
        _check(words, document, sheet)
        if shown.balanced and sheet.rows:
            await _check_opening(read, words, sheet)
        body = await body_of(role.body)
        notice = await publish_notice(
            read.estate, NoticeKind.DISCLOSURE, f"{read.estate.name}{shown.name}", shown.says,
            _facts(read, document, sheet), at, issuer=role.body, person=asker.id,
            contact=f"{body.name} {body.phone}".strip(), link=f"/disclosures/{disclosure_id}",
            subject=disclosure_id,
        )  # fmt: skip
        await _write(read, DisclosureStepKind.PUBLISHED, asker, role.body, words, at,
                     document=document, sheet=sheet, notice=notice.id)  # fmt: skip
        return notice


async def take_down(asker: Asker, disclosure_id: UUID, reason: str, at: datetime) -> None:
    """Take it off the shelf; that it hung there, and why it went, stays.

    NotFound, NotAllowed, NothingDisclosed; Invalid: no reason, or one that names a person.
    """
    async with transaction():
        read = await _locked(disclosure_id, at)
        role = removing_role(asker, read.estate, read.shown.answers)
        if role is None:
            raise NotAllowed("撤下由公开它的单位或者本社区居民委员会办理。")
        if read.now is None:
            raise NothingDisclosed("这一期现在没有公开的内容，不用撤下。")
        if not reason.strip():
            raise Invalid("请写明撤下的原因。", reason="请写明撤下的原因，所有人都能看到。")
        if quotes_a_person(reason):
            raise Invalid(NO_PERSONS, reason=NO_PERSONS)
        await _write(read, DisclosureStepKind.TAKEN_DOWN, asker, role.body, reason, at)


async def _locked(disclosure_id: UUID, at: datetime) -> DisclosureRead:
    """Read after its row is locked. NotFound."""
    await row("select id from disclosure where id = $1 for no key update", disclosure_id)
    return await read_disclosure(disclosure_id, at)


def _check(words: str, document: str | None, sheet: Sheet) -> None:
    if quotes_a_person(words):
        raise Invalid(NO_PERSONS, words=NO_PERSONS)
    if document is None and not sheet.rows:
        either = "请上传文件，或者填写表格，至少一样。" if sheet.heads else "请上传文件。"
        raise Invalid(either, document=either)


async def _check_opening(read: DisclosureRead, words: str, sheet: Sheet) -> None:
    """Accounts go on where the last ones ended, or say why not. Invalid."""
    if sheet.opening is None:
        said = "请填写上期结余；没有的填 0。"
        raise Invalid(said, opening=said)
    before = await accounts_before(read.shown, 1)
    closed = before[0][1].closing if before else None
    if closed is not None and closed != sheet.opening and not words.strip():
        said = (f"{before[0][0]}公开的结余是 {yuan(closed)}，"
                f"这次的上期结余是 {yuan(sheet.opening)}。请在说明里写明为什么不同。")  # fmt: skip
        raise Invalid(said, words=said)


async def _write(
    read: DisclosureRead,
    kind: DisclosureStepKind,
    asker: Asker,
    body: UUID,
    words: str,
    at: datetime,
    *,
    document: str | None = None,
    sheet: Sheet | None = None,
    notice: UUID | None = None,
) -> None:
    sheet = sheet or Sheet((), ())
    step = DisclosureStep(
        id=uuid4(), disclosure=read.shown.id, number=len(read.steps) + 1, kind=kind, at=at,
        person=asker.id, body=body, words=words.strip(), document=document,
        columns=_columns(sheet.heads), lines=json.dumps(sheet.rows, ensure_ascii=False),
        opening_fen=sheet.opening, notice=notice,
    )  # fmt: skip
    await step.save()
    is_out = kind is DisclosureStepKind.PUBLISHED
    # Taken down, it is owed again, and its body is told again.
    await execute(
        """update disclosure set published_at = $2, warned_at = null, overdue_at = null
            where id = $1""",
        read.shown.id, at if is_out else None,
    )  # fmt: skip
    verb = "disclose" if is_out else "take_down_disclosure"
    await audit.record(asker, verb, step, at=at, place=read.estate, disclosure=read.shown.id)


def _columns(heads: Sequence[Head]) -> str:
    return json.dumps([asdict(head) for head in heads], ensure_ascii=False)


def _facts(read: DisclosureRead, document: str | None, sheet: Sheet) -> Facts:
    """What the notice says for good: that it was published, not what a taking down must remove."""
    shown = read.shown
    rows = [
        ("公开事项", shown.title), ("期间", shown.period),
        ("应公开", f"{local_day(shown.due_on)}前"), ("依据", shown.basis),
    ]  # fmt: skip
    if document:
        rows.append(("文件的 SHA-256", document))
    if accounts := accounts_of(sheet):
        rows += accounts.summing
    elif sheet.rows:
        rows.append(("表格", f"{len(sheet.rows)} 行"))
        rows += [(f"{head.name}合计", total) for head, total
                 in zip(sheet.heads, sheet.totals or [], strict=False) if head.money]  # fmt: skip
    return Facts((Section("", (shown.says + "。",), tuple(rows)),))
