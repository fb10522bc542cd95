"""The headers that keep a page to itself, on every answer, errors included."""

import re

import pytest
from litestar import get

from coordination.web.access import anyone
from coordination.web.security import HEADERS, READABLE, own_path
from tests.web.conftest import a_site, visiting


@get("/json", guards=[anyone])
async def json() -> dict[str, str]:
    return {"a": "b"}


@get("/own", guards=[anyone])
async def own() -> None:
    raise ValueError


SITE = a_site(json, own)


@pytest.mark.parametrize("path", ["/json", "/own", "/nowhere", "/static/coordination.css"])
async def test_every_answer_carries_the_headers_and_a_number(path):
    async with visiting(SITE) as visitor:
        response = await visitor.get(path)

    assert {name: response.headers[name] for name in HEADERS} == HEADERS
    assert re.fullmatch(f"[{READABLE}]{{8}}", response.headers["x-request-id"])


def test_the_policy_lets_nothing_in_from_outside_and_nothing_inline():
    policy = HEADERS["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy and "http" not in policy and "*" not in policy
    assert {"base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"} <= set(
        policy.split("; ")
    )


async def test_a_page_may_be_gone_back_to_and_is_asked_for_again():
    async with visiting(SITE) as visitor:
        response = await visitor.get("/nowhere")

    assert response.headers["cache-control"] == "private, no-cache"


async def test_tls_is_promised_only_where_there_is_tls():
    async with visiting(SITE) as visitor:
        plain = await visitor.get("/json")
        tls = await visitor.client.get("https://estate.test/json")

    assert "strict-transport-security" not in plain.headers
    assert tls.headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize(
    ("address", "goes_to"),
    [
        ("/ballots/7?page=2", "/ballots/7?page=2"),
        ("/", "/"),
        ("//elsewhere.test", "/"),
        ("/\\elsewhere.test", "/"),
        ("/\t/elsewhere.test", "/"),
        ("https://elsewhere.test", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
        (None, "/"),
    ],
)
def test_the_way_back_never_leads_elsewhere(address, goes_to):
    assert own_path(address) == goes_to
