"""An owner's vote for a program of theirs, and what the API tells nobody else."""

import json
from datetime import timedelta

import pytest

from coordination.ballots.ballot_tables import Ballot
from coordination.ballots.recount import main as recount
from coordination.ballots.results.clockwork import advance_poll, advance_polls
from coordination.ballots.results.turnout import move_turnout
from coordination.law.classes import MatterClass
from coordination.people.tables import RoleKind
from tests.ballots.a_vote import a_vote, a_voter, freeze, on_the_roll, owners_of, rights_of
from tests.ballots.test_results import COUNTED, a_counted_vote
from tests.builders import CLOSING, DURING, OPENING, a_person, a_role, a_unit, an_estate, an_owner


async def an_open_vote(**given):
    vote = await a_vote(**given)
    voter = await a_voter(vote, name="李秀英")
    await freeze(vote)
    await advance_poll(vote.poll.id, OPENING)
    return vote, voter, f"polls/{vote.poll.id}"


async def cast(program, path, choice, *, expect=201, paper=None):
    """Take a paper, and send it with the same choice on each right."""
    given = paper or await program.get(f"{path}/paper")
    choices = {right["right"]: choice for right in given["rights"]}
    body = {"paper": given["paper"], "choices": choices}
    return await program.post(f"{path}/casts", body, expect=expect)


async def test_an_owner_votes_on_two_questions_at_once_and_holds_both_receipts(program):
    vote, voter, path = await an_open_vote(classes=(MatterClass.MANAGER, MatterClass.COMMON_USE))
    await program.sign_in(voter)

    paper = await program.get(f"{path}/paper")
    taken = await cast(program, path, "abstain", paper=paper)
    kept = await program.get(f"{path}/receipts")

    assert [right["title"] for right in paper["rights"]] == ["事项1", "事项2"]
    assert [one["choice"] for one in paper["rights"][0]["choices"]] == [
        "approve", "reject", "abstain",
    ]  # fmt: skip
    assert paper["is_open"] and paper["rights"][0]["area_m2"] == "89.5000"
    assert await Ballot.count() == 2
    by_question = {receipt["question"]: receipt for receipt in taken["receipts"]}
    assert {one["receipt"]["question"]: one["receipt"] for one in kept["receipts"]} == by_question
    assert all(one["counts"] for one in kept["receipts"])
    assert "abstain" not in json.dumps(taken) + json.dumps(kept)


async def test_the_same_paper_sent_again_is_the_same_ballot_and_another_choice_on_it_none(program):
    _, voter, path = await an_open_vote()
    await program.sign_in(voter)
    paper = await program.get(f"{path}/paper")

    first = await cast(program, path, "approve", paper=paper)
    again = await cast(program, path, "approve", paper=paper)
    other = await cast(program, path, "reject", paper=paper, expect=409)

    assert again == first
    assert other["type"] == "/problems/sent-before"
    assert await Ballot.count() == 1


async def test_a_choice_is_changed_once_and_both_receipts_are_kept(program):
    _, voter, path = await an_open_vote()
    await program.sign_in(voter)

    await cast(program, path, "approve")
    left = (await program.get(f"{path}/paper"))["rights"][0]["casts_left"]
    await cast(program, path, "reject")
    refused = await cast(program, path, "abstain", expect=409)
    kept = (await program.get(f"{path}/receipts"))["receipts"]

    assert left == 1
    assert refused["type"] == "/problems/already-final"
    assert [(one["receipt"]["cast"]["ordinal"], one["counts"]) for one in kept] == [
        (1, False), (2, True),
    ]  # fmt: skip


async def test_casting_and_receipts_need_a_fresh_proof(program):
    _, voter, path = await an_open_vote()
    await program.sign_in(voter, stepped_up=False)

    casting = await cast(program, path, "approve", expect=403)
    reading = await program.get(f"{path}/receipts", expect=403)

    assert casting["type"] == reading["type"] == "/problems/step-up-needed"
    assert await Ballot.count() == 0


@pytest.mark.parametrize(
    ("at", "kind"),
    [
        (OPENING - timedelta(seconds=1), "not-open"),
        (CLOSING + timedelta(seconds=1), "closed"),
    ],
)
async def test_outside_its_time_a_fresh_paper_casts_nothing(program, time_is, at, kind):
    vote = await a_vote()
    voter = await a_voter(vote)
    await freeze(vote)
    await advance_polls(at)
    time_is(at)
    await program.sign_in(voter)

    paper = await program.get(f"polls/{vote.poll.id}/paper")
    refused = await cast(program, f"polls/{vote.poll.id}", "approve", paper=paper, expect=409)

    assert not paper["is_open"]
    assert refused["type"] == f"/problems/{kind}"
    assert await Ballot.count() == 0


async def test_a_forged_right_a_strange_choice_and_a_foreign_paper_cast_nothing(program):
    vote, voter, path = await an_open_vote()
    other, _, elsewhere = await an_open_vote(title="另一次表决", estate=await an_estate("海棠苑"))
    neighbour = await a_voter(vote, name="王桂兰")
    await program.sign_in(voter)
    paper = (await program.get(f"{path}/paper"))["paper"]
    [mine] = await rights_of(vote, voter)
    [theirs] = await rights_of(vote, neighbour)

    for choices, status in (
        ({str(theirs): "approve"}, 404),
        ({str(other.poll.id): "approve"}, 404),
        ({"x": "approve"}, 404),
        ({str(mine): "yes"}, 422),
        ({}, 422),
    ):
        await program.post(f"{path}/casts", {"paper": paper, "choices": choices}, expect=status)
    await program.post(f"{path}/casts", {"paper": paper[:-4] + "AAAA", "choices": {}}, expect=409)
    await program.get(f"{elsewhere}/paper", expect=404)

    assert await Ballot.count() == 0


async def test_a_co_owner_says_that_the_other_agrees_and_the_other_is_told_who_votes(program):
    vote = await a_vote()
    unit = await a_unit(vote.building, "201")
    wife, husband = await an_owner(unit, name="李秀英"), await an_owner(unit, name="王建国")
    await on_the_roll(vote, await owners_of(unit), unit, 895_000)
    await freeze(vote)
    await advance_poll(vote.poll.id, OPENING)
    path = f"polls/{vote.poll.id}"
    await program.sign_in(wife)

    before = await cast(program, path, "approve", expect=403)
    [right] = await program.post(f"{path}/representatives")
    await cast(program, path, "approve")
    await program.sign_in(husband)
    [his] = (await program.get(f"{path}/paper"))["rights"]

    assert before["type"] == "/problems/held-by-another"
    assert (right["needs_agreement"], right["is_anothers"]) == (False, False)
    assert (his["is_anothers"], his["cast"]) == (True, 1)
    await program.post(f"{path}/representatives", expect=403)


async def test_who_owns_alone_need_not_say_that_others_agree(program):
    _, voter, path = await an_open_vote()
    await program.sign_in(voter)

    refused = await program.post(f"{path}/representatives", expect=409)

    assert refused["type"] == "/problems/not-shared"


async def test_nobody_else_sees_that_a_person_votes_here_or_what(program):
    vote, voter, path = await an_open_vote()
    neighbour = await a_voter(vote, name="王桂兰")
    await program.sign_in(voter)
    taken = await cast(program, path, "reject")
    secret = taken["receipts"][0]["cast"]
    await move_turnout(DURING)
    member = await a_role(RoleKind.COMMITTEE_MEMBER, vote.estate, body=vote.body)

    seen = ""
    for person in (None, neighbour, member, await a_person("路人")):
        program.sign_out()
        if person:
            await program.sign_in(person)
        seen += json.dumps(await program.get(path), ensure_ascii=False)
        [turnout] = (await program.get(f"{path}/turnout"))["questions"]
        seen += json.dumps(turnout, ensure_ascii=False)
        assert [figure["persons"] for figure in turnout["figures"]] == [0], "not one cast's step"
        await program.get(f"{path}/result", expect=404)
        status = 200 if person is neighbour else 404 if person else 401
        answer = await program.get(f"{path}/receipts", expect=status)
        seen += json.dumps(answer, ensure_ascii=False)

    for leak in ("reject", "李秀英", secret["nonce"], secret["tracker"], secret["code"]):
        assert leak not in seen


async def test_a_receipt_s_code_says_that_a_ballot_is_there_and_no_more(program):
    vote, voter, path = await an_open_vote()
    await program.sign_in(voter)
    [receipt] = (await cast(program, path, "approve"))["receipts"]
    code = receipt["cast"]["code"]
    await cast(program, path, "reject")
    program.sign_out()

    found = await program.get(f"codes/{code[:4].lower()}-{code[4:]}")
    wrong = "2" if code[-1] != "2" else "3"
    await program.get(f"codes/{code[:-1]}{wrong}", expect=404)

    assert found == {
        "kind": "ballot",
        "notice": None,
        "ballot": {
            "poll": str(vote.poll.id),
            "title": vote.poll.title,
            "estate_name": vote.estate.name,
            "cast_on": receipt["cast"]["cast_on"],
        },
    }


async def test_codes_cannot_be_tried_without_end(program):
    for _ in range(30):
        await program.get("codes/22222222", expect=404)

    refused = await program.client.get("/api/v1/codes/22222222")

    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0


async def test_the_published_package_and_the_own_receipt_are_what_recount_reads(
    program, time_is, tmp_path, capsys
):
    vote, voters = await a_counted_vote()
    time_is(COUNTED)
    await program.sign_in(voters[0])

    answer = await program.client.get(f"/api/v1/polls/{vote.poll.id}/result")
    program.fits(answer)
    [kept] = (await program.get(f"polls/{vote.poll.id}/receipts"))["receipts"]
    (tmp_path / "package.json").write_bytes(answer.content)
    (tmp_path / "receipt.json").write_text(json.dumps(kept["receipt"]))

    files = [str(tmp_path / "package.json"), "--receipt", str(tmp_path / "receipt.json")]
    assert recount(files) == 0
    page = await program.client.get(f"{vote.path}/result/package.json")
    assert answer.content == page.content
    await program.get(f"polls/{vote.poll.id}/result", stage="final", expect=404)
    await program.get(f"polls/{vote.poll.id}/result", stage="other", expect=422)
