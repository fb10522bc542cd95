"""Files that people save: the header that names them, and that no cache keeps what they hold."""

from urllib.parse import quote

from litestar import Response

from coordination.web.pdf import PDF
from coordination.web.sheets import XLSX
from coordination.web.sheets.writing import CSV

NO_STORE = {"Cache-Control": "no-store"}


def workbook_file(content: bytes, name: str) -> Response[bytes]:
    """A workbook to save."""
    return _saved(content, XLSX, f"{quote(name)}.xlsx")


def csv_file(content: bytes, name: str) -> Response[bytes]:
    """A table as CSV to save."""
    return _saved(content, CSV, f"{quote(name)}.csv")


def pdf_file(content: bytes, name: str) -> Response[bytes]:
    """A print, shown where the browser can."""
    return _saved(content, PDF, f"{quote(name)}.pdf", "inline")


def _saved(content: bytes, kind: str, name: str, shown: str = "attachment") -> Response[bytes]:
    said = {"Content-Disposition": f"{shown}; filename*=UTF-8''{name}", **NO_STORE}
    return Response(content, media_type=kind, headers=said)
