"""The board as everybody sees it, and the pages on which a party's office witnesses it."""

import json
from datetime import timedelta

import pytest

from coordination import db
from coordination.ballots.checkpoints import read_note
from coordination.ballots.results.clockwork import advance_poll
from coordination.ballots.sequencing.showing import show_whole_board
from coordination.ballots.tree import check_consistency, check_inclusion, leaf_hash
from coordination.ballots.witnessing.key_files import prove, witness_vkey
from coordination.ballots.witnessing.reminding import remind_witnesses, waiting_for
from coordination.ballots.witnessing.tables import Cosignature, WitnessKey
from coordination.people.tables import RoleKind
from tests.ballots.a_vote import a_vote, a_voter, freeze
from tests.ballots.test_casting_actions import a_paper, sent
from tests.ballots.witnesses import a_keyless_body, a_witness
from tests.builders import DURING, OPENING

pytestmark = pytest.mark.usefixtures("database")


def api(vote, what: str) -> str:
    return f"/api/v1/polls/{vote.poll.id}/board/{what}"


async def a_shown_board(ballots: int = 5):
    """A vote with ballots, all of them shown, as after a step of the turnout."""
    vote = await a_vote(board=False)
    voters = [await a_voter(vote) for _ in range(ballots)]
    await freeze(vote)
    await advance_poll(vote.poll.id, OPENING)
    for voter in voters:
        assert isinstance(await sent(await a_paper(vote, voter), voter), list)
    await db.execute("update board set shown_size = size where poll = $1", vote.poll.id)
    return vote


async def a_witnessed_board():
    """Five ballots were shown on the first evening; the next day one signs them, one entry 0, and a
    third has its first key. The vote, and the third."""
    vote = await a_vote(board=False)
    voters = [await a_voter(vote) for _ in range(5)]
    before, noon = OPENING - timedelta(days=29), OPENING + timedelta(days=1, hours=3)
    diligent = await a_witness(vote.estate, 1, before)
    careless = await a_witness(vote.estate, 2, before, RoleKind.PROPERTY_MANAGER, "阳光物业")
    await freeze(vote)
    await advance_poll(vote.poll.id, OPENING)
    for voter in voters:
        assert isinstance(await sent(await a_paper(vote, voter), voter), list)
    await show_whole_board(vote.poll.id, OPENING + timedelta(hours=8))
    await diligent.cosign(vote, 6, noon)
    await careless.cosign(vote, 1, noon)
    third = await a_witness(vote.estate, 3, noon, RoleKind.SUBDISTRICT_OFFICER, "青山街道办事处")
    return vote, third


async def test_everybody_sees_on_which_day_who_looked_and_who_signed_something_old(
    browser, time_is
):
    vote, third = await a_witnessed_board()
    time_is(OPENING + timedelta(days=2, hours=3))

    text = (await browser.open(f"{vote.path}/board")).text
    duties = (await browser.client.get(api(vote, "duties"))).json()
    keys = (await browser.client.get(api(vote, "keys"))).json()["witnesses"]

    daily = {
        party["party"]: [
            (duty["least"], duty["signed"], duty["behind"], duty["overdue"])
            for duty in party["duties"] if duty["kind"] == "daily"
        ][0]
        for party in duties["parties"]
    }  # fmt: skip
    assert daily["梧桐社区居民委员会"] == (6, 6, None, False)
    assert daily["阳光物业"] == (6, None, 1, True)
    assert "看到第 5 张" in text
    assert "看的是旧的" in text and "那时还没有票，不算" in text
    assert "没有钥匙" in text  # of the conveners
    assert {key["party"]: key["bound"] for key in keys} == {
        "梧桐社区居民委员会": True, "阳光物业": True, "青山街道办事处": False,
    }  # fmt: skip
    assert f"请向青山街道办事处核对。钥匙编号 {third.name[-16:]}" in text.replace("\n", "")


async def test_a_program_follows_and_proves_what_is_shown(browser):
    vote = await a_shown_board()

    note = read_note((await browser.client.get(api(vote, "checkpoint"))).text)
    first = read_note((await browser.client.get(api(vote, "checkpoint?size=1"))).text)
    leaves = (await browser.client.get(api(vote, "leaves"))).json()
    keys = (await browser.client.get(api(vote, "keys"))).json()
    grown = (await browser.client.get(api(vote, "consistency?old=1&new=6"))).json()
    there = (await browser.client.get(api(vote, "inclusion?index=3&size=6"))).json()
    zero = (await browser.client.get(api(vote, "entry-zero"))).content
    question = json.loads(zero)["questions"][0]
    rights = (await browser.client.get(api(vote, f"rights/{question['id']}"))).json()

    head = note.checkpoint
    tracker = bytes.fromhex(leaves["leaves"][2])
    proof = [bytes.fromhex(step) for step in there["proof"]]
    steps = [bytes.fromhex(step) for step in grown["proof"]]
    assert note.signed_by(keys["vkey"])
    assert (head.size, len(leaves["leaves"])) == (6, 5)
    assert first.checkpoint.root == leaf_hash(zero)
    assert check_inclusion(leaf_hash(tracker), 3, 6, proof, head.root)
    assert check_consistency(1, first.checkpoint.root, 6, head.root, steps)
    assert question["rights_hash"] == rights["rights_hash"]
    assert len(rights["rights"]) == 5


async def test_nothing_that_is_not_shown_yet_leaves_the_server(browser):
    vote = await a_shown_board()
    late = await a_voter(vote)
    await sent(await a_paper(vote, late), late)

    leaves = (await browser.client.get(api(vote, "leaves"))).json()
    assert (leaves["size"], len(leaves["leaves"])) == (6, 5)
    for what, status in {
        "checkpoint?size=7": 404, "consistency?old=6&new=7": 422, "consistency?old=0&new=6": 422,
        "inclusion?index=6&size=7": 422, "inclusion?index=-1&size=6": 422, "leaves?start=0": 422,
        "leaves?start=7": 200, "checkpoint?size=x": 422, f"rights/{vote.poll.id}": 404,
    }.items():  # fmt: skip
        answer = await browser.client.get(api(vote, what))
        assert answer.status_code == status, what
    assert (await browser.client.get(api(vote, "leaves?start=7"))).json()["leaves"] == []


async def test_a_cosignature_needs_no_session_and_an_unknown_key_is_refused(browser):
    vote = await a_shown_board()
    witness = await a_witness(vote.estate, 1, DURING)
    line = await witness.line(vote, 6, DURING)
    other = line.replace(witness.name[-4:], "0000")

    taken = await browser.client.post(api(vote, "cosignatures"), json={"size": 6, "line": line})
    refused = await browser.client.post(api(vote, "cosignatures"), json={"size": 6, "line": other})
    spoilt = await browser.client.post(api(vote, "cosignatures"), json={"size": 6, "line": "x"})

    assert taken.status_code == 204
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/unknown-key")
    assert spoilt.status_code == 422
    assert await Cosignature.count() == 1


async def test_an_office_signs_on_its_page_and_nobody_else_may(browser):
    vote = await a_shown_board()
    witness = await a_witness(vote.estate, 1, DURING)
    line = await witness.line(vote, 6, DURING)
    stranger = await a_voter(vote)

    path = f"{vote.path}/board/witness"
    await browser.sign_in(stranger)
    await browser.open(path, expect=403)
    await browser.sign_in(witness.office)
    await browser.open(path)
    await browser.send(path, size="x", line=line, expect=422)
    page = await browser.send(path, size="6", line=line)

    assert "看到第 5 张" in page.text
    assert await Cosignature.count() == 1


async def test_an_office_registers_and_ends_its_key_on_a_page(browser):
    vote = await a_vote()
    body, office = await a_keyless_body(vote.estate, RoleKind.COMMUNITY_WORKER, "居委会")
    seed = bytes([5]) * 32
    await browser.sign_in(office)
    path, vkey, proof = f"/witness-keys/{body.id}", witness_vkey(seed), prove(seed, body.id)

    assert "还没有登记钥匙" in (await browser.open("/witness-keys")).text
    page = await browser.send(path, vkey=vkey, proof="x", expect=422)
    assert vkey in str(page)
    assert "正在使用" in (await browser.send(path, vkey=vkey, proof=proof)).text
    await browser.send(f"{path}/endings", reason=" ", expect=422)
    page = await browser.send(f"{path}/endings", reason="换届")

    assert "停用：换届" in page.text
    assert await WitnessKey.count() == 1


async def test_the_checkpoint_is_printed_for_the_notice_board(browser):
    vote = await a_shown_board()
    witness = await a_witness(vote.estate, 1, DURING)
    await witness.cosign(vote, 6, DURING)

    answer = await browser.client.get(f"{vote.path}/board/checkpoint.pdf")

    assert answer.content.startswith(b"%PDF")


async def test_each_office_is_told_once_of_what_is_due():
    vote = await a_vote()
    witness = await a_witness(vote.estate, 1, OPENING - timedelta(days=9))
    before = OPENING - timedelta(days=9)

    first = await remind_witnesses(before)
    again = await remind_witnesses(before + timedelta(hours=1))

    told = await db.rows(
        "select person from message where event = 'witness-due' and channel = 'in_app'"
    )
    assert (first, again) == (2, 0)  # the owners' committee has no office holder here
    assert [row["person"] for row in told] == [witness.office.id]
    [waiting] = await waiting_for([witness.body.id], before)
    assert (waiting.title, waiting.is_overdue) == (vote.poll.title, False)
    assert (await waiting_for([witness.body.id], OPENING + timedelta(hours=1)))[0].is_overdue
