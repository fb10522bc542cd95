"""The chain of the audit log, and who looked at whose data: for the operator and the supervisor."""

import pytest

from coordination import audit
from coordination.errors import NotAllowed
from coordination.home.audit_actions import CHECK, ask_check, check
from coordination.home.audit_queries import last_check
from coordination.people.tables import RoleKind
from coordination.places.queries import place_of
from coordination.worker import SLICES
from tests.ballots.convening import asking
from tests.builders import DURING, a_person, a_role, an_estate
from tests.conftest import Browser
from tests.home.test_pages import words


async def a_look_up(estate, reason: str):
    """A clerk of the estate's community looks somebody up."""
    worker = await a_role(RoleKind.COMMUNITY_WORKER, await place_of(estate.parent))
    subject = await a_person("被查的人")
    await audit.record(worker, "look_up_person", subject, at=DURING, reason=reason)
    return worker


async def test_the_operator_has_the_chain_checked_and_reads_the_verdict(browser: Browser):
    operator = await a_role(RoleKind.OPERATOR, None)
    await audit.record(operator, "add_person", operator, at=DURING)
    await browser.sign_in(operator)

    await browser.open("/audit")
    running = await browser.send("/audit/checks")
    assert "正在核对" in words(running)
    assert not running.select("form[action='/audit/checks']"), "one check at a time"

    await check(str(operator.id), DURING)
    page = words(await browser.open("/audit"))
    assert "上次核对：完整" in page and "正在核对" not in page


async def test_a_row_changed_behind_our_back_is_named(browser: Browser, as_owner):
    operator = await a_role(RoleKind.OPERATOR, None)
    await audit.record(operator, "add_person", operator, at=DURING)
    await audit.seal(DURING)
    await as_owner.execute("alter table audit_entry disable trigger user")
    await as_owner.execute("update audit_entry set verb = 'look_up_person'")

    await check(str(operator.id), DURING)

    found = await last_check()
    assert found and found.broken
    await browser.sign_in(operator)
    assert "有断裂" in words(await browser.open("/audit"))
    assert "有断裂" in words(await browser.open("/work"))


async def test_nobody_but_the_operator_asks_for_a_check(database):
    supervisor = await asking(await a_role(RoleKind.SUPERVISOR, await an_estate()))
    with pytest.raises(NotAllowed):
        await ask_check(supervisor, DURING)


async def test_the_supervisor_sees_who_looked_and_why_but_not_at_whom(browser: Browser):
    mine, other = await an_estate("梧桐苑"), await an_estate("丁香苑")
    worker = await a_look_up(mine, "窗口换号")
    await a_look_up(other, "别的社区的事")
    community = await place_of(mine.parent)
    await browser.sign_in(await a_role(RoleKind.SUPERVISOR, community))

    page = words(await browser.open("/audit/look-ups"))

    assert "窗口换号" in page and worker.name in page and "查找账号" in page
    assert "被查的人" not in page
    assert "别的社区的事" not in page, "another community's staff are not theirs to watch"


async def test_the_operator_sees_the_look_ups_of_all(browser: Browser):
    await a_look_up(await an_estate("梧桐苑"), "窗口换号")
    await a_look_up(await an_estate("丁香苑"), "找回账号")
    await browser.sign_in(await a_role(RoleKind.OPERATOR, None))

    page = words(await browser.open("/audit/look-ups"))

    assert "窗口换号" in page and "找回账号" in page


OTHERS = (
    RoleKind.COMMUNITY_WORKER, RoleKind.COMMITTEE_MEMBER, RoleKind.PROPERTY_MANAGER,
    RoleKind.SUBDISTRICT_OFFICER,
)  # fmt: skip


@pytest.mark.parametrize("kind", OTHERS)
async def test_other_offices_see_neither(browser: Browser, kind: RoleKind):
    estate = await an_estate()
    await a_look_up(estate, "窗口换号")
    await browser.sign_in(await a_role(kind, estate))

    await browser.open("/audit", expect=403)
    await browser.open("/audit/look-ups", expect=403)


async def test_the_log_is_not_the_supervisors_to_open(browser: Browser):
    await browser.sign_in(await a_role(RoleKind.SUPERVISOR, await an_estate()))
    await browser.open("/audit", expect=403)


def test_the_worker_knows_the_check():
    assert CHECK in {name for part in SLICES for name in part.JOBS}
