"""A party's own key in a real browser: made and kept there; it signs no changed board."""

from datetime import timedelta
from uuid import uuid4

from coordination import clock, db
from coordination.ballots.checkpoints import read_note
from coordination.ballots.results.clockwork import advance_poll
from coordination.ballots.witnessing.key_files import read_key, witness_vkey
from coordination.ballots.witnessing.queries import cosigned_note
from coordination.people.tables import RoleKind
from tests.ballots.a_vote import a_vote, a_voter, freeze
from tests.ballots.test_casting_actions import a_paper, sent
from tests.ballots.witnesses import a_keyless_body
from tests.browser.conftest import be
from tests.browser.screens import Windows
from tests.builders import an_estate

SIGN = "核对并签名"


async def a_running_vote():
    now = clock.now()
    vote = await a_vote(
        estate=await an_estate(f"{uuid4().hex[:4]}苑"),
        opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=9),
    )  # fmt: skip
    voters = [await a_voter(vote) for _ in range(3)]
    await freeze(vote)
    await advance_poll(vote.poll.id, now)
    return vote, voters


async def show_one_more(vote, voter) -> int:
    """A ballot, and the board shown as after a step of the turnout; its size."""
    now = clock.now()
    assert isinstance(await sent(await a_paper(vote, voter, opened_at=now), voter, now), list)
    return await db.value(
        "update board set shown_size = size where poll = $1 returning size", vote.poll.id
    )


async def test_an_office_makes_its_key_signs_and_is_warned_of_a_changed_board(
    windows: Windows, rows, tmp_path
):
    vote, voters = await a_running_vote()
    body, office = await a_keyless_body(vote.estate, RoleKind.COMMUNITY_WORKER, "梧桐居委会")
    screen = await windows.desk()
    await be(screen, office)

    await screen.open("/witness-keys")
    async with screen.page.expect_download() as waiting:
        await screen.named("在这台设备上生成钥匙").click()
    file = tmp_path / "key.txt"
    await (await waiting.value).save_as(file)
    page = await screen.press("登记")
    assert "正在使用" in page.text
    vkey = witness_vkey(read_key(file.read_text("utf-8")))

    at = f"{vote.path}/board/witness"
    size = await show_one_more(vote, voters[0])
    await screen.open(at)
    await screen.going(screen.named(SIGN).click)
    assert read_note(await cosigned_note(vote.poll.id, size)).cosigned_by(vkey)

    size = await show_one_more(vote, voters[1])
    await screen.open(at)
    await screen.going(screen.named(SIGN).click)  # compared with the proof of consistency
    assert read_note(await cosigned_note(vote.poll.id, size)).cosigned_by(vkey)

    await show_one_more(vote, voters[2])
    await screen.page.route(
        "**/board/consistency**",
        lambda route: route.fulfill(json={"old": 2, "new": 4, "proof": ["00" * 32] * 2}),
    )
    await screen.open(at)
    await screen.named(SIGN).click()
    alarm = screen.page.locator("[data-alarm]", has_text="没有签名")
    await alarm.wait_for(state="visible")
    assert "已被改动" in await alarm.inner_text()
    assert screen.path == at
    assert str(body.id) not in file.read_text("utf-8")
