"""The road of an action item 办事: 待办 → 进行 → 已完成（待核）→ 核实, or 退回 to work on. Pure."""

from coordination.meetings.action_tables import ActionState, ActionStepKind

# step → (from which states, to which state; None: as it was)
ROAD: dict[ActionStepKind, tuple[frozenset[ActionState], ActionState | None]] = {
    ActionStepKind.GIVEN: (frozenset(), ActionState.TO_DO),
    ActionStepKind.STARTED: (frozenset({ActionState.TO_DO}), ActionState.UNDERWAY),
    ActionStepKind.REPORTED: (
        frozenset({ActionState.TO_DO, ActionState.UNDERWAY}), ActionState.REPORTED),
    ActionStepKind.VERIFIED: (frozenset({ActionState.REPORTED}), ActionState.VERIFIED),
    ActionStepKind.RETURNED: (frozenset({ActionState.REPORTED}), ActionState.UNDERWAY),
    ActionStepKind.EXTENDED: (frozenset({ActionState.TO_DO, ActionState.UNDERWAY}), None),
    ActionStepKind.CANCELLED: (
        frozenset({ActionState.TO_DO, ActionState.UNDERWAY, ActionState.REPORTED}),
        ActionState.CANCELLED,
    ),
}  # fmt: skip
STATE_WORDS = {
    ActionState.TO_DO: "待办",
    ActionState.UNDERWAY: "进行",
    ActionState.REPORTED: "已完成（待核）",
    ActionState.VERIFIED: "核实",
    ActionState.CANCELLED: "取消",
}
STEP_WORDS = {
    ActionStepKind.GIVEN: "交办",
    ActionStepKind.STARTED: "开始办理",
    ActionStepKind.REPORTED: "报完成",
    ActionStepKind.VERIFIED: "核实",
    ActionStepKind.RETURNED: "退回",
    ActionStepKind.EXTENDED: "延期",
    ActionStepKind.CANCELLED: "取消",
}
# Who does it: the body that has the task, or the convener of the meeting that gave it.
BY_HOLDER = frozenset({ActionStepKind.STARTED, ActionStepKind.REPORTED})
NEEDS_WORDS = frozenset({
    ActionStepKind.REPORTED, ActionStepKind.RETURNED, ActionStepKind.EXTENDED,
    ActionStepKind.CANCELLED,
})  # fmt: skip
OPEN = frozenset({ActionState.TO_DO, ActionState.UNDERWAY, ActionState.REPORTED})


def may_follow(state: ActionState, step: ActionStepKind) -> bool:
    """Whether an action in that state may take the step."""
    return state in ROAD[step][0]


def state_after(state: ActionState, step: ActionStepKind) -> ActionState:
    return ROAD[step][1] or state
