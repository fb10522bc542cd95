"""What the made estates disclose: tables of plausible figures, and documents drawn as pages."""

import io
import random
from datetime import datetime

from PIL import Image, ImageDraw, ImageFont

from coordination.disclosures.sheet import Cell, Head, Sheet
from coordination.web.pdf import FONTS

FEN = 100
A4, MARGIN = (1240, 1754), 150
# By item; a pair stands for money: from so many yuan to so many.
Line = tuple[str | tuple[int, int], ...]
LINES: dict[str, tuple[Line, ...]] = {
    "party-funds": (
        ("老年人助餐补贴", (3_000, 9_000), "每月一次"),
        ("楼道照明改造", (2_000, 6_000), "12 个单元"),
    ),
    "residents-affairs": (
        ("消防通道清理", "已完成，清出通道 6 处"), ("独居老人走访", "走访 38 户，登记需求 9 件"),
        ("垃圾分类桶点调整", "正在征求意见"),
    ),
    "residents-accounts": (
        ("公益事业经费拨款", (18_000, 26_000), (0, 0), "街道拨付"),
        ("活动场地维护", (0, 0),
        (2_000, 6_000), ""), ("志愿服务保障", (0, 0), (1_000, 4_000), ""),
    ),
    "common-income": (
        ("电梯广告", (9_000, 16_000), (0, 0), "全年合同，按季收"),
        ("公共车位停车费", (30_000, 58_000), (4_000, 7_000), "支出为人工和电费"),
        ("快递柜场地", (1_200, 2_400), (0, 0), ""), ("充电桩分成", (800, 2_600), (150, 400), ""),
        ("结转公共收益专户", (0, 0), (12_000, 24_000), "存于业主共有账户"),
    ),
    "maintenance-fund": (
        ("期内利息", (8_000, 21_000),
        (0, 0), ""), ("屋面防水维修", (0, 0), (18_000, 60_000), "已验收"),
        ("水泵更换", (0, 0), (6_000, 22_000), "业主大会已表决"),
    ),
    "committee-funds": (
        ("从公共收益列支", (3_000, 5_000), (0, 0), "议事规则约定"),
        ("打印和张贴", (0, 0), (300, 900), ""), ("会议场地", (0, 0), (0, 600), ""),
    ),
    "service-performance": (
        ("保洁", "每日 2 次", "按约完成"), ("巡逻", "每 2 小时 1 次", "按约完成"),
        ("绿化修剪", "每季 2 次", "完成 2 次"), ("报修上门", "30 分钟内", "超时 3 次，已说明"),
    ),
    "equipment": (
        ("电梯", "年检合格", "2 号梯钢丝绳待换"), ("消防水泵", "检测合格", ""),
        ("监控", "自检", "3 个探头待修"),
    ),
    "committee-register": (
        ("主任", "三年", "召集会议"),
        ("副主任", "三年", "财务公开"), ("委员", "三年", "联系楼栋"),
    ),
    "committee-decisions": (
        ("续签电梯维保合同", "本期内", "5 人同意"),
        ("调整会议时间", "本期内", "4 人同意，1 人弃权"),
    ),
    "service-fees": (
        ("住宅物业费", "每平方米每月 1.80 元", "物业服务合同"),
        ("车位管理费", "每月 60 元", "物业服务合同"),
    ),
    "service-staff": (
        ("客服和报修", "前台", "详见物业服务中心"), ("工程维修", "维修班", "详见物业服务中心"),
        ("秩序维护", "秩序班", "详见物业服务中心"),
    ),
    "parking": (
        ("地下车库", "180", "出租", (60_000, 90_000)),
        ("共有道路车位", "46", "临时停放", (8_000, 15_000)),
    ),
}  # fmt: skip


def made_sheet(code: str, heads: tuple[Head, ...], drawn: random.Random) -> Sheet:
    """The table of an item, the same for the same seed; none: the item has a document."""
    rows = tuple(tuple(_cell(one, drawn) for one in line) for line in LINES.get(code, ()))
    return Sheet(heads, rows)


def _cell(one: str | tuple[int, int], drawn: random.Random) -> Cell:
    return one if isinstance(one, str) else drawn.randint(*one) * FEN


def made_document(title: str, says: str, by: str, at: datetime) -> bytes:
    """One drawn page as a PDF."""
    page = Image.new("L", A4, 255)
    draw, top = ImageDraw.Draw(page), MARGIN
    path = str(FONTS / "NotoSansCJKsc-Regular.otf")
    for words, size in ((title, 56), (says, 36), (by, 36), ("演示用文件，不是真实资料。", 36)):
        font, fits = ImageFont.truetype(path, size), (A4[0] - 2 * MARGIN) // size
        for start in range(0, len(words), fits):
            draw.text((MARGIN, top), words[start : start + fits], fill=0, font=font)
            top += size * 2
        top += size
    out, made = io.BytesIO(), at.timetuple()
    page.save(out, "PDF", resolution=150, creationDate=made, modDate=made)
    return out.getvalue()
