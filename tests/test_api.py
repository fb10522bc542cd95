"""The API as a whole: its document names what there is, and nothing sent to it breaks it."""

import json
from uuid import uuid4

import pytest
from litestar.routes import HTTPRoute

from coordination.notices.actions import publish_notice
from coordination.notices.rules import Facts
from coordination.notices.tables import NoticeKind
from coordination.people.tables import BodyKind, RoleKind
from coordination.web.api import PAGE
from tests.ballots.a_vote import a_vote, a_voter, freeze
from tests.ballots.test_results import COUNTED, a_counted_vote
from tests.builders import DURING, OPENING, a_body, a_building, a_person, a_role, an_estate
from tests.every_route import handlers_of
from tests.program import litestar_in


def operations_of(document):
    return [
        (path, method, operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]


async def test_the_document_names_every_route_of_the_api_and_no_page(app, program):
    routes = {
        (route.path_format, method.lower())
        for route in litestar_in(app).routes
        if isinstance(route, HTTPRoute) and route.path.startswith("/api/v")
        for method in set(route.methods) - {"OPTIONS"}
    }

    named = {(path, method) for path, method, _ in operations_of(program.document)}

    assert named == routes
    assert len(routes) >= 15


def test_no_field_that_is_sent_is_called_as_what_a_route_is_given(app):
    """Litestar takes what is wrong with such a field for a mistake of ours, and answers 500."""
    taken = [
        (path, name)
        for path, _, handler in handlers_of(app)
        for name in _sent_to(handler) & handler.resolve_dependencies().keys()
    ]

    assert taken == []


def _sent_to(handler):
    data = handler.parsed_fn_signature.parameters.get("data")
    kind = data and data.annotation
    return set(getattr(kind, "__struct_fields__", getattr(kind, "__dataclass_fields__", ())))


async def test_the_document_is_complete_in_itself(program):
    text = json.dumps(program.document)
    operations = operations_of(program.document)
    names = [operation["operationId"] for _, _, operation in operations]

    assert program.document["openapi"].startswith("3.1")
    assert program.document["servers"] == [{"url": "/"}]
    assert len(set(names)) == len(names)
    for reference in set(_references(program.document)):
        _follow(program.document, reference)
    for path, _, operation in operations:
        assert operation["description"], path
        assert "default" in operation["responses"], path
    assert "http://" not in text and "https://" not in text


def _references(node):
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _follow(document, reference):
    node = document
    for step in reference.removeprefix("#/").split("/"):
        node = node[step]


# A cosignature says by itself who sends it; a gateway's report names a message.
NOBODYS = ("/sms-reports", "/board/cosignatures")


async def test_what_changes_something_names_session_and_token(program):
    for path, method, operation in operations_of(program.document):
        if method == "post" and not path.endswith(NOBODYS):
            assert operation["security"] in ([{"session": [], "token": []}], [{"key": []}]), path


async def test_every_public_answer_is_as_the_document_says(program, time_is):
    vote, _ = await a_counted_vote()
    time_is(COUNTED)
    [listed] = (await program.get("polls"))["polls"]
    [notice, *_] = (await program.get("notices", kind="ballot"))["notices"]

    poll = await program.get(f"polls/{vote.poll.id}")
    turnout = await program.get(f"polls/{vote.poll.id}/turnout")
    package = await program.get(f"polls/{vote.poll.id}/result", stage="preliminary")
    said = await program.get(f"notices/{notice['id']}")
    estate = await program.get(f"estates/{vote.estate.id}")
    await program.get("polls", estate=str(uuid4()))
    await program.get(f"polls/{vote.poll.id}/objections")
    await program.get(f"codes/{said['check_code']}")

    assert listed["step"] == poll["step"] == "preliminary"
    [question] = poll["questions"]
    assert question["electorate"]["persons"] == 36
    assert question["rule"]["quorum"]["share"] == "2/3"
    assert [figure["of_persons"] for figure in turnout["questions"][0]["figures"]][:1] in ([], [36])
    assert package["questions"][0]["roll"]["persons"] == 36
    assert poll["results"] == ["preliminary"]
    assert [place["kind"] for place in estate["lies_in"]] == ["subdistrict", "community"]
    assert estate["buildings"][0]["name"] == vote.building.name


async def test_lists_go_on_where_the_page_before_ended_and_end_once(program):
    estate = await an_estate()
    body = await a_body(BodyKind.RESIDENTS_COMMITTEE, estate)
    for number in range(PAGE + 2):  # all of one moment: only the id tells them apart
        await publish_notice(
            estate, NoticeKind.PLAIN, f"通知{number}", "", Facts(()), DURING, issuer=body.id,
            person=None,
        )  # fmt: skip

    first = await program.get("notices", estate=str(estate.id))
    second = await program.get("notices", estate=str(estate.id), after=first["next"])

    titles = [notice["title"] for notice in first["notices"] + second["notices"]]
    assert sorted(titles) == sorted(f"通知{number}" for number in range(PAGE + 2))
    assert (len(first["notices"]), second["next"]) == (PAGE, None)


async def test_estates_are_listed_in_natural_order_with_where_they_lie(program):
    await an_estate("甲")
    await an_estate("乙")

    answer = await program.get("estates")

    assert {estate["name"] for estate in answer["estates"]} == {"甲", "乙"}
    assert answer["next"] is None
    after_first = await program.get("estates", after=answer["estates"][0]["id"])
    assert after_first["estates"] == answer["estates"][1:]


async def test_a_building_is_no_estate(program):
    building = await a_building(await an_estate())

    await program.get(f"estates/{building.id}", expect=404)


async def test_a_draft_is_for_those_who_convene_it_alone(program, as_owner):
    vote = await a_vote(title="还没有公布的表决")
    await as_owner.execute("alter table poll_step disable trigger user")
    await as_owner.execute("delete from poll_step where step <> 'drafted'")
    member = await a_role(RoleKind.COMMITTEE_MEMBER, vote.estate, body=vote.body)
    path = f"polls/{vote.poll.id}"

    unlisted = await program.get("polls")
    for hidden in ("", "/turnout", "/result", "/objections"):
        refused = await program.get(path + hidden, expect=404)
        assert "还没有公布" not in json.dumps(refused, ensure_ascii=False)
    await program.sign_in(await a_role(RoleKind.COMMUNITY_WORKER, vote.estate))
    await program.get(path, expect=404)
    await program.sign_in(member)
    own = await program.get(path)

    assert unlisted["polls"] == []
    assert own["title"] == "还没有公布的表决"


async def test_me_is_who_asks_with_the_roles_that_work_now(program):
    estate = await an_estate()
    worker = await a_role(RoleKind.COMMUNITY_WORKER, estate)
    await program.get("me", expect=401)

    await program.sign_in(worker, second_factor=False)
    waiting = await program.get("me")
    await program.sign_in(worker)
    working = await program.get("me")

    assert (waiting["roles"], working["waiting_roles"]) == ([], [])
    assert waiting["waiting_roles"] == working["roles"]
    assert working["roles"][0]["kind"] == "community_worker"
    assert str(worker.id) not in json.dumps(working)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/polls/not-a-uuid", 404),
        ("GET", "/api/v1/nowhere", 404),
        ("GET", "/api/nowhere", 404),
        ("GET", "/api/v1/polls?estate=1", 422),
        ("GET", "/api/v1/polls?after=%00", 422),
        ("GET", "/api/v1/notices?kind=%ff%fe", 422),
        ("GET", "/api/v1/codes/%00%ff%F0%9F%98%80", 404),
        ("GET", "/api/v1/codes/" + "9" * 3000, 404),
        ("PUT", "/api/v1/polls", 405),
        ("DELETE", "/api/v1/me", 405),
        ("TRACE", "/api/v1/polls", 405),
        ("POST", "/api/v1/sms-reports", 401),
    ],
)
async def test_what_is_asked_wrongly_is_refused_as_a_problem(browser, method, path, status):
    answer = await browser.client.request(method, path)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert answer.json()["detail"]
    if status == 405:
        assert "GET" in answer.headers["allow"] and method not in answer.headers["allow"]


async def test_head_says_what_get_says_without_the_body(browser):
    for path in ("/api/v1/polls", "/health", "/sign-in", "/nowhere"):
        got, head = await browser.client.get(path), await browser.client.head(path)

        assert (head.status_code, head.content) == (got.status_code, b"")
        assert head.headers["content-type"] == got.headers["content-type"]


async def test_options_names_every_method_of_an_address(browser):
    answer = await browser.client.options(f"/api/v1/polls/{uuid4()}/objections")

    assert answer.status_code == 204
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"


NASTY = [
    b"",
    b"null",
    b"[]",
    b"\xff\xfe",
    b"{",
    b'{"paper": "\\u0000", "choices": {}, "about": "result", "text": "\\u0000"}',
    b'{"paper": "\\ud800", "choices": {}, "about": "roll", "text": "\\ud800"}',
    b'{"paper": 1e999, "choices": 1, "about": [], "text": 12345678901234567890123}',
    b"[" * 100_000,
    b'{"x":' * 50_000,
    b'{"paper": "x", "choices": {"x": "y"}, "about": "roll", "text": "\\u0007", "unit": ""}',
]


@pytest.mark.parametrize("body", NASTY, ids=range(len(NASTY)))
async def test_no_body_breaks_the_api(program, time_is, body):
    vote = await a_vote()
    voter = await a_voter(vote)
    await freeze(vote)
    time_is(OPENING)
    await program.sign_in(voter)

    for path, method, _ in operations_of(program.document):
        address = path.replace("{poll_id}", str(vote.poll.id))
        for kind in ("application/json", "text/plain", "multipart/form-data", "x"):
            headers = {"x-csrftoken": program.token, "content-type": kind}
            answer = await program.client.request(method, address, content=body, headers=headers)

            assert answer.status_code < 500, (method, address, kind, answer.text)
            if method == "post" and answer.status_code != 201:
                assert answer.headers["content-type"] == "application/problem+json"


async def test_a_change_without_the_token_is_refused_to_another_site_and_to_nobody_s_session(
    program,
):
    vote = await a_vote()
    await program.sign_in(await a_person())
    path = f"/api/v1/polls/{vote.poll.id}/objections"
    body = {"about": "roll", "text": "面积不对"}

    bare = await program.client.post(path, json=body)
    foreign = await program.client.post(
        path,
        json=body,
        headers={"x-csrftoken": program.token, "sec-fetch-site": "cross-site"},
    )
    program.sign_out()
    nobody = await program.client.post(path, json=body)

    said = [(answer.status_code, answer.json()["type"]) for answer in (bare, foreign, nobody)]
    assert said == [
        (403, "/problems/stale-page"),
        (403, "/problems/foreign-page"),
        (401, "/problems/not-signed-in"),
    ]
