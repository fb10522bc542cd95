"""The pages of minutes: one click, an editor that saves by itself, a check, signatures."""

from tests.meetings.a_meeting import ENDS, a_closed, a_town, again
from tests.meetings.test_calling_pages import sign_in
from tests.meetings.test_minutes import CHECKED


async def written(browser, time_is):
    time_is(ENDS)
    town = await a_town()
    meeting = await a_closed(town)
    await sign_in(browser, town.worker)
    await browser.open(f"/meetings/{meeting.id}/minutes")
    page = await browser.send(f"/meetings/{meeting.id}/minutes")
    return town, meeting, page


async def test_an_editor_saves_by_itself_and_touches_no_field(browser, time_is):
    _, _, page = await written(browser, time_is)
    here = page.select_one("a[href^='/meetings/minutes/parts/']")["href"]
    page = await browser.open(here)
    form = page.select_one(f"form[action='{here}']")
    assert form["hx-trigger"] == "every 10s"

    saved = await browser.send(here, htmx=True, text="第一句", based_on="1")
    assert saved.select_one("[name=based_on]")["value"] == "2"
    assert not saved.select("textarea")
    other = await browser.send(here, htmx=True, text="另一人的话", based_on="1")
    assert "两人的内容都保留了" in other.text

    page = await browser.open(f"{here}/comparison?revision=1")
    assert "－ 当时有" in page.main.text
    page = await browser.send(f"{here}/revisions/2/restoring")
    assert page.select_one("textarea").text.strip() == "第一句"
    await browser.send(here, text="x" * 20_001, based_on="1", expect=422)
    await browser.open(f"{here}/comparison?revision=99", expect=404)


async def test_they_are_checked_signed_and_published(browser, time_is):
    town, meeting, page = await written(browser, time_is)
    here = f"/meetings/{meeting.id}/minutes"
    page = await browser.send(f"{here}/check")
    assert "核对到" in page.main.text
    await sign_in(browser, town.manager)
    page = await browser.open(here)
    objecting = page.select_one("form[action$='/objections']")["action"]
    await browser.send(objecting, words="", expect=422)
    page = await browser.send(objecting, words="句" * 2_001, expect=422)
    kept = page.select_one(f"form[action='{objecting}'] textarea")
    assert kept.text.strip() == "句" * 2_001
    assert "现在有 2001 个字" in page.main.text
    await browser.send(objecting, words="少一句")
    await sign_in(browser, town.members[1])
    await browser.open(here, expect=404)
    await sign_in(browser, town.worker)
    page = await browser.open(here)
    await browser.send(page.select_one("form[action$='/answers']")["action"], answer="已补")

    time_is(CHECKED)
    for one in (town.worker, town.members[0], town.manager, town.helper, town.councillor):
        await sign_in(browser, await again(one, CHECKED))
        page = await browser.open(here)
        while forms := page.select("form[action$='/signatures']"):
            seat = forms[0].select_one("[name=seat]")["value"]
            page = await browser.send(f"{here}/signatures", seat=seat)
    await sign_in(browser, town.worker)
    page = await browser.open(here)
    assert "已定稿" in page.main.text
    notice = await browser.send(f"{here}/publication")
    browser.sign_out()
    assert notice.h1.text == "第三次四方联席会议纪要"
    public = await browser.open(f"/meetings/{meeting.id}")
    assert "纪要已公布" in public.main.text
    await browser.open(here, expect=303, follow=False)
