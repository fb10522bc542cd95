"""`coordination tally`: whose ballot it is, however the tables are written."""

import io

import openpyxl
import pytest

from tests.ballots.paper_vote import THREE, a_ballot, a_unit, as_csv, as_xlsx, weights


@pytest.mark.parametrize(
    ("suffix", "form"),
    [
        pytest.param(".csv", as_csv, id="utf-8"),
        pytest.param(".csv", lambda rows: as_csv(rows, "utf-8-sig"), id="utf-8 with BOM"),
        pytest.param(".csv", lambda rows: as_csv(rows, "gb18030"), id="gb18030"),
        pytest.param(".xlsx", as_xlsx, id="xlsx"),
    ],
)
def test_every_form_of_the_files_counts_the_same(vote, suffix, form):
    ballots = [a_ballot("101", "同意"), a_ballot("102", "弃权"), a_ballot("103", "同意")]

    question = vote.question(THREE, ballots, suffix=suffix, form=form)

    assert question["question"] == "换电梯"
    assert [told["area_m2"] for told in question["options"]] == ["169.1234", "0.0000", "100.5000"]
    assert question["outcome"] == "carried"


def test_a_table_under_a_title_with_stars_and_columns_in_another_order_is_read(vote):
    def dressed(rows):
        header, *body = [list(reversed(row)) for row in rows]
        return as_xlsx([["某小区业主名册"], [], [f" {name}*" for name in header], *body])

    ballots = [a_ballot("101", "同意"), a_ballot("102", "同意")]

    question = vote.question(THREE, ballots, suffix=".xlsx", form=dressed)

    assert weights(question) == {"同意": 2, "undelivered": 1}


def test_a_question_written_once_over_merged_rows_is_one_question(vote):
    def merged(rows):
        book = openpyxl.Workbook()
        page = book.worksheets[0]
        for row in rows:
            page.append(row)
        if "事项" in rows[0]:
            page.merge_cells("D2:D4")
            page.merge_cells("A2:A4")
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    ballots = [a_ballot("101", "同意"), a_ballot("102", "同意"), a_ballot("103", "弃权")]

    question = vote.question(THREE, ballots, suffix=".xlsx", form=merged)

    assert (question["question"], weights(question)) == ("换电梯", {"同意": 2, "弃权": 1})


def test_rows_that_are_only_declared_count_for_nothing(vote):
    def declared(rows):
        book = openpyxl.Workbook()
        page = book.worksheets[0]
        page.title = "数据"
        for row in rows:
            page.append(row)
        page["A65000"].number_format = "@"
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    question = vote.question(THREE, [a_ballot("101", "同意")], suffix=".xlsx", form=declared)

    assert question["roll"]["persons"] == 3


@pytest.mark.parametrize(
    "building", ["1栋", "1幢", "1#", "1号楼", "1", "１栋", "一栋", "1 栋", "01栋"]
)
@pytest.mark.parametrize("entrance", ["1单元", "1", "一单元", "１单元"])
def test_one_building_has_many_spellings(vote, building, entrance):
    ballots = [a_ballot("１０１ ", "同意", building=building, entrance=entrance)]

    assert weights(vote.question(THREE, ballots)) == {"同意": 1, "undelivered": 2}


def test_a_room_that_excel_made_a_number_is_the_same_room(vote):
    roll = [a_unit("101"), a_unit(102), a_unit("0103")]
    ballots = [
        a_ballot(101.0, "同意", building=1, entrance=1),
        a_ballot("102.0", "同意"),
        a_ballot("0103", "同意"),
    ]

    question = vote.question(roll, ballots, suffix=".xlsx", form=as_xlsx)

    assert weights(question) == {"同意": 3}


def test_a_zero_before_a_room_is_part_of_its_number(vote):
    roll = [a_unit("0101"), a_unit("101", owner="B")]

    assert weights(vote.question(roll, [a_ballot("0101", "同意")])) == {
        "同意": 1,
        "undelivered": 1,
    }
    assert "0102" in vote.refused(roll, [a_ballot("0102", "同意")])


@pytest.mark.parametrize(
    "second", ["B、A", "B,A", "Ｂ，Ａ", "B；A", "b;a", "B/A", "B 、 A", "B、A、A", "'B、A"]
)
def test_the_same_co_owners_are_one_person_however_written(vote, second):
    roll = [a_unit("101", owner="A、B"), a_unit("102", owner=second), a_unit("103", owner="A")]

    question = vote.question(roll, [a_ballot("102", "同意")])

    assert question["roll"] == {"persons": 2, "area_m2": "300.0000"}
    assert question["options"][0]["area_m2"] == "200.0000"


@pytest.mark.parametrize("number", ["", "无", "/", "D1"])
def test_all_unsold_units_are_one_person_with_or_without_a_number(vote, number):
    roll = [
        a_unit("101"),
        a_unit("201", owner=number, kind="未售"),
        a_unit("202", owner="", kind="未售"),
    ]

    question = vote.question(roll, [a_ballot("202", "不同意"), a_ballot("101", "同意")])

    assert question["roll"]["persons"] == 2
    assert question["options"][1]["area_m2"] == "200.0000"


def test_parking_counts_only_when_asked_for(vote):
    roll = [
        a_unit("101", owner="A"),
        a_unit("P1", "12", owner="A", kind="车位"),
        a_unit("P2", "12", owner="B", kind="车位"),
    ]
    ballots = [a_ballot("101", "同意")]

    without = vote.question(roll, ballots)
    with_parking = vote.question(roll, ballots, "--parking")

    assert without["roll"] == {"persons": 1, "area_m2": "100.0000"}
    assert with_parking["roll"] == {"persons": 2, "area_m2": "124.0000"}
    assert with_parking["options"][0]["area_m2"] == "112.0000"


def test_a_ballot_for_any_one_unit_stands_for_its_owner_parking_too(vote):
    roll = [
        a_unit("101", owner="A"),
        a_unit("P1", "12", owner="A", kind="车位"),
        a_unit("P2", "12", owner="B", kind="车位"),
    ]

    assert vote.question(roll, [a_ballot("P1", "同意")])["options"][0]["area_m2"] == "100.0000"
    assert "--parking" in vote.refused(roll, [a_ballot("P2", "同意")])


OWNER_OF_TWO = [a_unit("101", owner="A"), a_unit("102", "50", owner="A"), a_unit("103")]


@pytest.mark.parametrize(
    ("ballots", "places"),
    [
        pytest.param([], {"undelivered": 1}, id="no row"),
        pytest.param([("101", "同意")], {"同意": 1}, id="one unit stands for both"),
        pytest.param([("101", "同意"), ("102", "同意")], {"同意": 1}, id="said of both"),
        pytest.param([("101", "同意 ")], {"同意": 1}, id="a space behind"),
        pytest.param([("101", "同意"), ("102", "不同意")], {"conflicts": 1}, id="two minds"),
        pytest.param([("101", "同意"), ("101", "弃权")], {"conflicts": 1}, id="one room twice"),
        pytest.param([("101", "同意"), ("102", "无效")], {"conflicts": 1}, id="one invalid"),
        pytest.param([("101", "无效"), ("102", "无效")], {"invalid": 1}, id="invalid"),
        pytest.param([("101", "未表决"), ("102", "同意")], {"同意": 1}, id="one came back"),
        pytest.param([("101", "未表决", "是")], {"delivered_unreturned": 1}, id="delivered"),
        pytest.param([("101", "未表决", "否")], {"undelivered": 1}, id="not delivered"),
        pytest.param([("101", "未表决", "")], {"undelivered": 1}, id="delivery not said"),
        pytest.param(
            [("101", "未表决", "是"), ("102", "未表决", "否")],
            {"delivered_unreturned": 1},
            id="delivered at one of two",
        ),
        pytest.param([("101", "同意", "否")], {"同意": 1}, id="cast without delivery"),
    ],
)
def test_every_owner_ends_in_one_place(vote, ballots, places):
    rows = [
        a_ballot("103", "弃权"),
        *(a_ballot(r, c, delivered="".join(d)) for r, c, *d in ballots),
    ]

    assert weights(vote.question(OWNER_OF_TWO, rows)) == {"弃权": 1, **places}


def test_a_conflict_is_listed_with_its_weight_and_not_counted(vote):
    rows = [a_ballot("103", "同意"), a_ballot("102", "不同意"), a_ballot("101", "同意")]

    question = vote.question(OWNER_OF_TWO, rows)

    assert question["conflicts"] == [
        {
            "rows": [3, 4],
            "rooms": ["1-1-102", "1-1-101"],
            "choices": ["不同意", "同意"],
            "persons": 1,
            "area_m2": "150.0000",
        }
    ]
    assert question["participating"] == {"persons": 1, "area_m2": "100.0000"}
    assert question["duplicates"] == []


def test_the_same_room_twice_is_counted_once_and_listed(vote):
    rows = [
        a_ballot("101", "同意"),
        a_ballot("102", "同意"),
        a_ballot("101", "同意", building="1号楼"),
        a_ballot("101", "未表决"),
    ]

    question = vote.question(OWNER_OF_TWO, rows)

    assert question["duplicates"] == [{"rows": [2, 4], "rooms": ["1-1-101"], "choices": ["同意"]}]
    assert question["conflicts"] == []
    assert question["options"][0]["area_m2"] == "150.0000"


@pytest.mark.parametrize(
    ("flags", "participating", "outcome"),
    [((), 1, "no_quorum"), (("--invalid-takes-part",), 2, "not_carried")],
)
def test_an_invalid_ballot_takes_part_only_when_asked_for(vote, flags, participating, outcome):
    rows = [a_ballot("101", "同意"), a_ballot("102", "无效")]

    question = vote.question(THREE, rows, *flags)

    assert question["participating"]["persons"] == participating
    assert question["consent_base"] == question["participating"]
    assert question["outcome"] == outcome
