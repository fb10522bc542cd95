"""What an uploaded file is, looked at before anything opens it.

A workbook is a zip written by strangers: sizes and cell ranges are checked first, because the
reader lays a sheet out in full before it answers.
"""

import io
import os
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath
from xml.parsers import expat

from coordination.errors import Invalid

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 200 * 1024 * 1024
MAX_MEMBERS = 2_000
MAX_CELLS = 6_000_000  # the area that the cells of one sheet span

SAVE_AS = "请用 Excel 或 WPS 打开，“另存为”选择“Excel 工作簿（*.xlsx）”，再上传。"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# A cell right of column Z or below row 199,999: without one, a sheet is small enough.
_FAR = re.compile(rb"""["'](?:[A-Za-z]{2,3}\d|[A-Za-z]?(?:[2-9]\d{5}|\d{7}))""")
_LONGEST_FAR = 16  # bytes, more than any match: what may lie across two blocks
_BLOCK = 1024 * 1024  # read at a time: a sheet of 200 KB may unpack to MAX_UNPACKED
_PLACE = re.compile(r"([A-Za-z]*)(\d*)")


_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    EOFError,
    ValueError,
    OSError,
    NotImplementedError,
)


class UnreadableFile(Invalid):
    """The file is not one we can take; the message says what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message, file=message)


def file_content(path: Path, max_bytes: int = MAX_BYTES) -> bytes:
    """What lies in a file of this machine. UnreadableFile: nothing that can be read, or more than
    `max_bytes`, of which no more is held in memory."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            data = b"" if size > max_bytes else file.read(max_bytes + 1)
    except OSError as broken:
        raise UnreadableFile("读不到这个文件。请核对文件名，以及是否有权读取。") from broken
    if max(size, len(data)) > max_bytes:
        raise _too_large(max(size, len(data)), max_bytes)
    return data


def kind_of(data: bytes, name: str, max_bytes: int) -> str:
    """ "xlsx" or "csv". UnreadableFile: neither, or not what its name says, or not safe."""
    if not data:
        raise UnreadableFile("文件是空的（0 字节）。请打开原文件看看有没有内容，再上传。")
    if len(data) > max_bytes:
        raise _too_large(len(data), max_bytes)
    ending = PurePath(name).suffix.lower()
    if ending in (".xlsm", ".xltm", ".xlam"):
        raise UnreadableFile(f"文件是带宏的工作簿（{ending}），为安全不接收。" + SAVE_AS)
    if ending not in (".xlsx", ".csv"):
        raise UnreadableFile(
            f"只接收 .xlsx 和 .csv 文件，这个文件是“{ending or '无扩展名'}”。" + SAVE_AS
        )
    if data.startswith(_OLE):
        raise UnreadableFile(_old_format(data, ending))
    if ending == ".xlsx":
        _expect_workbook(data)
        return "xlsx"
    if data.startswith(b"PK\x03\x04"):
        raise UnreadableFile("文件名是 .csv，内容却是 Excel 工作簿。请把扩展名改为 .xlsx 再上传。")
    return "csv"


def _too_large(size: int, max_bytes: int) -> UnreadableFile:
    return UnreadableFile(
        f"文件有 {size / 1024 / 1024:.0f} MB，超过 {max_bytes // 1024 // 1024} MB。"
        "请删去图片和无关的工作表，或按楼栋分成几个文件上传。"
    )


def _old_format(data: bytes, ending: str) -> str:
    if _ENCRYPTED in data:
        return "文件设了打开密码，无法读取。请在 Excel 或 WPS 中取消密码，保存后再上传。"
    return f"文件名是 {ending}，内容却是旧版 .xls 工作簿（改扩展名不会改变格式）。" + SAVE_AS


def _expect_workbook(data: bytes) -> None:
    if not data.startswith(b"PK"):
        raise UnreadableFile("文件名是 .xlsx，内容却不是 Excel 工作簿。" + SAVE_AS)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _expect_modest(archive)
            _expect_plain(archive)
            for member in archive.namelist():
                if not member.startswith("xl/media/"):
                    _expect_readable(archive, member)
    except _BROKEN as broken:
        raise UnreadableFile("文件已损坏或没有传完整，打不开。" + SAVE_AS) from broken
    except RuntimeError as locked:  # zipfile's word for a member behind a password
        raise UnreadableFile("文件被加密，无法读取。请取消密码，保存后再上传。") from locked


def _expect_modest(archive: zipfile.ZipFile) -> None:
    """Refuse by what the directory declares; a lying directory fails its checksum later."""
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED:
        raise UnreadableFile(
            f"文件解压后有 {unpacked / 1024 / 1024:.0f} MB，不像一份名册，为安全不接收。"
            "请把数据复制到新的工作簿（或下载模板粘贴），再上传。"
        )


def _expect_plain(archive: zipfile.ZipFile) -> None:
    names = {name.lower() for name in archive.namelist()}
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names):
        raise UnreadableFile("文件里有宏，为安全不接收。" + SAVE_AS)
    if "xl/workbook.xml" not in names:
        raise UnreadableFile(
            "文件里没有 Excel 工作簿（可能是 .ods、.xlsb 或其他压缩文件）。" + SAVE_AS
        )


def _expect_readable(archive: zipfile.ZipFile, member: str) -> None:
    """Read it to its end, where a wrong checksum shows, and measure it if it is a sheet."""
    before, is_sheet, is_far = b"", member.startswith("xl/worksheets/"), False
    for block in _blocks(archive, member):
        is_far = is_far or is_sheet and _FAR.search(before + block) is not None
        before = block[-_LONGEST_FAR:]
    # Whole formatted rows and columns are common and harmless: only what is filled is measured.
    if is_far and _Extent(_blocks(archive, member)).cells > MAX_CELLS:
        raise UnreadableFile(
            "工作表的范围太大：远离表格的地方还有内容。"
            "请选中表格右侧和下方的空白行列删除，保存后再上传。"
        )


def _blocks(archive: zipfile.ZipFile, member: str) -> Iterator[bytes]:
    with archive.open(member) as file:
        while block := file.read(_BLOCK):
            yield block


class _Extent:
    """How many cells lie between A1 and the farthest cells of a sheet that hold something."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._row = self._column = self._rows = self._columns = 0
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        for block in blocks:
            parser.Parse(block)
        parser.Parse(b"", True)

    @property
    def cells(self) -> int:
        return self._rows * self._columns

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "row":
            self._row, self._column = int(attributes.get("r") or self._row + 1), 0
        elif tag == "c":
            self._place(attributes.get("r", ""))
        elif tag in ("v", "is", "f"):
            self._rows = max(self._rows, self._row)
            self._columns = max(self._columns, self._column)

    def _place(self, reference: str) -> None:
        found = _PLACE.match(reference)
        letters, digits = found.groups() if found else ("", "")
        self._column = _column_number(letters) if letters else self._column + 1
        self._row = int(digits or self._row)


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
