"""Two things at once around a vote: founding, importing, sending, chaining the log."""

import asyncio

import pytest

from coordination import audit, db
from coordination.people.outbox import tell_address
from coordination.people.role_actions import AlreadyFounded, found_operator
from coordination.people.sending import send_due
from coordination.people.tables import Person
from coordination.places.tables import Unit
from coordination.registry.imports.actions import accept_import
from coordination.registry.imports.writing_actions import write_roll
from tests.builders import DURING, a_person, an_estate
from tests.registry.rolls import a_line, uploaded
from tests.waiting import has_to_wait, uncommitted

pytestmark = pytest.mark.usefixtures("database")
PASSWORD = "correct horse battery"


def found(number: int):
    return found_operator(f"运营{number}", f"ops{number}", "", PASSWORD, "运营中心", DURING)


async def test_who_founds_while_another_founds_waits_and_is_told_so():
    async with uncommitted(found(1)):
        second = asyncio.create_task(found(2))
        waited = await has_to_wait(second)

    assert waited
    with pytest.raises(AlreadyFounded):
        await second
    assert await Person.count() == 1


async def test_a_worker_that_takes_an_import_which_another_is_writing_writes_nothing():
    estate = await an_estate()
    batch = await uploaded(estate, a_line("101"), a_line("102", number="420115199202020022"))
    await accept_import(estate, batch, None, all_or_nothing=True, confirmed_rows=[], at=DURING)

    async with uncommitted(write_roll(batch)):
        second = asyncio.create_task(write_roll(batch))
        waited = await has_to_wait(second)
    await second

    assert (waited, await Unit.count()) == (True, 2)
    state = await db.row("select state, failure from roll_import where id = $1", batch)
    assert state and tuple(state) == ("done", None)
    verbs = await db.rows("select verb from audit_entry where verb = 'write_roll'")
    assert len(verbs) == 1


async def test_a_second_sealer_leaves_the_chain_to_the_first():
    person = await a_person()
    for _ in range(3):
        await audit.record(person, "look", person, at=DURING)

    async with uncommitted(audit.seal(DURING)):
        second = await asyncio.wait_for(audit.seal(DURING), 5)

    assert second == 0
    assert await db.value("select count(*) from audit_seal") == 1
    assert (await audit.verify()).first_break is None


async def test_a_message_that_one_worker_is_sending_is_not_waited_for_by_another():
    await tell_address("+8613812340001", "e", "t", "第一条", at=DURING)

    async with uncommitted(send_due(DURING)):
        tried = await asyncio.wait_for(send_due(DURING), 5)

    assert tried == 0
    assert await db.value("select tries from message") == 1
