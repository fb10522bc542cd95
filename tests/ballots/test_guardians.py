"""Who votes for an owner who cannot: the guardian alone, and the ward again when it ends."""

from datetime import timedelta
from uuid import uuid4

import pytest

from coordination import db
from coordination.ballots.ballot_tables import Ballot
from coordination.ballots.casting.representing import represent_co_owners
from coordination.errors import NotFound
from coordination.registry.queries import is_owner_in
from coordination.registry.tables import Guardian
from tests.ballots import a_vote as rows
from tests.ballots.a_vote import a_vote, a_voter, on_the_roll, rights_of
from tests.ballots.convening import asking
from tests.ballots.test_casting_actions import a_paper, sent
from tests.builders import DURING, a_person, a_unit, an_owner
from tests.registry.acting import owners_of

pytestmark = pytest.mark.usefixtures("database")


async def a_guardian_of(owner, name="监护人"):
    guardian = await a_person(name)
    await Guardian(
        id=uuid4(), owner=owner, person=guardian.id, document="户口簿", at=DURING, by=guardian.id
    ).save()
    return guardian


async def test_while_there_is_a_guardian_the_ward_casts_nothing():
    vote = await a_vote()
    ward = await a_voter(vote, name="被监护人")
    opened_before = await a_paper(vote, ward)
    [right], [owner] = await rights_of(vote, ward), await owners_of(ward.id)

    guardian = await a_guardian_of(owner)

    assert isinstance(await sent(opened_before, ward), NotFound)
    assert isinstance(await sent(await a_paper(vote, guardian), guardian), list)
    assert await db.rows('select "right" from ballot') == [(right,)]
    assert (await rights_of(vote, ward), await owners_of(ward.id)) == ([], [])
    assert not await is_owner_in(ward.id, vote.estate.id)


async def test_the_ward_votes_again_once_the_guardianship_has_ended():
    vote = await a_vote()
    ward = await a_voter(vote, name="被监护人")
    [owner] = await owners_of(ward.id)
    guardian = await a_guardian_of(owner)

    await db.execute("update guardian set ended_at = $1", DURING + timedelta(hours=1))

    assert isinstance(await sent(await a_paper(vote, ward), ward), list)
    assert await rights_of(vote, guardian) == []
    assert await Ballot.count() == 1


async def test_a_ward_who_spoke_for_co_owners_gives_way_to_whoever_agrees_next():
    vote = await a_vote()
    unit = await a_unit(vote.building, "901")
    ward, other = await an_owner(unit, name="被监护人"), await an_owner(unit, name="共有人")
    await on_the_roll(vote, await rows.owners_of(unit), unit, 895_000)
    await represent_co_owners(await asking(ward, DURING), vote.poll.id, DURING)
    [owner] = await owners_of(ward.id)

    await a_guardian_of(owner)
    await represent_co_owners(await asking(other, DURING), vote.poll.id, DURING)

    assert isinstance(await sent(await a_paper(vote, other), other), list)
    assert isinstance(await sent(await a_paper(vote, ward), ward), NotFound)
