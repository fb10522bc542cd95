"""The result package as a table, for CSV and XLSX: the same figures as page, print and JSON."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from coordination.ballots.package_aside import INVALID_BY
from coordination.ballots.package_election import elected_words, standing_words
from coordination.ballots.package_figures import label
from coordination.ballots.tally_report import CHECKS, OUTCOMES
from coordination.law.areas import format_area
from coordination.law.tally import Outcome
from coordination.web.sheets.writing import Sheet, csv_export, workbook

HEADER = ("事项", "项目", "人数", "面积（平方米）", "人数占比（%）", "面积占比（%）", "说明")
REACHED = {
    "message": "短信或站内消息",
    "online": "登录查看",
    "door": "上门送达",
    "letter": "挂号信",
    "posting": "公告送达",
    "ballot": "收到其表决票",
}
CHANNELS = {"online": "线上", "paper": "纸质", "phone": "电话", "door": "上门"}
STAGES = {"preliminary": "初步统计结果（询异公示）", "final": "结果公告"}
FORMS = {
    "sums": "只公布合计，不列逐票",
    "grouped": "列出逐票的选择与承诺，不列面积与房号",
    "full": "逐票公开，供审计",
}
REASONS = {
    "group_under_5": "有选择不足 5 票",
    "unanimous": "全部选择相同",
    "combination": "几名候选人的合计相加减，可能算出少数几票的面积",
}

HIDDEN = "（不公布面积，以免认出是哪一户）"

Row = tuple[str | int | None, ...]


def as_csv(package: dict[str, Any]) -> bytes:
    """UTF-8 with the mark that Excel knows it by; nothing in it runs as a formula."""
    return csv_export(HEADER, rows(package), facts(package))


def as_xlsx(package: dict[str, Any]) -> bytes:
    """One sheet 结果."""
    counted_at = datetime.fromisoformat(package["publication"]["counted_at"])
    return workbook([Sheet("结果", HEADER, rows(package), facts(package))], counted_at)


def facts(package: dict[str, Any]) -> dict[str, str]:
    """What stands above the table."""
    poll, publication = package["poll"], package["publication"]
    return {
        "表决": poll["title"],
        "小区": poll["estate"],
        "召集人": poll["convener"],
        "联系": poll["contact"],
        "公告": f"{poll['notice_number']}，查验码 {poll['notice_code']}，{poll['notice_on']}",
        "表决时间": f"{_moment(poll['opens_at'])} 至 {_moment(poll['closes_at'])}",
        "公示": f"{STAGES[publication['stage']]}，{_moment(publication['counted_at'])} 计票",
        "异议期": f"{publication['objections_from']} 至 {publication['objections_until']}",
        "怎样提出异议": publication["objections"],
        "公示包哈希": package["sha256"],
    }


def rows(package: dict[str, Any]) -> list[Row]:
    """Every figure of every question, each with its denominator in words."""
    return [
        (question["title"], *row, *("",) * (len(HEADER) - 1 - len(row)))
        for question in package["questions"]
        for row in _question(question)
    ]


def valid_of(question: dict[str, Any]) -> dict[str, Any]:
    """What came back and is not invalid, measured as the package measures."""
    returned, invalid = (
        (said["persons"], int(said["area_m2"].replace(".", "")))
        for said in (question["returned"], question["invalid"])
    )
    area = format_area(returned[1] - invalid[1])
    return {"persons": returned[0] - invalid[0], "area_m2": area}


def invalid_parts(question: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """(reason in words, persons and area or None) of the reasons that occurred; a package of
    version 1 says none."""
    parts = question.get("invalid_by", ())
    return [(INVALID_BY[each["reason"]], each) for each in parts if each["persons"]]


def invalid_words(question: dict[str, Any]) -> str:
    """The reasons for a page or a notice; "" where none is known. One reason alone has the area
    of all, which stands beside it."""
    parts = invalid_parts(question)
    told = "；".join(f"{words} {_said(each)}" for words, each in parts)
    hides = len(parts) > 1 and any(each["area_m2"] is None for _, each in parts)
    return told + HIDDEN if hides else told


def aside_words(question: dict[str, Any], name: str) -> str:
    """`duplicates` or `conflicts`: how many, and of whom."""
    sheets = f"{question[name]} 张"
    if not question[name] or "set_aside" not in question:
        return sheets
    part = question["set_aside"][name]
    return f"{sheets}，涉及 {_said(part)}" + (HIDDEN if part["area_m2"] is None else "")


def _said(part: dict[str, Any]) -> str:
    area = part["area_m2"]
    return f"{part['persons']} 人" + (f"，{area} 平方米" if area else "")


def _question(question: dict[str, Any]) -> Iterator[Row]:
    rule, roll = question["rule"], question["roll"]
    matter = f"{rule['matter_wording']}（{rule['source']}）"
    yield "事项类别", None, None, None, None, f"{matter}；{question['class_reason']}"
    yield "范围", None, None, None, None, question["scope"]
    yield *_measured("全体业主", roll), None, None, f"名册冻结于 {roll['frozen_on']}"
    for name, key in (
        ("名册", "roll_hash"),
        ("房号面积清单", "rooms_hash"),
        ("票权", "rights_hash"),
    ):
        yield f"{name}哈希", None, None, None, None, roll[key]
    yield _measured("送达", question["delivered"])
    for way in question["delivered_by"]:
        yield f"其中{REACHED[way['channel']]}", way["persons"]
    yield *_measured("收回", question["returned"]), None, None, "每人只计一票"
    for channel in question["channels"]:
        yield _measured(f"其中{CHANNELS[channel['channel']]}", channel)
    yield from _aside(question)
    yield "改票后作废的票（张，不计）", question["superseded"]
    yield *_measured("有效票", valid_of(question)), None, None, "收回的票减去无效票"
    takes_part = "算参与表决" if question["invalid_takes_part"] else "不算参与表决"
    yield *_measured("无效票", question["invalid"]), None, None, takes_part
    for words, each in invalid_parts(question):
        yield _measured(f"其中{words}", each)
    yield _measured("送达未收回", question["delivered_unreturned"])
    yield _measured("未送达", question["undelivered"])
    yield from _silence(question["silence"])
    yield from _result(question, "")
    yield from _election(question)
    if question["cast_only"]:
        yield from _result(question["cast_only"], "（不计未表决票）")
    yield "公示包的形式", None, None, None, None, form_words(question)


def form_words(question: dict[str, Any]) -> str:
    """How open the lines of its package are, and why no more, as its privacy report found."""
    reasons = "；".join(REASONS[reason] for reason in question["privacy"]["reasons"])
    return FORMS[question["form"]] + (f"（{reasons}）" if reasons else "")


def _aside(question: dict[str, Any]) -> Iterator[Row]:
    """What came and does not count."""
    for name, words in (("duplicates", "重复票"), ("conflicts", "互相矛盾的票")):
        yield f"{words}（张，不计）", question[name]
        if "set_aside" in question:
            yield _measured(f"{words}涉及的业主", question["set_aside"][name])


def _election(question: dict[str, Any]) -> Iterator[Row]:
    election = question["election"]
    if election is None:
        return
    yield "应选人数", election["seats"], None, None, None, election["tie_rule_words"]
    yield *_measured("至少选了一人的票", election["named"]), None, None, "每人只计一票"
    for one in election["candidates"]:
        name = f"{one['number']}号 {one['name']}"
        yield f"名次：{name}", one["rank"], None, None, None, standing_words(one, election)
    yield "选举结果", None, None, None, None, elected_words(question)


def _silence(silence: dict[str, Any]) -> Iterator[Row]:
    if silence["policy"] == "none":
        yield "送达未收回的处理", None, None, None, None, "不计入任何选择"
        return
    added_to = silence["added_to"]
    told = f"计入多数（{label(added_to)}）" if added_to else "没有居先的多数，未计入"
    rule = f"{told}：{silence['source']}“{silence['rule']}”"
    yield *_measured("送达未收回的处理", silence["added"]), None, None, rule
    part = "送达算参与表决" if silence["takes_part"] else "送达不算参与表决"
    yield "送达未收回是否算参与", None, None, None, None, part


def _result(result: dict[str, Any], suffix: str) -> Iterator[Row]:
    yield _measured(f"参与表决{suffix}", result["participating"])
    yield *_measured(f"同意比例的分母{suffix}", result["consent_base"]), None, None, _base(result)
    for choice in result["choices"]:
        shares = choice["persons_pct"], choice["area_pct"]
        yield *_measured(f"{choice['label']}{suffix}", choice), *shares
        for check in choice["checks"] or ():
            yield _check(check, f"：{choice['label']}{suffix}")
    for check in result["checks"]:
        yield _check(check, suffix)
    winner = f"，选定：{result['winner']}" if result["winner"] else ""
    outcome = OUTCOMES[Outcome(result["outcome"])]
    if result.get("election") and result["outcome"] != Outcome.NO_QUORUM:
        outcome = elected_words(result)
    yield f"结果{suffix}", None, None, None, None, f"{outcome}{winner}"


def _base(result: dict[str, Any]) -> str:
    same = result["participating"] == result["consent_base"]
    return "参与表决的业主" if same else "参与表决的业主与按规则计入的未表决业主"


def _check(check: dict[str, Any], suffix: str) -> Row:
    holds = "达到" if check["holds"] else "未达到"
    divided = f"{check['part']} / {check['whole']}（分母：{check['whole_is']}"
    unit = "，单位 0.0001 平方米）" if check["name"].endswith("area") else "）"
    told = f"{divided}{unit}，应{check['wording']}：{holds}"
    return f"核对：{CHECKS[check['name']]}{suffix}", None, None, None, None, told


def _measured(name: str, weight: dict[str, Any]) -> Row:
    return name, weight["persons"], weight["area_m2"]


def _moment(written: str) -> str:
    return f"{datetime.fromisoformat(written):%Y-%m-%d %H:%M}"
