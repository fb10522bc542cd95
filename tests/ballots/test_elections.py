"""An election as owners, members and a lawyer meet it, from the call for candidates to office."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from coordination.ballots.ballot_tables import Result
from coordination.ballots.casting.papers import fresh_paper
from coordination.ballots.elections import nominating
from coordination.ballots.elections.calling import GroupNotLawful, call_for_candidates
from coordination.ballots.elections.groups import NamedMember, form_group
from coordination.ballots.elections.jobs import remind
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
from coordination.ballots.elections.office import InOffice, seat_substitute, seats_of, take_office
from coordination.ballots.elections.queries import candidacies, election_for, owner_named
from coordination.ballots.elections.tables import Candidacy, Office
from coordination.ballots.elections.winners import NoEmptySeat, NotElected, draft_by_election
from coordination.ballots.polls.answers import Answers, choose_answers
from coordination.ballots.polls.drafting import change_times
from coordination.ballots.polls.noticing import confirm_notice, propose_notice
from coordination.ballots.polls.queries import load_poll, questions_of
from coordination.ballots.polls.questions import CalledFor, remove_question
from coordination.ballots.results.clockwork import advance_polls
from coordination.ballots.roll.freezing import CandidatesOpen, freeze_roll, request_freeze
from coordination.ballots.roll.publishing import publish_roll
from coordination.ballots.tables import Poll, Question
from coordination.db import execute, rows, value
from coordination.errors import Conflict, Invalid, NotAllowed
from coordination.law.classes import MatterClass
from coordination.law.election import TieRule
from coordination.law.preparing import Side
from coordination.people.askers import Asker, ProveFirst
from coordination.people.tables import Message, Person, RoleKind
from tests.ballots.convening import (
    TODAY,
    Convening,
    a_convening,
    a_draft,
    a_question,
    asking,
    someone,
)
from tests.ballots.test_casting_actions import sent
from tests.builders import a_role, a_unit, an_owner

pytestmark = pytest.mark.usefixtures("database")

UNTIL = datetime.fromisoformat("2026-03-10T09:00:00+08:00")  # seven full days after TODAY
SHOWN = UNTIL + timedelta(hours=1)
SETTLED = datetime.fromisoformat("2026-03-18T09:00:00+08:00")
OPENS = datetime.fromisoformat("2026-04-07T09:00:00+08:00")
CLOSES = datetime.fromisoformat("2026-04-17T20:00:00+08:00")
FINAL = datetime.fromisoformat("2026-04-24T09:00:00+08:00")


class Running:
    """An estate of eight owners that elects five; the first six owners stand."""

    def __init__(self, convening: Convening, poll: Poll, question: Question) -> None:
        self.convening, self.poll, self.question = convening, poll, question
        self.election = UUID(int=0)

    @property
    def clerk(self) -> Asker:
        return self.convening.proposer

    async def call(self) -> "Running":
        election = await call_for_candidates(self.clerk, self.question.id, UNTIL, TODAY)
        self.election = election.id
        return self

    async def owner(self, person: Person) -> UUID:
        return await value("select owner from binding where person = $1", person.id)

    async def stand(self, *people: Person, at: datetime = TODAY) -> list[Candidacy]:
        """Each comes forward."""
        return [
            await nominating.nominate(
                await asking(one, at), self.election, await self.owner(one), "愿意服务", at
            )
            for one in people
        ]

    async def settle(self, people: list[Person]) -> None:
        for one in await self.stand(*people):
            await check_candidacy(self.clerk, one.id, True, "", TODAY)
        await publish_list(self.clerk, self.election, SHOWN)
        await settle_list(self.clerk, self.election, SETTLED)

    async def open(self) -> None:
        """Roll, notice, times: up to the first moment of the vote."""
        await publish_roll(self.clerk, self.poll.id, TODAY)
        await request_freeze(self.clerk, self.poll.id, SETTLED)
        assert await freeze_roll(self.poll.id, SETTLED)
        await propose_notice(self.clerk, self.poll.id, SETTLED)
        await confirm_notice(self.convening.second, self.poll.id, SETTLED)
        await advance_polls(OPENS)

    async def vote(self, person: Person, choice: str, at: datetime = OPENS):
        rights = await rows(
            """select r.id from voting_right r join right_holder h on h."right" = r.id
                 join acting a on a.owner = h.owner where r.question = $1 and a.person = $2""",
            self.question.id, person.id,
        )  # fmt: skip
        paper = fresh_paper(self.poll.id, at).choosing({row["id"]: choice for row in rights})
        return await sent(paper, person, at)

    async def finish(self) -> dict:
        await advance_polls(CLOSES + timedelta(minutes=2))
        await advance_polls(FINAL)
        [found] = await Result.objects().where(Result.kind == "final").output(load_json=True)
        return found.package["questions"][0]


async def running(tie_rule: TieRule = TieRule.NOMINATION) -> Running:
    convening = await a_convening()
    for room in ("201", "202", "301", "302"):
        unit = await a_unit(convening.buildings[0], room)
        convening.owners.append(await an_owner(unit, name=f"业主{room}"))
    poll = await a_draft(convening)
    question = await a_question(
        convening, poll, matter=MatterClass.COMMITTEE, reason="选举业主委员会，属于第三项。"
    )
    await choose_answers(convening.proposer, question.id, Answers((), 5, tie_rule), TODAY)
    await change_times(convening.proposer, poll.id, OPENS, CLOSES, TODAY)
    return Running(convening, await load_poll(poll.id), question)


async def test_an_election_goes_from_the_call_to_office_and_a_by_election_fills_what_is_empty():
    run = await (await running()).call()
    people = run.convening.owners
    await run.settle(people[:5])
    await run.open()
    for person, choice in zip(
        people,
        ["1,2,3,4,5", "1,2,3,4", "1,2,3,4", "1,2,3", "1,2", "1", "none_of_these", "abstain"],
        strict=True,
    ):  # fmt: skip
        assert not isinstance(await run.vote(person, choice), Exception)
    question = await run.finish()

    assert question["returned"]["persons"] == 8
    assert [one["persons"] for one in question["choices"]] == [6, 5, 4, 3, 1, 1, 1]
    assert question["election"]["elected"] == [1, 2]  # half of eight is not more than half
    assert question["election"]["empty_seats"] == 3

    with pytest.raises(NotAllowed, match="当选人自己应当回避"):
        await take_office(await asking(people[0], FINAL), run.question.id, FINAL.date(), FINAL)
    office = await take_office(run.clerk, run.question.id, date(2026, 5, 1), FINAL)
    with pytest.raises(InOffice):
        await take_office(run.convening.second, run.question.id, date(2026, 5, 1), FINAL)
    assert (office.since, office.until) == (date(2026, 5, 1), date(2031, 5, 1))
    begun = datetime.fromisoformat("2026-05-01T08:00:00+08:00")
    later = await asking(people[0], begun)
    assert [role.kind for role in later.roles] == [RoleKind.COMMITTEE_MEMBER]
    former = await asking(await the_person(run.clerk), begun)
    assert former.roles == ()

    again = await draft_by_election(run.clerk, run.question.id, FINAL)
    [seat] = await questions_of(again.id)
    assert (seat.seats, seat.by_election_of, seat.matter_class) == (3, run.question.id, "committee")
    with pytest.raises(NoEmptySeat):
        await draft_by_election(run.clerk, run.question.id, FINAL)


async def the_person(asker: Asker) -> Person:
    found = await Person.objects().get(Person.id == asker.id)
    assert found
    return found


async def test_reminders_come_for_session_filing_and_the_end_of_the_term_once_each():
    run = await (await running()).call()
    people = run.convening.owners
    await run.settle(people[:5])
    await run.open()
    for person in people:
        await run.vote(person, "1,2,3,4,5")
    await run.finish()
    await take_office(run.clerk, run.question.id, FINAL.date(), FINAL)

    counts = [await remind(FINAL + timedelta(days=days)) for days in (0, 5, 6, 23, 24, 1800, 1801)]

    assert counts == [0, 1, 0, 1, 0, 1, 0]
    events = await Message.select(Message.event).where(
        Message.event.is_in(["first-session", "committee-filing", "term-ends"])
    )
    assert {one["event"] for one in events} == {"first-session", "committee-filing", "term-ends"}


async def test_a_substitute_takes_the_seat_of_who_left_and_nobody_else():
    run = await (await running()).call()
    people = run.convening.owners
    await run.settle(people[:6])
    await run.open()
    for n, person in enumerate(people):
        await run.vote(person, "1,2,3,4,5" if n % 2 else "2,3,4,5,6")
    for person in people[:2]:  # a change of mind, so that one and six have more than half
        await run.vote(person, "1,3,4,5,6")
    question = await run.finish()
    assert question["election"]["elected"] == [3, 4, 5, 2, 1]
    assert question["election"]["substitutes"] == [6]
    await take_office(run.clerk, run.question.id, FINAL.date(), FINAL)
    office = await Office.objects().get(Office.question == run.question.id)
    assert office
    first, *_ = await seats_of(office.id)

    with pytest.raises(Conflict, match="没有空缺"):
        await seat_substitute(run.clerk, run.question.id, first.id, FINAL)


# Nominating.


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

    for who, told in (
        (stranger, "应当是本小区的业主"),
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


# The list.


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
    await form_group(officer, run.poll.convener, members, TODAY)

    await run.call()
    assert await election_for(run.question.id) == run.election
    with pytest.raises(NotElected):
        await take_office(run.clerk, run.question.id, TODAY.date(), TODAY)


# On the pages.


async def test_an_owner_elects_on_the_phone_and_the_page_refuses_one_name_too_many(
    browser, time_is
):
    run = await (await running()).call()
    people = run.convening.owners
    await run.settle(people[:6])
    await run.open()
    time_is(OPENS + timedelta(days=1))
    await browser.sign_in(people[7])

    page = await browser.open(f"/ballots/{run.poll.id}/vote")
    page = await browser.open(page.find("a", string="开始投票")["href"])
    assert len(page.select("input[type=checkbox][name=choice]")) == 6 + 2
    assert "愿意服务" in page.main.text
    where = f"/ballots/{run.poll.id}/paper"
    page = await browser.send(where, expect=422, choice=["1", "2", "3", "4", "5", "6"])
    assert "您选了 6 人，最多选 5 人，请去掉 1 人" in page.main.text
    assert len(page.select("input[checked]")) == 6
    page = await browser.send(where, expect=422, choice=["1", "abstain"])
    assert "只能单独选" in page.main.text
    page = await browser.send(where, expect=422)
    assert "请选择候选人，最多 5 人" in page.main.text
    page = await browser.send(where, choice=["2", "4", "1"])
    names = [person.name for person in people]
    assert f"1号 {names[0]}、2号 {names[1]}、4号 {names[3]}" in page.main.text
    page = await browser.send(f"/ballots/{run.poll.id}/casts")
    assert page.h1.text == "已经投出"
    for person in people[:6]:
        await run.vote(person, "1,2,3,4,5")
    await run.finish()
    time_is(FINAL)

    page = await browser.open(f"/ballots/{run.poll.id}/result")
    assert "选出 5 人" in page.main.text
    stood = [one.text for one in page.select("td .tag")]
    assert stood == ["✓ 当选（得票与他人相同，按事先公布的次序）"] * 5 + ["· 未当选"]
    pdf = await browser.client.get(f"/ballots/{run.poll.id}/result/result.pdf")
    csv = await browser.client.get(f"/ballots/{run.poll.id}/result/result.csv")
    assert pdf.content.startswith(b"%PDF")
    assert f"1号 {names[0]}" in csv.text
    assert "当选" in csv.text


async def test_a_member_runs_an_election_on_the_pages_and_an_owner_stands(browser, time_is):
    time_is(TODAY)
    run = await running()
    hub = f"/ballots/{run.poll.id}/questions/{run.question.id}/candidates"
    await browser.sign_in(await the_person(run.clerk))
    await browser.open(f"/ballots/{run.poll.id}/convening")
    await browser.open(hub)
    page = await browser.send(hub, expect=422, nominate_until="2026-03-04T09:00")
    assert "报名期不少于7天" in page.main.text
    page = await browser.send(hub, nominate_until="2026-03-10T09:00")
    assert "正在报名" in page.main.text
    election = await election_for(run.question.id)
    public = f"/ballots/elections/{election}"

    await browser.sign_in(run.convening.owners[0])
    page = await browser.open(public)
    assert "应选委员 5 人" in page.main.text
    await browser.open(f"{public}/nomination")
    page = await browser.send(
        f"{public}/nomination",
        expect=422,
        whom="other",
        room="1栋1单元101",
        name="某某",
        about="好",
    )
    assert "登记中没有这个房号的这位业主" in page.main.text
    page = await browser.send(
        f"{public}/nomination", whom="other", room="1幢1单元102室", about="热心",
        name=run.convening.owners[1].name,
    )  # fmt: skip
    await browser.open(f"{public}/nomination")
    own = str(await run.owner(run.convening.owners[0]))
    page = await browser.send(f"{public}/nomination", whom=own, about="会计，愿意服务")
    assert "已报名，等待审核" in page.main.text

    await browser.sign_in(run.convening.owners[1])
    page = await browser.open(public)
    form = page.find("form", action=lambda it: it.endswith("/consent"))
    page = await browser.send(form["action"])
    assert "已报名，等待审核" in page.main.text

    await browser.sign_in(await the_person(run.clerk))
    page = await browser.open(hub)
    for _ in range(2):
        form = page.find("form", action=lambda it: it.endswith("/check"))
        page = await browser.send(form["action"], admitted="yes")
    time_is(SHOWN)
    await browser.sign_in(await the_person(run.clerk))
    await browser.open(hub)
    page = await browser.send(f"{hub}/list")
    assert "公示到" in page.main.text

    await browser.sign_in(run.convening.owners[3])
    page = await browser.open(public)
    await browser.open(page.select_one("a[href$='/objection']")["href"])
    page = await browser.send(browser.response.url.path, text="他在物业上班")
    assert "第1号异议" in page.main.text
    assert "物业上班" not in page.main.text

    time_is(SETTLED)
    await browser.sign_in(await the_person(run.clerk))
    page = await browser.open(hub)
    form = page.find("form", action=lambda it: it.endswith("/answer"))
    await browser.send(form["action"], upheld="no", gist="任职情况", answer="经核实不在物业任职")
    page = await browser.send(f"{hub}/settlement")
    assert "候选人名单已经确定" in page.main.text
    assert "1号" in (await browser.open(public)).main.text
