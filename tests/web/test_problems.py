"""An answer that is not what was asked for: who gets it in which form, and what it never says."""

import pytest
from bs4 import BeautifulSoup
from litestar import get, post
from litestar.params import FromQuery
from structlog.testing import capture_logs

from coordination import db
from coordination.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Refusal,
    TooMany,
    Unavailable,
)
from coordination.web.access import anyone
from coordination.web.problems import STATUS
from tests.conftest import well_made
from tests.web.conftest import a_site, visiting

SECRET = "13812345678"


class AlreadyCast(Conflict):
    rule = "《业主大会议事规则》第十二条"


class CutOffError(ConnectionError):
    """As a driver would raise it, with data in its message."""


REFUSALS = {
    "not-signed-in": (NotSignedIn("请先登录。"), 401),
    "not-allowed": (NotAllowed("只有召集人可以公示结果。"), 403),
    "not-found": (NotFound("没有找到这次表决。"), 404),
    "already-cast": (AlreadyCast("您已经投过票了。"), 409),
    "invalid": (Invalid("请检查填写的内容。", room="请填写房号。", message="请填写留言。"), 422),
    "too-many": (TooMany("操作太频繁，请 60 秒后再试。", 60), 429),
}
PAGES = {name: found for name, found in REFUSALS.items() if name != "not-signed-in"}


def raising(path: str, error: Exception):
    @get([path, f"/api{path}"], guards=[anyone], name=path)
    async def handler() -> None:
        raise error

    return handler


@post("/only-posted", guards=[anyone])
async def only_posted() -> None:
    """Stands for a route that a form is sent to."""


@post("/sign-me", guards=[anyone])
async def sign_me() -> None:
    raise NotSignedIn("请先登录。")


@get("/counted", guards=[anyone])
async def counted(n: FromQuery[int]) -> str:
    return str(n)


@get("/misuse", guards=[anyone])
async def misusing() -> None:
    await db.value("select 1", "an argument too many")


@get("/too-far", guards=[anyone])
async def asking_too_far() -> None:
    await db.value("select $1::bigint", 10**30)


@get("/unlike", guards=[anyone])
async def asking_unlike() -> None:
    await db.value("select $1::bigint", "a word")


@get("/hung-up", guards=[anyone])
async def hanging_up() -> None:
    async with db.connection() as connection:
        await connection.close()
        await connection.fetchval("select 1")


SITE = a_site(
    *[raising(f"/{name}", refusal) for name, (refusal, _) in REFUSALS.items()],
    raising("/broken", ValueError(f"no unit for {SECRET}")),
    misusing,
    asking_too_far,
    asking_unlike,
    hanging_up,
    raising("/away", CutOffError(f"Key (phone)=({SECRET})")),
    only_posted,
    sign_me,
    counted,
)


@pytest.mark.parametrize(("name", "found"), PAGES.items(), ids=list(PAGES))
async def test_a_refusal_is_a_page_with_its_words_and_a_way_on(name, found):
    refusal, status = found

    async with visiting(SITE) as visitor:
        response = await visitor.get(f"/{name}", Referer="http://estate.test/ballots?page=2")

    page = well_made(BeautifulSoup(response.text, "html.parser"))
    assert response.status_code == status
    assert str(refusal) in page.main.text
    assert page.select_one(".refusal")["data-code"] == name
    assert [a["href"] for a in page.select(".actions a")] == ["/ballots?page=2", "/"]


@pytest.mark.parametrize(("name", "found"), PAGES.items(), ids=list(PAGES))
async def test_htmx_gets_a_notice_and_the_page_stays(name, found):
    refusal, status = found

    async with visiting(SITE) as visitor:
        response = await visitor.get(f"/{name}", HX_Request="true")

    assert response.status_code == status
    assert response.headers["hx-retarget"] == "#notice"
    assert str(refusal) in response.text
    assert "<html" not in response.text


@pytest.mark.parametrize(("name", "found"), REFUSALS.items(), ids=list(REFUSALS))
@pytest.mark.parametrize("way", ["accept", "api"])
async def test_a_program_gets_problem_json(name, found, way):
    refusal, status = found
    path, accept = (f"/{name}", "application/json") if way == "accept" else (f"/api/{name}", "*/*")

    async with visiting(SITE) as visitor:
        response = await visitor.get(path, Accept=accept)

    body = response.json()
    assert response.status_code == body["status"] == status
    assert response.headers["content-type"] == "application/problem+json"
    assert (body["type"], body["detail"]) == (f"/problems/{name}", str(refusal))
    assert body.get("rule") == refusal.rule
    assert body.get("fields") == (refusal.fields if isinstance(refusal, Invalid) else None)


async def test_who_comes_too_often_hears_when_to_try_again():
    async with visiting(SITE) as visitor:
        page = await visitor.get("/too-many")
        program = await visitor.get("/api/too-many")

    assert page.headers["retry-after"] == program.headers["retry-after"] == "60"


async def test_a_stranger_is_led_to_sign_in_and_back():
    async with visiting(SITE) as visitor:
        page = await visitor.get("/not-signed-in?a=1")
        htmx = await visitor.get(
            "/not-signed-in", HX_Request="true", HX_Current_URL="http://estate.test/ballots/7"
        )

    assert (page.status_code, page.headers["location"]) == (
        303,
        "/sign-in?next=%2Fnot-signed-in%3Fa%3D1",
    )
    assert (htmx.status_code, htmx.headers["hx-redirect"]) == (
        401,
        "/sign-in?next=%2Fballots%2F7",
    )


async def test_after_a_form_the_way_back_is_the_page_it_stood_on():
    async with visiting(SITE) as visitor:
        token = await visitor.client.get("/elder?next=/")  # sets no session
        assert token.status_code == 303
        ours = await visitor.post(
            "/sign-me", Authorization="key", Referer="http://estate.test/ballots/7"
        )
        foreign = await visitor.post(
            "/sign-me", Authorization="key", Referer="http://elsewhere.test/ballots/7"
        )

    assert ours.headers["location"] == "/sign-in?next=%2Fballots%2F7"
    assert foreign.headers["location"] == "/sign-in?next=%2Fsign-me"


@pytest.mark.parametrize("path", ["/broken", "/api/broken", "/away", "/api/away"])
async def test_a_bug_tells_a_number_and_nothing_about_the_inside(path):
    async with visiting(SITE) as visitor:
        with capture_logs() as log:
            response = await visitor.get(path)

    number = response.headers["x-request-id"]
    assert response.status_code == (500 if "broken" in path else 503)
    assert SECRET not in response.text and "Error" not in response.text
    assert number in response.text or path == "/api/away"
    [line] = log
    assert line["request"] == number
    assert SECRET not in str(line)
    assert "handler" in line["at"][-1]


async def test_a_broken_page_is_whole_even_so():
    async with visiting(SITE) as visitor:
        response = await visitor.get("/broken")

    page = well_made(BeautifulSoup(response.text, "html.parser"))
    assert page.h1.text == "服务出错了"


async def test_the_page_of_a_bug_is_drawn_even_when_the_layout_is_what_broke(monkeypatch):
    def broken(_):
        raise ValueError(SECRET)

    monkeypatch.setattr("coordination.web.chrome._provider", broken)
    async with visiting(SITE) as visitor:
        response = await visitor.get("/not-found")

    assert response.status_code == 500
    assert SECRET not in response.text


async def test_what_is_away_for_a_moment_asks_to_try_again():
    async with visiting(SITE) as visitor:
        response = await visitor.get("/away")

    assert response.headers["retry-after"] == "5"


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nowhere", 404), ("GET", "/only-posted", 405)]
)
async def test_an_address_that_is_not_ours_to_answer_says_so_in_chinese(method, path, status):
    async with visiting(SITE) as visitor:
        page = await visitor.client.request(method, path, headers={"Accept": "text/html"})
        program = await visitor.client.request(method, f"/api{path}")

    assert page.status_code == status
    assert "从首页重新进入" in well_made(BeautifulSoup(page.text, "html.parser")).main.text
    assert page.headers["content-security-policy"]
    assert program.headers["content-type"] == "application/problem+json"


async def test_a_value_that_does_not_parse_is_422_and_names_the_field():
    async with visiting(SITE) as visitor:
        response = await visitor.get("/counted?n=many", Accept="application/json")

    assert response.status_code == 422
    assert list(response.json()["fields"]) == ["n"]


def test_every_kind_of_refusal_has_a_status():
    kinds = {kind for kind in Refusal.__subclasses__() if kind.__module__ == "coordination.errors"}

    assert set(STATUS) == kinds


async def test_a_connection_cut_is_worth_another_try_and_a_mistake_of_ours_is_not(database):
    async with visiting(SITE) as visitor:
        cut = await visitor.get("/hung-up")
        answers = [await visitor.get(path) for path in ("/misuse", "/unlike", "/too-far")]

    assert (cut.status_code, cut.headers["retry-after"]) == (503, "5")
    assert [answer.status_code for answer in answers] == [500, 500, 422], "the last was typed"


async def test_a_door_that_is_shut_for_a_moment_is_503_in_its_own_words():
    site = a_site(raising("/shut", Unavailable("系统暂时无法写入，您的选择没有丢失。")))

    async with visiting(site) as visitor:
        page, program = await visitor.get("/shut"), await visitor.get("/api/shut")

    assert (page.status_code, page.headers["retry-after"]) == (503, "5")
    assert "您的选择没有丢失" in page.text
    assert program.json()["detail"] == "系统暂时无法写入，您的选择没有丢失。"
