"""Witnesses of a vote for tests: bodies, their offices, keys and cosignatures."""

from dataclasses import dataclass
from datetime import datetime

from coordination.ballots.checkpoints import cosignature, public_key, read_note, witness_name
from coordination.ballots.sequencing.queries import checkpoint_at
from coordination.ballots.witnessing.cosigning import take_cosignature
from coordination.ballots.witnessing.key_files import prove, witness_vkey
from coordination.ballots.witnessing.keys import register_key
from coordination.people.askers import Asker
from coordination.people.sessions import look_up, open_session
from coordination.people.tables import Body, BodyKind, Person, RoleKind
from coordination.places.tables import Place
from tests.ballots.a_vote import Vote
from tests.builders import a_body, a_role


@dataclass
class PartyWitness:
    """A body with a key; its seed lies here as it would on the device of its office."""

    body: Body
    office: Person
    seed: bytes

    @property
    def name(self) -> str:
        return witness_name(public_key(self.seed))

    @property
    def vkey(self) -> str:
        return witness_vkey(self.seed)

    async def line(self, vote: Vote, size: int, at: datetime) -> str:
        """Its signature of the board at this size."""
        text = await checkpoint_at(vote.poll.id, size)
        assert text
        body = read_note(text).checkpoint.body
        return cosignature(body, self.name, self.seed, int(at.timestamp()))

    async def cosign(self, vote: Vote, size: int, at: datetime) -> None:
        await take_cosignature(vote.poll.id, size, await self.line(vote, size, at), at)


async def proved(person: Person, at: datetime) -> Asker:
    """Who has just proved who they are."""
    token = await open_session(person.id, at, stepped_up=True, second_factor=True)
    found = await look_up(token, at)
    assert found
    return found


async def a_keyless_body(place: Place, kind: RoleKind, name: str) -> tuple[Body, Person]:
    kinds = {
        RoleKind.COMMITTEE_MEMBER: BodyKind.OWNERS_COMMITTEE,
        RoleKind.COMMUNITY_WORKER: BodyKind.RESIDENTS_COMMITTEE,
        RoleKind.PROPERTY_MANAGER: BodyKind.PROPERTY_COMPANY,
        RoleKind.SUBDISTRICT_OFFICER: BodyKind.SUBDISTRICT_OFFICE,
        RoleKind.OPERATOR: BodyKind.OPERATOR,
    }
    everywhere = kind is RoleKind.OPERATOR
    body = await a_body(kinds[kind], None if everywhere else place, name)
    return body, await a_role(kind, None if everywhere else place, body=body)


async def a_witness(
    place: Place, number: int, at: datetime,
    kind: RoleKind = RoleKind.COMMUNITY_WORKER, name: str = "梧桐社区居民委员会",
) -> PartyWitness:  # fmt: skip
    """A body whose office has registered its key."""
    body, office = await a_keyless_body(place, kind, name)
    seed = bytes([number]) * 32
    await register_key(
        await proved(office, at), body.id, witness_vkey(seed), prove(seed, body.id), at
    )
    return PartyWitness(body, office, seed)
