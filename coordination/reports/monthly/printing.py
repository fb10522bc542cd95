"""A sheet as A4, from the very reading that its page shows."""

from coordination.reports.monthly.exporting import count_rows
from coordination.reports.monthly.queries import MonthlySheet, Part
from coordination.settings import settings
from coordination.tickets.figures.counts import COUNTS
from coordination.tickets.figures.definitions import FIGURE, FIGURES, NOTES, SPREAD_LABELS
from coordination.tickets.figures.queries import Counted, Spread
from coordination.web import pdf
from coordination.web.formats import NONE, local_time, percent
from coordination.web.formats import seconds as seconds_as_words

COMPARED = ("report_on_time", "reply_on_time", "close", "solve", "content", "reopen", "late")


def seconds_in_words(seconds: int | None) -> str:
    return NONE if seconds is None else seconds_as_words(seconds)


def fraction_in_words(counted: Counted, name: str) -> str:
    part, whole = counted.fraction(FIGURE[name])
    return f"{percent(part, whole)}（{part}/{whole}）"


async def print_sheet(sheet: MonthlySheet) -> bytes:
    """The sheet as PDF; see templates/print/report.typ. MissingGlyph."""
    return await pdf.render("report", sheet_data(sheet), sheet.asked.at)


def sheet_data(sheet: MonthlySheet) -> dict[str, object]:
    total = sheet.total
    return {
        "title": sheet.title,
        "facts": [
            ["范围", " / ".join(place.name for place in sheet.lineage)],
            ["期间", sheet.asked.period.words],
            ["统计对象", sheet.cohort_definition],
            ["统计时间", local_time(sheet.asked.at)],
        ],
        "figures": [
            [figure.label, percent(*total.fraction(figure)), _fraction(total, figure.name)]
            for figure in FIGURES
        ],
        "counts": [[label, str(count)] for label, count in count_rows(sheet)],
        "spreads": [
            [SPREAD_LABELS[name], str(spread.n), *_spread(spread)]
            for name, spread in total.spreads.items()
        ],
        "parts_words": sheet.parts_words,
        "parts_header": ["", "已受理", *(FIGURE[name].label for name in COMPARED), "办结中位数"],
        "parts": [_part(part) for part in sheet.parts],
        "estates": [_part(part) for part in sheet.estates],
        "categories": [_counted(part, total) for part in sheet.categories],
        "doors": [_counted(part, total) for part in sheet.doors],
        "months": [
            [month.period.code, month.accepted, month.solved, month.late] for month in sheet.months
        ],
        "coverage": [
            [label, f"{part} / {whole}", percent(part, whole), said]
            for label, part, whole, said in (sheet.coverage.lines if sheet.coverage else ())
        ],
        "definitions": [
            [figure.label, f"{figure.fraction_words}。{figure.definition}"] for figure in FIGURES
        ],
        "notes": list(NOTES),
        "origin": {"link": f"{settings().public_url}/reports/{sheet.place.id}?{sheet.query}"},
    }


def _fraction(counted: Counted, name: str) -> str:
    part, whole = counted.fraction(FIGURE[name])
    return f"{COUNTS[FIGURE[name].part].label} {part} / {COUNTS[FIGURE[name].whole].label} {whole}"


def _spread(spread: Spread) -> tuple[str, str]:
    return seconds_in_words(spread.median), seconds_in_words(spread.p90)


def _part(part: Part) -> list[str]:
    return [
        part.label, str(part.counted["accepted"]),
        *(fraction_in_words(part.counted, name) for name in COMPARED),
        seconds_in_words(part.counted.spreads["close"].median),
    ]  # fmt: skip


def _counted(part: Part, total: Counted) -> list[str]:
    count, whole = part.counted["accepted"], total["accepted"]
    return [part.label, str(count), f"{percent(count, whole)}（{count}/{whole}）"]
