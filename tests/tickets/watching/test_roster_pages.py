"""The duty roster as its heads draw it up and others read it, week by week."""

from coordination import clock
from coordination.tickets.watching.roster import on_duty
from tests.tickets.a_ticket import DAY, HOUR, WHISTLED, a_neighbourhood
from tests.tickets.desk.a_desk import sign_in


async def test_a_manager_fills_a_night_and_repeats_it_and_takes_one_off(browser, time_is):
    time_is(WHISTLED)
    town = await a_neighbourhood()
    address = f"/desk/rosters/{town.company.id}"
    await sign_in(browser, town.manager)

    page = await browser.open("/desk/rosters")
    assert "没有人值班" in page.text
    page = await browser.send(
        address, person=str(town.keeper.id), deputy=str(town.manager.id), day="2026-03-02",
        begins="20:00", ends="08:00", weeks="2",
    )  # fmt: skip

    assert "梧桐苑管家" in page.text and "20:00 至次日 08:00" in page.text
    night = WHISTLED + 14 * HOUR
    [first] = await on_duty(town.company.id, night)
    assert (first.person, first.deputy) == (town.keeper.id, town.manager.id)
    assert await on_duty(town.company.id, night + 7 * DAY)
    ending = page.select_one("form[action$='/endings']")
    await browser.send(ending["action"])
    assert not await on_duty(town.company.id, night)


async def test_a_wrong_shift_comes_back_with_every_word_and_what_to_mend(browser, time_is):
    time_is(WHISTLED)
    town = await a_neighbourhood()
    await sign_in(browser, town.manager)
    await browser.open(f"/desk/rosters/{town.company.id}")

    page = await browser.send(
        f"/desk/rosters/{town.company.id}", person="", day="2026-03-02", begins="八点",
        ends="08:00", weeks="90", expect=422,
    )  # fmt: skip

    said = page.select_one(".error-summary").text
    assert "请选择值班人" in said and "08:00 这样的时间" in said and "1 到 26" in said
    assert page.select_one("[name=begins]")["value"] == "八点"


async def test_staff_and_those_above_read_it_and_do_not_write_it(browser, time_is):
    time_is(WHISTLED)
    town, other = await a_neighbourhood(), await a_neighbourhood("别处")
    address = f"/desk/rosters/{town.company.id}"

    for who in (town.keeper, town.worker, town.officer):
        await sign_in(browser, who)
        page = await browser.open(address)
        assert not page.select("form[method=post][action^='/desk']")
        await browser.send(
            address, person=str(town.keeper.id), day="2026-03-02", begins="20:00", ends="08:00",
            expect=403,
        )  # fmt: skip
    for who in (other.manager, other.worker, town.clerk):
        await sign_in(browser, who)
        await browser.open(address, expect=404)
    await sign_in(browser, town.resident)
    await browser.open(address, expect=403)


async def test_odd_weeks_are_this_week(browser, time_is):
    time_is(WHISTLED)
    town = await a_neighbourhood()
    await sign_in(browser, town.manager)

    for week in ("9999-12-31", "0001-01-01", "next", ""):
        page = await browser.open(f"/desk/rosters/{town.company.id}?week={week}")
        assert "2026年3月2日 起的一周" in page.text
    assert clock.now() == WHISTLED
