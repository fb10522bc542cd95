"""Whom the notice of a vote reaches, and what it lists of the roll."""

import pytest

from coordination.ballots.polls.drafting import (
    explain_gaps,
)
from coordination.ballots.polls.noticing import (
    confirm_notice,
    propose_notice,
)
from coordination.ballots.polls.scopes import Scope
from coordination.ballots.polls.telling import deliver_notice
from coordination.ballots.roll.freezing import freeze_roll, request_freeze
from coordination.ballots.tables import ScopeKind
from coordination.db import execute, rows, value
from coordination.notices.queries import notices, read_notice
from coordination.notices.tables import NoticeKind
from coordination.people.secrecy import phone_hash, seal_phone
from coordination.people.tables import RoleKind
from coordination.registry.tables import Guardian
from tests.ballots.convening import (
    CHECKED,
    TODAY,
    a_convening,
    a_draft,
    a_noticed_poll,
    a_published_roll,
    a_question,
    someone,
)
from tests.builders import a_person, a_unit
from tests.people.accounts import sent_to

pytestmark = pytest.mark.usefixtures("database")


async def test_community_and_subdistrict_are_told_and_asked_for_nothing():
    convening = await a_convening()
    worker = await someone(RoleKind.COMMUNITY_WORKER, convening.estate)
    officer = await someone(RoleKind.SUBDISTRICT_OFFICER, convening.estate)
    elsewhere = await someone(RoleKind.COMMUNITY_WORKER, (await a_convening("丁香苑")).estate)

    await a_noticed_poll(convening)

    told = await rows(
        """select person, text from message where event = 'ballot-notice-issued'
           and channel = 'in_app'"""
    )
    assert {row["person"] for row in told} == {worker.id, officer.id}
    assert elsewhere.id not in {row["person"] for row in told}
    assert all("无须审批" in row["text"] for row in told)


async def test_the_notice_is_delivered_once_to_all_who_may_vote_and_to_nobody_else():
    convening = await a_convening()
    poll = await a_draft(convening)
    first = Scope(ScopeKind.BUILDINGS, buildings=frozenset({convening.buildings[0].id}))
    await a_question(convening, poll, scope=first)
    poll = await a_noticed_poll(convening, poll)
    child = await value("select owner from binding where person = $1", convening.owners[1].id)
    guardian = await a_person("监护人")
    await Guardian(
        owner=child, person=guardian.id, document="监护证明", at=TODAY, by=convening.owners[0].id
    ).save()
    [notice] = await notices(kind=NoticeKind.BALLOT)

    first_time = await deliver_notice(notice.id, CHECKED)
    again = await deliver_notice(notice.id, CHECKED)

    told = await rows(
        """select person, delivered_at from message where event = 'ballot-notice'
           and channel = 'in_app'"""
    )
    expected = {convening.owners[0].id, guardian.id}  # the guardian votes, not the ward
    assert (first_time, again) == (2, 0)
    assert {row["person"] for row in told} == expected
    assert all(row["delivered_at"] == CHECKED for row in told)


async def test_owners_without_an_account_hear_of_the_notice_by_the_phone_in_the_register():
    convening = await a_convening()
    for n, phone in enumerate(("+8613800138000", "+8613900139000")):
        await execute(
            """update owner set phone_sealed = $2, phone_hash = $3
                where id = (select owner from ownership where unit = $1)""",
            convening.units[n].id, seal_phone(phone), phone_hash(phone),
        )  # fmt: skip
    await execute(
        "update binding set ended_at = $2 where person = $1", convening.owners[0].id, TODAY
    )
    await a_noticed_poll(convening)
    [notice] = await notices(kind=NoticeKind.BALLOT)

    await deliver_notice(notice.id, CHECKED)
    await deliver_notice(notice.id, CHECKED)

    [told] = await sent_to("+8613800138000")
    assert "业主大会投票公告已发布" in told
    assert await sent_to("+8613900139000") == [], "bound: told by the account"


async def test_gaps_are_listed_in_the_notice_with_the_reason():
    convening = await a_convening()
    await a_unit(convening.buildings[0], "901", area_cm2=None, unsold=True)
    poll = await a_published_roll(convening)
    await explain_gaps(convening.proposer, poll.id, "测绘资料未移交。", CHECKED)
    await request_freeze(convening.proposer, poll.id, CHECKED)
    await freeze_roll(poll.id, CHECKED)
    await propose_notice(convening.proposer, poll.id, CHECKED)

    notice = await confirm_notice(convening.second, poll.id, CHECKED)

    sections = (await read_notice(notice.id)).facts["sections"]
    [gaps] = [part for part in sections if part["heading"] == "未列入名册的专有部分"]
    assert gaps["paragraphs"] == ["测绘资料未移交。"]
    assert gaps["tables"][0]["rows"] == [["1栋1单元901", "没有面积"]]
