"""Open311 GeoReport v2, spoken as a client of the protocol speaks it."""

from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest

from coordination.db import execute, value
from coordination.tickets.doors.keys.rules import Scope
from coordination.tickets.tables import Ticket
from tests.tickets.a_ticket import (
    WHISTLED,
    a_closed_ticket,
    a_neighbourhood,
    a_ticket,
)
from tests.tickets.doors.keys import a_key

ROOT = "/open311/v2"


@pytest.fixture
async def client(town, browser):
    return browser.client


async def read(client, path, *, expect=200, **query):
    answer = await client.get(f"{ROOT}/{path}", params=query)
    assert answer.status_code == expect, answer.text
    return answer.json() if path.endswith("json") else ElementTree.fromstring(answer.content)


async def report(client, town, *, expect=201, form="json", **said):
    answer = await client.post(
        f"{ROOT}/requests.{form}",
        data={"service_code": "lighting", "description": "路灯不亮",
              "address_string": f"{town.estate.name}东门"} | said,
    )  # fmt: skip
    assert answer.status_code == expect, answer.text
    return answer.json() if form == "json" else ElementTree.fromstring(answer.content)


async def test_services_are_the_categories_in_both_formats(client):
    said = await read(client, "services.json")
    [lighting] = [one for one in said if one["service_code"] == "lighting"]
    root = await read(client, "services.xml")

    assert (lighting["service_name"], lighting["type"], lighting["metadata"]) == (
        "照明设施", "realtime", True,
    )  # fmt: skip
    assert root.tag == "services"
    assert [one.findtext("service_code") for one in root.findall("service")] == [
        one["service_code"] for one in said
    ]


async def test_a_service_says_what_a_report_may_say_besides(client):
    said = await read(client, "services/lighting.json")
    root = await read(client, "services/lighting.xml")

    assert [one["code"] for one in said["attributes"]] == ["spot"]
    assert root.tag == "service_definition"
    assert root.findtext("attributes/attribute/code") == "spot"
    [error] = await read(client, "services/nothing.json", expect=404)
    assert error["code"] == 404 and error["description"]


async def test_a_report_with_a_key_becomes_a_ticket_that_can_be_read_back(client, town):
    _, key = await a_key(town, Scope.WRITE)

    [taken] = await report(
        client, town, api_key=key, last_name="王", phone="13800138000",
        media_url="https://example.org/a.jpg", **{"attribute[spot]": "东门岗亭"},
    )  # fmt: skip

    ticket = await Ticket.objects().get(Ticket.number == int(taken["service_request_id"]))
    assert (ticket.door, ticket.text, ticket.spot) == ("open311", "路灯不亮", "东门岗亭")
    assert (ticket.estate, ticket.holder) == (town.estate.id, town.company.id)
    [said] = await read(client, f"requests/{ticket.number}.json")
    assert (said["status"], said["service_code"]) == ("open", "lighting")
    assert (said["description"], said["address"]) == (None, town.estate.name)
    assert await read(client, "requests.json") == []
    await execute("update ticket set is_public = true")
    [said] = await read(client, f"requests/{ticket.number}.json")
    assert said["description"] == "路灯不亮"
    assert "王" not in str(said) and "8000" not in str(said)


async def test_a_report_in_xml_is_answered_in_xml(client, town):
    _, key = await a_key(town, Scope.WRITE)

    root = await report(client, town, api_key=key, form="xml")

    listed = await client.get(f"{ROOT}/requests.xml")
    assert listed.headers["content-type"] == "text/xml; charset=utf-8"
    assert root.tag == "service_requests"
    assert root.findtext("request/service_request_id").isdecimal()


async def test_without_a_key_or_with_one_of_another_estate_nothing_is_filed(client, town):
    _, reading = await a_key(town, Scope.READ)
    _, elsewhere = await a_key(await a_neighbourhood("丁香苑"), Scope.WRITE)

    for key in ("", "ck_wrong", reading):
        [error] = await report(client, town, api_key=key, expect=403)
        assert error["code"] == 403
    await report(client, town, api_key=elsewhere, address_id=str(town.estate.id), expect=400)
    assert await value("select count(*) from ticket") == 0


@pytest.mark.parametrize(
    "said", [{"service_code": ""}, {"service_code": "x"}, {"description": ""},
             {"description": "长" * 4_001}, {"address_id": "x"}],
)  # fmt: skip
async def test_a_report_that_lacks_something_is_answered_in_the_specifications_shape(
    client, town, said
):
    _, key = await a_key(town, Scope.WRITE)

    [error] = await report(client, town, api_key=key, expect=400, **said)

    assert set(error) == {"code", "description"} and error["description"]


async def test_only_public_tickets_are_listed_newest_first_and_told_apart(client, town, time_is):
    time_is(WHISTLED + timedelta(days=20))
    lamp = await a_ticket(town)
    noise = await a_ticket(town, category="noise")
    closed = await a_closed_ticket(town)
    hidden = await a_ticket(town, is_public=False, text="不公开的话")

    listed = await read(client, "requests.json")
    numbers = [one["service_request_id"] for one in listed]

    assert numbers == [str(one.number) for one in (closed, noise, lamp)]
    assert "不公开" not in str(listed)

    async def narrowed(**query):
        found = await read(client, "requests.json", **query)
        return [one["service_request_id"] for one in found]

    assert await narrowed(status="closed") == [str(closed.number)]
    assert await narrowed(status="open") == [str(noise.number), str(lamp.number)]
    assert await narrowed(service_code="noise,pets") == [str(noise.number)]
    assert await narrowed(service_request_id=f"{lamp.number},{noise.number}") == [
        str(noise.number), str(lamp.number),
    ]  # fmt: skip
    assert await narrowed(service_request_id=str(hidden.number)) == [], "no program reported it"
    assert await narrowed(page_size=2, page=2) == [str(lamp.number)]
    assert await narrowed(jurisdiction_id=str(town.street.id)) == numbers
    elsewhere = await a_neighbourhood("丁香苑")
    assert await narrowed(jurisdiction_id=str(elsewhere.estate.id)) == []
    await read(client, "requests.json", jurisdiction_id="nowhere", expect=404)


async def test_a_list_spans_ninety_days_and_no_more(client, town, time_is):
    old = await a_ticket(town)
    time_is(WHISTLED + timedelta(days=100))

    by_default = await read(client, "requests.json")
    asked = await read(client, "requests.json", start_date="2026-03-01T00:00:00+08:00")
    await read(client, "requests.json", start_date="2026-01-01T00:00:00Z",
               end_date="2026-06-01T00:00:00Z", expect=400)  # fmt: skip

    assert by_default == []
    [said] = asked
    assert datetime.fromisoformat(said["requested_datetime"]) == old.whistled_at


@pytest.mark.parametrize(
    "query", [{"start_date": "gestern"}, {"status": "halb"}, {"page": "0"}, {"page_size": "-1"},
              {"page_size": "0000010009999"}, {"start_date": "0001-01-01T00:00:00Z"}],
)  # fmt: skip
async def test_a_list_that_makes_no_sense_is_refused(client, query):
    [error] = await read(client, "requests.json", expect=400, **query)

    assert error["code"] == 400


async def test_discovery_names_the_address_and_the_formats(client):
    said = await read(client, "discovery.json")
    root = await read(client, "discovery.xml")

    [endpoint] = said["endpoints"]
    assert endpoint["url"].endswith(ROOT)
    assert endpoint["formats"] == ["application/json", "text/xml"]
    assert root.findtext("endpoints/endpoint/specification").endswith("GeoReport_v2")
