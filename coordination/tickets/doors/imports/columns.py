"""What the columns of a hotline's sheet are called, and which of our fields each one is.

No two sources use the same headings: 12345, 民呼我应, 留言板, 信访, the open data of a city. A
guess is made from the words below; whoever uploads sees it and may say otherwise.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

NUMBER, WHISTLED, TEXT, CATEGORY = "number", "whistled", "text", "category"
COMMUNITY, ESTATE, BUILDING, SPOT = "community", "estate", "building", "spot"
CALLER, PHONE, BODY = "caller", "phone", "body"
REPORTED, REPLIED, VISITED, CLOSED = "reported", "replied", "visited", "closed"
STATUS, REPLY, OUTCOME, RATING = "status", "reply", "outcome", "rating"
TIMES = (WHISTLED, REPORTED, REPLIED, VISITED, CLOSED)  # in the order in which they happen


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a sheet may say of a ticket, and the headings by which it is known."""

    name: str
    label: str
    headings: str  # set apart by spaces, the likeliest first
    note: str = ""


FIELDS = (
    Field(NUMBER, "来源编号",
          "工单编号 工单号 编号 诉求编号 受理编号 信访件编号 "
          "信访编号 信件编号 流水号 登记编号 留言编号 "
          "srnumber service_request_id requestid request_id uniquekey id",
          "必须有；同一编号再次导入不会重复"),
    Field(WHISTLED, "受理时间",
          "受理时间 来电时间 诉求时间 登记时间 创建时间 "
          "反映时间 提交时间 留言时间 来信时间 信访日期 "
          "信访时间 登记日期 受理日期 来电日期 createddate requested_datetime opened",
          "必须有；诉求提出的时间"),
    Field(TEXT, "诉求内容",
          "诉求内容 来电内容 主要内容 反映内容 留言内容 "
          "信访内容 工单内容 问题描述 事项内容 内容概述 "
          "概况信息 内容 标题 诉求标题 description", "没有这一列时，用类别代替"),
    Field(CATEGORY, "诉求类别",
          "诉求类别 诉求类型 诉求分类 问题类别 问题类型 内容分类 "
          "事项分类 工单分类 工单类型 类别 分类 "
          "类型 requesttype complainttype service_name"),
    Field(COMMUNITY, "社区", "社区 所属社区 社区名称 社区（村） 村社区"),
    Field(ESTATE, "小区",
          "小区 小区名称 项目 项目名称 所属小区 物业项目 小区（项目） 小区（项目）名称 楼盘 "
          "ncname neighborhood neighbourhood"),
    Field(BUILDING, "楼栋", "楼栋 楼栋号 栋号 楼号 幢号"),
    Field(SPOT, "位置", "位置 详细地址 事发地址 事发地点 地址 地点 诉求地址 address"),
    Field(CALLER, "来电人",
          "来电人 诉求人 反映人 留言人 信访人 "
          "姓名 市民姓名 联系人 来电人姓名 诉求人姓名", "不公开"),
    Field(PHONE, "联系电话",
          "联系电话 来电号码 电话 手机号 手机 联系方式 电话号码", "加密保存，不公开"),
    Field(BODY, "承办单位",
          "承办单位 责任单位 办理单位 处置单位 主办单位 物业企业 物业公司 owner agency"),
    Field(REPORTED, "签收（报到）时间", "签收时间 报到时间 接单时间 转办签收时间"),
    Field(REPLIED, "答复时间", "答复时间 回复时间 首次答复时间 反馈时间 回复日期 答复日期"),
    Field(VISITED, "回访时间", "回访时间 回访日期"),
    Field(CLOSED, "办结时间",
          "办结时间 完成时间 结案时间 办结日期 归档时间 关闭时间 closeddate closed"),
    Field(STATUS, "状态", "状态 办理状态 工单状态 办理情况 status"),
    Field(REPLY, "答复内容",
          "答复内容 回复内容 办理结果 处理结果 处置结果 办理意见 答复意见 反馈内容"),
    Field(OUTCOME, "解决情况", "解决情况 是否解决 办结类型 办结方式 诉求解决情况"),
    Field(RATING, "满意度", "满意度 满意情况 是否满意 评价 回访满意度 满意率"),
)  # fmt: skip
LABELS = {field.name: field.label for field in FIELDS}
REQUIRED = (NUMBER, WHISTLED)


def _plain(heading: str) -> str:
    return re.sub(r"[\s_（）()：:]", "", heading).lower()


KNOWN = frozenset(
    each
    for field in FIELDS
    for heading in field.headings.split()
    for each in (heading, _plain(heading))
)  # lower-case and without spaces, as the reader of the sheet compares


def guessed(header: Sequence[str]) -> dict[str, str]:
    """Field → column, as far as the headings "
    "tell; each column stands for one field at most."""
    plain = {_plain(column): column for column in reversed(header)}
    found: dict[str, str] = {}
    for field in FIELDS:
        named = (plain.get(_plain(heading)) for heading in field.headings.split())
        column = next((one for one in named if one and one not in found.values()), None)
        if column:
            found[field.name] = column
    return found


def missing(columns: Mapping[str, str]) -> list[str]:
    """The labels of what no column stands for and must be there."""
    return [LABELS[name] for name in REQUIRED if not columns.get(name)]
