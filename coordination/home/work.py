"""The to-do boards 待办 of staff: what waits for whom, in the order of its weight. Pure.

A board is made of what the queries found; each task counts what is open and leads to it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination.ballots.polls.endings import WAYS
from coordination.ballots.polls.state import LABELS, NEXT
from coordination.ballots.tables import Step
from coordination.disclosures.queries import Shown
from coordination.disclosures.registers.queries import BodyShown
from coordination.disclosures.rules import Standing
from coordination.meetings.waiting import Waits
from coordination.tickets.desk.queries import Line
from coordination.web.formats import local_day

DESK, MATTERS_DESK = "/disclosures/desk", "/desk/matters"


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits. `count`: of how many things; `state`: until when, where it is one that
    has its day; `tone`: as of `lists.tag`."""

    label: str
    href: str
    note: str = ""
    count: int = 1
    state: str = ""
    tone: str = "wait"


@dataclass(frozen=True, slots=True)
class Board:
    """The tasks of one office; `empty`: what to expect when nothing waits; `rest`: what `underway`
    is."""

    title: str
    tasks: tuple[Task, ...]
    underway: tuple[Task, ...] = ()
    empty: str = "现在没有需要您办理的事项。有新的事项时，会发消息给您。"
    rest: str = "进行中，不用您做什么"
    note: str = ""

    @property
    def count(self) -> int:
        return 0 if self.note else sum(task.count for task in self.tasks)


@dataclass(frozen=True, slots=True)
class ConvenedPoll:
    """A poll of a body that the asker sits in, as far as it says what is to be done."""

    id: UUID
    title: str
    estate_name: str
    step: Step
    at: datetime
    by: UUID | None  # who took the last step
    checked_at: datetime | None  # the check period of the roll, as its notice said
    opens_at: datetime
    closes_at: datetime
    roll_objections: int
    result_objections: int
    freeze_failed: bool
    ending: Step | None  # a way out that waits for a second member
    ending_by: UUID | None
    is_stalled: bool

    def path(self, part: str = "") -> str:
        return f"/ballots/{self.id}{part}"


@dataclass(frozen=True, slots=True)
class StalledPoll:
    """A poll that the clock cannot move on, as the operator sees it."""

    id: UUID
    title: str
    estate_name: str


@dataclass(frozen=True, slots=True)
class Pending:
    """So many things of a kind that wait in an estate: `what` of the queries."""

    what: str
    estate: UUID
    estate_name: str
    subject: str
    about: str
    count: int


def convening_board(polls: Iterable[ConvenedPoll], asker: UUID, at: datetime) -> Board:
    """For committee and preparatory group: what the next step of each poll asks of this member."""
    tasks, underway = list[Task](), list[Task]()
    for poll in polls:
        due = list(_due(poll, asker, at))
        tasks += due
        if not due:
            underway.append(_underway(poll))
    return Board(
        "业主大会的表决", tuple(tasks), tuple(underway),
        "没有等您办理的表决。要发起表决，请选“起草表决”。",
    )  # fmt: skip


def _due(poll: ConvenedPoll, asker: UUID, at: datetime) -> Iterable[Task]:
    yield from _alarms(poll, asker)
    if poll.roll_objections:
        yield _task("答复名册异议", poll, "/roll/objections", poll.roll_objections)
    if poll.result_objections:
        yield _task("答复对初步结果的异议", poll, "/result", poll.result_objections)
    match poll.step:
        case Step.DRAFTED:
            yield _task("继续起草", poll, "/convening")
        case Step.ROLL_PUBLISHED if not poll.roll_objections and _is_checked(poll, at):
            yield _task("核对期已满，锁定名册", poll, "/roll/freeze")
        case Step.ROLL_FREEZING if poll.freeze_failed:
            yield _task("锁定名册没有成功，请处理", poll, "/roll/freeze")
        case Step.ROLL_FROZEN | Step.RETURNED:
            yield _task("拟定并提交投票公告", poll, "/notice")
        case Step.PROPOSED if poll.by != asker:
            yield _task("确认或退回投票公告", poll, "/notice")


def _alarms(poll: ConvenedPoll, asker: UUID) -> Iterable[Task]:
    if poll.is_stalled:
        yield _task("不能计票，请联系运营方", poll, "/convening")
    if poll.ending and poll.ending in NEXT[poll.step] and poll.ending_by != asker:
        yield _task(f"确认或不同意：{WAYS[poll.ending]}", poll, "/convening")


def _is_checked(poll: ConvenedPoll, at: datetime) -> bool:
    return poll.checked_at is not None and at >= poll.checked_at


def _task(label: str, poll: ConvenedPoll, part: str, count: int = 1) -> Task:
    return Task(label, poll.path(part), f"{poll.estate_name} · {poll.title}", count)


def _underway(poll: ConvenedPoll) -> Task:
    return Task(
        poll.title, poll.path("/convening"), poll.estate_name, 0, LABELS[poll.step],
        "now" if poll.step in (Step.OPENED, Step.EXTENDED) else "",
    )  # fmt: skip


# what → (words, address of {estate} and {subject})
COMMUNITY_TASKS = {
    "roll_objection": ("答复名册异议", "/ballots/{subject}/roll/objections"),
    "result_objection": ("答复对初步结果的异议", "/ballots/{subject}/result"),
    "import": ("名册已上传，请看预览后确认", "/registry/{estate}/imports/{subject}"),
    "import_failed": ("名册没有写入，请处理", "/registry/{estate}/imports/{subject}"),
    "no_roll": ("上传业主名册：有了名册，业主才能绑定和表决", "/registry/{estate}/imports"),
    "resident": ("确认居民登记", "/registry/{estate}/residents"),
    "gap": ("补录缺面积或缺业主的房屋", "/registry/{estate}"),
    "print": ("打印绑定码函", "/registry/{estate}/letters/{subject}"),
    "deliver": ("送达绑定码函", "/deliveries/{subject}"),
}
DELIVERING = frozenset({"deliver"})


def community_board(pending: Iterable[Pending]) -> Board:
    """For the community: objections, imports, residents, letters, in every estate it keeps."""
    return Board("社区", _of(pending, COMMUNITY_TASKS))


def delivery_board(pending: Iterable[Pending]) -> Board:
    """For the 楼组长: letters to carry to the doors."""
    return Board("送达", _of(pending, {"deliver": COMMUNITY_TASKS["deliver"]}))


def _of(pending: Iterable[Pending], words: dict[str, tuple[str, str]]) -> tuple[Task, ...]:
    order = {what: place for place, what in enumerate(words)}
    wanted = sorted((one for one in pending if one.what in words), key=lambda p: order[p.what])
    return tuple(
        Task(
            words[one.what][0],
            words[one.what][1].format(estate=one.estate, subject=one.subject),
            " · ".join(filter(None, (one.estate_name, one.about))),
            one.count,
        )
        for one in wanted
    )


def ticket_board(counts: Iterable[tuple[str, str, int, str]]) -> Board:
    """The tickets that wait for this office; `counts`: (words, address, how many, tone)."""
    tasks = tuple(Task(label, href, "", count, tone=tone or "wait")
                  for label, href, count, tone in counts if count)  # fmt: skip
    note = "数字是张数；一张工单可能同时在几类里，所以不合计。"
    nothing = "没有等您单位办理的工单。有居民吹哨时，会发消息给值班人员。"
    return Board("工单", tasks, note=note, empty=nothing)


def urgent_board(lines: Iterable[Line], at: datetime) -> Board:
    """The tickets to be seen to first, one press away."""
    tasks = tuple(
        Task(
            f"#{one.number} {one.category_name}", f"/desk/tickets/{one.id}",
            f"{one.estate_name} {one.where} · {one.state_words}", 0, one.clock(at),
            "bad" if one.is_late(at) else "wait",
        )
        for one in lines
    )  # fmt: skip
    return Board("最急的工单", tasks)


def matter_board(late: int, fresh: int, uncalled: int) -> Board:
    """What residents raised and nobody has answered; what waits for a meeting."""
    tasks = (
        Task("答复居民提出的事项，已超期", MATTERS_DESK, "", late, tone="bad"),
        Task("答复居民提出的事项", MATTERS_DESK, "", fresh),
        Task("等着开会商量，还没有召集会议", "/meetings/new", "召集时自动列入议程", uncalled),
    )
    return Board("议事", tuple(task for task in tasks if task.count))


def disclosure_board(owed: Sequence[Shown], at: datetime) -> Board:
    """What the asker's bodies owe on the public shelves: late, near, and still far off."""
    counts = Counter(one.standing(at) for one in owed)
    tasks = (
        Task("已逾期，公开栏里人人看得到", DESK, "", counts[Standing.OVERDUE], tone="bad"),
        Task("7 天内到期", DESK, "", counts[Standing.SOON]),
    )
    waiting = Task("以后到期的公开事项", DESK, "", 0, f"{counts[Standing.DUE]} 项", "")
    return Board(
        "公开", tuple(task for task in tasks if task.count),
        (waiting,) if counts[Standing.DUE] else (),
        "没有逾期或者 7 天内到期的公开事项。到期前 7 天会发消息给您。",
    )  # fmt: skip


def term_board(ending: Iterable[BodyShown], at: datetime) -> Board:
    """Committees whose term nears its end or is over, without one that follows."""
    tasks = tuple(
        Task(f"{one.name}：{one.term(at).value}", f"/registers/{one.id}",
             f"任期到{local_day(one.last_on)}，应组织换届选举" if one.last_on else "",
             tone=one.tone(at))
        for one in ending
    )  # fmt: skip
    return Board("换届", tasks)


def handover_board(waiting: Iterable[tuple[UUID, str, int]]) -> Board:
    """Hand-overs, by id, estate and how many lines the asker's company has not signed."""
    tasks = tuple(
        Task("签物业移交清单", f"/handovers/{handover}", f"{estate} · 双方签了才算移交", lines)
        for handover, estate, lines in waiting
    )
    return Board("物业交接", tasks)


def room_board(waiting: int) -> Board:
    """Applications for rooms that wait for an answer of the asker's body."""
    task = Task("答复场地申请", "/rooms/desk", "不同意的要写原因", waiting)
    return Board("场地", (task,) if waiting else ())


def meeting_board(waits: Iterable[Waits], at: datetime) -> Board:
    """Invitations, minutes and tasks of meetings that wait for this person or their body."""
    tasks = tuple(
        Task(one.label, one.href, one.about, state=one.until(at), tone=one.tone) for one in waits
    )
    return Board("会议", tasks)


OPERATOR_TASKS = {
    "no_estate": ("录入第一个小区", "/places", "街道、社区、小区依次建立"),
    "no_community_phone": ("登记居委会和公开电话", "/bodies", "首页“有事请找”用的就是它"),
    "no_worker": ("给社区工作人员授予身份", "/people", "由其上传名册、办理绑定"),
    "no_convener": ("授予业委会或筹备组成员身份", "/people", "每个小区至少两名，公告要第二人确认"),
    "no_roll": ("小区还没有名册", "/places", "由社区工作人员上传"),
    "no_sms": ("接通短信：居民收不到验证码，不能注册", "/outbox", "启动时给出短信网关的地址"),
    "no_second_factor": ("工作人员还没有设置二次验证", "/people", "本人登录时按提示设置"),
    "calendar": ("补充工作日历", "/calendar", "询异期遇假日顺延，要用它"),
    "messages_failed": ("消息没有送出", "/outbox", ""),
    "jobs_failed": ("后台任务多次失败", "/audit", "请看服务的日志"),
}


def operator_board(counts: dict[str, int], stalled: Iterable[StalledPoll] = ()) -> Board:
    """For the operator: what the deployment still lacks, and what has gone wrong."""
    stuck = tuple(
        Task("表决不能计票，请处理", f"/ballots/{one.id}", f"{one.estate_name} · {one.title}")
        for one in stalled
    )
    tasks = stuck + tuple(
        Task(label, href, note, counts[what])
        for what, (label, href, note) in OPERATOR_TASKS.items()
        if counts.get(what)
    )
    return Board("运营", tasks, empty="设置都已完成，没有失败的消息和任务。")
