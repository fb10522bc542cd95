"""The wizard as a member meets it, screen by screen from draft to notice, and no dead end."""

import pytest

from coordination.ballots.polls.queries import questions_of, state_of
from coordination.ballots.roll.freezing import freeze_roll
from coordination.ballots.roll.objections import raise_objection
from coordination.ballots.tables import Poll, QuestionDocument, Step
from coordination.people.tables import Person
from coordination.places.tables import UnitKind
from tests.ballots.convening import (
    CHECKED,
    TODAY,
    Convening,
    a_convening,
    a_draft,
    a_published_roll,
    a_question,
    asking,
)
from tests.builders import a_unit

pytestmark = pytest.mark.usefixtures("database")


async def person_of(asker) -> Person:
    found = await Person.objects().get(Person.id == asker.id)
    assert found
    return found


async def sign_in(browser, asker) -> None:
    await browser.sign_in(await person_of(asker), second_factor=True)


@pytest.fixture
async def convening(browser, time_is) -> Convening:
    time_is(TODAY)
    found = await a_convening()
    await sign_in(browser, found.proposer)
    return found


async def begun(browser) -> Poll:
    """A draft with its facts and times, made on the pages."""
    await browser.open("/ballots/convening")
    await browser.open("/ballots/new")
    page = await browser.send(
        "/ballots/new", title="2026年第一次业主大会", summary="换物业", contact="王 027"
    )
    assert page.h1.text == "投票时间"
    poll = await Poll.objects().first()
    page = await browser.send(
        f"/ballots/{poll.id}/times", opens_at="2026-03-28T09:00", closes_at="2026-04-10T20:00"
    )
    assert page.h1.text == "2026年第一次业主大会"
    assert "下一步：添加表决事项" in page.main.text
    return poll


async def test_a_member_walks_from_the_draft_to_the_roll_without_reading_anything(
    browser, convening
):
    poll = await begun(browser)
    here = f"/ballots/{poll.id}"

    await browser.open(f"{here}/questions/new")
    page = await browser.send(
        f"{here}/questions/new", title="更换1栋电梯", text="更换两部电梯", if_silent="不计入"
    )
    [question] = await questions_of(poll.id)
    at = f"{here}/questions/{question.id}"
    assert "更换1栋电梯" in page.h1.text
    assert len(page.select("input[name=matter_class]")) == 9
    assert not page.select("input[name=matter_class][checked]")
    assert "四分之三以上" in page.main.text

    page = await browser.send(
        f"{at}/class", matter_class="spend_fund", reason="用维修资金更换电梯。"
    )
    assert "由谁表决" in page.h1.text
    page = await browser.send(f"{at}/scope", kind="buildings")
    assert page.h1.text == "部分楼栋"
    one = str(convening.buildings[0].id)
    page = await browser.send(f"{at}/scope", kind="buildings", sent="1", parts=one)
    assert "都填好了" in page.main.text
    page = await browser.open(f"{here}/electorate")
    assert "2 人" in page.main.text

    page = await browser.open(f"{here}/roll/publication")
    assert "用维修资金更换电梯。" in page.main.text
    page = await browser.send(f"{here}/roll/publication")
    assert "〔2026〕第1号" in page.main.text
    assert (await state_of(poll)).current is Step.ROLL_PUBLISHED


async def test_two_taps_make_one_draft_and_one_question(browser, convening):
    poll = await begun(browser)
    await browser.open("/ballots/new")
    page = await browser.send(
        "/ballots/new", title="2026年第一次业主大会", summary="换物业", contact="王 027"
    )
    assert page.h1.text == "投票时间"
    for _ in range(2):
        await browser.open(f"/ballots/{poll.id}/questions/new")
        page = await browser.send(
            f"/ballots/{poll.id}/questions/new", title="换物业", text="换物业", if_silent="不计入"
        )
        assert "“换物业”属于" in page.h1.text

    assert await Poll.count() == 1
    assert len(await questions_of(poll.id)) == 1


async def test_a_draft_that_is_wrong_comes_back_with_every_word(browser, convening):
    await browser.open("/ballots/new")

    page = await browser.send("/ballots/new", title="换物业", summary="", contact="王", expect=422)

    assert page.title.text.startswith("出错：")
    assert page.select_one("input[name=title]")["value"] == "换物业"
    assert "请填写说明" in page.select_one(".error-summary").text


@pytest.mark.parametrize(
    ("path", "said", "kept"),
    [
        ("times", {"opens_at": "2026-03-05T09:00", "closes_at": "2026-04-10T20:00"}, "opens_at"),
        ("facts", {"title": "新名称", "summary": "", "contact": "王"}, "title"),
        ("questions/new", {"title": "事项", "text": "", "if_silent": "x"}, "title"),
    ],
)
async def test_each_screen_keeps_what_was_typed(browser, convening, path, said, kept):
    poll = await a_draft(convening)
    await browser.open(f"/ballots/{poll.id}/{path}")

    page = await browser.send(f"/ballots/{poll.id}/{path}", expect=422, **said)

    assert page.select_one(f"input[name={kept}]")["value"] == said[kept]


async def test_a_time_too_early_says_the_first_day_and_the_article(browser, convening):
    poll = await a_draft(convening)
    page = await browser.open(f"/ballots/{poll.id}/times")
    assert "第十四条" in page.main.text

    page = await browser.send(
        f"/ballots/{poll.id}/times", opens_at="2026-03-25T09:00", closes_at="2026-04-10T20:00",
        expect=422,
    )  # fmt: skip

    assert "2026年3月26日" in page.select_one(".error-summary").text


@pytest.mark.parametrize(
    ("kind", "parts", "words"),
    [
        ("entrances", "{first}|1", "1栋1单元"),
        ("floors", "{first}|7", "1栋7层"),
        ("kind", "shop", "本小区全部商铺"),
        ("buildings", ["{first}", "{second}"], "1栋、2栋"),
    ],
)
async def test_every_kind_of_scope_can_be_chosen_on_the_page(
    browser, convening, kind, parts, words
):
    shop = await a_unit(convening.buildings[0], "商1", kind=UnitKind.SHOP)
    shop.floor = 7
    await shop.save()
    first, second = (str(building.id) for building in convening.buildings)
    poll = await a_draft(convening)
    question = await a_question(convening, poll)
    at = f"/ballots/{poll.id}/questions/{question.id}/scope"
    fill = [parts] if isinstance(parts, str) else parts
    chosen = [each.format(first=first, second=second) for each in fill]
    await browser.open(f"{at}?kind={kind}")

    page = await browser.send(at, kind=kind, sent="1", parts=chosen)

    assert words in page.main.text
    again = await browser.open(f"{at}?kind={kind}")
    assert {box["value"] for box in again.select("input[checked]")} == set(chosen)


async def test_listed_rooms_are_read_as_people_write_them_and_the_wrong_line_is_named(
    browser, convening
):
    poll = await a_draft(convening)
    question = await a_question(convening, poll)
    at = f"/ballots/{poll.id}/questions/{question.id}/scope"
    await browser.open(f"{at}?kind=units")

    wrong = await browser.send(
        at, kind="units", sent="1", rooms="1栋1单元101\n9栋1单元901", expect=422
    )
    page = await browser.send(at, kind="units", sent="1", rooms="1幢1单元101室\n２#1单元 102")

    assert "第2行“9栋1单元901”" in wrong.select_one(".error-summary").text
    assert "1栋1单元101、2栋1单元102" in page.main.text


async def test_a_document_is_attached_shown_to_who_may_see_the_poll_and_taken_off(
    browser, convening
):
    poll = await a_draft(convening)
    question = await a_question(convening, poll)
    at = f"/ballots/{poll.id}/questions/{question.id}/documents"
    await browser.open(at)
    pdf = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"

    none = await browser.send(at, title="方案", files={"file": ("", b"")}, expect=422)
    page = await browser.send(at, title="方案", files={"file": ("a.pdf", pdf, "application/pdf")})
    document = await QuestionDocument.objects().first()
    mine = await browser.client.get(f"/ballots/documents/{document.id}")
    browser.sign_out()
    public = await browser.client.get(f"/ballots/documents/{document.id}")
    await sign_in(browser, convening.proposer)
    await browser.open(at)
    await browser.send(f"/ballots/{poll.id}/questions/documents/{document.id}/removal")

    assert none.select_one("input[name=title]")["value"] == "方案"
    assert "方案" in page.main.text
    assert (mine.status_code, mine.content, public.status_code) == (200, pdf, 404)
    assert await QuestionDocument.count() == 0


async def test_gaps_are_shown_and_explained(browser, convening):
    await a_unit(convening.buildings[0], "909", area_cm2=None, unsold=True)
    poll = await a_draft(convening)
    await a_question(convening, poll)

    page = await browser.open(f"/ballots/{poll.id}/electorate")
    assert "1栋1单元909" in page.main.text
    page = await browser.send(f"/ballots/{poll.id}/gaps", reason="尚未测绘。")

    assert page.select_one("textarea[name=reason]").text.strip() == "尚未测绘。"


async def test_freezing_shows_what_is_missing_then_progress_then_done(browser, convening, time_is):
    poll = await a_published_roll(convening)
    owner = await asking(convening.owners[0])
    objection = await raise_objection(owner, poll.id, None, "漏了我的车库。", TODAY)
    here = f"/ballots/{poll.id}/roll"

    page = await browser.open(f"{here}/freeze")
    assert "还不能锁定" in page.main.text
    time_is(CHECKED)
    await sign_in(browser, convening.proposer)
    page = await browser.open(f"{here}/freeze")
    assert "还有 1 条" in page.main.text
    await browser.open(f"{here}/objections/{objection.id}")
    await browser.send(f"{here}/freeze", expect=409)
    await browser.open(f"{here}/objections/{objection.id}")
    page = await browser.send(
        f"{here}/objections/{objection.id}/answer", upheld="no", gist="一户称有遗漏",
        answer="车库没有登记，不是专有部分。",
    )  # fmt: skip
    assert "一户称有遗漏" in page.main.text
    await browser.open(f"{here}/freeze")
    page = await browser.send(f"{here}/freeze")
    assert page.select("progress")
    await freeze_roll(poll.id, CHECKED)
    fragment = await browser.client.get(f"{here}/freeze", headers={"HX-Request": "true"})

    assert "名册已锁定" in fragment.text
    assert "<html" not in fragment.text
