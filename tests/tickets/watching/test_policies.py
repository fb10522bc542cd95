"""How long things may take is a version: drafted anew, kept by what was whistled before."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from coordination.db import rows, value
from coordination.errors import Invalid, NotAllowed
from coordination.law.policies import DEFAULT_POLICY, Clock, Ladder, Priority, working_days
from coordination.people.tables import BodyKind, RoleKind
from coordination.tickets.handling.correcting import repin_policy
from coordination.tickets.recomputing import compare_all
from coordination.tickets.tables import Ticket
from coordination.tickets.watching.policy_actions import NothingChanged, write_policy
from coordination.tickets.watching.policy_form import (
    form_names,
    form_values,
    read_policy,
    same,
)
from coordination.web.forms import Reader
from tests.builders import a_body, a_role
from tests.tickets.a_ticket import DAY, HOUR, WHISTLED, a_neighbourhood, a_ticket, asking
from tests.tickets.desk.a_desk import sign_in
from tests.tickets.watching.clocks import on


async def an_operator():
    body = await a_body(BodyKind.OPERATOR, None, "运营方")
    return await asking(await a_role(RoleKind.OPERATOR, None, body=body))


def of_seven_days():
    ordinary = DEFAULT_POLICY.clocks[Priority.ORDINARY] | {Clock.CLOSURE: working_days(7)}
    return replace(
        DEFAULT_POLICY,
        clocks=DEFAULT_POLICY.clocks | {Priority.ORDINARY: ordinary},
        ladder=Ladder(remind_percent=50),
    )


def test_the_form_says_what_the_policy_says_and_back():
    values = form_values(DEFAULT_POLICY)
    read = Reader(values)

    policy = read_policy(read, 1)

    read.settle()
    assert set(values) == set(form_names())
    assert same(policy, DEFAULT_POLICY)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("p2_report_in", "0 天"),
        ("p2_report_in", "-1 天"),
        ("p2_report_in", "16 个工作日"),
        ("p2_report_in", "21601 分钟"),
        ("p2_report_in", ""),
        ("p2_report_in", "一天"),
        ("p2_report_in", "3 周"),
        ("p2_report_in", "3"),
        ("p2_closure", "2 个工作日"),  # less than the first reply
        ("p2_closure", "366 天"),
        ("p0_closure", "99999999999999999999 天"),
        ("p2_by", "4"),
        ("p2_times", "4"),
        ("p2_percent", "101"),
        ("remind_percent", "100"),
        ("second_percent", "100"),
        ("reopened", "0"),
        ("cosigners", "1"),
        ("hops", "21"),
    ],
)
def test_every_number_has_its_bounds(field, value):
    read = Reader(form_values(DEFAULT_POLICY) | {field: value})

    read_policy(read, 1)

    with pytest.raises(Invalid):
        read.settle()


async def test_what_was_whistled_before_keeps_its_version_until_it_is_repinned(database):
    town, operator = await a_neighbourhood(), await an_operator()
    before = await a_ticket(town)

    version = await write_policy(operator, of_seven_days(), None, WHISTLED + HOUR, "区里七天",
                                 WHISTLED)  # fmt: skip
    early = await a_ticket(town, at=WHISTLED + HOUR - timedelta(seconds=1), text="还没有生效")
    after = await a_ticket(town, at=WHISTLED + HOUR, text="生效以后")

    assert [one.policy for one in (before, early, after)] == [1, 1, version]
    await repin_policy(town.officer, before.id, "区里七天", WHISTLED + 2 * HOUR)
    due = {
        one["number"]: one["close_due_at"]
        for one in await rows("select number, close_due_at from ticket")
    }
    assert due == {
        before.number: on("03-11T18:00"), early.number: on("03-09T18:00"),
        after.number: on("03-11T18:00"),
    }  # fmt: skip
    assert not (await compare_all()).differing


async def test_a_street_writes_its_own_and_no_other(database):
    town, other = await a_neighbourhood(), await a_neighbourhood("别处")
    since = WHISTLED + HOUR

    await write_policy(town.officer, of_seven_days(), town.street.id, since, "本街道", WHISTLED)

    here, there = await a_ticket(town, at=since), await a_ticket(other, at=since)
    assert (here.policy, there.policy) == (2, 1)
    for place in (None, other.street.id, town.district.id):
        with pytest.raises(NotAllowed):
            await write_policy(town.officer, of_seven_days(), place, since, "不是我的", WHISTLED)
    for who in (town.manager, town.worker, town.clerk, town.resident):
        with pytest.raises(NotAllowed):
            await write_policy(who, of_seven_days(), town.street.id, since, "不行", WHISTLED)


async def test_a_version_is_for_the_future_has_a_reason_and_says_something_new(database):
    operator = await an_operator()
    second = timedelta(seconds=1)
    for since, reason in (
        (WHISTLED - second, "早了"), (WHISTLED + 401 * DAY, "晚了"), (WHISTLED, " "),
    ):  # fmt: skip
        with pytest.raises(Invalid):
            await write_policy(operator, of_seven_days(), None, since, reason, WHISTLED)
    with pytest.raises(NothingChanged):
        await write_policy(operator, DEFAULT_POLICY, None, WHISTLED, "一样", WHISTLED)
    assert await value("select count(*) from response_policy") == 1


async def test_two_who_write_at_once_write_one_after_the_other(database):
    operator = await an_operator()

    came = await asyncio.gather(
        *(
            write_policy(
                operator, replace(DEFAULT_POLICY, ladder=Ladder(hops=4 + turn)), None, WHISTLED,
                "同时", WHISTLED,
            )
            for turn in range(4)
        )
    )  # fmt: skip

    assert sorted(came) == [2, 3, 4, 5]


async def test_the_operator_drafts_a_version_on_the_page(browser, time_is):
    time_is(WHISTLED)
    town, operator = await a_neighbourhood(), await an_operator()
    await sign_in(browser, operator)

    page = await browser.open("/desk/policies")
    assert "第 1 版" in page.text
    page = await browser.open("/desk/policies/1")
    assert "30 分钟" in page.text and "5 个工作日" in page.text
    page = await browser.open("/desk/policies/new?after=1")
    fields = {
        one["name"]: one.get("value", "") for one in page.select("form[method=post] input[name]")
    } | {
        one["name"]: (one.select_one("option[selected]") or one.select_one("option"))["value"]
        for one in page.select("form[method=post] select")
    }  # fmt: skip
    fields.pop("_csrf_token")
    wrong = fields | {"p2_closure": "2 天", "reason": ""}
    page = await browser.send("/desk/policies/new", expect=422, **wrong)
    assert page.select_one("[name=p2_closure]")["value"] == "2 天"
    unknown = fields | {"p2_by": "4", "reason": "改时限"}
    page = await browser.send("/desk/policies/new", expect=422, **unknown)
    assert "请选择" in page.main.text

    page = await browser.send(
        "/desk/policies/new",
        **(fields | {"p2_closure": "７个工作日", "reason": "区里规定七个工作日"}),
    )

    assert "第 2 版" in page.text and "7 个工作日" in page.text and "还没有生效" in page.text
    ticket = await a_ticket(town, at=WHISTLED + DAY)
    assert ticket.policy == 2
    kept = await Ticket.objects().get(Ticket.id == ticket.id)
    assert kept and kept.close_due_at == on("03-12T18:00")


async def test_staff_read_what_they_work_by_and_residents_do_not_come_here(browser, time_is):
    time_is(WHISTLED)
    town = await a_neighbourhood()
    for who in (town.manager, town.worker, town.clerk):
        await sign_in(browser, who)
        page = await browser.open("/desk/policies/1")
        assert not page.select("a[href^='/desk/policies/new']")
        await browser.open("/desk/policies/new", expect=403)
    await browser.open("/desk/policies/99", expect=404)
    await sign_in(browser, town.resident)
    await browser.open("/desk/policies", expect=403)
