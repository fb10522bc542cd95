"""The made witnesses: 居委会 and who convenes look at ten every day and cosign what they see; of
the running vote one of them forgets a day. The company has no key."""

from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from coordination.ballots.checkpoints import cosignature, public_key, read_note, witness_name
from coordination.ballots.sequencing.showing import shown_board
from coordination.ballots.witnessing.cosigning import take_cosignature
from coordination.ballots.witnessing.key_files import prove, witness_vkey
from coordination.ballots.witnessing.keys import register_key
from coordination.ballots.witnessing.permits import OFFICES
from coordination.ballots.witnessing.tables import WitnessKey
from coordination.clock import SHANGHAI
from coordination.home.demo.people_actions import asking
from coordination.people.askers import Asker

BY_TEN = timedelta(hours=10)


def seed_of(body: UUID) -> bytes:
    """A made key: whoever has this code has it too."""
    return sha256(b"demo witness " + body.bytes).digest()


async def register_keys(of: list[Asker], at: datetime) -> None:
    """Each of these registers the key of their body, if it has none."""
    for asker in of:
        body = body_of(asker)
        if not await WitnessKey.exists().where(WitnessKey.body == body):
            seed = seed_of(body)
            fresh = await asking(asker.id, at)
            await register_key(fresh, body, witness_vkey(seed), prove(seed, body), at)


async def cosign(poll: UUID, of: list[Asker], at: datetime) -> None:
    """The bodies of these cosign what is shown of the board."""
    shown = await shown_board(poll)
    text = read_note(shown.checkpoint).checkpoint.body
    for asker in of:
        seed = seed_of(body_of(asker))
        name = witness_name(public_key(seed))
        line = cosignature(text, name, seed, int(at.timestamp()))
        await take_cosignature(poll, shown.size, line, at)


def body_of(asker: Asker) -> UUID:
    """The body in which they hold the office."""
    return next(role.body for role in asker.roles if role.kind in OFFICES)


class Watch:
    """The witnesses of a board while its ballots come in."""

    def __init__(self, poll: UUID, of: list[Asker], opens: datetime, until: datetime) -> None:
        self.poll, self.of = poll, of
        self.ahead = mornings(opens, until)
        self.forgets: dict[datetime, Asker] = {}

    def forgetting(self, who: Asker, day: int) -> "Watch":
        """`who` does not sign on that whole day of the vote, if it has come."""
        self.forgets = {morning: who for morning in self.ahead[day - 1 : day]}
        return self

    async def goes_on_to(self, moment: datetime) -> None:
        """Every morning until then they sign what is shown of the board by then."""
        while self.ahead and self.ahead[0] < moment:
            morning = self.ahead.pop(0)
            there = [one for one in self.of if one is not self.forgets.get(morning)]
            await cosign(self.poll, there, morning)


def mornings(opens: datetime, until: datetime) -> list[datetime]:
    """Ten o'clock of each whole day between."""
    day = opens.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    found = []
    while (day := day + timedelta(days=1)) + BY_TEN < until:
        found.append(day + BY_TEN)
    return found
