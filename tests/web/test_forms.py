"""A form that was refused comes back with every word, and says what to mend at the field."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from bs4 import BeautifulSoup
from litestar import get, post
from litestar.params import URLEncodedBody
from litestar.response import Template

from coordination.errors import Invalid
from coordination.web.access import anyone
from coordination.web.forms import Form, Reader, form_again
from tests.conftest import well_made
from tests.web.conftest import a_site, visiting

PAGE = """{% extends "layout.html" %}{% import "forms.html" as f %}
{% block title %}{{ form.title_prefix }}异议{% endblock %}
{% block main %}<h1>异议</h1><form method="post" action="/objection">{{ csrf_input | safe }}
{{ f.error_summary(form) }}
{{ f.field(form, "room", "房号", "例如 1栋1单元101") }}{{ f.phone(form) }}{{ f.code(form) }}
{{ f.password(form) }}{{ f.textarea(form, "reason", "理由", maxlength=500) }}
{{ f.number(form, "count", "人数", unit="人", optional=True) }}{{ f.day(form, "on", "日期") }}
{{ f.moment(form, "at", "时间") }}
{{ f.select(form, "kind", "种类", [("a", "面积"), ("b", "房号")]) }}
{{ f.radios(form, "choice", "您的意见", [("yes", "同意", ""), ("no", "不同意", "说明")]) }}
{{ f.checkboxes(form, "halls", "楼栋", [("1", "1栋", ""), ("2", "2栋", "")]) }}
{{ f.checkbox(form, "agreed", "我已与共有人商量一致") }}{{ f.file(form, "photo", "照片") }}
{{ f.hidden("step", "2") }}{{ f.submit("提交") }}</form>{% endblock %}"""
TYPED = {
    "room": '1栋"<b>101</b>',
    "phone": "13812345678",
    "code": "012345",
    "password": "a-secret-word",
    "reason": "\n面积不对，\n应是 89.5。",
    "count": "三",
    "on": "2026-03-01",
    "at": "2026-03-01T09:00",
    "kind": "b",
    "choice": "no",
    "agreed": "yes",
}


@dataclass
class Fields:
    room: str = ""
    phone: str = ""
    code: str = ""
    password: str = ""
    reason: str = ""
    count: str = ""
    on: str = ""
    at: str = ""
    kind: str = ""
    choice: str = ""
    agreed: str = ""


@get("/objection", guards=[anyone])
async def objection() -> Template:
    return Template(template_str=PAGE, context={"form": Form()})


@post("/objection", guards=[anyone])
async def object_to(data: URLEncodedBody[Fields]) -> Template:
    try:
        read = Reader(data)
        read.text("room", "房号")
        read.whole("count", "人数")
        read.settle()
        raise Invalid("这间房不在名册上。", room="名册上没有这间房。", choice="请再选一次。")
    except Invalid as refusal:
        again = form_again("unused.html", refusal, data)
        return Template(template_str=PAGE, context=again.context, status_code=again.status_code)


SITE = a_site(objection, object_to)


async def refused(**changed: str) -> BeautifulSoup:
    async with visiting(SITE) as visitor:
        token = await visitor.token("/objection")
        response = await visitor.post("/objection", TYPED | changed | {"_csrf_token": token})
    assert response.status_code == 422
    return well_made(BeautifulSoup(response.text, "html.parser"))


async def test_a_fresh_form_is_empty_chooses_nothing_and_complains_of_nothing():
    async with visiting(SITE) as visitor:
        page = await visitor.page("/objection")

    assert not page.select("[checked], option[selected], [aria-invalid], .error-summary")
    assert page.select_one("#f-room")["value"] == ""
    assert page.title.text.startswith("异议")


async def test_every_word_comes_back_except_the_secret():
    page = await refused()

    shown = {i["name"]: i.get("value") for i in page.select("input.box")}
    typed = {name: TYPED[name] for name in ("room", "phone", "code", "count", "on", "at")}
    assert shown == typed | {"password": None, "photo": None}
    assert "a-secret-word" not in page.text and "a-secret-word" not in str(page)
    # Browsers drop one line break after <textarea>; the form has one of its own to be dropped.
    assert page.textarea.text == "\n" + TYPED["reason"]
    assert page.select_one("option[selected]")["value"] == "b"
    assert [i["value"] for i in page.select("[checked]")] == ["no", "yes"]
    assert page.select_one("input[name=step]")["value"] == "2"


async def test_the_summary_stands_on_top_takes_the_focus_and_leads_to_the_field():
    page = await refused()

    summary = page.select_one(".error-summary")
    assert page.title.text.startswith("出错：异议")
    assert summary.has_attr("autofocus") and summary["tabindex"] == "-1"
    [link] = summary.select("a")
    field = page.select_one(link["href"])
    words = page.select_one("#f-count-error").text.strip()
    assert (link.text, field["name"]) == (words, "count")
    assert (field["aria-invalid"], field["aria-describedby"]) == ("true", "f-count-error")


async def test_what_an_action_refuses_reads_the_same_as_what_a_reader_refuses():
    page = await refused(count="3")

    assert [a["href"] for a in page.select(".error-summary a")] == ["#f-room", "#f-choice"]
    assert page.select_one("#f-choice")["type"] == "radio"
    assert page.select_one(".error-summary h2").text.strip() == "这间房不在名册上。"
    assert page.select_one("fieldset[aria-invalid]")["aria-describedby"] == "f-choice-error"
    assert page.select_one("#f-room")["aria-describedby"] == "f-room-hint f-room-error"


async def test_fields_help_the_phone_that_fills_them():
    async with visiting(SITE) as visitor:
        page = await visitor.page("/objection")

    assert page.select_one("#f-code")["autocomplete"] == "one-time-code"
    assert page.select_one("#f-code")["inputmode"] == "numeric"
    assert page.select_one("#f-phone")["inputmode"] == "tel"
    assert not page.select_one("#f-photo").has_attr("capture")


def test_a_reader_names_everything_that_is_wrong_at_once():
    read = Reader(
        {"room": " ", "count": "1.5", "on": "2026-02-30", "at": "soon", "choice": "maybe"}
    )
    read.text("room", "房号")
    read.whole("count", "人数")
    read.day("on", "日期")
    read.moment("at", "时间")
    read.one_of("choice", "您的意见", ["yes", "no"])

    with pytest.raises(Invalid, match="有 5 处需要修改") as refusal:
        read.settle()

    assert refusal.value.fields["room"] == "请填写房号。"
    assert list(refusal.value.fields) == ["room", "count", "on", "at", "choice"]


def test_a_reader_understands_full_width_digits_and_local_time():
    read = Reader({"count": "１２", "on": "２０２６－０３－０１", "at": "2026-03-01T09:00"})

    assert read.whole("count", "人数") == 12
    assert read.day("on", "日期") == date(2026, 3, 1)
    assert read.moment("at", "时间") == datetime(2026, 3, 1, 1, 0, tzinfo=UTC)
    read.settle()


@pytest.mark.parametrize(("text", "words"), [("一" * 11, "理由最多 10 个字，现在有 11 个字。")])
def test_a_text_that_is_too_long_says_by_how_much(text, words):
    read = Reader({"reason": text})
    read.text("reason", "理由", longest=10)

    assert read.errors == {"reason": words}


@pytest.mark.parametrize(
    ("number", "fits"), [("2", True), ("1", False), ("9", True), ("10", False)]
)
def test_a_number_keeps_within_its_bounds(number, fits):
    read = Reader({"seats": number})
    read.whole("seats", "席位", least=2, most=9)

    assert (read.errors == {}) == fits
