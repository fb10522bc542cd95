"""The five stations of a ticket, drawn for whoever waits: 吹哨 报到 办理 答复 确认. Pure."""

from collections.abc import Collection

from coordination.tickets.kinds import DONE, EventKind, State

STATIONS = ("吹哨", "报到", "办理", "答复", "确认")
# Which station a ticket stands at; what lies before it is done.
STANDS_AT = {
    State.WHISTLED: 1, State.NEED_INFO: 1, State.REFUSED_REVIEW: 1, State.REPORTED: 2,
    State.TRANSFERRING: 2, State.ADJUDICATING: 2, State.HANDLING: 2, State.ON_HOLD: 2,
    State.REOPENED: 2, State.REPLIED: 4, State.VISITING: 4,
}  # fmt: skip
PASSED_BY = (
    {EventKind.WHISTLE},
    {EventKind.REPORT_IN, EventKind.ACCEPT},
    {EventKind.DISPATCH, EventKind.ACCEPT, EventKind.TAKE_UP},
    {EventKind.REPLY},
    {EventKind.CONFIRM, EventKind.VISIT},
)


def road(
    state: State, happened: Collection[EventKind], *, late: bool = False
) -> list[tuple[str, str]]:
    """Each station with its mark: done, now, late (it stands here, past its time), next, skipped.
    A closed ticket skipped what never happened to it; one that was merged or taken back has no
    road of its own."""
    if state is State.CLOSED:
        marks = ["done" if kinds & set(happened) else "skipped" for kinds in PASSED_BY]
        return list(zip(STATIONS, marks, strict=True))
    if state in DONE:
        return []
    here = STANDS_AT[state]
    return [
        (name, "done" if n < here else "next" if n > here else "late" if late else "now")
        for n, name in enumerate(STATIONS)
    ]
