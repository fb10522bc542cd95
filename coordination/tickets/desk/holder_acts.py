"""What those who hold a ticket do with it: report in, dispatch, pass on, note, reply, refuse."""

from dataclasses import replace
from uuid import UUID

from coordination.tickets import permits
from coordination.tickets.desk.acts import (
    AFTER,
    BEFORE,
    DOCUMENT,
    Act,
    Case,
    Doing,
    Field,
    end_of_day_typed,
    read_id,
)
from coordination.tickets.handling import actions, dispatching
from coordination.tickets.handling.dispatching import Part
from coordination.tickets.kinds import DispatchKind, EventKind, Outcome, State


def _holds(case: Case) -> bool:
    return permits.may_work_on(case.asker, case.reach)


def _may_report_in(case: Case) -> bool:
    may = permits.may_report_in(case.asker, case.reach)
    return may and case.follows(EventKind.REPORT_IN) and case.now.handler is None


def _may_take_up(case: Case) -> bool:
    free = case.now.handler is None or case.now.state is State.REOPENED
    return _holds(case) and case.follows(EventKind.TAKE_UP) and free


def _may_transfer(case: Case) -> bool:
    may = permits.may_transfer(case.asker, case.reach) and case.follows(EventKind.TRANSFER)
    return may and not (case.now.is_adjudicated and _holds(case))


async def _report_in(doing: Doing) -> object:
    return await actions.report_in(doing.asker, doing.ticket, doing.at)


async def _take_up(doing: Doing) -> object:
    return await actions.take_up(doing.asker, doing.ticket, doing.at)


async def _accept(doing: Doing) -> object:
    return await dispatching.accept_transfer(doing.asker, doing.ticket, doing.at)


async def _dispatch(doing: Doing) -> object:
    read = doing.read
    kind = read.one_of("dispatch", "办理方式", (DispatchKind.DIRECT, DispatchKind.JOINT))
    parts = (_part(doing),) if kind == DispatchKind.JOINT else ()
    read.settle()
    return await dispatching.dispatch_ticket(
        doing.asker, doing.ticket, DispatchKind(kind), doing.at, parts=parts
    )


def _part(doing: Doing) -> Part:
    read = doing.read
    return Part(
        read_id(read, "body", "协办单位"),
        read.text("parts", "协办任务", longest=2_000),
        read.moment("due", "协办期限"),
        bool(read.values.get("mandatory")),
    )


async def _open_part(doing: Doing) -> object:
    part = _part(doing)
    doing.read.settle()
    return await dispatching.open_sub_task(doing.asker, doing.ticket, part, doing.at)


async def _finish_part(doing: Doing) -> object:
    own: tuple[UUID, ...] = tuple(one for one, _ in doing.case.own_parts)
    part = own[0] if len(own) == 1 else read_id(doing.read, "part", "哪一项协办")
    result = doing.read.text("result", "结果", longest=2_000)
    doing.read.settle()
    return await dispatching.finish_sub_task(doing.asker, part, result, doing.at)


async def _transfer(doing: Doing) -> object:
    to = read_id(doing.read, "holder", "接收单位")
    basis = doing.read.text("basis", "依据", longest=2_000)
    doing.read.settle()
    return await dispatching.transfer_ticket(doing.asker, doing.ticket, to, basis, doing.at)


async def _return(doing: Doing) -> object:
    proposed = read_id(doing.read, "proposed", "建议的责任单位")
    basis = doing.read.text("basis", "依据", longest=2_000)
    doing.read.settle()
    return await dispatching.return_ticket(doing.asker, doing.ticket, basis, proposed, doing.at)


async def _note(doing: Doing) -> object:
    words = doing.read.text("words", "进展", longest=2_000)
    doing.read.settle()
    public = not doing.read.values.get("inside")
    return await actions.note_progress(
        doing.asker, doing.ticket, words, doing.at, photos=doing.photos, public=public
    )


async def _reply(doing: Doing) -> object:
    outcome = doing.read.one_of("outcome", "处理结果", REPLIES)
    words = doing.read.text("words", "答复", longest=2_000)
    until = end_of_day_typed(doing.read, "until", "计划完成日期")
    doing.read.settle()
    return await actions.reply(
        doing.asker, doing.ticket, words, Outcome(outcome), doing.at, photos=doing.photos,
        until=until,
    )  # fmt: skip


async def _ask_info(doing: Doing) -> object:
    words = doing.read.text("words", "还缺什么", longest=2_000)
    doing.read.settle()
    return await actions.ask_info(doing.asker, doing.ticket, words, doing.at)


async def _propose_refusal(doing: Doing) -> object:
    reason = doing.read.one_of("reason", "原因", actions.RefusalReason)
    words = doing.read.text("words", "依据", longest=2_000)
    doing.read.settle()
    return await actions.propose_refusal(
        doing.asker, doing.ticket, actions.RefusalReason(reason), words, doing.at
    )


REPLIES = (Outcome.SOLVED, Outcome.PARTLY, Outcome.PLANNED, Outcome.EXPLAINED)
PART_FIELDS = (
    Field("body", "协办单位", "select", options="bodies", optional=True),
    Field("parts", "协办任务", optional=True),
    Field("due", "协办期限", "moment", optional=True),
    Field("mandatory", "必办：完成后才能答复", "check"),
)
OF_HOLDER = (
    Act(
        "report-ins", "报到", "我来办，报到", _may_report_in, _report_in, "已报到。",
        hint="报到后，居民会看到您的姓名和单位电话。社区报到的，由社区接手办理。", tone="primary",
    ),
    Act("acceptances", "签收转办", "签收，我来办",
        lambda case: _holds(case) and case.follows(EventKind.ACCEPT), _accept,
        "已签收。", tone="primary"),
    Act("take-ups", "接手办理", "接手，我来办", _may_take_up, _take_up, "已接手。",
        tone="primary"),
    Act(
        "dispatches", "分派", "分派",
        lambda case: _holds(case) and case.follows(EventKind.DISPATCH), _dispatch, "已分派。",
        (Field("dispatch", "怎么办", "radios"),
         *(replace(one, is_tucked=True) for one in PART_FIELDS)),
        hint="转给小区以外的部门，请用下面的“转办”。", more="联办的，填写协办单位和任务",
        tone="primary", preset=lambda _: {"dispatch": "direct", "mandatory": "yes"},
    ),
    Act(
        "replies", "答复", "答复居民",
        lambda case: _holds(case) and case.follows(EventKind.REPLY), _reply,
        "已答复，等居民确认或社区回访。",
        (
            Field("words", "做了什么，结果如何", hint="居民会看到。只作解释的，写明依据。"),
            Field("outcome", "处理结果", "radios", options="replies"),
            BEFORE, AFTER, DOCUMENT,
            Field("until", "计划完成日期", "day", "只有“列入计划”要填；列入计划还要先归入事项。",
                  optional=True),
        ),
        hint="要有处理后照片或者凭证；选“已解释”的可以不附。", tone="primary",
    ),
    Act(
        "notes", "写进展", "记下进展",
        lambda case: permits.may_note(case.asker, case.reach) and case.follows(EventKind.NOTE),
        _note, "已记下。",
        (Field("words", "进展"), Field("photos", "照片", "file", optional=True),
         Field("inside", "只给办理单位看，不公开", "check")),
    ),
    Act(
        "finished-sub-tasks", "完成协办", "协办完成",
        lambda case: bool(case.own_parts) and case.follows(EventKind.FINISH_SUB_TASK),
        _finish_part, "协办已完成。",
        (Field("part", "哪一项", "select", options="own_parts"),
         Field("result", "做了什么，结果如何")),
        tone="primary",
        preset=lambda case: {"part": str(case.own_parts[0][0])} if case.own_parts else {},
    ),
    Act(
        "sub-tasks", "派协办", "派给协办单位",
        lambda case: _holds(case) and case.follows(EventKind.OPEN_SUB_TASK), _open_part,
        "已派协办。", PART_FIELDS, preset=lambda _: {"mandatory": "yes"},
    ),
    Act(
        "transfers", "转办", "转给责任单位", _may_transfer, _transfer, "已转办，等对方签收。",
        (Field("holder", "接收单位", "select", options="bodies"),
         Field("basis", "依据", hint="谁主管、谁负责：写明职责依据，公开。")),
    ),
    Act(
        "returns", "退单", "退单",
        lambda case: _holds(case) and case.follows(EventKind.RETURN) and not case.now.returns,
        _return, "已退单，等待裁定。",
        (Field("proposed", "应当由谁负责", "select", options="bodies"),
         Field("basis", "依据")),
        hint="只能退一次。退单后一个工作日内裁定，裁定有约束力。", tone="danger",
    ),
    Act(
        "info-requests", "请居民补充", "请居民补充",
        lambda case: permits.may_ask_info(case.asker, case.reach)
        and case.follows(EventKind.ASK_INFO) and not case.now.info_asked,
        _ask_info, "已请居民补充，计时暂停，最多三个工作日。",
        (Field("words", "还缺什么", hint="只能要求一次。能电话问清的，请直接打电话。"),),
    ),
    Act(
        "refusals", "不予受理", "提出不予受理",
        lambda case: permits.may_propose_refusal(case.asker, case.reach)
        and case.follows(EventKind.PROPOSE_REFUSAL),
        _propose_refusal, "已提出，等第二人复核。",
        (Field("reason", "原因", "radios", options="refusals"),
         Field("words", "依据，以及居民可以找谁")),
        tone="danger",
    ),
)  # fmt: skip
