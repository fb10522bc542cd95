"""Prints say what the data say, character for character, on pages of the official measure."""

import hashlib
import io
import re
import time
from datetime import UTC, datetime
from pathlib import Path

import pypdf
import pytest
import typst

from coordination.ballots.results.printing import words_of
from coordination.web import codes, pdf
from tests.ballots.packages import a_package, a_question, forty

AT = datetime(2026, 3, 1, 1, tzinfo=UTC)
STANDARD = (Path(__file__).parent / "standard_characters.txt").read_text(encoding="utf-8").strip()
NOTICE = {
    "number": "〔2026〕第3号",
    "title": "关于更换3栋电梯的投票公告",
    "issuer": "幸福里小区业主委员会",
    "on": "2026年3月1日",
    "period": "2026年3月1日至2026年3月17日",
    "places": "小区南门公告栏",
    "contact": "李明 027-81234567",
    "objection": "书面交业主委员会",
    "link": "https://example.test/v/K7M2P9QX",
    "code": "K7M2P9QX",
}


def a_section(*paragraphs: str, heading: str = "", rows: list | None = None) -> dict:
    return {"heading": heading, "paragraphs": paragraphs, "rows": rows or [], "tables": []}


async def pages(template: str, data: dict) -> list[str]:
    """The text of each page, as a reader would copy it out."""
    printed = await pdf.render(template, data, AT)
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(printed)).pages]


def joined(texts: list[str]) -> str:
    return re.sub(r"\s", "", "".join(texts))


# The font


def test_every_character_of_the_national_standard_can_be_printed() -> None:
    assert len(set(STANDARD)) == 8_105
    assert pdf.missing_glyphs(STANDARD) == []


def test_both_weights_hold_the_same_characters_and_are_the_files_we_list() -> None:
    listed = (pdf.FONTS / "README.md").read_text(encoding="utf-8")
    fonts = sorted(pdf.FONTS.glob("*.otf"))

    assert len(fonts) == 2
    assert pdf._coverage(fonts[0]) == pdf._coverage(fonts[1])
    for font in fonts:
        assert hashlib.sha256(font.read_bytes()).hexdigest() in listed


def test_the_words_of_every_template_can_be_printed() -> None:
    written = "".join(path.read_text(encoding="utf-8") for path in pdf.PRINTS.glob("*.typ"))

    assert pdf.missing_glyphs(written.replace("\n", "")) == []


async def test_a_character_that_the_font_lacks_stops_the_print_and_is_named() -> None:
    with pytest.raises(pdf.MissingGlyph) as refused:
        await pdf.render("notice", {"notice": NOTICE, "sections": [a_section("业主𪚥先生")]}, AT)

    assert "“𪚥”（U+2A6A5）" in str(refused.value)
    assert refused.value.code == "missing-glyph"


async def test_emoji_and_unseen_signs_of_one_person_do_not_stop_a_print() -> None:
    said = "灯坏了😀👨‍👩‍👧👍🏽，\u202e急\u200f！\ufeff❤️ 第1️⃣次"

    text = joined(await pages("notice", {"notice": NOTICE, "sections": [a_section(said)]}))

    assert "灯坏了〔表情〕，急！" in text
    assert "第1次" in text


async def test_rare_names_are_printed_as_they_are_written() -> None:
    text = joined(await pages("notice", {"notice": NOTICE, "sections": [a_section("㛃䶮骉𠮷鿍")]}))

    assert "㛃䶮骉𠮷鿍" in text


# The page


async def test_a_page_holds_22_lines_of_28_characters() -> None:
    long = a_section("一二三四五六七八九十" * 150)

    first, second, *_ = await pages("notice", {"notice": NOTICE, "sections": [long]})

    lines = second.splitlines()[:-1]
    assert [len(line) for line in lines] == [28] * 22
    assert first.splitlines()[-1] == "— 1 —"
    assert second.splitlines()[-1] == "— 2 —"


async def test_a_page_is_a4_and_the_type_area_156_by_225_mm() -> None:
    printed = await pdf.render("notice", {"notice": NOTICE, "sections": []}, AT)
    page = pypdf.PdfReader(io.BytesIO(printed)).pages[0]
    source = (pdf.PRINTS / "official.typ").read_text(encoding="utf-8")

    assert [round(float(side) / 72 * 25.4) for side in page.mediabox[2:]] == [210, 297]
    assert "margin: (top: 37mm, left: 28mm, right: 26mm, bottom: 35mm)" in source
    assert (210 - 28 - 26, 297 - 37 - 35) == (156, 225)


async def test_a_notice_says_its_number_its_issuer_where_whom_and_how_to_check_it() -> None:
    data = {"notice": NOTICE, "sections": [a_section(heading="一、事项", rows=[["范围", "3栋"]])]}

    text = joined(await pages("notice", data))

    for name in NOTICE:
        assert re.sub(r"\s", "", NOTICE[name]) in text, name
    assert "一、事项范围：3栋" in text


@pytest.mark.parametrize("lines", [11, 14])
async def test_a_signature_never_stands_alone_on_a_page(lines: int) -> None:
    said = [f"第{n}条，请大家相互转告。" for n in range(lines)]

    printed = await pages("notice", {"notice": NOTICE, "sections": [a_section(*said)]})

    assert said[-1] in joined(printed[-1:]), len(printed)


async def test_what_people_wrote_is_never_read_as_commands() -> None:
    hostile = '#panic("x") *粗* _斜_ $1/0$ @引用 <标签> //注 = 题 \\ #read("/etc/passwd") ```x```'
    data = {
        "notice": NOTICE | {"title": hostile},
        "sections": [a_section(hostile, heading=hostile)],
    }

    text = joined(await pages("notice", data))

    assert text.count(re.sub(r"\s", "", hostile)) == 3


async def test_a_template_that_is_told_too_little_fails_loudly() -> None:
    with pytest.raises(typst.TypstError, match="period"):
        await pdf.render(
            "notice",
            {"notice": {k: v for k, v in NOTICE.items() if k != "period"}, "sections": []},
            AT,
        )


async def test_the_same_data_at_the_same_time_make_the_same_file() -> None:
    data = {"notice": NOTICE, "sections": [a_section("全体业主：")]}

    assert await pdf.render("notice", data, AT) == await pdf.render("notice", data, AT)


# The documents


def area_text(area_cm2: int) -> str:
    return f"{area_cm2 // 10_000}.{area_cm2 % 10_000:04d}"


async def test_a_long_roll_repeats_its_head_on_each_page_and_leaves_out_no_room() -> None:
    rooms = [[f"1单元{room:04d}", f"{80 + room % 50}.2500", "登记"] for room in range(101, 601)]
    building = {"name": "3栋", "units": 500, "area": "52,000.00", "rooms": rooms}
    lists = [{"title": "全体业主", "list_hash": "ab" * 32, "buildings": [building]}]

    first, *rest = await pages("roll", {"notice": NOTICE, "sections": [], "lists": lists})

    assert len(rest) > 2
    assert all("3栋（500 个，52,000.00 平方米）" in page for page in rest)
    text = joined(rest)
    assert all(f"{room}{area}{source}" in text for room, area, source in rooms)
    assert NOTICE["issuer"] in first


async def test_a_letter_carries_its_code_once_and_never_in_what_is_torn_off_or_scanned() -> None:
    letters = [
        {"room": f"3栋1单元{n}01", "code": f"ABCD-EFGH-JKM{n}", "link": "https://example.test/bind"}
        for n in range(2, 5)
    ]
    data = {
        "estate": "幸福里小区", "issuer": "幸福里社区居民委员会", "contact": "027-81234567",
        "on": "2026年3月1日", "until": "2026年4月1日", "letters": letters,
    }  # fmt: skip

    printed = await pages("letters", data)

    assert len(printed) == 2
    text = "".join(printed)
    for letter in letters:
        assert text.count(letter["code"]) == 1
        assert text.count(letter["room"]) == 2
    assert "ABCD" not in printed[1].split("送达回执")[1]


async def test_proof_of_posting_and_of_delivery_have_their_rows_and_room_to_sign() -> None:
    posting = {"where": "3栋门厅", "posted": "2026年3月1日 10:30", "by": "王芳", "photo": "ab" * 32,
               "taken_down": ""}  # fmt: skip
    delivery = {"room": "3栋101", "channel": "上门", "at": "", "by": "王芳"}

    posted = joined(await pages("posting", {"notice": NOTICE, "postings": [posting]}))
    given = joined(
        await pages("delivery", {"notice": NOTICE, "about": "投票公告", "rows": [delivery] * 40})
    )

    assert "3栋门厅照片" + "ab" * 32 + "2026年3月1日10:30王芳" in posted
    assert "见证人签名：" in posted
    assert given.count("3栋101上门王芳") == 40
    assert given.count("签收人签名") == 2


def test_a_result_is_printed_within_a_fifth_of_a_second() -> None:
    package = a_package(a_question(forty(approve=25, reject=4)))
    data = {"notice": NOTICE, "package": package, "words": words_of(package)}
    pdf.compose("result", data, AT)
    took = []
    for code in ("K7M2P9QY", "K7M2P9QZ", "K7M2P9R2"):
        began = time.process_time()  # its own: others may be at work beside
        pdf.compose("result", data | {"notice": NOTICE | {"code": code}}, AT)
        took.append(time.process_time() - began)

    assert min(took) < 0.2


# Codes


def test_a_check_code_leaves_out_what_is_misread_and_comes_from_the_notice_alone() -> None:
    made = [codes.check_code(bytes([n])) for n in range(200)]

    assert len(set(made)) == 200
    assert all(re.fullmatch(r"[2-9A-HJKMNP-Z]{8}", code) for code in made)
    assert codes.check_code(b"\x00") == made[0]


def test_a_letter_code_is_read_back_however_it_was_typed() -> None:
    drawn = codes.draw_letter_code()

    assert re.fullmatch(r"[2-9A-HJKMNP-Z]{12}", drawn)
    assert codes.typed(f" {codes.grouped(drawn).lower()} ") == drawn
    assert codes.typed("abcd efgh－jkmn") == "ABCDEFGHJKMN"
