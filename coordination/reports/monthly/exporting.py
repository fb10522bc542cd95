"""A sheet as a workbook and as CSV: the fractions as whole numbers, definitions on top."""

from collections.abc import Iterable

from coordination.reports.monthly.queries import MonthlySheet, Part
from coordination.tickets.figures.counts import COUNTS
from coordination.tickets.figures.definitions import (
    APART,
    FIGURES,
    NOTES,
    OUTCOMES,
    RATINGS,
    SPREAD_LABELS,
)
from coordination.tickets.figures.queries import Counted
from coordination.web.formats import local_time, percent
from coordination.web.sheets import Sheet, csv_export, workbook

FIGURE_HEADER = ("指标", "百分比", "分子", "分母", "分子是", "分母是", "口径")
SECONDS_HEADER = ("用时", "件数", "中位数（秒）", "九成线（秒）")


def facts_of(sheet: MonthlySheet) -> dict[str, str]:
    """What stands above every table: of what, of when, counted when, and the notes."""
    facts = {
        "报表": sheet.title,
        "范围": " / ".join(place.name for place in sheet.lineage),
        "期间": sheet.asked.period.words,
        "统计对象": sheet.cohort_definition,
        "统计时间": local_time(sheet.asked.at),
    }
    return facts | {f"说明 {number}": note for number, note in enumerate(NOTES, 1)}


def figure_rows(counted: Counted) -> Iterable[tuple[str | int, ...]]:
    for figure in FIGURES:
        part, whole = counted.fraction(figure)
        yield (
            figure.label, percent(part, whole), part, whole,
            COUNTS[figure.part].label, COUNTS[figure.whole].label, figure.definition,
        )  # fmt: skip


def count_rows(sheet: MonthlySheet) -> Iterable[tuple[str, int]]:
    total = sheet.total
    yield "已受理", total["accepted"]
    yield "涉及项目（小区）", total.projects
    for name in (*APART, *OUTCOMES, *RATINGS):
        yield COUNTS[name].label, total[name]
    yield "流转次数合计", total.hops


def part_rows(parts: Iterable[Part]) -> Iterable[list[str | int | None]]:
    for part in parts:
        spread = part.counted.spreads["close"]
        yield [part.label, *part.counted.counts.values(), spread.median, spread.p90]


def sheet_workbook(sheet: MonthlySheet) -> bytes:
    """指标, 件数, 用时, the parts, doors, categories, months: one sheet each."""
    facts = facts_of(sheet)
    header = ["名称", *(count.label for count in COUNTS.values())]
    timed = [*header, "办结用时中位数（秒）", "办结用时九成线（秒）"]
    spreads = [
        (SPREAD_LABELS[name], spread.n, spread.median, spread.p90)
        for name, spread in sheet.total.spreads.items()
    ]
    months = [(m.period.code, m.accepted, m.solved, m.late) for m in sheet.months]
    pages = [
        Sheet("指标", FIGURE_HEADER, figure_rows(sheet.total), facts),
        Sheet("件数", ("项目", "件数"), count_rows(sheet), facts),
        Sheet("用时", SECONDS_HEADER, spreads, facts),
        Sheet(sheet.parts_words, timed, part_rows(sheet.parts), facts),
        Sheet("按类别", timed, part_rows(sheet.categories), facts),
        Sheet("按来源", timed, part_rows(sheet.doors), facts),
        Sheet("按月", ("月份", "已受理", "其中已解决", "其中超期"), months, facts),
    ]
    if sheet.estates:
        pages.insert(4, Sheet("各小区", timed, part_rows(sheet.estates), facts))
    if sheet.coverage:
        lines = [(label, part, whole, said) for label, part, whole, said in sheet.coverage.lines]
        pages.append(Sheet("覆盖面", ("项目", "分子", "分母", "口径"), lines, facts))
    return workbook(pages, sheet.asked.at)


def sheet_csv(sheet: MonthlySheet) -> bytes:
    """The figures of the whole, then of each part: one table."""
    header = ("范围", *FIGURE_HEADER)
    rows = [(sheet.place.name, *line) for line in figure_rows(sheet.total)]
    for part in sheet.estates or sheet.parts:
        rows += [(part.label, *line) for line in figure_rows(part.counted)]
    return csv_export(header, rows, facts_of(sheet))
