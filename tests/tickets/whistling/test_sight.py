"""Who reads the words and sees the photos of a ticket that is not public."""

import pytest

from coordination.tickets.kinds import PhotoKind
from coordination.tickets.whistling.sight import Seen, may_read_all, may_read_words
from tests.tickets.a_ticket import (
    DAY,
    WHISTLED,
    Neighbourhood,
    a_neighbourhood,
    a_replied_ticket,
    a_ticket,
)
from tests.tickets.whistling.walking import be, with_a_photo


@pytest.fixture
async def town(browser, time_is) -> Neighbourhood:
    time_is(WHISTLED + 2 * DAY)
    return await a_neighbourhood()


async def test_photos_of_a_public_ticket_are_served_as_photos_and_nothing_else(browser, town):
    ticket = await a_ticket(town)
    photo = await with_a_photo(ticket)

    for name in (photo.sha256, photo.small):
        answer = await browser.client.get(f"/tickets/{ticket.id}/photos/{name}")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "private" in answer.headers["cache-control"]


async def test_photos_that_are_not_public_are_for_who_whistled_joined_or_handles_it(browser, town):
    elsewhere = await a_neighbourhood("丁香苑")
    ticket = await a_ticket(town, is_public=False)
    photo = await with_a_photo(ticket)
    path = f"/tickets/{ticket.id}/photos/{photo.sha256}"

    async def seen(asker) -> int:
        await be(browser, asker)
        return (await browser.client.get(path)).status_code

    assert (await browser.client.get(path)).status_code == 404
    for stranger in (town.neighbour, elsewhere.manager, elsewhere.worker, town.clerk):
        assert await seen(stranger) == 404
    for own in (town.resident, town.keeper, town.worker, town.officer):
        assert await seen(own) == 200


async def test_a_photo_is_found_only_at_its_own_ticket(browser, town):
    hidden = await a_ticket(town, is_public=False)
    photo = await with_a_photo(hidden)
    public = await a_ticket(town, text="公开的")

    answer = await browser.client.get(f"/tickets/{public.id}/photos/{photo.sha256}")

    assert answer.status_code == 404


async def test_photos_before_and_after_stand_where_they_came_in(browser, town):
    ticket = await a_replied_ticket(town)
    await with_a_photo(ticket, 4, PhotoKind.AFTER)

    page = await browser.open(f"/tickets/{ticket.id}")

    assert page.select_one("#e4 img")["alt"] == "处理后照片，点开看大图"
    assert not page.select("#e1 img")


async def test_who_reads_words_that_are_not_public(town):
    elsewhere = await a_neighbourhood("丁香苑")
    seen = Seen(
        False, town.estate.path, town.company.id, town.resident.id,
        frozenset({town.neighbour.id}), frozenset({town.department.id}),
    )  # fmt: skip
    askers = {
        "visitor": None, "whistled": town.resident, "joined": town.neighbour,
        "holder": town.keeper, "community": town.worker, "street": town.officer,
        "co-handler": town.clerk, "resident elsewhere": elsewhere.resident,
        "property elsewhere": elsewhere.manager, "community elsewhere": elsewhere.worker,
        "department elsewhere": elsewhere.clerk,
    }  # fmt: skip

    reads = {name for name, asker in askers.items() if may_read_words(asker, seen)}
    reads_all = {name for name, asker in askers.items() if may_read_all(asker, seen)}

    offices = {"holder", "community", "street", "co-handler"}
    assert reads == offices | {"whistled", "joined"}
    assert reads_all == offices
    public = Seen(True, town.estate.path, town.company.id, town.resident.id)
    assert all(may_read_words(asker, public) for asker in askers.values())
