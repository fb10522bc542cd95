"""From the preliminary result to one that a stranger recounts at home."""

import csv
import io
import json

import httpx
import pypdf

from tests.commands import coordination
from tests.journeys.convening import ONE_BUILDING, WHOLE_ESTATE
from tests.journeys.registering import download
from tests.journeys.the_roll import LETTER, Figures, cells, expected
from tests.journeys.town import PASSWORD, Town
from tests.journeys.voting import WORDS
from tests.waiting import until

FORMS = ("package.json", "result.csv", "result.xlsx", "result.pdf")
OUTCOMES = {"carried": "通过", "not_carried": "未通过"}


async def when_an_owner_objects_and_is_answered(town: Town) -> None:
    phone = await town.phone(LETTER.name)
    await phone.open(f"{town.poll}/result")
    await phone.fill(text="请说明送达人数是怎样统计的。")
    await phone.press("提交异议")

    desk = await town.desk("chair")
    await desk.open(f"{town.poll}/result")
    await desk.fill(gist="送达人数怎样统计", answer="以系统记录的送达凭证为准。")
    await desk.press("公布答复")


async def then_the_result_becomes_final(town: Town) -> None:
    stranger = await town.phone("a stranger")
    await town.put_clock_forward(days=12)

    async def is_final() -> bool:
        await stranger.open(f"{town.poll}/result")
        return (await stranger.heading()).endswith("表决结果")

    await until(is_final, "the result is final")


async def then_all_its_forms_say_what_the_roll_and_the_votes_say(town: Town) -> None:
    stranger = await town.phone("a stranger")
    page = await stranger.open(f"{town.poll}/result")
    async with httpx.AsyncClient(base_url=town.service.address, trust_env=False) as client:
        for name in FORMS:
            found = await client.get(f"{town.poll}/result/{name}")
            (town.folder / name).write_bytes(found.content)
    package = json.loads((town.folder / "package.json").read_bytes())
    table = list(csv.reader(io.StringIO((town.folder / "result.csv").read_text("utf-8-sig"))))
    pages = pypdf.PdfReader(town.folder / "result.pdf").pages
    print_out = _plain("".join(each.extract_text() for each in pages))

    for title, figures in _expected(town).items():
        [question] = [one for one in package["questions"] if one["title"] == title]
        said = {one["choice"]: (one["persons"], one["area_m2"]) for one in question["choices"]}
        [panel] = [one for one in page.select("main section.panel") if title in one.h2.text]
        lines = {line[1]: line[2:4] for line in table if line[:1] == [title]}
        assert question["outcome"] == figures.outcome
        assert question["roll"] == question["roll"] | _measured(figures.persons, figures.cm2)
        assert panel.select_one(".ruling").text.strip() == OUTCOMES[figures.outcome]
        assert lines["全体业主"] == [str(figures.persons), _square_metres(figures.cm2)]
        for choice, (persons, cm2) in figures.by_choice.items():
            area = _square_metres(cm2)
            assert said[choice] == (persons, area)
            assert lines[WORDS[choice]] == [str(persons), area]
            read = area.rstrip("0").rstrip(".")  # the page leaves noughts behind the point off
            assert read in panel.text.replace(",", "") and area in print_out
    assert {figures.outcome for figures in _expected(town).values()} == set(OUTCOMES)
    assert _filled(cells(town.folder / "result.xlsx")) == _filled(table)


async def then_a_stranger_recounts_it_and_the_owner_finds_her_ballots(town: Town) -> None:
    phone = await town.phone(LETTER.name)
    await phone.open(f"{town.poll}/receipts")
    if "/step-up" in phone.path:
        await phone.fill(password=PASSWORD)
        await phone.press("用密码确认")
    receipt = await download(phone, "下载回执文件", town.folder / "receipt.json")
    package = town.folder / "package.json"

    alone = await coordination("recount", package, data=town.folder)
    with_hers = await coordination(
        "recount", package, "--receipt", receipt, "--json", data=town.folder
    )

    assert (alone.code, alone.err) == (0, "")
    assert with_hers.code == 0, with_hers.out
    hers = [one for one in json.loads(with_hers.out)["checks"] if "receipt" in one["name"]]
    assert hers and all(one["holds"] for one in hers if one["holds"] is not None)
    assert any(one["holds"] for one in hers)


async def then_a_changed_digit_is_named(town: Town) -> None:
    package = json.loads((town.folder / "package.json").read_bytes())
    [approved] = [one for one in package["questions"][0]["choices"] if one["choice"] == "approve"]
    approved["persons"] += 1
    forged = town.folder / "forged.json"
    forged.write_text(json.dumps(package, ensure_ascii=False))

    said = await coordination("recount", forged, "--json", data=town.folder)

    wrong = {one["name"] for one in json.loads(said.out)["checks"] if one["holds"] is False}
    assert said.code == 1
    assert any(name.startswith("questions[0].choices") for name in wrong), wrong


def _expected(town: Town) -> dict[str, Figures]:
    return {
        WHOLE_ESTATE: expected(town.units, 0),
        ONE_BUILDING: expected(town.units, 1, "1栋"),
    }


def _square_metres(cm2: int) -> str:
    return f"{cm2 // 10_000}.{cm2 % 10_000:04d}"


def _measured(persons: int, cm2: int) -> dict[str, object]:
    return {"persons": persons, "area_m2": _square_metres(cm2)}


def _plain(text: str) -> str:
    return "".join(text.split()).replace(",", "")


def _filled(table: list[list[str]]) -> list[list[str]]:
    """Without what is empty; a whole number in a sheet reads 5.0."""
    rows = [[cell.removesuffix(".0") for cell in row if cell] for row in table]
    return [row for row in rows if row]
