"""The settings that exist 设置项: name, words, default, bounds, and the source of the default.

A setting is a number or a choice that a place may have its own way. What the law fixes for
everyone is not here but in `coordination.law`; where the law leaves a number to the place, the
source says which text the default was taken from.
"""

from dataclasses import dataclass
from enum import StrEnum


class Form(StrEnum):
    """What kind of value a setting has."""

    WHOLE = "whole"  # 整数
    YES_NO = "yes_no"  # 是或否
    CHOICE = "choice"  # 单选


Value = int | bool | str


@dataclass(frozen=True, slots=True)
class NamedSetting:
    """One setting. `least` and `most` bound a whole number; `choices` maps values to words."""

    name: str
    label: str
    group: str
    form: Form
    default: Value
    source: str
    unit: str = ""
    least: int = 0
    most: int = 0
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""

    def accepts(self, value: object) -> bool:
        """Whether `value` is one this setting can have."""
        if self.form is Form.YES_NO:
            return isinstance(value, bool)
        if self.form is Form.CHOICE:
            return value in dict(self.choices)
        if isinstance(value, bool) or not isinstance(value, int):
            return False
        return self.least <= value <= self.most

    @property
    def bounds(self) -> str:
        """What may be entered, for whoever entered something else."""
        if self.form is Form.WHOLE:
            return f"应为 {self.least} 到 {self.most} 之间的整数。"
        return "请从所列的选项中选择。"

    def words(self, value: object) -> str:
        """The value as a page says it: 15 天, 是, 两者并行."""
        if self.form is Form.YES_NO:
            return "是" if value else "否"
        if self.form is Form.CHOICE:
            return dict(self.choices).get(str(value), str(value))
        return f"{value} {self.unit}".strip()


def _whole(name: str, label: str, group: str, default: int, unit: str, bounds: tuple[int, int],
           source: str, hint: str = "") -> NamedSetting:  # fmt: skip
    return NamedSetting(
        name, label, group, Form.WHOLE, default, source, unit, *bounds, hint=hint
    )  # fmt: skip


def _yes_no(
    name: str, label: str, group: str, default: bool, source: str, hint: str = ""
) -> NamedSetting:
    return NamedSetting(name, label, group, Form.YES_NO, default, source, hint=hint)


def _choice(name: str, label: str, group: str, choices: dict[str, str], source: str,
            hint: str = "") -> NamedSetting:  # fmt: skip
    """The first of the choices is the default."""
    return NamedSetting(
        name, label, group, Form.CHOICE, next(iter(choices)), source,
        choices=tuple(choices.items()), hint=hint,
    )  # fmt: skip


def _hour(name: str, label: str, default: str, first: str, last: str) -> NamedSetting:
    """A time of day, on the half hour from `first` to `last`."""
    begin, end = ((int(one[:2]) * 60 + int(one[3:])) for one in (first, last))
    times = [f"{at // 60:02d}:{at % 60:02d}" for at in range(begin, end + 1, 30)]
    return NamedSetting(
        name, label, WORK_HOURS, Form.CHOICE, default,
        "民法典第二百零三条：有业务时间的，停止业务活动的时间为截止时间", choices=tuple(
            (at, at) for at in times
        ), hint="全部小区一样。改了以后，没有办结的工单按新的时间重新计算期限。",
    )  # fmt: skip


HOUSE = "本系统默认值，法律法规未规定"
PERIODS, RULES, SECRECY = "业主表决：期限", "业主表决：规则", "业主表决：公开与保密"
REGISTRY, ACCOUNTS, MESSAGES = "名册与绑定", "账号与安全", "消息"
TICKETS, LISTINGS, MATTERS, MEETINGS = "工单", "红黑榜", "议事", "会议"
WORK_HOURS = "工作时间"
# What a community may settle for its estates; the rest keeps votes secret and accounts safe.
LOCAL = frozenset({PERIODS, RULES, REGISTRY, TICKETS, MATTERS, MEETINGS})

_ALL = (
    _whole("roll_check_days", "业主名册公示核对期", PERIODS, 7, "天", (1, 60),
           HOUSE + "；南宁（2024）等地表决前公示名册供业主核对"),
    _whole("notice_days", "投票公告提前期", PERIODS, 15, "天", (15, 90),
           "《物业管理条例》第十四条：应当于会议召开 15 日以前通知全体业主",
           "公告当日不计，满期后方可开始投票。地方规定更长的，可以调长。"),
    _whole("voting_days_least", "投票期最短", PERIODS, 5, "天", (1, 60),
           "杭州（2021）第二十条：表决期 5 日至 60 日"),
    _whole("voting_days_most", "投票期最长", PERIODS, 60, "天", (1, 120),
           "杭州（2021）第二十条：表决期 5 日至 60 日"),
    _whole("objection_days", "初步结果询异期", PERIODS, 5, "天", (5, 60),
           "绵阳、江门询异公示 5 日；东莞、清远等地有同类期间",
           "到期日为法定休假日的，顺延至次一工作日（民法典第二百零三条）。"),
    _whole("nomination_days", "候选人报名期", PERIODS, 7, "天", (1, 60),
           HOUSE + "；指导规则第十四条：候选人由推荐或自荐产生"),
    _whole("candidate_days", "候选人公示期", PERIODS, 7, "天", (7, 60),
           "杭州（2021）第二十六条：候选人公示不少于 7 日；宁波 10 日"),
    _whole("committee_years", "业主委员会任期", RULES, 5, "年", (1, 5),
           "指导规则第三十二条：任期不超过 5 年；杭州（2021）第三十三条：3 至 5 年"),
    _whole("small_committee_households", "可设 3 人业主委员会的户数上限", RULES, 0, "户", (0, 100),
           "杭州（2021）第二十七条、北京（2024）第三十九条：不超过 100 户的可以是 3 人；"
           "其他地方未见",
           "0 表示本地没有这样的规定：一律 5 至 11 人单数。"),
    _yes_no("parking_counts", "车位计入表决权", RULES, False,
            "指导规则第二十五条：由业主大会议事规则决定；宁波第十八条不计入"),
    _yes_no("invalid_takes_part", "无效票计入参与表决", RULES, False,
            HOUSE + "；须在投票公告中写明"),
    _whole("changes_allowed", "截止前可更改选择", RULES, 1, "次", (0, 1),
           "武汉：业主在表决截止前可更改一次"),
    _choice("prevails", "线上和纸质都投了", RULES,
            {"online": "以线上投票为准", "paper": "以纸质票为准"},
            HOUSE + "；须在投票公告中写明",
            "电话和上门登记的票与纸质票同样对待。不计的一份列为重复票，公布张数。"),
    _whole("sheet_settling_days", "纸质票复核最迟", RULES, 3, "天", (1, 15),
           HOUSE + "；须在投票公告中写明",
           "自截止起算。两次登记不一致的票由第三人复核，复核完才计票；到期仍未复核的不计，公布张数。"),
    _choice("online_vote", "线上表决", RULES,
            {"allowed": "可以使用本系统", "city_system_only": "只能使用市级统一系统"},
            "北京（2024）第三十五条：线上表决只能通过市级系统；其他地方未禁止",
            "选“只能使用市级统一系统”后，本系统只用于纸质表决与计票。"),
    _whole("proxies_most", "一人最多代几名业主投票", RULES, 3, "名", (1, 20),
           "潍坊第三十二条：一名代理人最多接受三名业主委托；其他地方未规定",
           "按每个表决事项计算。物业人员一律不能代业主投票（舟山第十七条）。"),
    _whole("posting_delivery_days", "公告送达需张贴", PERIODS, 7, "天", (7, 60),
           "舟山第十七条：无法送达的在小区内公告不少于 7 日；《指导规则》第二十二条",
           "满期以后，公告里列出的房屋才算送达。"),
    _whole("turnout_minutes", "参与率最快更新间隔", SECRECY, 10, "分钟", (10, 1440),
           HOUSE + "；防止由参与率变化推知某人刚投票"),
    _whole("turnout_step", "参与率每次更新至少新增", SECRECY, 5, "票权", (5, 100),
           HOUSE + "；防止由参与率变化推知某人刚投票"),
    _whole("session_hours", "登录保持", ACCOUNTS, 336, "小时", (1, 2160), HOUSE),
    _whole("staff_session_hours", "工作人员登录保持", ACCOUNTS, 12, "小时", (1, 72), HOUSE),
    _whole("failures_before_lock", "连续输错后锁定", ACCOUNTS, 5, "次", (3, 10),
           HOUSE + "；只锁该来源的该种方式，登记手机验证码始终可用"),
    _whole("lock_minutes", "锁定时长", ACCOUNTS, 15, "分钟", (5, 60), HOUSE),
    _whole("codes_per_source", "同一网络地址每小时验证码", ACCOUNTS, 2000, "条", (200, 100_000),
           HOUSE + "；手机运营商的许多用户共用一个出口地址，表决截止前会集中索取",
           "同一号码另有每天100条的上限；本人用过的设备单独计数，不占用这两项。"),
    _whole("phone_change_hours", "换号生效等待", ACCOUNTS, 24, "小时", (24, 168),
           HOUSE + "；广州（2021）第十二条对手机换绑另有要求"),
    _whole("quiet_from", "夜间免打扰开始", MESSAGES, 22, "时", (18, 23), HOUSE),
    _whole("quiet_until", "夜间免打扰结束", MESSAGES, 7, "时", (5, 10), HOUSE),
    _whole("pushes_per_hour", "每人每小时普通推送最多", MESSAGES, 1, "条", (1, 10), HOUSE),
    _whole("letter_code_days", "绑定码有效期", REGISTRY, 90, "天", (7, 365), HOUSE),
    _whole("residency_months", "非业主居民登记默认有效", REGISTRY, 12, "个月", (1, 60), HOUSE),
    _whole("upload_kept_days", "上传的名册原件保留", REGISTRY, 7, "天", (1, 30),
           HOUSE + "；原件加密保存，只用于生成错误清单，到期删除"),
    # Whatever is chosen of them, they come in this order.
    _hour("morning_from", "上午上班", "09:00", "07:00", "10:30"),
    _hour("morning_until", "上午下班", "12:00", "11:00", "12:30"),
    _hour("afternoon_from", "下午上班", "14:00", "13:00", "15:30"),
    _hour("afternoon_until", "下午下班", "18:00", "16:00", "20:00"),
    _whole("whistles_per_day", "每人每天最多吹哨", TICKETS, 10, "次", (1, 100), HOUSE,
           "有危险时请打电话；工作人员代办不计入。"),
    _whole("same_whistles_per_day", "同样内容每天最多吹哨", TICKETS, 2, "次", (1, 10), HOUSE),
    _whole("reply_link_days", "答复确认链接有效", TICKETS, 14, "天", (1, 60), HOUSE,
           "发给吹哨人的链接，不用登录就能确认或退回；每次答复只能用一次。"),
    _whole("objection_to_close_days", "办结后可提出异议", TICKETS, 15, "天", (5, 60),
           HOUSE + "；期满归档"),
    _whole("info_working_days", "待补充最长", TICKETS, 3, "个工作日", (1, 10), HOUSE,
           "只能要求补充一次；期间时限暂停，到期自动恢复并注明“信息不足”。"),
    _whole("ruling_working_days", "退单裁定期限", TICKETS, 1, "个工作日", (1, 5), HOUSE),
    _whole("hold_days_most", "挂起最长", TICKETS, 90, "天", (1, 90), HOUSE,
           "须公开难点、谁能解决和日期，并由社区或街道同意。"),
    _whole("cluster_building", "建议专项整治：同一楼栋", TICKETS, 5, "件", (2, 100), HOUSE,
           "同一类别在一栋楼里达到这个件数时，建议开展专项整治。"),
    _whole("cluster_estate", "建议专项整治：同一小区", TICKETS, 10, "件", (2, 500), HOUSE),
    _whole("cluster_days", "建议专项整治：多少天内", TICKETS, 30, "天", (7, 180), HOUSE),
    _yes_no("committee_more_than_half", "业委会决定须过半数", MEETINGS, False,
            "指导规则第三十八条：须经全体委员半数以上同意；议事规则要求过半数的，选“是”"),
    _whole("minutes_check_days", "会议纪要核对期", MEETINGS, 3, "个工作日", (1, 10), HOUSE,
           "到会的人可以逐项提出异议，答复后才能签字定稿。"),
    _whole("listing_least", "上榜至少要有的工单", LISTINGS, 20, "件", (20, 1000),
           HOUSE + "；件数太少的不排名"),
    _whole("listing_red_from", "建议红榜的最低分", LISTINGS, 90, "分", (50, 100), HOUSE,
           "只是建议；上榜由人决定并写明理由。"),
    _whole("listing_black_below", "建议黑榜的最高分", LISTINGS, 60, "分", (0, 90), HOUSE,
           "低于此分只是建议；上榜由人决定并写明理由。"),
    _whole("listing_objection_days", "红黑榜异议期", LISTINGS, 5, "个工作日", (5, 20), HOUSE),
    _whole("listing_months", "红黑榜公布期", LISTINGS, 12, "个月", (1, 24),
           HOUSE + "；期满自动撤下"),
    _choice("appraisal_raters", "双评议：第一组由谁评", LISTINGS,
            {"residents": "居民和业主", "owners": "只限业主"}, HOUSE,
            "第二组是居民委员会和业主委员会成员。物业人员不评自己。"),
    _whole("support_percent", "点事附议比例", MATTERS, 5, "%", (1, 50),
           HOUSE + "；以近期活跃的居民和业主人数为基数，点事提出时确定"),
    _whole("support_least", "点事附议最少人数", MATTERS, 5, "人", (2, 500), HOUSE),
    _whole("support_active_days", "多少天内登录过算近期活跃", MATTERS, 90, "天", (7, 180), HOUSE),
    _whole("matter_answer_working_days", "点事、提事答复期限", MATTERS, 10, "个工作日", (1, 30),
           HOUSE, "逾期未答复的，向公众显示“超期”。"),
    _whole("evaluation_days", "公众评价期", MATTERS, 15, "天", (5, 60), HOUSE),
    _whole("evaluation_enough", "公众评价够多少人可以提前结束", MATTERS, 30, "人", (5, 1000),
           HOUSE),
    _whole("evaluation_percent", "公众评价合格线（满意和基本满意）", MATTERS, 60, "%", (50, 100),
           HOUSE, "低于这个比例，退回再议。"),
    _whole("petition_days", "业主联名征集期", MATTERS, 60, "天", (7, 180), HOUSE),
    _whole("petition_answer_days", "业主联名答复期限", MATTERS, 15, "天", (3, 60),
           HOUSE + "；《物业管理条例》第十三条只说“应当组织召开”，未写天数",
           "达到比例之日起算，逾期未答复的，向公众显示“超期”。"),
)  # fmt: skip

# Those of one group stand together, in the order in which the groups first appear.
_GROUPS = list(dict.fromkeys(each.group for each in _ALL))
SETTINGS: dict[str, NamedSetting] = {
    each.name: each for each in sorted(_ALL, key=lambda each: _GROUPS.index(each.group))
}
