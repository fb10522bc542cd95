"""For those who watch the service: alive, ready, and figures that name nobody."""

import httpx
import pytest

from coordination import jobs
from coordination.db import execute
from tests.builders import a_person
from tests.conftest import a_client


@pytest.fixture
async def client(app):
    async with a_client(app) as asking:
        yield asking


async def worker_beats(seconds_ago: int = 0) -> None:
    await execute(
        """insert into worker_beat (worker, at)
           values (gen_random_uuid(), current_timestamp - make_interval(secs => $1))""",
        seconds_ago,
    )


async def test_it_is_ready_when_database_tables_and_worker_are_there(client):
    await worker_beats()

    answer = await client.get("/ready")

    assert answer.status_code == 200
    assert answer.json() == {"database": True, "migrations": True, "worker": True}
    assert answer.headers["cache-control"] == "no-store"


async def test_a_worker_that_fell_silent_is_missed(client):
    await worker_beats(seconds_ago=31)

    answer = await client.get("/ready")

    assert (answer.status_code, answer.json()["worker"]) == (503, False)


async def test_a_database_of_an_older_version_is_not_ready_and_the_process_is_alive(
    client, as_owner
):
    await worker_beats()
    await as_owner.execute("delete from migration where id = (select max(id) from migration)")

    answer = await client.get("/ready")

    assert (answer.status_code, answer.json()["migrations"]) == (503, False)
    assert (await client.get("/health")).text == "ok"


async def test_figures_count_routes_and_name_nobody(client):
    person = await a_person()
    await client.get(f"/ballots/{person.id}")
    await jobs.enqueue("something", person.id)

    told = (await client.get("/metrics")).text

    assert "coordination_jobs_waiting 1.0" in told
    assert "coordination_audit_unsealed 0.0" in told
    assert 'route="/ballots/{poll' in told
    assert str(person.id) not in told


@pytest.mark.parametrize("peer", ["192.0.2.7", "10.0.0.1"])
async def test_figures_are_not_for_other_machines(app, peer):
    transport = httpx.ASGITransport(app=app, client=(peer, 50000))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as stranger:
        assert (await stranger.get("/metrics")).status_code == 404


async def test_a_proxy_on_this_machine_does_not_open_the_figures_to_all(client):
    passed_on = {"X-Forwarded-For": "192.0.2.7"}

    assert (await client.get("/metrics", headers=passed_on)).status_code == 404
