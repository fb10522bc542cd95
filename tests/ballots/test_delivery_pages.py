"""The pages of delivery and proxies, as carrier, convener, owner and agent walk them."""

import io
from datetime import timedelta

from openpyxl import load_workbook
from pypdf import PdfReader

from coordination.ballots.casting.receipts_of import receipts_of
from coordination.ballots.casting.representing import represent_co_owners
from coordination.ballots.delivery.reminders import send_reminders
from coordination.ballots.delivery.tables import Delivery, DeliveryTry
from coordination.ballots.results.clockwork import advance_poll
from coordination.db import value
from coordination.people.sessions import prove
from coordination.people.tables import Person, RoleKind
from coordination.web.formats import form_time
from tests.ballots.a_vote import a_vote, a_voter, on_the_roll, owners_of, rights_of
from tests.ballots.convening import asking
from tests.ballots.test_proxies import an_agent
from tests.builders import DURING, OPENING, a_role, a_unit, an_owner
from tests.test_files import a_photo


async def slip_of(browser, here: str) -> str:
    """What is signed at the doors, as it is printed: no name, no phone."""
    answer = await browser.client.get(f"{here}/slip.pdf")
    pages = PdfReader(io.BytesIO(answer.content)).pages
    printed = "".join("".join(page.extract_text() for page in pages).split())
    assert "送达回证" in printed and "秘密" not in printed
    return printed


async def ledger_of(browser, vote) -> list[tuple]:
    """The lines of the workbook, below facts and header."""
    answer = await browser.client.get(f"{vote.path}/deliveries/ledger.xlsx")
    [sheet] = load_workbook(io.BytesIO(answer.content)).worksheets
    assert sheet.print_title_rows and sheet.page_setup.orientation == "landscape"
    lines = list(sheet.iter_rows(values_only=True))
    [top] = [n for n, line in enumerate(lines) if line[0] == "楼栋"]
    return lines[top + 1 :]


async def test_a_carrier_goes_from_door_to_door_and_sees_no_name_phone_or_choice(browser, time_is):
    vote = await a_vote()
    first, second = await a_voter(vote, name="王秘密"), await a_voter(vote, name="李秘密")
    [right], [other] = await rights_of(vote, first), await rights_of(vote, second)
    await browser.sign_in(await a_role(RoleKind.BUILDING_LEAD, vote.building))

    here = f"{vote.path}/deliveries/{vote.building.id}"
    board = await browser.open(f"{vote.path}/deliveries")
    assert board.select_one(f"a[href='{here}']")
    doors = await browser.open(here)
    assert "还要去 2 户" in doors.text and "秘密" not in doors.text
    await browser.open(f"{here}/{right}")
    wrong = await browser.send(f"{here}/{right}/deliveries", expect=422, manner="本人签收")
    assert "照片" in wrong.text and wrong.select_one("input[value=本人签收][checked]")
    wrong = await browser.send(
        f"{here}/{right}/deliveries", expect=422, manner="本人签收",
        files={"photo": ("x.jpg", b"no photo at all", "image/jpeg")},
    )  # fmt: skip
    assert "不是能打开的照片" in wrong.text
    done = await browser.send(
        f"{here}/{right}/deliveries", manner="本人签收",
        files={"photo": ("x.jpg", a_photo(), "image/jpeg")},
    )  # fmt: skip
    assert "还要去 1 户" in done.text
    await browser.open(f"{here}/{other}")
    kept = await browser.send(f"{here}/{other}/tries", expect=422, note="晚上七点以后在家")
    assert kept.select_one("input[name=note]")["value"] == "晚上七点以后在家"
    await browser.send(f"{here}/{other}/tries", reason="absent", note="晚上七点以后在家")

    assert "没有送到" in (await browser.open(here)).text
    assert (await Delivery.count(), await DeliveryTry.count()) == (1, 1)
    assert "见电子凭证" in await slip_of(browser, here)
    sha = (await Delivery.select(Delivery.photo).first())["photo"]
    await browser.open(f"{vote.path}/deliveries/photos/{sha}", expect=404)
    await browser.sign_in(await a_role(RoleKind.PROPERTY_MANAGER, vote.estate))
    await browser.open(f"{vote.path}/deliveries/ledger.xlsx", expect=403)
    await browser.open(here, expect=403)
    await browser.sign_in(first)
    await browser.open(f"{vote.path}/deliveries", expect=403)


async def test_a_registered_letter_wants_its_number_and_when_it_was_signed_for(browser):
    vote = await a_vote()
    [right] = await rights_of(vote, await a_voter(vote))
    await browser.sign_in(await a_role(RoleKind.BUILDING_LEAD, vote.building))
    here = f"{vote.path}/deliveries/{vote.building.id}/{right}"

    await browser.open(here)
    wrong = await browser.send(f"{here}/deliveries", expect=422, channel="letter", number="XA 12")
    [form] = wrong.select("details[open] form")
    assert form.select_one("[name=number]")["value"] == "XA 12"
    assert form.select_one("[name=on][aria-invalid]") and await Delivery.count() == 0
    done = await browser.send(
        f"{here}/deliveries", channel="letter", number="XA 12",
        on=form_time(DURING - timedelta(days=2)), files={"receipt": ("x.jpg", a_photo())},
    )  # fmt: skip

    assert "都送到了" in done.text
    shown = await browser.open(here)
    assert [panel.select_one("h2").text.strip() for panel in shown.select("main .panel")] == [
        "已送达"
    ]
    assert [(row["at"], row["manner"]) for row in await Delivery.select()] == [
        (DURING - timedelta(days=2), "挂号信 XA 12")
    ]


async def test_a_member_assigns_posts_and_reminds_and_the_third_reminder_is_refused(browser):
    vote = await a_vote()
    owner = await a_voter(vote)
    await advance_poll(vote.poll.id, OPENING)
    lead = await a_role(RoleKind.BUILDING_LEAD, vote.building)
    member = await a_role(RoleKind.COMMITTEE_MEMBER, vote.estate, body=vote.body)
    await browser.sign_in(member)

    await browser.open(f"{vote.path}/convening")
    page = await browser.open(f"{vote.path}/carriers")
    assert "物业人员不能送达" in page.text
    await browser.send(f"{vote.path}/carriers", expect=422, where="", person="")
    page = await browser.send(
        f"{vote.path}/carriers", where=f"{vote.building.id}|", person=str(lead.id)
    )
    assert "building_lead" in page.select_one(".weui-cell__bd").text
    [right] = await rights_of(vote, owner)
    await browser.open(f"{vote.path}/deliveries/{vote.building.id}/{right}")
    tries = f"{vote.path}/deliveries/{vote.building.id}/{right}/tries"
    await browser.send(tries, reason="moved")
    page = await browser.open(f"{vote.path}/posting")
    assert "1单元1000" in page.text
    ledger = await ledger_of(browser, vote)
    assert ledger[0][:5] == ("梧桐苑1", "1", "1000", "1. 事项1", "没有送到")
    assert (ledger[0][11], ledger[0][13]) == (1, "不住在这里，没有新地址")
    notice = await browser.send(f"{vote.path}/posting")
    assert "公告送达" in notice.select_one("h1").text
    door = await browser.open(tries.removesuffix("/tries"))
    assert "还没有满期" in door.main.text and "已送达" not in door.select_one(".panel").text
    for left in ("正在等待发出", "两次都用完了"):
        await browser.open(f"{vote.path}/reminders")
        page = await browser.send(f"{vote.path}/reminders")
        assert left in page.text
        await send_reminders(DURING)
    await browser.open(f"{vote.path}/carriers")  # a page from before, its button still there
    refused = await browser.send(f"{vote.path}/reminders", expect=409)
    assert "已经提醒过两次" in refused.text


async def test_an_owner_names_a_proxy_who_votes_in_one_pass_with_their_own(browser):
    vote = await a_vote()
    owner, agent = await a_voter(vote, name="李秀英"), await an_agent()
    await a_voter(vote, name="周明", person=agent)
    await advance_poll(vote.poll.id, OPENING)

    await browser.sign_in(owner)
    await browser.open(f"{vote.path}/vote")
    await browser.open(f"{vote.path}/proxy/new")
    wrong = await browser.send(f"{vote.path}/proxy", expect=422, phone="13800138000", name="周暗")
    assert wrong.select_one("input[name=name]")["value"] == "周暗"
    wrong = await browser.send(f"{vote.path}/proxy", expect=422, phone="12", name="")
    assert "11 位数字" in wrong.text and "请填写受托人姓名" in wrong.text
    await an_agent("+8613900139000", "赵物业")
    hired = await Person.objects().get(Person.name == "赵物业")
    await a_role(RoleKind.PROPERTY_MANAGER, vote.estate, person=hired)
    wrong = await browser.send(f"{vote.path}/proxy", expect=422, phone="13900139000", name="赵物业")
    assert "物业人员不能代业主投票" in wrong.text and "舟山" in wrong.text
    page = await browser.send(f"{vote.path}/proxy", phone="138 0013 8000", name="周明")
    assert "委托中" in page.text
    await browser.sign_in(agent)
    page = await browser.open(f"{vote.path}/vote")
    assert "代 李秀英（梧桐苑11单元1000）" in page.text
    page = await browser.open(page.select_one("a.weui-btn_primary")["href"])
    page = await browser.send(f"{vote.path}/paper", choice="approve")
    assert "代 李秀英" in page.text
    page = await browser.send(f"{vote.path}/paper", choice="reject")
    assert "代 李秀英" in page.text, "on the check page, too"
    await browser.send(f"{vote.path}/casts")

    assert len(await receipts_of(agent.id, vote.poll.id)) == 2
    assert len(await receipts_of(owner.id, vote.poll.id)) == 1
    page = await browser.open(f"{vote.path}/proxy")
    assert "您已代为投票" in page.text


async def test_of_a_shared_home_the_others_agree_before_a_proxy_is_named(browser):
    vote = await a_vote()
    unit = await a_unit(vote.building, "101")
    one, other = await an_owner(unit, name="张伟"), await an_owner(unit, name="林晓燕")
    await on_the_roll(vote, await owners_of(unit), unit, 500_000)
    await browser.sign_in(one)

    page = await browser.open(f"{vote.path}/proxy/new")
    assert "请先确认" in page.main.text and not page.select("main form")
    await represent_co_owners(await asking(one, DURING), vote.poll.id, DURING)
    assert (await browser.open(f"{vote.path}/proxy/new")).select("input[name=phone]")
    await browser.sign_in(other)
    page = await browser.open(f"{vote.path}/proxy/new")

    assert "另一位共有人代表投票" in page.main.text and not page.select("main form")


async def test_naming_a_proxy_loses_no_word_when_the_proof_has_run_out(browser, time_is):
    vote = await a_vote()
    await an_agent()
    await browser.sign_in(await a_voter(vote))
    await browser.open(f"{vote.path}/proxy/new")
    later = DURING + timedelta(minutes=11)
    time_is(later)
    browser.client.headers["Referer"] = f"http://test{vote.path}/proxy/new"

    page = await browser.send(f"{vote.path}/proxy", phone="13800138000", name="周明")
    assert page.select_one("h1").text == "验证身份"
    await prove(await value("select id from sign_in order by opened_at desc limit 1"), later)
    page = await browser.open(browser.response.url.params["next"])
    assert page.select_one("input[name=phone]")["value"] == "13800138000"
    page = await browser.send(
        f"{vote.path}/proxy", phone="13800138000", name=page.select_one("input[name=name]")["value"]
    )

    assert "委托中" in page.text


async def test_staff_enter_a_document_and_its_photo_is_for_those_it_concerns(browser):
    vote = await a_vote()
    owner, agent, neighbour = await a_voter(vote), await an_agent(), await a_voter(vote)
    await browser.sign_in(await a_role(RoleKind.COMMUNITY_WORKER, vote.estate))
    said = {"building": "梧桐苑1", "entrance": "1", "room": "1000", "phone": "13800138000",
            "name": "周明"}  # fmt: skip

    await browser.open(f"{vote.path}/proxies")
    wrong = await browser.send(f"{vote.path}/proxies", expect=422, **said)
    assert wrong.select_one("input[name=room]")["value"] == "1000"
    page = await browser.send(
        f"{vote.path}/proxies", **said, files={"document": ("x.jpg", a_photo(), "image/jpeg")}
    )
    photo = next(a["href"] for a in page.select("a") if "/documents/" in a["href"])

    assert "已登记 1 项" in page.text
    for person, expect in ((owner, 200), (agent, 200), (neighbour, 404)):
        await browser.sign_in(person)
        answer = await browser.client.get(photo)
        assert answer.status_code == expect
