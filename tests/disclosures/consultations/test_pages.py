"""意见征询 as people meet it: unmistakable, counts apart, nobody's answer shown to anybody."""

from coordination.disclosures.consultations.actions import answer_consultation, count_closed
from coordination.disclosures.consultations.rules import BALLOT_WORDS, BANNER
from tests.builders import a_person, an_owner
from tests.conftest import Browser
from tests.disclosures.a_disclosure import EARLY, a_town
from tests.disclosures.consultations.a_consultation import (
    AFTER,
    DURING,
    LAST_ON,
    a_consultation,
    a_tenant,
    some_homes,
)
from tests.matters.a_matter import asking


def words(page) -> str:
    return page.get_text(" ", strip=True)


async def test_every_page_of_it_says_that_it_decides_nothing_in_no_word_of_a_ballot(
    browser: Browser, time_is
):
    time_is(DURING)
    town = await a_town()
    one = await a_consultation(town)
    [home] = await some_homes(town, 1)
    await browser.sign_in(await an_owner(home))

    for path in (f"/consultations?estate={town.estate.id}", f"/consultations/{one}"):
        page = await browser.open(path)
        assert page.select_one("main .consult").get_text(strip=True) == BANNER
        said = words(page.main).replace(BANNER, "")
        assert [word for word in BALLOT_WORDS if word in said] == []
        assert not page.select("main .ballot, main a[href^='/ballots']")


async def test_an_answer_is_given_changed_and_shown_to_its_giver_alone(browser: Browser, time_is):
    time_is(DURING)
    town = await a_town()
    one = await a_consultation(town)
    homes = await some_homes(town)
    await answer_consultation(await asking(await a_tenant(homes[1])), one, 2, "西门风大", DURING)
    await browser.sign_in(await an_owner(homes[0], name="梅业主"))
    path = f"/consultations/{one}"
    page = await browser.open(path)
    assert (
        "改到西门" in words(page) and "西门风大" not in page.text and "已收到 1 份" in words(page)
    )

    await browser.send(f"{path}/answers", expect=422, choice="", words="")
    await browser.send(f"{path}/answers", expect=422, choice="9", words="")
    page = await browser.send(f"{path}/answers", choice="0", words="早点试")
    assert "您已回答（按业主统计）" in words(page)
    page = await browser.send(f"{path}/answers", choice="1", words="")
    assert "已收到 2 份" in words(page)
    await browser.sign_in(await an_owner(homes[0], name="配偶"))
    page = await browser.open(path)
    assert "梅业主" not in page.text and not page.select("input[checked]")
    page = await browser.send(f"{path}/answers", expect=409, choice="0", words="")
    assert "您家已经有人回答" in words(page)
    await browser.sign_in(await a_person("路人"))
    await browser.send(f"{path}/answers", expect=403, choice="0", words="")


async def test_the_counts_are_public_and_the_words_the_askers_alone(browser: Browser, time_is):
    time_is(AFTER)
    town, other = await a_town(), await a_town("丁香苑")
    one = await a_consultation(town)
    homes = await some_homes(town)
    for home, choice in zip(homes, (0, 0, 1), strict=True):
        owner = await asking(await an_owner(home, name="梅业主"))
        await answer_consultation(owner, one, choice, "早点试", DURING)
    await answer_consultation(await asking(await a_tenant(homes[0])), one, 2, "", DURING)
    assert "正在统计" in words(await browser.open(f"/consultations/{one}"))
    await count_closed(AFTER)

    page = await browser.open(f"/consultations/{one}")

    charts = [words(figure) for figure in page.select("figure.chart")]
    assert "业主 共 3 份" in charts[0] and "先试一个月" in charts[0] and "66.67%" in charts[0]
    assert "居民（租户、家人） 共 1 份" in charts[1] and "100.00%" in charts[1]
    for reader, sees in ((None, False), (other.worker, False), (town.manager, False),
                         (town.worker, True)):  # fmt: skip
        if reader:
            await browser.sign_in(reader)
        page = await browser.open(f"/consultations/{one}")
        assert ("早点试" in page.text) is sees and "梅业主" not in page.text


async def test_the_community_asks_and_is_warned_of_art_278(browser: Browser, time_is):
    time_is(EARLY)
    town = await a_town()
    await browser.sign_in(town.worker)
    page = await browser.open(f"/consultations?estate={town.estate.id}")
    await browser.open(page.find("a", string="发起意见征询")["href"])
    said = {"estate": str(town.estate.id), "title": "停车收费怎么调", "text": "先听听。",
            "choices": "先不动\n分时段", "last_on": LAST_ON.isoformat()}  # fmt: skip

    page = await browser.send("/consultations/new", expect=422, **said)
    assert "第二百七十八条" in page.select_one("#f-reason-error").text
    page = await browser.send(
        "/consultations/new", expect=422, **(said | {"choices": "同意\n反对"})
    )
    assert "像是表决" in page.select_one("#f-choices-error").text
    await browser.send("/consultations/new", **said, reason="只收集想法，方案另行召开业主大会")

    page = await browser.open(browser.response.url.path)
    assert "只收集想法" in words(page) and "停车收费" in words(page.h1)
    await browser.sign_in(await a_person())
    await browser.open("/consultations/new", expect=403)
