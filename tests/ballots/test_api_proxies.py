"""Proxies for a program of an owner's: named, listed, taken back, and what is refused."""

from coordination.ballots.proxies.tables import Proxy
from coordination.people.tables import RoleKind
from tests.ballots.a_vote import a_vote, a_voter
from tests.ballots.test_proxies import an_agent
from tests.builders import CLOSING, a_person, a_role

NAMED = {"phone": "138 0013 8000", "name": "周明"}


async def test_an_owner_names_an_agent_and_takes_it_back_and_both_see_it(program):
    vote = await a_vote()
    owner, agent, other = await a_voter(vote, name="李秀英"), await an_agent(), await a_voter(vote)
    path = f"polls/{vote.poll.id}/proxies"
    await program.sign_in(owner)

    [given] = (await program.post(path, NAMED))["given"]
    again = await program.post(path, NAMED, expect=409)
    await program.sign_in(agent)
    seen = await program.get(path)
    await program.sign_in(other)
    foreign = await program.post(f"{path}/{given['proxy']}/removal", expect=404)
    await program.sign_in(owner)
    ended = await program.post(f"{path}/{given['proxy']}/removal", expect=200)

    assert (given["state"], given["rooms"]) == ("live", ["梧桐苑11单元1000"])
    assert (given["agent_phone_tail"], given["in_writing"], seen["most"]) == ("8000", False, 3)
    assert seen["taken"] == [given] and seen["given"] == []
    assert again["type"] == "/problems/entrusted" and foreign["type"] == "/problems/not-found"
    assert [one["state"] for one in ended["given"]] == ["ended"]
    assert "周明" not in str(seen) and "李秀英" not in str(seen)


async def test_what_is_refused_says_in_chinese_what_to_do_and_nothing_is_written(program, time_is):
    vote = await a_vote()
    owner = await a_voter(vote, name="李秀英")
    hired = await an_agent()
    await a_role(RoleKind.PROPERTY_MANAGER, vote.estate, person=hired)
    path = f"polls/{vote.poll.id}/proxies"

    await program.sign_in(await a_person())
    assert (await program.get(path, expect=404))["type"] == "/problems/not-found"
    await program.sign_in(owner, stepped_up=False)
    stale = await program.post(path, NAMED, expect=401)
    await program.sign_in(owner)
    unknown = await program.post(path, {"phone": "13800138000", "name": "周暗"}, expect=422)
    barred = await program.post(path, NAMED, expect=403)
    time_is(CLOSING)
    await program.sign_in(owner)
    late = await program.post(path, NAMED, expect=409)

    assert stale["type"] == "/problems/prove-first" and "验证身份" in stale["detail"]
    assert "没有用这个手机号和姓名注册的人" in unknown["fields"]["phone"]
    assert barred["type"] == "/problems/no-proxy" and "物业人员" in barred["detail"]
    assert late["type"] == "/problems/closed" and "截止" in late["detail"]
    assert await Proxy.count() == 0
