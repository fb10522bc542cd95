"""代办: staff whistle for somebody who agreed; the contact is sealed, the paper says a number."""

import io

import pypdf
import pytest

from coordination.db import execute, row, value
from coordination.people.secrecy import open_phone, phone_hash, seal_phone
from coordination.tickets.routing.seeds import category_id
from tests.tickets.a_ticket import WHISTLED, a_neighbourhood
from tests.tickets.desk.a_desk import sign_in

NEW = "/desk/filings/new"


@pytest.fixture
async def town(database, time_is):
    time_is(WHISTLED)
    return await a_neighbourhood()


def said(town, **fields: str) -> dict[str, str]:
    return {
        "way": "phone", "text": "三单元门口的灯不亮", "category": str(category_id("lighting")),
        "building": str(town.building.id), "spot": "门口", "name": "王女士",
        "phone": "138 0013 8000", "is_public": "yes", "consent": "yes",
    } | fields  # fmt: skip


@pytest.mark.parametrize("who", ["worker", "keeper"])
async def test_filed_for_a_caller_it_is_a_ticket_with_a_number_and_a_date(town, browser, who):
    asker = getattr(town, who)
    await sign_in(browser, asker)
    await browser.open(f"{NEW}?estate={town.estate.id}")

    page = await browser.send(NEW, **said(town))

    found = await row("select * from ticket")
    assert (found["door"], found["filed_by"], found["state"]) == ("counter", asker.id, "whistled")
    assert open_phone(found["caller_phone_sealed"]) == "+8613800138000"
    assert f"#{found['number']}" in page.text and "首次答复不晚于" in page.text
    assert "13800138000" not in str(page)


async def test_without_consent_nothing_is_written_and_every_word_stays(town, browser):
    await sign_in(browser, town.worker)
    await browser.open(f"{NEW}?estate={town.estate.id}")

    page = await browser.send(NEW, expect=422, **said(town, consent="", phone="12"))

    assert await value("select count(*) from ticket") == 0
    assert page.select_one("#f-text").text.strip() == "三单元门口的灯不亮"
    assert page.select_one("#f-name")["value"] == "王女士"
    assert page.select_one("#f-consent-error")


async def test_sent_twice_it_is_one_ticket(town, browser):
    await sign_in(browser, town.worker)
    page = await browser.open(f"{NEW}?estate={town.estate.id}")
    form = page.select_one(f"form[action='{NEW}']")
    hidden = {one["name"]: one["value"] for one in form.select("[type=hidden]")}

    await browser.send(NEW, **hidden, **said(town))
    await browser.send(NEW, **hidden, **said(town))

    assert await value("select count(*) from ticket") == 1


async def test_whose_phone_has_an_account_finds_the_ticket_there(town, browser):
    phone = "+8613800138000"
    await execute(
        "update person set phone_sealed = $2, phone_hash = $3, phone_tail = '8000' where id = $1",
        town.resident.id, seal_phone(phone), phone_hash(phone),
    )  # fmt: skip
    await sign_in(browser, town.worker)
    await browser.open(f"{NEW}?estate={town.estate.id}")

    await browser.send(NEW, **said(town))

    assert await value("select whistled_by from ticket") == town.resident.id


async def test_another_communitys_estate_is_not_ones_to_file_for(town, browser):
    other = await a_neighbourhood("翠湖里")
    await sign_in(browser, other.worker)
    await browser.open(f"{NEW}?estate={other.estate.id}")

    await browser.send(NEW, expect=403, **said(town, estate=str(town.estate.id)))

    assert await value("select count(*) from ticket") == 0


async def test_a_building_of_another_estate_is_refused_at_its_field(town, browser):
    other = await a_neighbourhood("翠湖里")
    await sign_in(browser, town.worker)
    await browser.open(f"{NEW}?estate={town.estate.id}")

    page = await browser.send(NEW, expect=422, **said(town, building=str(other.building.id)))

    assert "不在所选的小区" in page.select_one("#f-building-error").text


async def test_the_slip_says_the_number_and_when_to_hear_and_names_nobody(town, browser):
    await sign_in(browser, town.worker)
    await browser.open(f"{NEW}?estate={town.estate.id}")
    await browser.send(NEW, **said(town))
    found = await row("select id, number from ticket")

    answer = await browser.client.get(f"/desk/filings/{found['id']}/slip.pdf")

    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    text = "".join(page.extract_text() for page in pages)
    assert f"#{found['number']}" in text and "应答复" in text
    assert "王女士" not in text and "13800138000" not in text
