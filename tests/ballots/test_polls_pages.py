"""The wizard as a member meets it, screen by screen from draft to notice, and no dead end."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from coordination.ballots.polls.queries import questions_of, state_of
from coordination.ballots.roll.freezing import freeze_roll
from coordination.ballots.roll.objections import raise_objection
from coordination.ballots.tables import Poll, QuestionDocument, Step
from coordination.people.tables import Person, RoleKind
from coordination.places.tables import UnitKind
from tests.ballots.convening import (
    CHECKED,
    TODAY,
    WORDS,
    Convening,
    a_convening,
    a_draft,
    a_frozen_roll,
    a_member,
    a_noticed_poll,
    a_published_roll,
    a_question,
    asking,
)
from tests.builders import a_role, a_unit, an_owner

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


async def test_a_member_walks_from_the_draft_to_the_roll_without_reading_anything(
    browser, convening
):
    await browser.open("/ballots/convening")
    await browser.open("/ballots/new")
    page = await browser.send(
        "/ballots/new", title="2026年第一次业主大会", summary="换物业", contact="王 027"
    )
    assert page.h1.text == "投票时间"
    poll = await Poll.objects().first()
    here = f"/ballots/{poll.id}"

    page = await browser.send(
        f"{here}/times", opens_at="2026-03-28T09:00", closes_at="2026-04-10T20:00"
    )
    assert page.h1.text == "2026年第一次业主大会"
    assert "下一步：添加表决事项" in page.main.text

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


async def test_two_members_issue_the_notice_and_the_first_cannot_confirm_it(
    browser, convening, time_is
):
    time_is(CHECKED)
    poll = await a_frozen_roll(convening)
    here = f"/ballots/{poll.id}/notice"
    await sign_in(browser, convening.proposer)

    page = await browser.open(here)
    assert "四分之三" not in page.main.text
    assert "过半数的业主同意" in page.main.text
    await browser.send(f"{here}/proposals")
    page = await browser.open(here)
    assert not page.select(f"form[action='{here}/confirmation']")
    await browser.send(f"{here}/confirmation", expect=403)
    await sign_in(browser, convening.second)
    await browser.open(here)
    page = await browser.send(f"{here}/confirmation")

    assert "投票公告" in page.h1.text
    notice = page.select_one("a[href$='.pdf']")["href"]
    response = await browser.client.get(notice)
    text = "".join(each.extract_text() for each in PdfReader(BytesIO(response.content)).pages)
    assert "选聘物业服务企业" in text.replace("\n", "")
    assert (await state_of(poll)).current is Step.NOTICED


async def test_a_notice_sent_back_says_why_to_the_one_who_wrote_it(browser, convening, time_is):
    time_is(CHECKED)
    poll = await a_frozen_roll(convening)
    here = f"/ballots/{poll.id}/notice"
    await sign_in(browser, convening.proposer)
    await browser.open(here)
    await browser.send(f"{here}/proposals")
    await sign_in(browser, convening.second)
    await browser.open(here)

    await browser.send(f"{here}/returns", reason="", expect=422)
    await browser.send(f"{here}/returns", reason="时间撞上清明。")
    page = await browser.open(here)

    assert "时间撞上清明。" in page.main.text


async def test_ways_out_are_offered_where_they_exist_and_nowhere_else(browser, convening, time_is):
    draft = await a_draft(convening)
    page = await browser.open(f"/ballots/{draft.id}/convening")
    assert page.select(f"a[href='/ballots/{draft.id}/withdrawal']")
    assert not page.select(f"a[href='/ballots/{draft.id}/reissue']")
    time_is(CHECKED)
    noticed = await a_noticed_poll(await a_convening("丁香苑"))
    await sign_in(browser, convening.proposer)
    await browser.open(f"/ballots/{noticed.id}/convening", expect=403)

    await browser.open(f"/ballots/{draft.id}/withdrawal")
    await browser.send(f"/ballots/{draft.id}/withdrawal", reason="", expect=422)
    page = await browser.send(f"/ballots/{draft.id}/withdrawal", reason="不办了")
    assert "已撤回" in page.main.text


async def test_a_poll_is_held_anew_from_its_page(browser, convening, time_is):
    time_is(CHECKED)
    poll = await a_noticed_poll(convening)
    await sign_in(browser, convening.proposer)
    await browser.open(f"/ballots/{poll.id}/reissue")

    page = await browser.send(f"/ballots/{poll.id}/reissue", reason="名册漏了一户")

    assert page.h1.text.endswith("（重新组织）")
    assert await Poll.count() == 2


async def test_the_street_enters_a_revocation_with_its_document(browser, convening, time_is):
    time_is(CHECKED)
    poll = await a_noticed_poll(convening)
    officer = await a_role(RoleKind.SUBDISTRICT_OFFICER, convening.estate)
    await browser.sign_in(officer, second_factor=True)
    at = f"/ballots/{poll.id}/revocation"
    await browser.open(at)
    pdf = b"%PDF-1.4\n%%EOF\n"

    await browser.send(at, reason="责令撤销", files={"document": ("", b"")}, expect=422)
    await browser.send(at, reason="责令撤销", files={"document": ("a.pdf", pdf)})

    assert (await state_of(poll)).current is Step.REVOKED


@pytest.mark.parametrize(
    "kind",
    [
        RoleKind.PROPERTY_MANAGER, RoleKind.COMMUNITY_WORKER, RoleKind.OPERATOR,
        RoleKind.SUBDISTRICT_OFFICER, RoleKind.SUPERVISOR,
    ],
)  # fmt: skip
async def test_nobody_else_sees_a_draft_or_reaches_the_wizard(browser, convening, kind):
    poll = await a_draft(convening)
    question = await a_question(convening, poll)
    place = None if kind is RoleKind.OPERATOR else convening.estate
    await browser.sign_in(await a_role(kind, place), second_factor=True)

    for path in (
        "", "/convening", "/facts", "/times", "/rules", "/electorate", "/notice", "/roll",
        "/roll/publication", "/roll/freeze", "/roll/objections", "/withdrawal",
        f"/questions/{question.id}/class", "/rights", "/questions/new",
    ):  # fmt: skip
        page = await browser.open(f"/ballots/{poll.id}{path}", expect=404)
        assert WORDS.title not in page.text and poll.title not in page.text
    await browser.open("/ballots/new", expect=403)
    listed = await browser.open("/ballots/convening")
    assert poll.title not in listed.text


async def test_a_member_of_another_estate_sees_nothing_of_a_draft(browser, convening):
    poll = await a_draft(convening)
    other = await a_convening("丁香苑")
    await sign_in(browser, other.proposer)

    await browser.open(f"/ballots/{poll.id}/convening", expect=404)
    listed = await browser.open("/ballots/convening")

    assert poll.title not in listed.text


async def test_a_member_who_works_for_the_property_company_is_told_so(browser, convening):
    person = await a_role(RoleKind.PROPERTY_STAFF, convening.estate)
    await a_member(convening.estate, convening.committee, person)
    await browser.sign_in(person, second_factor=True)

    page = await browser.open("/ballots/new", expect=403)

    assert "回避" in page.main.text


# The public roll, objections, own rights


async def test_everybody_reads_rooms_and_areas_and_nobody_reads_a_name(browser, convening):
    poll = await a_published_roll(convening)
    [question] = await questions_of(poll.id)
    browser.sign_out()

    page = await browser.open(f"/ballots/{poll.id}/roll")
    rooms = await browser.open(page.select_one("a[href*='/buildings/']")["href"])
    csv = await browser.client.get(f"/ballots/{poll.id}/roll/{question.id}/rooms.csv")
    xlsx = await browser.client.get(f"/ballots/{poll.id}/roll/{question.id}/rooms.xlsx")
    pdf = await browser.client.get(f"/ballots/{poll.id}/roll/print.pdf")

    text = "".join(each.extract_text() for each in PdfReader(BytesIO(pdf.content)).pages)
    lines = csv.content.decode("utf-8-sig").splitlines()
    assert "1单元101" in rooms.main.text and "89.50 平方米" in rooms.main.text
    assert lines[-1] == "2栋,1,102,89.5,登记"
    assert "1单元102" in text
    assert xlsx.content[:2] == b"PK"
    for said in (page.text, rooms.text, csv.text, text):
        assert "业主0" not in said and "业主3" not in said


async def test_a_long_building_is_paged_without_losing_a_room(browser, convening):
    for n in range(103, 230):
        await an_owner(await a_unit(convening.buildings[0], str(n)), bound=False)
    poll = await a_published_roll(convening)
    browser.sign_out()
    page = await browser.open(f"/ballots/{poll.id}/roll")
    page = await browser.open(page.select_one("a[href*='/buildings/']")["href"])
    seen = [row.td.text for row in page.select("tbody tr")]

    page = await browser.open(page.select_one("a[rel=next]")["href"])
    seen += [row.td.text for row in page.select("tbody tr")]

    assert seen == [f"1单元{n}" for n in range(101, 230)]
    assert not page.select("a[rel=next]")


async def test_an_owner_objects_on_the_page_and_their_words_are_theirs(browser, convening):
    poll = await a_published_roll(convening)
    await browser.sign_in(convening.owners[0])
    at = f"/ballots/{poll.id}/roll/objections"
    await browser.open(f"{at}/new")

    await browser.send(f"{at}/new", unit="", text="我叫张三", expect=422)
    page = await browser.send(
        f"{at}/new", unit=str(convening.units[0].id), text="我叫张三，面积不对"
    )
    assert "已经收到您的异议" in page.main.text
    mine = browser.response.url.path

    browser.sign_out()
    public = await browser.open(at)
    assert "第1号异议" in public.main.text
    assert "张三" not in public.text
    for person in (
        convening.owners[1],
        await a_role(RoleKind.PROPERTY_MANAGER, convening.estate),
        await a_role(RoleKind.OPERATOR, None),
    ):
        await browser.sign_in(person, second_factor=True)
        assert "张三" not in (await browser.open(mine, expect=404)).text


async def test_the_community_finds_the_registry_from_an_objection_and_nobody_else_does(
    browser, convening
):
    poll = await a_published_roll(convening)
    owner = await asking(convening.owners[0])
    objection = await raise_objection(owner, poll.id, convening.units[0].id, "面积不对", TODAY)
    at = f"/ballots/{poll.id}/roll/objections/{objection.id}"
    link = f"/registry/{convening.estate.id}/units/{convening.units[0].id}"

    mine = await browser.open(at)
    worker = await a_role(RoleKind.COMMUNITY_WORKER, convening.estate)
    await browser.sign_in(worker, second_factor=True)
    theirs = await browser.open(at)

    assert not mine.select(f"a[href='{link}']")
    assert theirs.select(f"a[href='{link}']")


async def test_a_visitor_without_rooms_is_led_to_binding_them(browser, convening):
    poll = await a_published_roll(convening)
    await browser.sign_in(await a_role(RoleKind.SUPERVISOR, convening.estate))

    page = await browser.open(f"/ballots/{poll.id}/roll/objections/new")

    assert page.select("a[href='/bind']")
    assert not page.select("textarea")


async def test_an_owner_gets_the_opening_of_their_own_right_and_of_no_other(
    browser, convening, time_is
):
    time_is(CHECKED)
    poll = await a_frozen_roll(convening)
    await browser.sign_in(convening.owners[0])
    page = await browser.open(f"/ballots/{poll.id}/rights")
    [link] = page.select("a[href$='/file']")

    response = await browser.client.get(link["href"])
    await browser.sign_in(convening.owners[1])
    other = await browser.client.get(link["href"], headers={"Accept": "text/html"})
    empty = await browser.open(f"/ballots/{poll.id}/rights")

    said = response.json()
    assert (said["area_cm2"], said["cast"], len(said["salt"])) == (895_000, None, 64)
    assert response.headers["cache-control"] == "no-store"
    assert other.status_code == 404
    assert link["href"] not in str(empty)


async def test_the_hub_says_what_comes_next_at_every_station(browser, convening, time_is):
    poll = await a_published_roll(convening)
    page = await browser.open(f"/ballots/{poll.id}/convening")
    assert "下一步：锁定名册" in page.main.text
    time_is(CHECKED)
    other = await a_convening("丁香苑")
    noticed = await a_noticed_poll(other)
    await sign_in(browser, other.second)

    page = await browser.open(f"/ballots/{noticed.id}/convening")

    assert "自动开始" in page.main.text
