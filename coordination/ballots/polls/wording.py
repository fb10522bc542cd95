"""What the notice of a vote 投票公告 says, as facts for its page, its print, and machines. Pure.

The bars stand in the law's own words; every figure is the frozen roll's; every setting names
where it comes from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from coordination.ballots.polls.answer_words import answer_rows, silence_section
from coordination.ballots.polls.bound_keys import Bound
from coordination.ballots.privacy import default_form
from coordination.ballots.silence_tables import SilenceRule
from coordination.ballots.tables import (
    Poll,
    Question,
    QuestionDocument,
    RollFreeze,
)
from coordination.law.classes import Bar, MatterClass, Rule, rule_for
from coordination.law.periods import day_of
from coordination.notices.rules import Facts, FactsTable, Section
from coordination.web.formats import grouped, local_day, local_time, square_metres

FORM_WORDS = {
    "grouped": "按选择分组，逐行公布选择和面积承诺，不公布姓名、房号和单户面积",
    "sums": "只公布合计，不逐行公布",
    "full": "逐行公布选择和每份票权的面积，不公布姓名和房号",
}
HOW_TO_ASK = (
    "对表决事项、名册或程序有意见的，请在投票截止前联系召集人，或者在本系统“我的”里留言；"
    "认为决定侵害合法权益的，可以依照民法典第二百八十条请求人民法院予以撤销。"
)
HOW_TO_VOTE = (
    "书面征求意见：业主登录本系统投票，或者填写纸质表决票交回召集人；打电话、上门征求的意见，"
    "由两个人分别登记，与纸质表决票一样计算。"
)
COUNTING = (
    "参与比例：参与表决的业主的人数和专有部分面积，都应达到有权表决的业主的三分之二以上；"
    "弃权算参与表决，{silent}。",
    "同意比例：同意的人数和专有部分面积，都应达到参与表决的人数和面积的法定比例；弃权不算同意。",
    "同一业主有几套房的，算一人，面积合计；几人共有的，共推一人投票，算一人。",
    "未通过的，不等于作出了相反的决定。投票期间任何人都看不到选择和票数，截止后统一计票。",
)


BOARD = (
    "每投一张票，公示票箱里就按次序增加一个编号，只增不减；编号看不出是谁、选了什么。"
    "票箱每次增加都由下面的钥匙签名。回执、检查点和公示包的签名，都凭这把公钥核对。",
    "下列单位用各自的钥匙见证票箱：开始之前、投票期间每日、截止之后各核对一次并签名。",
)
NO_KEY_YET = "还没有登记。公告发布以后才登记的，会在公示票箱的页面写明。"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the notice prints it."""

    question: Question
    scope_words: str
    freeze: RollFreeze
    documents: Sequence[QuestionDocument]

    def rule(self, on: datetime) -> Rule:
        """The rule in force on the day of the notice. LookupError: none."""
        return rule_for(MatterClass(self.question.matter_class), day_of(on))

    def form(self, poll: Poll) -> str:
        """How open its lines will be, at most: small electorates in sums, unless chosen; no areas
        where an area would tell the room."""
        report: Any = self.freeze.privacy
        chosen = poll.package_form or default_form(self.freeze.persons)
        return "grouped" if chosen == "full" and report["exposed"] else chosen


@dataclass(frozen=True, slots=True)
class SettingLine:
    """A value that holds for this vote, and whence."""

    name: str
    label: str
    words: str
    source: str


@dataclass(frozen=True, slots=True)
class Announcement:
    """All that the notice is made of."""

    poll: Poll
    estate: str
    convener: str
    asked: Sequence[Asked]
    settings: Sequence[SettingLine]
    timetable: Sequence[tuple[str, str]]
    before: str = ""  # the poll that this one holds anew, or follows as a second round
    board_key: str = ""  # of the board 公示票箱, as its checkpoints are verified with
    silence: SilenceRule | None = None  # the estate's rule that this vote quotes
    open_rule: str | None = None  # the estate's rule by which choices are published, quoted
    witnesses: Sequence[Bound] = ()  # who is to watch the board, with the keys in force now


def title_of(poll: Poll) -> str:
    return f"关于“{poll.title}”的投票公告"


def lead_of(said: Announcement) -> str:
    poll = said.poll
    return (
        f"{said.convener}召集本小区业主大会，就下列{len(said.asked)}个事项进行表决。"
        f"投票自{local_time(poll.opens_at)}开始，至{local_time(poll.closes_at)}截止。{poll.summary}"
    )


def facts_of(said: Announcement, at: datetime) -> Facts:
    """The whole notice, issued `at`."""
    sections = [
        Section("", tuple(filter(None, (lead_of(said), said.before)))),
        Section("表决安排", rows=(("召集人", said.convener), *_held(said))),
        *(_asked(n, each, at) for n, each in enumerate(said.asked, 1)),
        Section("怎样计票", _counting(said.silence)),
        silence_section(said.silence),
        _published(said),
        _gaps(said),
        _settings(said),
        _hashes(said),
        _board(said),
    ]
    return Facts(tuple(part for part in sections if part), _data(said, at))


def _held(said: Announcement) -> tuple[tuple[str, str], ...]:
    return ("投票方式", HOW_TO_VOTE), *said.timetable


def _counting(silence: SilenceRule | None) -> tuple[str, ...]:
    silent = "不投票的按下文引用的规约处理" if silence else "不投票不算"
    return tuple(line.format(silent=silent) for line in COUNTING)


def _asked(number: int, each: Asked, at: datetime) -> Section:
    question, freeze, rule = each.question, each.freeze, each.rule(at)
    rows = [
        ("费用及来源", question.cost),
        ("提议人", question.proposer),
        ("不投票的后果", question.if_silent),
        ("表决范围", each.scope_words),
        ("事项类别", f"{rule.wording}（{rule.source}）"),
        ("归类理由", question.class_reason or ""),
        *answer_rows(question),
        ("参与表决的要求", rule.quorum.clause),
        ("同意的要求", rule.approval.clause),
        ("有权表决的业主", f"{grouped(freeze.persons)} 人"),
        ("专有部分面积合计", square_metres(freeze.area_cm2)),
        ("名册锁定时间", local_time(freeze.frozen_at)),
        *((f"附件：{document.title}", document.file) for document in each.documents),
    ]
    return Section(
        f"表决事项{number}：{question.title}",
        (question.text,),
        tuple((label, said) for label, said in rows if said),
    )


def privacy_words(freeze: RollFreeze) -> str:
    """The privacy report in a sentence: what areas alone would give away."""
    report: Any = freeze.privacy
    pairs = report["pairs"]
    said = f"任意两份相加，有{grouped(pairs)}对的合计独一无二；" if pairs is not None else ""
    return (
        f"{grouped(report['rights'])}份票权有{grouped(report['distinct_areas'])}种面积，"
        f"其中{grouped(report['singletons'])}份的面积独一无二，"
        f"{grouped(report['exposed'])}份的面积与它相同的不足5份；{said}"
        "计票后如果某一选择少于5份或者全体一致，改为只公布合计。"
    )


def _published(said: Announcement) -> Section:
    """How open the result will be, and whom it could name."""
    rows = [
        (f"事项{number}", f"{FORM_WORDS[each.form(said.poll)]}。{privacy_words(each.freeze)}")
        for number, each in enumerate(said.asked, 1)
    ]
    if said.open_rule:
        rows.append(("公布选择的依据", said.open_rule))
    return Section("结果怎样公布（隐私报告）", rows=tuple(rows))


def _hashes(said: Announcement) -> Section:
    """At the end: whoever checks them looks for them."""
    rows = [
        (f"事项{number} {label}", value)
        for number, each in enumerate(said.asked, 1)
        for label, value in (
            ("票权清册", each.freeze.roll_hash),
            ("公示清单", each.freeze.list_hash),
            ("票权承诺", each.freeze.rights_hash),
        )
    ]
    return Section("名册校验值（SHA-256）", rows=tuple(rows))


def _board(said: Announcement) -> Section:
    """The keys that sign: whoever kept this notice knows a forged board, and a forged witness."""
    keys = ((f"{one.party}的见证公钥", one.vkey or NO_KEY_YET) for one in said.witnesses)
    return Section("公示票箱", BOARD, (("公示票箱公钥", said.board_key), *keys))


def _gaps(said: Announcement) -> Section | None:
    gaps = {tuple(gap) for each in said.asked for gap in each.freeze.gaps}
    if not gaps:
        return None
    table = FactsTable("", ("专有部分", "缺少"), tuple(sorted(gaps)))
    return Section("未列入名册的专有部分", (said.poll.gaps_reason or "",), tables=(table,))


def _settings(said: Announcement) -> Section:
    rows = tuple((line.label, line.words, line.source) for line in said.settings)
    return Section("本次表决的规则及依据", tables=(FactsTable("", ("规则", "取值", "依据"), rows),))


def _data(said: Announcement, at: datetime) -> dict[str, object]:
    poll = said.poll
    return {
        "poll": str(poll.id),
        "law_on": day_of(at).isoformat(),
        "opens_at": poll.opens_at.isoformat(),
        "closes_at": poll.closes_at.isoformat(),
        "settings": {line.name: line.words for line in said.settings},
        "reissues": poll.reissues and str(poll.reissues),
        "second_round_of": poll.second_round_of and str(poll.second_round_of),
        "board_key": said.board_key,
        "witnesses": [one.as_dict() for one in said.witnesses],
        "questions": [_question_data(each, poll, at) for each in said.asked],
    }


def _question_data(each: Asked, poll: Poll, at: datetime) -> dict[str, object]:
    question, freeze, rule = each.question, each.freeze, each.rule(at)
    return {
        "question": str(question.id),
        "position": question.position,
        "title": question.title,
        "matter_class": question.matter_class,
        "class_reason": question.class_reason,
        "scope": each.scope_words,
        "rule": {
            "source": rule.source,
            "since": rule.since.isoformat(),
            "quorum": _bar(rule.quorum),
            "approval": _bar(rule.approval),
        },
        "persons": freeze.persons,
        "area_cm2": freeze.area_cm2,
        "units": freeze.units,
        "frozen_on": local_day(freeze.frozen_at),
        "roll_hash": freeze.roll_hash,
        "list_hash": freeze.list_hash,
        "rights_hash": freeze.rights_hash,
        "privacy": freeze.privacy,
        "form": each.form(poll),
        "documents": [{"title": one.title, "sha256": one.file} for one in each.documents],
    }


def _bar(bar: Bar) -> dict[str, object]:
    share: Fraction = bar.share
    return {
        "share": f"{share.numerator}/{share.denominator}",
        "inclusive": bar.inclusive,
        "wording": bar.wording,
        "clause": bar.clause,
    }
