"""What whoever starts the demo finds: an estate at every step of a vote, and people to play."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest

from coordination import clock, db
from coordination.ballots.casting.actions import Submission, cast_ballots
from coordination.ballots.casting.papers import Paper
from coordination.ballots.casting.representing import represent_co_owners
from coordination.ballots.casting.rights import my_rights
from coordination.ballots.recount import main as recount
from coordination.ballots.results.clockwork import advance_poll
from coordination.ballots.tables import Poll
from coordination.ballots.witnessing.queries import parties_of
from coordination.embedded import Embedded
from coordination.errors import Refusal
from coordination.home.demo import load
from coordination.home.demo import people as who
from coordination.home.demo.estate_roll import close_call, the_roll
from coordination.home.demo.history_actions import (
    ELSEWHERE,
    STEPS,
    load_history,
    progress,
)
from coordination.home.demo.people_actions import id_of
from coordination.home.demo.street_actions import load_street
from coordination.home.demo.tickets_loading_actions import COUNTS
from coordination.people.second_factor import current_code, give_second_factor
from coordination.people.sessions import look_up, open_session, token_hash
from coordination.people.sign_in_actions import Visit, sign_in_with_password
from coordination.registry.bindings.actions import bind_by_letter
from coordination.worker import SLICES
from tests.home.conftest import made_estate

TABLES = ("person", "unit", "poll", "ballot", "notice", "message", "audit_entry", "result")

STANDS = """
select p.title, (select step from poll_step s where s.poll = p.id order by number desc limit 1)
         as step
  from poll p order by p.opens_at, p.title
"""


@pytest.fixture
async def template(template: str, server: Embedded, demo) -> str:
    """The made estate is there already."""
    return await made_estate(server, template)


@pytest.fixture
async def people(demo, database) -> dict[str, dict]:
    """The made estate, and who can sign in to it, by name."""
    return {person["name"]: person for person in await load()}


async def counted() -> dict[str, int]:
    return {table: await db.value(f"select count(*) from {table}") for table in TABLES}


async def test_a_poll_stands_at_every_step_of_the_road(people):
    stands = [row["step"] for row in await db.rows(STANDS)]

    assert sorted(stands) == sorted(
        ["final"] * 5
        + ["opened"] * 2
        + ["withdrawn", "preliminary", "noticed", "proposed", "drafted"]
        + ["roll_published"] * 2
    )
    assert await db.value("select count(*) from roll_objection where answered_at is null") == 1
    assert await db.value("select count(*) from result_objection where answered_at is null") == 1


ELECTIONS = """
select said->'election'->'elected' as elected, said->'election'->'empty_seats' as empty
  from result r, jsonb_array_elements(r.package->'questions') said
 where r.kind = 'final' and jsonb_typeof(said->'election') = 'object'
"""
SEATS = "select p.id, p.closes_at from poll p join question q on q.poll = p.id " \
        "where q.by_election_of is not null"  # fmt: skip


async def test_three_of_five_were_elected_and_an_owner_votes_for_the_seats_that_stayed_empty(
    people,
):
    [said] = await db.rows(ELECTIONS)
    assert (len(json.loads(said["elected"])), json.loads(said["empty"])) == (3, 2)
    [poll] = await db.rows(SEATS)

    await vote(poll["id"], "李秀英", clock.now(), "1,3")

    assert poll["closes_at"] - clock.now() > timedelta(days=7)


async def test_one_vote_chose_an_option_and_one_shows_silence_beside_what_was_cast(people):
    packages = await db.rows("select package from result where kind = 'final'")
    questions = [q for row in packages for q in json.loads(row["package"])["questions"]]
    [chosen] = [one for one in questions if one["winner"]]
    [silent] = [one for one in questions if one["cast_only"]]

    assert chosen["winner"] == "刷卡和扫码" and len(chosen["options"]) == 3
    assert (silent["cast_only"]["outcome"], silent["outcome"]) == ("no_quorum", "carried")
    assert silent["silence"]["added"]["persons"] > 20


async def test_one_vote_carried_one_lacked_a_quorum_and_one_was_lost_by_one_cm2(people):
    rows = await db.rows("select package from result where kind = 'final'")
    outcomes = {}
    for row in rows:
        [question] = json.loads(row["package"])["questions"]
        outcomes[question["outcome"]] = question

    assert sorted(outcomes) == ["carried", "no_quorum", "not_carried"]
    checks = {check["name"]: check for check in outcomes["not_carried"]["checks"]}
    lost = checks["approval.area"]
    assert (lost["holds"], 2 * lost["part"] - lost["whole"]) == (False, 0)
    assert all(check["holds"] for name, check in checks.items() if name != "approval.area")


async def test_every_made_result_is_recounted_by_a_stranger(people, tmp_path, capsys):
    for n, row in enumerate(await db.rows("select package from result")):
        file = tmp_path / f"{n}.json"
        file.write_text(row["package"])
        assert recount([str(file)]) == 0, capsys.readouterr().out


async def test_two_parties_witness_the_running_vote_and_one_of_them_forgot_a_day(people):
    running = await Poll.objects().get(Poll.title.like("续聘物业%"))
    at = clock.now()

    assert running
    kept = {
        party.short: [duty.done.size if duty.done else 0 for duty in party.duties if duty.due < at]
        for party in await parties_of(running, at)
    }

    assert kept["居委会"] == sorted(kept["居委会"])
    assert kept["居委会"][-1] > kept["居委会"][1] > kept["居委会"][0] == 1
    assert [day for day, size in enumerate(kept["业委会"]) if not size] == [3]
    assert set(kept["物业"]) == {0}


async def test_loading_it_again_changes_nothing(people):
    before = await counted()

    again = {person["name"]: person for person in await load()}

    assert (again, await counted()) == (people, before)


async def test_everybody_on_the_list_can_sign_in(people):
    at = clock.now()
    for person in people.values():
        visit = Visit(f"source of {person['name']}")
        token = await sign_in_with_password(person["phone"], person["password"], visit, at)
        asker = await look_up(token, at)
        assert asker, person
        await give_second_factor(asker, current_code(person["totp_secret"], at), visit, at)
        proven = await look_up(token, at)
        assert proven and proven.name == person["name"] and not proven.waiting


async def test_the_letter_code_on_the_list_binds_its_owner(people):
    owner = people["马文斌"]
    code = owner["role"].split("绑定码 ")[1].rstrip("）")
    at = clock.now()
    token = await sign_in_with_password(owner["phone"], owner["password"], Visit("home"), at)
    asker = await look_up(token, at)
    assert asker

    binding = await bind_by_letter(asker, code, owner["name"], "home", at)

    assert binding.person == asker.id


async def test_nothing_has_happened_in_the_future_and_numbers_follow_the_days(people):
    at = clock.now()
    assert await db.value("select count(*) from poll_step where at > $1", at) == 0
    assert await db.value("select count(*) from message where queued_at > $1", at) == 0
    numbers = await db.rows("select number from notice order by published_at")
    assert [int(row["number"].split("第")[1][:-1]) for row in numbers] == list(
        range(1, len(numbers) + 1)
    ) or len({row["number"][:6] for row in numbers}) > 1, "one series per year"


async def test_no_message_of_the_past_waits_to_be_sent(people):
    assert await db.value("select count(*) from message where sent_at is null") == 0


def test_half_the_area_and_more_than_half_the_persons_were_in_favour():
    favour, against = close_call()
    held: dict[str, int] = {}
    for line in the_roll():
        if line.owners and line.kind != "车位":
            phone = line.owners[0].phone
            held[phone] = held.get(phone, 0) + line.area_cm2

    assert len(favour) > len(against)
    assert sum(held[phone] for phone in favour) == sum(held[phone] for phone in against)


def test_the_made_roll_is_the_same_each_time_and_has_all_kinds():
    the_roll.cache_clear()
    first = the_roll()
    the_roll.cache_clear()

    assert the_roll() == first
    assert len(first) == 120
    assert {line.building for line in first} == {"1栋", "2栋", "3栋", "4栋"}
    assert {line.kind for line in first} == {"住宅", "商铺", "车位", "未售"}


async def test_history_loads_step_by_step_and_goes_on_where_it_was_killed(people):
    assert (await progress()).done == 0

    await load_history("0", clock.now())
    await load_history("0", clock.now())  # killed before it could say that it was done
    first_vote = STEPS.index((ELSEWHERE[0], 1))
    for step in (1, 2, first_vote):
        await load_history(str(step), clock.now())

    found = await progress()
    assert (found.done, found.total, found.units) == (4, len(STEPS), 480)
    assert found.tickets == COUNTS[0] + COUNTS[1]
    assert await db.value("select count(*) from place where name = '丁香苑'") == 1
    assert await db.value("select count(*) from result where kind = 'final'") == 6
    waiting = await db.value("select count(*) from candidacy where consented_at is null")
    assert waiting == 1, "one whom a visitor may play was put forward, and has yet to agree"
    await load_street(clock.now())
    lists = await db.rows("select published_at is not null as shown from listing order by month")
    assert [one["shown"] for one in lists] == [True, False]
    assert await db.value("select count(*) from listing_entry where decision = 'black'") == 1
    held = await db.rows(
        """select c.ended_at is null as runs, count(t.id) > 0 as has
             from campaign c left join ticket t on t.campaign = c.id group by c.id order by 1"""
    )
    assert [tuple(one) for one in held] == [(False, True), (True, True)]
    waiting = await db.rows(
        "select convert_from(payload, 'utf8') as step from pgqueuer "
        "where entrypoint = 'load-demo-history'"
    )
    assert {row["step"] for row in waiting} >= {"0", "1", "2", "3"}


RUNNING = """
select p.id, p.closes_at from poll p
 where exists (select from poll_step s where s.poll = p.id and s.step = 'opened')
   and not exists (select from poll_step s where s.poll = p.id and s.step = 'closed')
   and p.title like '续聘%'
"""


async def vote(poll, name: str, at, choice: str = "approve") -> None:
    """One of those whom a visitor may play says the same to everything."""
    person = next(p for p in who.NAMED if p.name == name)
    token = await open_session(await id_of(person), at, stepped_up=True)
    asker = await look_up(token, at)
    assert asker
    if any(right.co_owners for right in await my_rights(asker.id, poll)):
        await represent_co_owners(asker, poll, at)
    choices = {right.id: choice for right in await my_rights(asker.id, poll)}
    [answer] = await cast_ballots(
        [Submission(token_hash(token), Paper(poll, uuid4(), at, choices))], at
    )
    assert not isinstance(answer, Refusal), answer


@pytest.mark.parametrize(("voters", "outcome"), [
    ((), "no_quorum"), (("李秀英", "张伟"), "no_quorum"), (("李秀英", "张伟", "何志强"), "carried"),
])  # fmt: skip
async def test_the_running_vote_waits_for_three_owners(people, voters, outcome):
    poll = await db.row(RUNNING)
    assert poll
    for name in voters:
        await vote(poll["id"], name, clock.now())

    for later in (timedelta(0), timedelta(seconds=61)):
        await advance_poll(poll["id"], poll["closes_at"] + later)

    package = json.loads(await db.value("select package from result where poll = $1", poll["id"]))
    whole_estate, _ = package["questions"]
    assert whole_estate["outcome"] == outcome


async def test_the_running_vote_still_runs_tomorrow(people):
    poll = await db.row(RUNNING)
    assert poll and poll["closes_at"] - clock.now() > timedelta(days=7)


def test_the_worker_runs_what_this_slice_queues():
    names = {name for part in SLICES for name in part.JOBS}

    assert "load-demo-history" in names
