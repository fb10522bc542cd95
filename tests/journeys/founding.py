"""The beginning: an empty deployment is named, and those who work in it get their accounts."""

from tests.browser.screens import Screen
from tests.journeys.town import PASSWORD, Town, set_up_second_factor, sign_in_with_code

OPERATOR = "13900000001"
COMMUNITY = ("社区（居委会）工作人员", "梧桐社区居民委员会", "居民委员会")
COMMITTEE = ("业主委员会委员", "梧桐苑业主委员会", "业主委员会")
STAFF = {  # name, phone, place; role, body and its kind
    "worker": ("陈静", "13900000002", "梧桐社区", *COMMUNITY),
    "chair": ("王建国", "13900000003", "梧桐苑", *COMMITTEE),
    "second": ("刘芳", "13900000004", "梧桐苑", *COMMITTEE),
}


async def given_the_operator_names_community_and_estate(town: Town) -> None:
    desk = await town.desk("operator")

    first = await desk.open("/")
    assert desk.path.startswith("/setup"), first.h1
    await desk.fill(
        operator="周维", body="临江街道运营组", phone=OPERATOR, password=PASSWORD,
        subdistrict="临江街道", community="梧桐社区", estate="梧桐苑",
    )  # fmt: skip
    await desk.press("完成设置")
    await desk.fill(name=OPERATOR, password=PASSWORD)
    await desk.press("登录")
    await desk.press("我已阅读并同意")
    await set_up_second_factor(desk)

    await desk.open("/setup", expect=404)
    estates = (await town.browser()).client
    found = (await estates.get("/api/v1/estates")).json()
    [estate] = found["estates"] if isinstance(found, dict) else found
    town.estate = estate["id"]


async def given_a_worker_and_two_committee_members(town: Town) -> None:
    desk = await town.desk("operator")
    for who, (name, phone, place, role, body, kind) in STAFF.items():
        await desk.open("/people/new")
        await desk.fill(name=name, phone=phone)
        await desk.press("添加，下一步授予身份")
        await _walk_to(desk, place)
        grants = desk.path
        if who != "second":
            await desk.open("/bodies" + grants[grants.index("?") :])
            await desk.fill(kind=kind, name=body, officer=name, phone="027-87000000")
            await desk.press("添加")
            await desk.open(grants)
        await desk.fill(kind=role, body=body)
        await desk.press(f"在“{place}”授予")
        window = await town.desk(who)
        await sign_in_with_code(town, window, phone)
        await window.open("/second-factor")
        await set_up_second_factor(window)


async def _walk_to(desk: Screen, place: str) -> None:
    """Down through the places, to this one."""
    for step in ("临江街道", "梧桐社区", "梧桐苑"):
        await desk.press(step)
        if step == place:
            return
