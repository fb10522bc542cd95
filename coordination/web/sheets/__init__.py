"""Tables in and out: what people upload as Excel or CSV, and what they download.

Reading never guesses: a file it cannot take is refused with what to do, a cell comes as clean
text, and what the text means (an area, a date, a building) is asked of it by name.
"""

from coordination.web.sheets.cells import (
    COLUMN_WORDS,
    SAID_ONCE,
    building_key,
    clean,
    entrance_key,
    is_rounded,
    person_name,
    read_date,
    read_moment,
    room_key,
    several,
)
from coordination.web.sheets.files import file_content
from coordination.web.sheets.reading import Row, Table, read_table
from coordination.web.sheets.writing import (
    CSV,
    XLSX,
    Column,
    Fault,
    Sheet,
    csv_export,
    error_workbook,
    export,
    template,
    workbook,
)

__all__ = [
    "COLUMN_WORDS",
    "SAID_ONCE",
    "CSV",
    "XLSX",
    "Column",
    "Fault",
    "Row",
    "Sheet",
    "Table",
    "building_key",
    "clean",
    "csv_export",
    "entrance_key",
    "error_workbook",
    "export",
    "file_content",
    "is_rounded",
    "person_name",
    "read_date",
    "read_moment",
    "read_table",
    "room_key",
    "several",
    "template",
    "workbook",
]
