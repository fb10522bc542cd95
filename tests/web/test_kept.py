"""Words typed into a form that was not taken: who gets them back, and where they never stand."""

from dataclasses import dataclass

import pytest
from bs4 import BeautifulSoup
from litestar import get, post
from litestar.params import URLEncodedBody
from litestar.response import Template

from coordination.errors import Conflict, Invalid, NotSignedIn
from coordination.web.access import anyone
from coordination.web.csrf import FIELD
from coordination.web.forms import Form, form_again
from coordination.web.security import SESSION_COOKIE
from tests.conftest import well_made
from tests.web.conftest import a_site, visiting

FROM = {"referer": "http://estate.test/wish?at=3"}


class ProveFirst(NotSignedIn):
    door = "/step-up"


@dataclass
class WishFields:
    text: str = ""
    name: str = ""
    password: str = ""


@get("/wish", guards=[anyone])
async def wish() -> Template:
    return Template("people/counter.html", context={"form": Form({"name": "预先填好的"})})


@post("/wish", guards=[anyone])
async def send_wish(data: URLEncodedBody[WishFields]) -> Template:
    if data.name == "错":
        return form_again("people/counter.html", Invalid("请改。", name="请改。"), data)
    raise Conflict("现在不能。") if data.name == "冲突" else ProveFirst("请先验证身份。")


@pytest.fixture
async def visitor():
    async with visiting(a_site(wish, send_wish)) as visitor:
        visitor.client.cookies.set(SESSION_COOKIE, "mine")
        yield visitor


async def sent(visitor, headers=FROM, **fields):
    token = await visitor.token("/wish")
    return await visitor.post("/wish", {FIELD: token, **fields}, **headers)


async def back_from(visitor, **fields) -> str:
    """The address that leads back from the proof."""
    answer = await sent(visitor, **fields)
    assert answer.status_code == 303
    door, _, _ = answer.headers["location"].partition("?")
    assert door == "/step-up"
    return answer.next_request.url.params["next"]


async def test_the_words_come_back_and_the_password_does_not(visitor):
    back = await back_from(visitor, name="王小明", reason="丢了手机", password="不可外传")

    page = await visitor.page(back)

    assert back.startswith("/wish?at=3&kept=")
    assert page.select_one("input[name=name]")["value"] == "王小明"
    assert page.select_one("input[name=reason]")["value"] == "丢了手机"
    assert "刚才的内容还没有提交" in page.text and "密码" in page.select_one(".panel.now").text
    assert "不可外传" not in str(page)
    assert "王小明" not in back


async def test_they_open_for_no_other_session_and_not_when_torn(visitor):
    back = await back_from(visitor, name="王小明")
    torn = [back[:-9], back[:-1] + "é", "/wish?kept=AAAA"]
    pages = [await visitor.page(address) for address in torn]
    visitor.client.cookies.clear()
    visitor.client.cookies.set(SESSION_COOKIE, "another's")
    pages.append(await visitor.page(back))

    for page in pages:
        assert page.select_one("input[name=name]")["value"] == "预先填好的"
        assert "刚才的内容" not in page.text


async def test_a_refusal_with_a_page_of_its_own_leads_back_to_them(visitor):
    answer = await sent(visitor, name="冲突")
    [link] = well_made(BeautifulSoup(answer.text, "html.parser")).select(
        ".actions .weui-btn_primary"
    )

    page = await visitor.page(link["href"])

    assert answer.status_code == 409
    assert page.select_one("input[name=name]")["value"] == "冲突"


async def test_a_form_that_came_back_from_its_own_address_still_knows_its_page(visitor):
    wrong = well_made(BeautifulSoup((await sent(visitor, name="错")).text, "html.parser"))
    [form] = wrong.select("main form")
    hidden = {field["name"]: field["value"] for field in form.select("[type=hidden]")}
    answer = await visitor.post(
        "/wish", {**hidden, "name": "对"}, referer="http://estate.test/elsewhere"
    )

    assert answer.next_request.url.params["next"].startswith("/wish?at=3&kept=")


async def test_another_site_puts_no_words_into_a_form_and_none_is_kept_of_what_is_too_long(visitor):
    foreign = await sent(
        visitor, {"referer": "http://evil.invalid/wish"}, name="塞入", _page="/wish"
    )
    long = await sent(visitor, name="".join(map(chr, range(0x4E00, 0x9F00))) * 2)

    assert foreign.next_request.url.params["next"] == "/wish"
    assert long.next_request.url.params["next"] == "/wish?at=3"
