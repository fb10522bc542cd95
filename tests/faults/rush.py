"""Many owners who vote at once, and who send the same paper again until they have a receipt."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import httpx

from coordination import db
from coordination.ballots.checkpoints import read_note
from coordination.ballots.receipts import Receipt
from coordination.ballots.sequencing.queries import board_of, trackers_in_order, vkey_of
from coordination.ballots.tree import Frontier
from coordination.people.sessions import COOKIE, token_hash
from coordination.web.csrf import HEADER, issue_token
from tests.ballots.electorate import Seat

BALLOTS = """
select b."right", b.ordinal, b.tracker
  from ballot b join voting_right r on r.id = b."right" join question q on q.id = r.question
 where q.poll = $1 order by b.ordinal
"""
PAUSE = 0.2  # seconds until a paper that got no receipt is sent again


@dataclass
class Letter:
    """One submission of one owner: the very same bytes however often it is sent."""

    seat: Seat
    poll: UUID
    body: dict[str, object]
    headers: dict[str, str]
    receipts: list[dict] = field(default_factory=list)

    @classmethod
    def of(cls, seat: Seat, poll: UUID, choice: str, at: datetime) -> "Letter":
        holder = token_hash(seat.token)
        headers = {"Cookie": f"{COOKIE}={seat.token}", HEADER: issue_token(holder)}
        return cls(seat, poll, {"paper": seat.paper(poll, choice, at).sealed()}, headers)

    @property
    def path(self) -> str:
        return f"/ballots/{self.poll}/casts"

    @property
    def trackers(self) -> set[bytes]:
        return {bytes.fromhex(receipt["cast"]["tracker"]) for receipt in self.receipts}


@dataclass
class Rush:
    """Sends letters through some clients; `said` counts what each try was answered with."""

    address: str
    said: Counter[str] = field(default_factory=Counter)
    acknowledged: int = 0

    async def send(self, letters: Sequence[Letter], *, clients: int, pace: float = 0.0) -> None:
        """Until each has its receipts. `pace`: seconds a client waits between two letters."""
        waiting = iter(letters)
        limits = httpx.Limits(max_connections=clients, max_keepalive_connections=clients)
        async with httpx.AsyncClient(
            base_url=self.address, timeout=30, limits=limits, trust_env=False
        ) as client:
            await asyncio.gather(*(self._client(client, waiting, pace) for _ in range(clients)))

    async def _client(
        self, client: httpx.AsyncClient, letters: Iterable[Letter], pace: float
    ) -> None:
        for letter in letters:
            await self._insist(client, letter)
            await asyncio.sleep(pace)

    async def _insist(self, client: httpx.AsyncClient, letter: Letter) -> None:
        while True:
            if await self._try(client, letter):
                self.acknowledged += 1
                return
            await asyncio.sleep(PAUSE)

    async def _try(self, client: httpx.AsyncClient, letter: Letter) -> bool:
        try:
            answer = await client.post(letter.path, json=letter.body, headers=letter.headers)
        except httpx.TransportError:
            self.said["no answer"] += 1
            return False
        self.said[str(answer.status_code)] += 1
        if answer.status_code == 503:
            return False
        assert answer.status_code == 201, answer.text
        letter.receipts = answer.json()["receipts"]
        return True


async def ballots_by_right(poll: UUID) -> dict[UUID, list[tuple[int, bytes]]]:
    """(ordinal, tracker) of every ballot of the poll."""
    found: dict[UUID, list[tuple[int, bytes]]] = {}
    for row in await db.rows(BALLOTS, poll):
        found.setdefault(row["right"], []).append((row["ordinal"], row["tracker"]))
    return found


async def require_promise_kept(letters: Sequence[Letter]) -> None:
    """Each acknowledged ballot is there, each owner's only one, and on the board."""
    await require_whole_board(letters[0].poll)
    await require_receipts_proven(letters)
    assert await ballots_by_right(letters[0].poll) == {
        right: [(1, tracker)]
        for letter in letters
        for right, tracker in zip(letter.seat.rights, letter.trackers, strict=True)
    }


async def require_whole_board(poll: UUID) -> None:
    """Its leaves are the ballots, each once, without a gap; every checkpoint is of one tree."""
    board = await board_of(poll)
    placed = await db.rows(
        'select "index", tracker from board_leaf where poll = $1 order by "index"', poll
    )
    ballots = {tracker for kept in (await ballots_by_right(poll)).values() for _, tracker in kept}
    assert [one["index"] for one in placed] == list(range(1, board.size))
    assert {one["tracker"] for one in placed} == ballots and len(ballots) == board.size - 1
    notes = await db.rows(
        "select size, note from board_checkpoint where poll = $1 order by size", poll
    )
    edge, entries = Frontier(), [board.entry_zero, *(one["tracker"] for one in placed)]
    for one in notes:
        edge, _ = edge.grown(entries[edge.size : one["size"]])
        head = read_note(one["note"]).checkpoint
        assert (head.size, head.root) == (edge.size, edge.root)
    assert (edge.size, edge.root) == (board.size, board.root)


async def require_receipts_proven(letters: Sequence[Letter]) -> None:
    """Each receipt that reached a client proves its own leaf on the board as it is now."""
    poll = letters[0].poll
    board = await board_of(poll)
    vkey, trackers = vkey_of(board), await trackers_in_order(poll, board.size)
    for letter in letters:
        for said in letter.receipts:
            receipt = Receipt.from_dict(said)
            assert receipt.cast and receipt.board and receipt.proven(vkey)
            assert trackers[receipt.board.index - 1] == receipt.cast.tracker


async def require_same_receipts_again(rush: Rush, letters: Sequence[Letter]) -> None:
    """Sent once more, as by a back button, each paper is answered with the receipts it had."""
    before = [letter.receipts for letter in letters]
    await rush.send(letters, clients=8)
    assert [letter.receipts for letter in letters] == before
