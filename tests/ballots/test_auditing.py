"""Every right opened: for the auditor who promised secrecy on paper, and for nobody else."""

import json
from datetime import timedelta

import pytest

from coordination import clock, db
from coordination.ballots.auditing.promises import (
    NotCounted,
    PromisedAlready,
    opened_package,
    record_promise,
)
from coordination.ballots.package import as_json
from coordination.ballots.recount import read_package, recount
from coordination.errors import Invalid, NotAllowed, NotFound
from coordination.files import store
from coordination.people.askers import ProveFirst
from coordination.people.tables import RoleKind
from tests.ballots.a_vote import a_vote
from tests.ballots.test_results import COUNTED, a_counted_vote, package_of
from tests.ballots.witnesses import a_keyless_body, proved
from tests.builders import DURING, a_person, a_role

pytestmark = pytest.mark.usefixtures("database")
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


async def an_auditor(name: str = "审计人"):
    person = await a_person(name)
    await db.execute("update person set login = $2 where id = $1", person.id, "auditor")
    return person


async def the_worker(vote, at=COUNTED):
    _, person = await a_keyless_body(vote.estate, RoleKind.COMMUNITY_WORKER, "居委会")
    return await proved(person, at)


async def promised(vote, worker, at=COUNTED):
    document = await store(PDF, at=at, by=worker.id)
    await record_promise(worker, vote.poll.id, "auditor", document, at)


async def test_an_auditor_gets_every_right_opened_and_it_is_the_published_result():
    vote, _ = await a_counted_vote()
    auditor = await an_auditor()
    await promised(vote, await the_worker(vote))
    published = await package_of(vote)

    full = await opened_package(await proved(auditor, COUNTED), vote.poll.id, COUNTED)

    [question], [public] = full["questions"], published["questions"]
    checks = recount(read_package(as_json(full)))
    assert [check.name for check in checks if check.holds is False] == []
    assert question["form"] == "full"
    assert "salt" in question["rights"][0] and "salt" not in json.dumps(published)
    assert {name: question[name] for name in ("choices", "checks", "outcome", "trackers_hash")} == {
        name: public[name] for name in ("choices", "checks", "outcome", "trackers_hash")
    }
    assert full["board"] == published["board"]
    verbs = await db.rows("select verb from audit_entry where person = $1", auditor.id)
    assert [row["verb"] for row in verbs] == ["download_opened_package"]


async def test_nobody_else_gets_it():
    vote, voters = await a_counted_vote(("approve",) * 6, absent=0)
    auditor = await an_auditor()
    worker = await the_worker(vote)
    await promised(vote, worker)
    asking = await proved(auditor, COUNTED)

    for other in (voters[0], await a_person("路人"), await a_role(RoleKind.OPERATOR, None)):
        with pytest.raises(NotAllowed):
            await opened_package(await proved(other, COUNTED), vote.poll.id, COUNTED)
    with pytest.raises(NotAllowed):
        await opened_package(worker, vote.poll.id, COUNTED)
    with pytest.raises(ProveFirst):
        await opened_package(asking, vote.poll.id, COUNTED + timedelta(minutes=11))
    await a_role(RoleKind.PROPERTY_STAFF, vote.estate, person=auditor)
    with pytest.raises(NotAllowed):
        await opened_package(await proved(auditor, COUNTED), vote.poll.id, COUNTED)


async def test_a_promise_is_recorded_by_those_who_may_and_once():
    vote = await a_vote()
    auditor = await an_auditor()
    worker = await the_worker(vote, DURING)
    _, manager = await a_keyless_body(vote.estate, RoleKind.PROPERTY_MANAGER, "物业")
    document = await store(PDF, at=DURING, by=worker.id)

    with pytest.raises(NotAllowed):
        await record_promise(
            await proved(manager, DURING), vote.poll.id, "auditor", document, DURING
        )
    with pytest.raises(NotFound):
        mine = await proved(auditor, DURING)
        await record_promise(mine, vote.poll.id, "auditor", document, DURING)
    with pytest.raises(Invalid):
        await record_promise(worker, vote.poll.id, "nobody.here", document, DURING)
    await record_promise(worker, vote.poll.id, "auditor", document, DURING)
    with pytest.raises(PromisedAlready):
        await record_promise(worker, vote.poll.id, "auditor", document, DURING)
    with pytest.raises(NotCounted):
        await opened_package(await proved(auditor, DURING), vote.poll.id, DURING)


async def test_the_pages_record_a_promise_and_serve_its_giver(browser, time_is):
    vote, _ = await a_counted_vote(("approve",) * 6, absent=0)
    time_is(COUNTED)
    auditor = await an_auditor()
    _, worker = await a_keyless_body(vote.estate, RoleKind.COMMUNITY_WORKER, "居委会")
    path = f"{vote.path}/auditors"

    await browser.sign_in(worker)
    await browser.open(path)
    await browser.send(path, account="auditor", expect=422, files={"document": ("", b"", "")})
    paper = {"document": ("a.pdf", PDF, "application/pdf")}
    assert "审计人" in (await browser.send(path, account="auditor", files=paper)).text
    await browser.sign_in(auditor)
    await browser.open(path)
    answer = await browser.client.get(f"{path}/package.json")

    assert clock.now() == COUNTED
    assert answer.json()["questions"][0]["form"] == "full"
    assert answer.headers["cache-control"] == "no-store"
