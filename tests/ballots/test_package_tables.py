"""CSV and XLSX of a result say what the package says, and nothing in them runs."""

import csv
import io

import openpyxl

from coordination.ballots.package_figures import CountingRules
from coordination.ballots.package_tables import as_csv, as_xlsx, rows
from tests.ballots.packages import a_package, a_question, forty
from tests.ballots.recounting import SILENT, figures_of


def test_csv_and_xlsx_say_the_same():
    rules = CountingRules(options=("甲公司", "=1+1"))
    package = a_package(
        a_question(forty(approve=20, reject=10, abstain=5)),
        a_question([(900_000, "甲公司"), (910_000, "=1+1")], rules, position=2),
    )

    read_csv = list(csv.reader(io.StringIO(as_csv(package).decode("utf-8-sig"))))
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx(package)))["结果"]
    read_xlsx = [
        ["" if value is None else str(value) for value in row]
        for row in sheet.iter_rows(values_only=True)
    ]

    def filled(table: list[list[str]]) -> list[list[str]]:
        return [[cell for cell in row if cell] for row in table if any(row)]

    assert filled(read_csv) == filled(read_xlsx)
    assert len(read_csv) > len(rows(package))


def test_what_a_person_named_an_option_never_runs_as_a_formula():
    package = a_package(a_question([(900_000, "=1+1")], CountingRules(options=("=1+1", "甲"))))
    written = as_csv(package).decode("utf-8-sig")
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx(package)))["结果"]

    assert ",'=1+1," in written
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)


def test_the_table_prints_every_figure_of_the_package():
    package = a_package(a_question(forty(approve=20, reject=9), SILENT))
    question = package["questions"][0]
    printed = {(row[1], row[2], row[3]) for row in rows(package)}

    for name, key in (
        ("全体业主", "roll"),
        ("送达", "delivered"),
        ("收回", "returned"),
        ("无效票", "invalid"),
        ("送达未收回", "delivered_unreturned"),
        ("未送达", "undelivered"),
        ("参与表决", "participating"),
        ("同意比例的分母", "consent_base"),
    ):
        assert (name, *figures_of(question[key])) in printed
    assert ("同意", *figures_of(question["choices"][0])) in printed
    assert ("同意（不计未表决票）", *figures_of(question["cast_only"]["choices"][0])) in printed
