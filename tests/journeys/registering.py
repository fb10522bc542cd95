"""The roll is uploaded, and owners bind their homes: by the letter, by a code to the phone."""

import re
from pathlib import Path

import pypdf

from coordination.people.tables import Person
from tests.browser.screens import Screen
from tests.journeys.the_roll import (
    HEADER,
    HUSBAND,
    LETTER,
    NEIGHBOURS,
    PHONE,
    THREE,
    WIFE,
    Owner,
    cells,
    workbook,
)
from tests.journeys.town import PASSWORD, Town
from tests.people.accounts import an_account
from tests.waiting import until

CODE = "[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}"
LETTER_OF = rf"(\d栋)1单元(\d+) *业主：.*?({CODE})"
WRONG, MENDED = "2栋901", "九十六"  # a door, and what stood where its area should


async def when_the_worker_uploads_the_roll(town: Town) -> None:
    """The template's columns; one row is wrong, and is corrected in the workbook that says so."""
    desk = await town.desk("worker")
    lines = [list(unit.line()) for unit in town.units]
    right = next(line for line in lines if line[0] + line[2] == WRONG)
    area, right[3] = right[3], MENDED
    path = f"/registry/{town.estate}/imports"

    await desk.open(path)
    template = await download(desk, "下载模板（Excel）", town.folder / "template.xlsx")
    assert {name.rstrip("*").strip() for name in cells(template)[0]} >= set(HEADER)
    await _upload(desk, workbook(town.folder / "roll.xlsx", HEADER, lines))
    assert await counts(desk) == {"新增": 35, "变更": 0, "与登记册一致": 0, "有误": 1}
    errors = await download(desk, "下载错误清单（Excel）", town.folder / "errors.xlsx")
    await desk.choose("只导入正确的行")
    await _confirm(desk)

    header, *wrong = cells(errors)
    assert [line[header.index("原值")] for line in wrong] == [MENDED]
    mended = [area if cell == MENDED and n < len(HEADER) + 1 else cell
              for n, cell in enumerate(wrong[0])]  # fmt: skip
    await desk.open(path)
    await _upload(desk, workbook(town.folder / "mended.xlsx", tuple(header), [mended]))
    assert await counts(desk) == {"新增": 1, "变更": 0, "与登记册一致": 0, "有误": 0}
    await desk.choose("全部或不导入")
    await _confirm(desk)


async def then_a_second_upload_changes_nothing(town: Town) -> None:
    desk = await town.desk("worker")
    lines = [unit.line() for unit in town.units]

    await desk.open(f"/registry/{town.estate}/imports")
    await _upload(desk, workbook(town.folder / "again.xlsx", HEADER, lines))

    assert await counts(desk) == {"新增": 0, "变更": 0, "与登记册一致": 36, "有误": 0}
    assert "不会有任何变动" in await desk.text()
    assert not await desk.page.get_by_role("button", name="确认导入").count()


async def when_letters_are_printed(town: Town) -> None:
    """Each building's; the codes stand on paper and nowhere else."""
    desk = await town.desk("worker")
    for building in ("1栋", "2栋"):
        await desk.open(f"/registry/{town.estate}")
        await desk.press(re.compile(f"{building}绑定码函"))
        await desk.press(re.compile("户制作"))
        paper = await download(desk, "打印（下载 PDF）", town.folder / f"{building}.pdf")
        text = "".join(page.extract_text() for page in pypdf.PdfReader(paper).pages)
        found = re.findall(LETTER_OF, text, re.DOTALL)
        town.codes |= {house + room: code for house, room, code in found}
    assert len(town.codes) == 35, "one per home that is sold"


async def when_an_owner_binds_by_the_letter(town: Town) -> None:
    phone = await town.phone(LETTER.name)
    await _join(town, phone, LETTER)

    await phone.open("/bind")
    await phone.fill(code=town.codes["1栋101"].lower().replace("-", " "), name=LETTER.name)
    await phone.press("绑定")

    assert "1栋1单元101" in await phone.text()


async def when_another_binds_by_a_code_to_the_phone(town: Town) -> None:
    phone = await town.phone(PHONE.name)
    await _join(town, phone, PHONE)

    await phone.open("/bind/phone")
    await phone.fill(estate="梧桐苑", building="1栋", entrance="1单元", room="102", name=PHONE.name)
    await phone.press("获取验证码")
    await phone.fill(code=await town.code_sent_to(PHONE.phone))
    await phone.press("绑定")

    assert "1栋1单元102" in await phone.text()


async def when_all_others_bind_by_their_letters(town: Town) -> None:
    browser = await town.browser()
    doors = {owner: unit.door for unit in reversed(town.units) for owner in unit.owners}
    for owner in (HUSBAND, THREE, *NEIGHBOURS[: len(doors) - 5]):
        account = await an_account(owner.name, phone=f"+86{owner.phone}", password=None)
        await _bind(browser, account, owner, town.codes[doors[owner]])


async def when_the_wife_binds_too(town: Town) -> None:
    """A code is good once: the worker makes another letter for a home with two owners."""
    desk = await town.desk("worker")
    await desk.open(f"/registry/{town.estate}")
    await desk.press(re.compile("1栋绑定码函"))
    await desk.page.get_by_label("重新制作 1栋1单元201").check()
    await desk.press("重新制作勾选的（旧码作废）")
    paper = await download(desk, "打印（下载 PDF）", town.folder / "again.pdf")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(paper).pages)
    [code] = re.findall(CODE, text)
    account = await an_account(WIFE.name, phone=f"+86{WIFE.phone}", password=None)
    await _bind(await town.browser(), account, WIFE, code)


async def counts(desk: Screen) -> dict[str, int]:
    """What a preview says of the rows."""
    words = await desk.page.locator(".facts > div").all_inner_texts()
    found = dict(re.findall(r"(新增|变更|与登记册一致|有误)\s+(\d+) 行", "\n".join(words)))
    return {name: int(count) for name, count in found.items()}


async def _upload(desk: Screen, path: Path) -> None:
    await desk.page.set_input_files("[name=file]", path)
    await desk.press("上传并预览")


async def _confirm(desk: Screen) -> None:
    """Confirm, and wait until the worker has written it."""
    await desk.press("确认导入")

    async def written() -> bool:
        await desk.page.reload()
        return (await desk.heading()).startswith("已导入")

    await until(written, "the roll is written")


async def download(desk: Screen, words: str, path: Path) -> Path:
    async with desk.page.expect_download() as coming:
        await desk.named(words).click()
    await (await coming.value).save_as(path)
    return path


async def _join(town: Town, phone: Screen, owner: Owner) -> None:
    """Sign up with a phone."""
    await phone.open("/join")
    await phone.fill(phone=owner.phone)
    await phone.press("发送验证码")
    await phone.fill(code=await town.code_sent_to(owner.phone), name=owner.name, password=PASSWORD)
    await phone.choose("我已阅读并同意")
    await phone.press("同意并注册")


async def _bind(browser, account: Person, owner: Owner, code: str) -> None:
    await browser.sign_in(account)
    await browser.open("/bind/letter")
    await browser.send("/bind/letter", code=code, name=owner.name)
