"""Objecting by a program, and what everybody reads of it."""

import json

import pytest

from coordination.ballots.results.objections import answer_result_objection
from coordination.people.sessions import look_up, open_session
from coordination.people.tables import RoleKind
from tests.ballots.test_results import COUNTED, a_counted_vote
from tests.builders import a_person, a_role


async def test_an_objection_is_published_with_its_answer_and_without_a_name(program, time_is):
    vote, voters = await a_counted_vote()
    time_is(COUNTED)
    path = f"polls/{vote.poll.id}/objections"
    await program.sign_in(voters[0])

    taken = await program.post(path, {"about": "result", "text": "我是李秀英，人数对不上"})
    unanswered = await program.get(path)
    member = await a_role(RoleKind.COMMITTEE_MEMBER, vote.estate, body=vote.body)
    session = await open_session(member.id, COUNTED, second_factor=True)
    await answer_result_objection(
        await look_up(session, COUNTED), taken["id"], "称人数对不上", "核对三遍，无误", COUNTED
    )
    program.sign_out()
    answered = await program.get(path)
    rest = await program.get(path, after=taken["id"])

    assert unanswered["objections"] == rest["objections"] == []
    [one] = answered["objections"]
    assert (one["about"], one["text"], one["answer"]) == (
        "result",
        "称人数对不上",
        "核对三遍，无误",
    )
    assert voters[0].name not in json.dumps(answered, ensure_ascii=False)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"about": "result", "text": "  \n"}, 422),
        ({"about": "result", "text": "x\x00y"}, 422),
        ({"about": "result", "text": "x" * 2001}, 422),
        ({"about": "other", "text": "x"}, 422),
        ({"about": "roll", "text": "x", "unit": "1"}, 422),
        ({"text": "x"}, 422),
        ({"about": "roll", "text": "名册里少一间"}, 409),
    ],
)
async def test_an_objection_that_says_nothing_or_comes_too_late_is_refused(
    program, time_is, body, status
):
    vote, voters = await a_counted_vote(("approve",) * 5, absent=1)
    time_is(COUNTED)
    await program.sign_in(voters[0])

    await program.post(f"polls/{vote.poll.id}/objections", body, expect=status)

    assert (await program.get(f"polls/{vote.poll.id}/objections"))["objections"] == []


async def test_who_is_not_on_the_roll_cannot_object_to_its_result(program, time_is):
    vote, _ = await a_counted_vote(("approve",) * 5, absent=1)
    time_is(COUNTED)
    await program.sign_in(await a_person("路人"))

    await program.post(
        f"polls/{vote.poll.id}/objections", {"about": "result", "text": "不服"}, expect=404
    )
