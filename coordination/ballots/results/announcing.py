"""The notices of a result: 初步统计结果公示（询异） and 结果公告, made from the package alone."""

from datetime import datetime
from typing import Any

from coordination.ballots.package_election import elected_words, standing_words
from coordination.ballots.package_tables import aside_words, invalid_words, valid_of
from coordination.ballots.tables import Poll, Step
from coordination.notices.actions import publish_notice
from coordination.notices.rules import Facts, FactsTable, Section
from coordination.notices.tables import Notice, NoticeKind
from coordination.places.tables import Place

OUTCOMES = {
    "carried": "表决通过",
    "not_carried": "表决未通过",
    "no_quorum": "参与表决不足，未形成决定",
}
CHECKS = {
    "quorum.persons": "参与表决人数",
    "quorum.area": "参与表决专有部分面积",
    "approval.persons": "同意人数",
    "approval.area": "同意的专有部分面积",
}
TITLES = {Step.PRELIMINARY: "初步统计结果公示（询异）", Step.FINAL: "表决结果公告"}
KINDS = {Step.PRELIMINARY: NoticeKind.PRELIMINARY, Step.FINAL: NoticeKind.RESULT}


async def announce_result(
    poll: Poll,
    estate: Place,
    step: Step,
    package: dict[str, Any],
    at: datetime,
    until: datetime,
) -> Notice:
    """Publish the notice of this stage under the estate's next number."""
    return await publish_notice(
        estate,
        KINDS[step],
        f"{poll.title}：{TITLES[step]}",
        summary_of(package),
        Facts(tuple(_section(one) for one in package["questions"]), {"sha256": package["sha256"]}),
        at,
        issuer=poll.convener,
        person=None,
        until=until if step is Step.PRELIMINARY else None,
        contact=poll.contact,
        how_to_object=package["publication"]["objections"] if step is Step.PRELIMINARY else "",
        link=f"/ballots/{poll.id}/result",
        subject=poll.id,
        matter=poll.matter,
    )


def summary_of(package: dict[str, Any]) -> str:
    """Each question with its outcome."""
    return "；".join(f"{one['title']}：{outcome_of(one)}" for one in package["questions"])


def outcome_of(question: dict[str, Any]) -> str:
    """What was decided: of an election, who was elected."""
    words = OUTCOMES[question["outcome"]]
    if question["outcome"] == "no_quorum":
        return words
    winner = f"，选定“{question['winner']}”" if question["winner"] else ""
    return elected_words(question) or words + winner


def _section(question: dict[str, Any]) -> Section:
    choices = tuple(
        (one["label"], f"{one['persons']} 人", f"{one['area_m2']} 平方米",
         f"{one['persons_pct'] or '—'}%", f"{one['area_pct'] or '—'}%")
        for one in question["choices"]
    )  # fmt: skip
    checks = tuple(
        (CHECKS[one["name"]], *_fraction(one), one["wording"], "达到" if one["holds"] else "未达到")
        for one in question["checks"]
    )
    return Section(
        question["title"],
        (
            f"结果：{outcome_of(question)}。依据：{question['rule']['source']}。",
            *_silence(question),
        ),
        (
            ("表决范围", question["scope"]),
            ("业主总数", _measured(question["roll"])),
            ("参与表决", _measured(question["participating"])),
            ("收回", _measured(question["returned"])),
            ("有效票", _measured(valid_of(question))),
            (
                "无效票",
                "；".join(filter(None, (_measured(question["invalid"]), invalid_words(question)))),
            ),
            ("重复票", aside_words(question, "duplicates")),
            ("互相矛盾的票", aside_words(question, "conflicts")),
            ("送达未表决", _measured(question["delivered_unreturned"])),
            ("未送达", _measured(question["undelivered"])),
        ),  # fmt: skip
        (
            FactsTable("各项意见", ("意见", "人数", "面积", "人数比例", "面积比例"), choices),
            FactsTable("法定要求", ("项目", "得数", "总数", "要求", "是否达到"), checks),
            *_election(question),
        ),
    )


def _silence(question: dict[str, Any]) -> tuple[str, ...]:
    """The rule that was applied, and what the result is without it."""
    silence, without = question["silence"], question["cast_only"]
    if silence["policy"] == "none":
        return ()
    added = f"计入 {_measured(silence['added'])}" if silence["added_to"] else "没有多数意见，未计入"
    return (
        f"依{silence['source']}“{silence['rule']}”，送达后不投票的：{added}。",
        f"不计未表决的票，结果为：{OUTCOMES[without['outcome']]}。",
    )


def _election(question: dict[str, Any]) -> tuple[FactsTable, ...]:
    election = question["election"]
    if election is None:
        return ()
    held = {one["choice"]: one for one in question["choices"]}
    rows = tuple(
        (
            f"{one['number']}号 {one['name']}",
            *("达到" if each["holds"] else "未达到" for each in held[str(one["number"])]["checks"]),
            standing_words(one, election),
        )
        for one in election["candidates"]
    )
    caption = f"选举结果（应选 {election['seats']} 人）"
    return (FactsTable(caption, ("候选人", "人数过半", "面积过半", "结果"), rows),)


def _measured(weight: dict[str, Any]) -> str:
    return f"{weight['persons']} 人，{weight['area_m2']} 平方米"


def _fraction(check: dict[str, Any]) -> tuple[str, str]:
    """Part and whole as printed: persons, or square metres with four decimals."""
    if check["name"].endswith(".persons"):
        return f"{check['part']} 人", f"{check['whole']} 人"
    return _metres(check["part"]), _metres(check["whole"])


def _metres(area_cm2: int) -> str:
    whole, part = divmod(area_cm2, 10_000)
    return f"{whole}.{part:04d} 平方米"
