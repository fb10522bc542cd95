"""What a program may do with its key, and what it never learns."""

import asyncio

import pytest

from coordination.db import rows, value
from coordination.errors import NotAllowed
from coordination.people.tables import RoleKind
from coordination.tickets.doors.keys.actions import make_key, revoke_key
from coordination.tickets.doors.keys.rules import Scope
from coordination.tickets.kinds import EventKind
from tests.builders import DURING, a_role
from tests.tickets.a_ticket import a_neighbourhood, a_replied_ticket, a_ticket, it_happens
from tests.tickets.doors.keys import Machine, a_key


@pytest.fixture
async def machine(town, program) -> Machine:
    _, words = await a_key(town)
    return Machine(program.client, words, program)


def a_report(town, **said) -> dict:
    return {"estate": str(town.estate.id), "category": "lighting", "text": "路灯不亮"} | said


async def test_a_program_reads_what_lies_in_its_place_and_nothing_of_another_estate(town, machine):
    other = await a_neighbourhood("丁香苑")
    mine, theirs = await a_ticket(town), await a_ticket(other, text="丁香苑的秘密")

    listed = await machine.get("tickets")
    said = await machine.get(f"tickets/{mine.id}")

    assert [one["id"] for one in listed["tickets"]] == [str(mine.id)]
    assert (said["number"], said["state"], said["text"]) == (mine.number, "whistled", mine.text)
    hidden = await machine.get(f"tickets/{theirs.id}", expect=404)
    await machine.get(f"tickets/{theirs.id}/events", expect=404)
    assert "秘密" not in str(hidden)
    await machine.post("tickets", a_report(other), expect=404)


async def test_nobody_who_asked_stands_in_any_answer(town, machine):
    ticket = await a_ticket(town, caller="王五", caller_phone_tail="8000")
    await it_happens(ticket, EventKind.REPORT_IN, town.keeper, DURING)

    said = [
        await machine.get(path)
        for path in ("tickets", f"tickets/{ticket.id}", f"tickets/{ticket.id}/events")
    ]

    for hidden in ("王五", "8000", town.keeper.name, str(town.resident.id)):
        assert hidden not in str(said)


async def test_words_that_are_not_public_are_for_the_holder_alone(town, program):
    ticket = await a_ticket(town, is_public=False)
    _, words = await a_key(town)
    _, other = await make_key(
        town.worker, "看板", town.committee.id, town.estate, [Scope.READ], DURING
    )

    holder = await Machine(program.client, words, program).get(f"tickets/{ticket.id}")
    committee = await Machine(program.client, other, program).get(f"tickets/{ticket.id}")

    assert (holder["text"], committee["text"]) == (ticket.text, None)


async def test_a_report_reaches_who_is_responsible(town, machine):
    taken = await machine.post(
        "tickets", a_report(town, building=str(town.building.id), phone="13800138000")
    )

    said = await machine.get(f"tickets/{taken['id']}")
    assert (said["door"], said["holder"], said["building"]) == (
        "api", str(town.company.id), str(town.building.id),
    )  # fmt: skip
    [event] = (await machine.get(f"tickets/{taken['id']}/events"))["events"]
    assert (event["kind"], event["body_name"]) == ("whistle", town.company.name)


async def test_one_idempotency_key_files_one_ticket_even_at_once(town, machine):
    body = a_report(town)

    first, *others = await asyncio.gather(
        *(machine.post("tickets", body, token="a-1") for _ in range(4))
    )

    assert others == [first] * 3
    assert await value("select count(*) from ticket") == 1
    said = await machine.post("tickets", a_report(town, text="别的"), token="a-1", expect=409)
    assert said["type"] == "/problems/other-request"


async def test_two_keys_may_use_one_token(town, program):
    body = a_report(town)
    for _ in range(2):
        _, words = await a_key(town)
        await Machine(program.client, words, program).post("tickets", body, token="1")

    assert await value("select count(*) from ticket") == 2


@pytest.mark.parametrize(
    ("said", "field"),
    [({"category": "不存在"}, "category"), ({"phone": "12"}, "phone"),
     ({"caller": "字" * 61}, "caller"), ({"caller": 5}, "caller"),
     ({"building": "00000000-0000-0000-0000-000000000001"}, "building")],
)  # fmt: skip
async def test_a_report_that_is_wrong_says_where(town, machine, said, field):
    problem = await machine.post("tickets", a_report(town, **said), expect=422)

    assert field in problem["fields"]


async def test_a_number_of_another_system_is_filed_once(town, machine):
    await machine.post("tickets", a_report(town, external="12345:WH1"))

    await machine.post("tickets", a_report(town, external="12345:WH1"), expect=409)


async def test_without_a_key_in_force_there_is_nothing(town, program):
    key, words = await a_key(town)
    await revoke_key(town.manager, key.id, DURING)

    for shown in ("", "ck_wrong", words):
        machine = Machine(program.client, shown, program)
        await machine.get("tickets", expect=401)
        await machine.post("tickets", a_report(town), expect=401)
    assert await value("select count(*) from ticket") == 0


async def test_a_session_does_not_open_the_door_for_programs(town, program, browser):
    person = await a_role(RoleKind.PROPERTY_MANAGER, town.estate, body=town.company)
    await program.sign_in(person)

    await program.get("tickets", expect=401)
    await program.post("tickets", a_report(town), expect=401)


async def test_a_key_does_what_it_is_for_and_no_more(town, program):
    _, words = await a_key(town, Scope.READ)
    machine = Machine(program.client, words, program)

    await machine.get("tickets")
    said = await machine.post("tickets", a_report(town), expect=403)

    assert said["type"] == "/problems/not-in-scope"


async def test_a_key_has_its_rate_and_its_log(town, program):
    _, words = await a_key(town, per_minute=2)
    machine = Machine(program.client, words, program)

    await machine.get("tickets")
    await machine.get("tickets")
    await machine.get("tickets", expect=429)

    found = await rows("select method, path, source from api_call")
    assert {tuple(each) for each in found} == {("GET", "/api/v1/tickets", "127.0.0.1")}
    assert len(found) == 3


async def test_lists_go_on_and_are_narrowed(town, machine):
    tickets = [await a_ticket(town) for _ in range(3)]
    replied = await a_replied_ticket(town)

    [only] = (await machine.get("tickets", state="replied"))["tickets"]
    after = await machine.get("tickets", after=str(tickets[2].id))

    assert only["id"] == str(replied.id)
    assert [one["id"] for one in after["tickets"]] == [str(tickets[1].id), str(tickets[0].id)]
    assert (await machine.get("tickets", category="noise"))["tickets"] == []


async def test_keys_are_given_by_the_bodys_own_officer_or_the_operator(town):
    outsider = (await a_neighbourhood("丁香苑")).manager
    for asker in (outsider, town.keeper, town.resident, town.worker):
        with pytest.raises(NotAllowed):
            await make_key(asker, "x", town.company.id, town.estate, [Scope.READ], DURING)


async def test_the_key_stands_nowhere_in_the_database(town):
    key, words = await a_key(town)

    said = await value("select row_to_json(k)::text from api_key k where id = $1", key.id)
    assert words not in said and words[4:] not in said
    assert words.endswith(key.tail)
