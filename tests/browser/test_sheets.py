"""Writing down sheets in a real browser: photos one after the other, and that of the scan."""

import base64
from pathlib import Path

from coordination import db
from coordination.people.tables import RoleKind
from coordination.places.queries import place_of
from tests.ballots.paper.sheets import a_photo
from tests.browser.conftest import be
from tests.browser.screens import Windows
from tests.builders import a_role

UNWRITTEN = """
select s.serial, s.poll, p.estate from sheet s join poll p on p.id = s.poll
 where not exists (select from sheet_entry e where e.sheet = s.id) and exists (
   select from poll_step t where t.poll = s.poll and t.step = 'opened') and not exists (
   select from poll_step t where t.poll = s.poll and t.step = 'closed') order by s.serial limit 1
"""
KEEP_SHOT = """([serial, photo]) => sessionStorage.setItem("sheet-shot",
  serial + " data:image/jpeg;base64," + photo)"""


async def test_the_photo_of_the_scan_and_more_are_taken_and_one_is_left_out(
    windows: Windows, rows, tmp_path: Path
):
    sheet = await db.row(UNWRITTEN)
    assert sheet, "the demo has sheets that nobody wrote down"
    paths = [tmp_path / name for name in ("back.jpg", "blurred.jpg", "envelope.jpg")]
    for path, colour in zip(paths, ("gray", "black", "brown"), strict=True):
        path.write_bytes(a_photo(colour))
    here, phone = f"/ballots/{sheet['poll']}/sheets", await windows.phone()
    await be(phone, await a_role(RoleKind.COMMUNITY_WORKER, await place_of(sheet["estate"])))
    await phone.open(f"{here}/entry")
    scanned = [sheet["serial"], base64.b64encode(a_photo()).decode()]
    await phone.page.evaluate(KEEP_SHOT, scanned)

    await phone.open(f"{here}/{sheet['serial']}")
    await phone.page.wait_for_selector(".shots img")
    for number, path in enumerate(paths, 2):
        await phone.page.locator("[name=photo]").set_input_files([path])
        await phone.page.wait_for_selector(f".shots div:nth-child({number}) img")
    await phone.page.get_by_text("不要第 3 张").tap()
    for question in await phone.page.locator("fieldset.boxes").all():
        await question.locator("label", has_text="同意").first.tap()
    await phone.press("保存，登记下一张")

    assert "再登记一次" in await phone.text() or "重复票" in await phone.text()
    kept = await db.value(
        """select count(*) from sheet_evidence v join sheet_entry e on e.id = v.entry
             join sheet s on s.id = e.sheet where s.serial = $1""",
        sheet["serial"],
    )
    assert kept == 3
    assert await phone.page.evaluate("sessionStorage.getItem('sheet-shot')") is None
