"""The board of deliveries and the doors of a building: each owner once, and the same in both."""

from datetime import timedelta

import pytest

from coordination.ballots.casting.viewing import note_view
from coordination.ballots.delivery.actions import Handing, record_delivery
from coordination.ballots.delivery.board import lines_of
from coordination.ballots.delivery.doors import doors_in
from coordination.ballots.delivery.tables import DeliveryChannel
from coordination.ballots.polls.queries import state_of
from coordination.ballots.results.clockwork import advance_poll
from coordination.ballots.results.turnout import move_turnout
from tests.ballots.a_vote import a_vote, a_voter, on_the_roll, owners_of, rights_of
from tests.ballots.test_casting_actions import a_paper, sent
from tests.ballots.test_deliveries import PHOTO, TWO, a_lead
from tests.builders import DURING, OPENING, a_building, a_unit, an_owner

pytestmark = pytest.mark.usefixtures("database")


async def test_each_owner_is_one_door_at_their_largest_home_and_counted_once_by_the_first_way():
    vote = await a_vote(classes=TWO)
    other = await a_building(vote.estate, "2")
    big, small = await a_unit(other, "201", area_cm2=900_000), await a_unit(vote.building, "101")
    both = await an_owner(big, small, name="两处业主")
    await on_the_roll(vote, await owners_of(big), big, 900_000)
    alone = await a_voter(vote)
    lead = await a_lead(vote)
    await note_view(alone.id, vote.poll, await state_of(vote.poll), DURING)
    [right, _] = await rights_of(vote, alone)
    late = DURING + timedelta(hours=2)
    handing = Handing(DeliveryChannel.DOOR, "本人签收", late, PHOTO)
    await record_delivery(lead, vote.poll.id, right, handing, late)

    doors = [await doors_in(vote.poll.id, here.id, late) for here in (other, vote.building)]
    lines = {line.name: line for line in await lines_of(vote.poll.id, late)}

    assert [(door.building_name, door.name, len(door.rights)) for [door] in doors] == [
        ("2栋", "1单元201", 2), ("梧桐苑1", "1单元1002", 2)
    ]  # fmt: skip
    assert lines["梧桐苑1"].by_way == {
        "message": 0, "online": 1, "door": 0, "letter": 0, "posting": 0
    }  # fmt: skip
    assert (lines["梧桐苑1"].reached, lines["2栋"].untouched) == (1, 1)
    assert both


async def test_who_has_voted_shows_on_the_list_only_when_the_turnout_moves():
    vote = await a_vote()
    voters = [await a_voter(vote) for _ in range(6)]
    await advance_poll(vote.poll.id, OPENING)
    await move_turnout(OPENING)
    for voter in voters[:5]:
        await sent(await a_paper(vote, voter), voter)

    async def shown(at) -> int:
        [line] = await lines_of(vote.poll.id, at)
        doors = await doors_in(vote.poll.id, vote.building.id, at)
        assert line.voted_only == sum(door.has_voted for door in doors)
        return line.voted_only

    assert await shown(DURING) == 0
    await move_turnout(DURING)
    assert await shown(DURING) == 5
    later = DURING + timedelta(hours=1)
    await sent(await a_paper(vote, voters[5]), voters[5], later)
    await move_turnout(later)
    assert await shown(later) == 5, "one alone does not move it"
