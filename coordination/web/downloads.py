"""Files that people save: the header that names them, and that no cache keeps what they hold."""

from urllib.parse import quote

from litestar import Response

from coordination.web.sheets import XLSX

NO_STORE = {"Cache-Control": "no-store"}


def workbook_file(content: bytes, name: str) -> Response[bytes]:
    """A workbook to save."""
    saved_as = f"attachment; filename*=UTF-8''{quote(name)}.xlsx"
    return Response(content, media_type=XLSX, headers={"Content-Disposition": saved_as, **NO_STORE})
