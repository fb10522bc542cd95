"""Who may stand, who checks them, and how the list gets on the ballot."""

from dataclasses import replace
from datetime import timedelta

import pytest

from coordination.ballots.elections import nominating
from coordination.ballots.elections.calling import GroupNotLawful, call_for_candidates
from coordination.ballots.elections.groups import NamedMember, form_group
from coordination.ballots.elections.listing import (
    Draw,
    NotRunning,
    TooEarly,
    Unfinished,
    check_candidacy,
    publish_list,
    record_draw,
    settle_list,
)
from coordination.ballots.elections.objections import answer_objection, object_to_candidate
from coordination.ballots.elections.office import take_office
from coordination.ballots.elections.queries import candidacies, election_for, owner_named
from coordination.ballots.elections.winners import NotElected
from coordination.ballots.polls.answers import Answers, choose_answers
from coordination.ballots.polls.queries import questions_of
from coordination.ballots.polls.questions import CalledFor, remove_question
from coordination.ballots.roll.freezing import CandidatesOpen, request_freeze
from coordination.ballots.roll.publishing import publish_roll
from coordination.db import execute, value
from coordination.errors import Invalid, NotAllowed
from coordination.home.my_data import export
from coordination.law.election import TieRule
from coordination.law.preparing import Side
from coordination.people.askers import ProveFirst
from coordination.people.tables import RoleKind
from tests.ballots.convening import (
    TODAY,
    a_convening,
    asking,
    someone,
)
from tests.ballots.electing import (
    SETTLED,
    SHOWN,
    UNTIL,
    running,
    the_person,
)
from tests.builders import a_role, a_unit, an_owner

pytestmark = pytest.mark.usefixtures("database")


async def test_who_is_put_forward_must_consent_and_owners_alone_nominate():
    run = await (await running()).call()
    one, other = run.convening.owners[:2]
    asker = await asking(one)

    found = await owner_named(run.poll.estate, "1栋1单元102", other.name)
    assert found and found.id == await run.owner(other)
    candidacy = await nominating.nominate(asker, run.election, found.id, "热心", TODAY)
    assert candidacy.consented_at is None
    with pytest.raises(Unfinished, match="还没有同意参选"):
        await check_candidacy(run.clerk, candidacy.id, True, "", TODAY)
    with pytest.raises(NotAllowed, match="本人"):
        await nominating.consent(asker, candidacy.id, TODAY)
    with pytest.raises(nominating.NominatedAlready):
        await nominating.nominate(asker, run.election, found.id, "热心", TODAY)
    agreed = await nominating.consent(await asking(other), candidacy.id, TODAY)
    await check_candidacy(run.clerk, candidacy.id, True, "", TODAY)

    assert agreed.consented_at == TODAY
    [of_other] = (await export(other.id))["candidacies"]  # pyright: ignore
    assert (of_other["own"], of_other["put_forward"], of_other["admitted"]) == (True, False, True)
    [of_one] = (await export(one.id))["candidacies"]  # pyright: ignore
    assert (of_one["own"], of_one["put_forward"], of_one["about"]) == (False, True, "热心")
    assert "admitted" not in of_one, "what became of it is the other's to tell"
    with pytest.raises(nominating.NotOwner):
        await nominating.nominate(run.clerk, run.election, found.id, "热心", TODAY)


async def test_nobody_stands_who_may_not_and_each_hears_why():
    run = await (await running()).call()
    owner, manager, guarded, late = run.convening.owners[:4]
    asker = await asking(owner)
    stranger = await an_owner(
        await a_unit((await a_convening("丁香苑")).buildings[0], "909"), name="外小区业主"
    )
    await a_role(RoleKind.PROPERTY_STAFF, run.convening.estate, person=manager)
    await execute(
        """insert into guardian (id, owner, person, document, at, by)
           values (gen_random_uuid(), $1, $2, '判决书', $3, $2)""",
        await run.owner(guarded), owner.id, TODAY,
    )  # fmt: skip

    company = await an_owner(await a_unit(run.convening.buildings[0], "910"), name="便民商贸公司")
    await execute("update owner set kind = 'company' where id = $1", await run.owner(company))

    for who, told in (
        (stranger, "应当是本小区的业主"),
        (company, "单位可以投票，也可以推荐其他业主"),
        (manager, "物业服务企业"),
        (guarded, "民事行为能力"),
    ):
        with pytest.raises(nominating.CannotStand, match=told):
            await nominating.nominate(asker, run.election, await run.owner(who), "热心", TODAY)
    with pytest.raises(nominating.NominationOver, match="已经在"):
        await run.stand(late, at=UNTIL)
    unproven = await asking(owner)
    with pytest.raises(ProveFirst):
        await nominating.nominate(
            replace(unproven, stepped_up_at=None), run.election, await run.owner(owner), "", TODAY
        )
    assert await candidacies(run.election) == []


async def test_the_list_is_settled_after_its_publicity_and_every_objection_answered():
    run = await (await running()).call()
    one, two, three, four = run.convening.owners[:4]
    listed = await run.stand(one, two, three)
    with pytest.raises(TooEarly):
        await publish_list(run.clerk, run.election, TODAY)
    with pytest.raises(Unfinished, match="3人没有审核"):
        await publish_list(run.clerk, run.election, SHOWN)
    with pytest.raises(Invalid):
        await check_candidacy(run.clerk, listed[2].id, False, " ", TODAY)
    for candidacy, admitted in zip(listed, (True, True, False), strict=True):
        await check_candidacy(
            run.clerk, candidacy.id, admitted, "" if admitted else "未同意", TODAY
        )
    silent = await nominating.nominate(
        await asking(one), run.election, await run.owner(four), "不知道的", TODAY
    )
    assert silent.consented_at is None, "and holds nobody up"
    await publish_list(run.clerk, run.election, SHOWN)
    await publish_roll(run.clerk, run.poll.id, TODAY)

    objection = await object_to_candidate(await asking(four), listed[0].id, "他已卖房", SHOWN)
    with pytest.raises(TooEarly):
        await settle_list(run.clerk, run.election, SHOWN)
    with pytest.raises(Unfinished, match="异议没有答复"):
        await settle_list(run.clerk, run.election, SETTLED)
    with pytest.raises(CandidatesOpen):
        await request_freeze(run.clerk, run.poll.id, SETTLED)
    await answer_objection(run.clerk, objection.id, True, "已不是业主", "经核实成立", SETTLED)
    await settle_list(run.clerk, run.election, SETTLED)

    [question] = await questions_of(run.poll.id)
    assert question.options == [two.name]
    assert question.precedence == [1]
    await request_freeze(run.clerk, run.poll.id, SETTLED)


async def test_a_lot_drawn_in_public_numbers_the_candidates():
    run = await (await running(TieRule.LOT)).call()
    listed = await run.stand(*run.convening.owners[:3])
    for one in listed:
        await check_candidacy(run.clerk, one.id, True, "", TODAY)
    await publish_list(run.clerk, run.election, SHOWN)
    with pytest.raises(Unfinished, match="抽签"):
        await settle_list(run.clerk, run.election, SETTLED)
    order = tuple(listed[n].id for n in (2, 0, 1))
    with pytest.raises(Invalid):
        await record_draw(run.clerk, run.election, Draw(order[:2], SHOWN, "广场", "三人"), SETTLED)
    await record_draw(run.clerk, run.election, Draw(order, SHOWN, "广场", "居委会李某"), SETTLED)

    settled = await settle_list(run.clerk, run.election, SETTLED)

    assert [one.id for one in settled] == list(order)
    assert [one.number for one in settled] == [one.precedence for one in settled] == [1, 2, 3]


async def test_namesakes_are_told_apart_on_the_ballot():
    run = await (await running()).call()
    namesakes = [
        await an_owner(await a_unit(building, "901"), name="王伟")
        for building in run.convening.buildings
    ]
    await run.settle(namesakes)

    [question] = await questions_of(run.poll.id)
    assert question.options == ["王伟（1栋）", "王伟（2栋）"]


async def test_a_candidate_checks_nobody_and_a_called_election_stays():
    run = await (await running()).call()
    unit = await a_unit(run.convening.buildings[0], "909")
    mine = await an_owner(unit, name="委员", person=await the_person(run.clerk))
    [own] = await run.stand(mine)

    with pytest.raises(NotRunning, match="回避"):
        await check_candidacy(run.clerk, own.id, True, "", TODAY)
    await check_candidacy(run.convening.second, own.id, True, "", TODAY)
    with pytest.raises(CalledFor):
        await remove_question(run.clerk, run.question.id, TODAY)
    with pytest.raises(CalledFor):
        await choose_answers(run.clerk, run.question.id, Answers((), 7, TieRule.LOT), TODAY)


async def test_a_call_needs_full_days_and_a_lawful_preparatory_group():
    run = await running()
    with pytest.raises(Invalid, match="报名期太短"):
        await call_for_candidates(run.clerk, run.question.id, UNTIL - timedelta(days=1), TODAY)
    await execute("update body set kind = 'preparatory_group' where id = $1", run.poll.convener)
    with pytest.raises(GroupNotLawful, match="单数"):
        await call_for_candidates(run.clerk, run.question.id, UNTIL, TODAY)
    officer = await someone(RoleKind.SUBDISTRICT_OFFICER, run.convening.estate)
    members = [
        NamedMember("街道王某", Side.SUBDISTRICT, chairs=True),
        NamedMember("居委会李某", Side.RESIDENTS_COMMITTEE),
        NamedMember("建设单位赵某", Side.DEVELOPER),
        *(NamedMember(f"业主{n}", Side.OWNER) for n in range(4)),
    ]
    with pytest.raises(NotAllowed):
        await form_group(run.clerk, run.poll.convener, members, TODAY)
    with pytest.raises(Invalid) as refused:
        await form_group(officer, run.poll.convener, members[:-1], TODAY)
    assert "单数" in refused.value.fields["members"]
    person = run.convening.owners[0]
    await execute("update person set login = 'owner0' where id = $1", person.id)
    named = [*members[:-1], replace(members[-1], account="owner0")]
    for entered in (named, members):  # the page shows no account, and saving it again keeps it
        await form_group(officer, run.poll.convener, entered, TODAY)
        assert await value("select until from role where person = $1", person.id) is None
        assert await value(
            "select role is not null from group_membership where person = $1 and ended_at is null",
            person.id,
        )  # fmt: skip

    await run.call()
    assert await election_for(run.question.id) == run.election
    with pytest.raises(NotElected):
        await take_office(run.clerk, run.question.id, TODAY.date(), TODAY)
