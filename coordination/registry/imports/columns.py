"""The columns of a roll, as the template offers them and `coordination tally` reads them too."""

from coordination.law.franchise import AreaSource
from coordination.places.tables import UnitKind
from coordination.web.sheets import Column, template

BUILDING, ENTRANCE, ROOM = "楼栋", "单元", "房号"
AREA, SOURCE = "专有部分面积", "面积来源"
NAME, NUMBER, PHONE = "业主姓名", "证件号", "联系电话"
KIND = "性质"
UNSOLD = "未售"

KINDS = {
    "住宅": UnitKind.HOME,
    "商铺": UnitKind.SHOP,
    "车位": UnitKind.PARKING,
    # What is unsold keeps the kind it has; a unit that nobody knew before is taken as a home.
    UNSOLD: None,
}
SOURCES = {
    "登记簿": AreaSource.REGISTER,
    "实测": AreaSource.SURVEY,
    "合同": AreaSource.CONTRACT,
}
REQUIRED = (BUILDING, ROOM, AREA, NAME, NUMBER, KIND)
PERSONAL = frozenset({NUMBER, PHONE})  # never stored as they were written

COLUMNS = (
    Column(BUILDING, True, note="1栋、1幢、1#、1号楼视为同一栋", example="1栋", width=10),
    Column(ENTRANCE, note="只有一个门洞的可以不填", example="1单元", width=10),
    Column(ROOM, True, note="一处专有部分写一行；0101 与 101 是两处", example="101", width=10),
    Column(AREA, True, note="平方米，大于零，最多四位小数", example="89.50"),
    Column(NAME, True, note="共有人写在同一格，用顿号隔开；未售的可以不填", example="张三、李四"),
    Column(NUMBER, True, note="与姓名一一对应，用顿号隔开；要完整号码，不能打星号；未售的可以不填",
           example="420115199001010018、420115199202020026", width=42),
    Column(KIND, True, tuple(KINDS), example="住宅", width=10),
    Column(PHONE, note="可以不填；与姓名一一对应，没有的写“无”；只写一个视为第一位的电话",
           example="13800138000、无", width=28),
    Column(SOURCE, choices=tuple(SOURCES),
           note="可以不填；不填的沿用登记册，新的按不动产登记簿", example="登记簿"),
)  # fmt: skip
NOTES = (
    "请在“数据”表填写，一处专有部分一行，不要合并单元格。带 * 的列必须填写。",
    "房号、证件号、电话请保持文本格式；证件号若变成 4.2E+17 的样子，末几位已经丢失，须重新填写。",
    "同一证件号在各处应写同一个姓名和电话：证件号相同的就是同一位业主。",
    "上传后先预览，确认前不写入任何内容。名册里没有写到的房屋不会被改动或删除。",
)


def roll_template() -> bytes:
    """The workbook that people fill in."""
    return template(COLUMNS, NOTES, {})
