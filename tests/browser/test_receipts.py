"""A receipt checked where it is kept: on its page by script, and in a file without any network."""

import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from playwright.async_api import FilePayload

from coordination import clock
from coordination.ballots.board import draw_nonce
from coordination.ballots.checkpoints import (
    Checkpoint,
    board_origin,
    public_key,
    read_note,
    sign_checkpoint,
    verifier_key,
)
from coordination.ballots.commitments import freeze_right
from coordination.ballots.receipts import Cast, Inclusion, Receipt
from coordination.ballots.sequencing.queries import board_of, vkey_of
from coordination.ballots.tree import Frontier, path, root_of
from tests.ballots.a_vote import a_vote, a_voter
from tests.ballots.test_casting_actions import a_paper, sent
from tests.browser.conftest import be
from tests.browser.screens import Screen, Windows
from tests.builders import an_estate

GOOD, BAD, LINES = "✓ 相符", "✗ 不相符", 5
POLL, SEED = "3b0c9c1e-0d4e-4c0e-9f55-000000000000", bytes(range(32))
PUBLIC = public_key(SEED)


async def said(screen: Screen) -> list[str]:
    """What the check wrote, once it is through with the first receipt."""
    found = screen.page.locator("[role=status] li")
    await found.nth(LINES).wait_for()
    return await found.all_inner_texts()


async def test_a_receipt_is_verified_on_the_phone_and_in_a_file_without_network(
    windows: Windows, rows: None, tmp_path: Path
):
    now = clock.now()
    vote = await a_vote(
        estate=await an_estate(f"{uuid4().hex[:4]}苑"),
        opens_at=now - timedelta(days=3), closes_at=now + timedelta(days=12),
    )  # fmt: skip
    owner, other = await a_voter(vote), await a_voter(vote)
    for voter in (other, owner):
        await sent(await a_paper(vote, voter, opened_at=now), voter, now)
    phone = await windows.phone()
    await be(phone, owner)

    page = await phone.open(f"{vote.path}/receipts")
    await phone.page.get_by_role("button", name="在这台设备上再核对一遍").click()
    checked = await said(phone)
    kept = await (
        await phone.page.request.get(f"{phone.address}{vote.path}/receipts/checker")
    ).text()
    file = page.select_one('a[href$="/file"]')
    assert file
    receipt = await (await phone.page.request.get(f"{phone.address}{file['href']}")).json()

    assert "第 2 张" in page.text and "服务器已核对" in page.text
    assert [line.startswith(GOOD) for line in checked] == [True] * LINES + [False]
    assert vkey_of(await board_of(vote.poll.id)) in kept
    (tmp_path / "check.html").write_text(kept)
    await phone.context.set_offline(True)
    await phone.page.goto(f"file://{tmp_path}/check.html")
    await choose(phone, [receipt])
    assert [line.startswith(GOOD) for line in await said(phone)] == [True] * LINES + [False]
    await require_each_lie_named(phone)


async def require_each_lie_named(phone: Screen) -> None:
    """On boards of every size, by the file that has no network."""
    await phone.page.locator("[name=vkey]").fill(verifier_key(board_origin(POLL), PUBLIC))
    await choose(phone, [a_receipt(size, size * 7 // 11) for size in range(2, 41)])
    await phone.page.locator("#checked li").nth(39 * (LINES + 1) - 1).wait_for()
    every = await phone.page.locator("#checked li").all_inner_texts()
    assert sum(line.startswith(GOOD) for line in every) == 39 * LINES
    for lie, named in LIES:
        receipt = a_receipt(12, 5)
        lie(receipt)
        await choose(phone, [receipt])
        assert [named in line for line in await said(phone) if line.startswith(BAD)] == [True]


def a_receipt(size: int, index: int) -> dict:
    """The receipt of entry `index` on a made board of `size`."""
    right = freeze_right(4711, 895_000)
    cast = Cast(1, draw_nonce(), sha256(f"{size} {index}".encode()).digest(), "2026-05-01")
    entries = [cast.tracker if n == index else bytes([n]) for n in range(size)]
    edge, complete = Frontier().grown(entries)
    known = edge.nodes() | {(level, place): found for level, place, found in complete}
    note = sign_checkpoint(Checkpoint(board_origin(POLL), size, edge.root), SEED)
    proof = tuple(known[node] for node in path(index, size))
    receipt = Receipt(POLL, "q", right, cast, Inclusion(index, size, proof, note))
    return json.loads(receipt.as_json())


def _lie(part: str, name: str, value: object) -> Callable[[dict], None]:
    return lambda receipt: (receipt[part] if part else receipt).update({name: value})


def _resigned(receipt: dict) -> None:
    head = Checkpoint(board_origin(POLL), 12, root_of(bytes([n]) for n in range(12)))
    receipt["board"]["checkpoint"] = sign_checkpoint(head, SEED)


def _of_another_key(receipt: dict) -> None:
    head = read_note(receipt["board"]["checkpoint"]).checkpoint
    receipt["board"]["checkpoint"] = sign_checkpoint(head, bytes(32))


LIES = (
    (_lie("cast", "code", "22222222"), "回执码"),
    (_lie("", "right", 4712), "代号"),
    (_lie("board", "index", 4), "第 4 张"),
    (_lie("board", "size", 13), "树根"),
    (_lie("board", "proof", []), "树根"),
    (_resigned, "树根"),
    (_of_another_key, "签名"),
    (_lie("", "poll", "another"), "属于这次表决"),
)


async def choose(screen: Screen, receipts: Sequence[object]) -> None:
    files: list[FilePayload] = [
        {"name": f"{n}.json", "mimeType": "application/json", "buffer": json.dumps(one).encode()}
        for n, one in enumerate(receipts)
    ]
    await screen.page.set_input_files("input[type=file]", files)
    await screen.page.get_by_role("button", name="核对").click()
