"""What all that happened to a ticket comes to: the fold of its events. Pure.

Each kind changes what it changes; what a kind must say stands in `state.py`.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from coordination.law.periods import day_of
from coordination.law.policies import Priority
from coordination.tickets.kinds import DispatchKind, EventKind, Outcome, Rating, State
from coordination.tickets.standings import NAMES, Happened, Standing

LEVELS = 4


def standing(events: Iterable[Happened], before: Standing | None = None) -> Standing:
    """How the ticket stands after these events: the first is its whistle, or follows `before`."""
    now: dict[str, Any] = {name: getattr(before, name) for name in NAMES} if before else {}
    for event in events:
        if after := AFTER.get(event.kind):
            now["state"] = after
        if fold := FOLD.get(event.kind):
            fold(now, event)
        now["events"], now["changed_at"] = event.ordinal, event.at
    return Standing(**now)


AFTER: dict[EventKind, State] = {
    EventKind.WHISTLE: State.WHISTLED,
    EventKind.REPORT_IN: State.REPORTED,
    EventKind.DISPATCH: State.HANDLING,
    EventKind.TRANSFER: State.TRANSFERRING,
    EventKind.ACCEPT: State.HANDLING,
    EventKind.RETURN: State.ADJUDICATING,
    EventKind.ADJUDICATE: State.HANDLING,
    EventKind.HOLD: State.ON_HOLD,
    EventKind.RESUME: State.HANDLING,
    EventKind.REPLY: State.REPLIED,
    EventKind.BEGIN_VISIT: State.VISITING,
    EventKind.VISIT: State.VISITING,
    EventKind.CLOSE: State.CLOSED,
    EventKind.REOPEN: State.REOPENED,
    EventKind.TAKE_UP: State.HANDLING,
    EventKind.PROPOSE_REFUSAL: State.REFUSED_REVIEW,
    EventKind.OVERRULE_REFUSAL: State.REPORTED,
    EventKind.MERGE: State.MERGED,
    EventKind.WITHDRAW: State.WITHDRAWN,
    EventKind.RETRACT: State.WITHDRAWN,
}


def _whistled(now: dict[str, Any], event: Happened) -> None:
    now["priority"] = Priority(event.facts["priority"])
    now["policy"] = int(event.facts["policy"])
    now["holder"] = UUID(event.facts["holder"])


def _asked_info(now: dict[str, Any], event: Happened) -> None:
    now["before"], now["state"] = now["state"], State.NEED_INFO
    now["info_asked"], now["paused_since"] = True, event.at
    now["info_until"] = _moment(event.facts["until"])


def _has_info(now: dict[str, Any], event: Happened) -> None:
    now["state"], now["paused_since"], now["info_until"] = now["before"], None, None
    now["is_short_of_info"] = event.kind is EventKind.INFO_TIMEOUT


def _in_hand(now: dict[str, Any], event: Happened) -> None:
    """A named person has it: 报到, 签收, 接手."""
    if holder := event.facts.get("holder"):
        now["holder"] = UUID(holder)
    now["handler"] = event.person
    _had_a_hand(now, event)
    if now.get("reported_at") is None:
        now["reported_at"] = event.at


def _had_a_hand(now: dict[str, Any], event: Happened) -> None:
    if event.person:
        now["hands"] = now.get("hands", frozenset()) | {event.person}


def _passed_on(now: dict[str, Any], event: Happened) -> None:
    """To another body; it is nobody's there until someone takes it."""
    to = UUID(event.facts["holder"])
    if event.kind is EventKind.TRANSFER:
        now["hops"] = now.get("hops", 0) + 1
        now["dispatch"], now["from_body"] = DispatchKind.TRANSFERRED, to
    elif event.kind is EventKind.ADJUDICATE:
        now["is_adjudicated"] = True
        now["hops"] = now.get("hops", 0) + (to != now["from_body"])
    elif event.kind is EventKind.RETURN:
        now["returns"] = now.get("returns", 0) + 1
    now["holder"], now["handler"], now["hold_wish"], now["hold_asked"] = to, None, None, False


def _dispatched(now: dict[str, Any], event: Happened) -> None:
    now["dispatch"] = DispatchKind(event.facts["dispatch"])


def _opened_part(now: dict[str, Any], event: Happened) -> None:
    part = event.facts["sub_task"]
    now["sub_tasks"] = now.get("sub_tasks", frozenset()) | {part}
    if event.facts["mandatory"]:
        now["mandatory"] = now.get("mandatory", frozenset()) | {part}


def _finished_part(now: dict[str, Any], event: Happened) -> None:
    for name in ("sub_tasks", "mandatory"):
        now[name] = now.get(name, frozenset()) - {event.facts["sub_task"]}
    _had_a_hand(now, event)


def _wished_hold(now: dict[str, Any], event: Happened) -> None:
    now["hold_wish"], now["hold_asked"] = event, True


def _held(now: dict[str, Any], event: Happened) -> None:
    _settled_wish(now, event)
    now["paused_since"], now["held_by"] = event.at, event.role
    now["hold_until"], now["blocker"] = _moment(event.facts["until"]), event.facts["blocker"]


def _settled_wish(now: dict[str, Any], event: Happened) -> None:
    now["hold_wish"], now["hold_asked"] = None, False


def _resumed(now: dict[str, Any], event: Happened) -> None:
    now["paused_since"] = now["hold_until"] = now["blocker"] = None


def _extended(now: dict[str, Any], event: Happened) -> None:
    if until := event.facts.get("until"):
        now["hold_until"] = _moment(until)
    else:
        now["extensions"] = now.get("extensions", 0) + 1
        now["blocker"] = event.words


def _replied(now: dict[str, Any], event: Happened) -> None:
    now["reply"], now["reply_outcome"] = event.ordinal, _outcome(event)
    now["attempts"], now["is_reached"], now["found_solved"] = (), False, None
    now["is_confirmed"] = now["is_rejected"] = False
    now["blocker"] = None
    _settled_wish(now, event)
    _had_a_hand(now, event)
    if now.get("replied_at") is None:
        now["replied_at"] = event.at


def _visited(now: dict[str, Any], event: Happened) -> None:
    if event.person:
        now["visitors"] = now.get("visitors", frozenset()) | {event.person}
    now["attempts"] = (*now.get("attempts", ()), day_of(event.at))
    if event.facts["reached"]:
        now["is_reached"], now["found_solved"] = True, event.facts.get("solved")
    if now["is_reached"] or len(set(now["attempts"])) > 1:
        if now.get("visited_at") is None:
            now["visited_at"] = event.at
        now["reached"] = now["is_reached"] or bool(now.get("reached"))


def _outcome(event: Happened) -> Outcome | None:
    """A source that tells none has none; it is not taken for solved."""
    return Outcome(event.facts["outcome"]) if event.facts["outcome"] else None


def _closed(now: dict[str, Any], event: Happened) -> None:
    now["closed_at"], now["outcome"] = event.at, _outcome(event)
    now["paused_since"] = None


def _reopened(now: dict[str, Any], event: Happened) -> None:
    now["reopened"] = now.get("reopened", 0) + 1
    now["closed_at"] = now["outcome"] = now["rating"] = None


def _cosigned(now: dict[str, Any], event: Happened) -> None:
    now["cosigners"] = now.get("cosigners", 0) + 1


def _escalated(now: dict[str, Any], event: Happened) -> None:
    now["level"] = min(max(now.get("level", 1), int(event.facts["level"])), LEVELS)


def _refusal_proposed(now: dict[str, Any], event: Happened) -> None:
    now["refusal_by"], now["refusal_reason"] = event.person, event.facts["reason"]


def _planned(now: dict[str, Any], event: Happened) -> None:
    now["milestones"] = now.get("milestones", frozenset()) | {event.facts["milestone"]}


def _achieved(now: dict[str, Any], event: Happened) -> None:
    now["milestones"] = now.get("milestones", frozenset()) - {event.facts["milestone"]}


def _retracted(now: dict[str, Any], event: Happened) -> None:
    """Nothing that the wrong sheet told of it counts."""
    for name in ("reported_at", "replied_at", "visited_at", "reached", "closed_at", "outcome",
                 "rating", "paused_since"):  # fmt: skip
        now[name] = None


def _left_matter(now: dict[str, Any], event: Happened) -> None:
    now["matter"] = None


def _set(name: str, fact: str, read: Callable[[Any], Any]) -> Callable[..., None]:
    """A fold that takes one column from one fact."""

    def fold(now: dict[str, Any], event: Happened) -> None:
        now[name] = read(event.facts[fact])

    return fold


def _flag(name: str) -> Callable[..., None]:
    def fold(now: dict[str, Any], event: Happened) -> None:
        now[name] = True

    return fold


FOLD: dict[EventKind, Callable[[dict[str, Any], Happened], None]] = {
    EventKind.WHISTLE: _whistled,
    EventKind.CO_SIGN: _cosigned,
    EventKind.ASK_INFO: _asked_info,
    EventKind.ANSWER_INFO: _has_info,
    EventKind.INFO_TIMEOUT: _has_info,
    EventKind.REPORT_IN: _in_hand,
    EventKind.ACCEPT: _in_hand,
    EventKind.TAKE_UP: _in_hand,
    EventKind.DISPATCH: _dispatched,
    EventKind.TRANSFER: _passed_on,
    EventKind.RETURN: _passed_on,
    EventKind.ADJUDICATE: _passed_on,
    EventKind.HAND_OVER: _passed_on,
    EventKind.OPEN_SUB_TASK: _opened_part,
    EventKind.FINISH_SUB_TASK: _finished_part,
    EventKind.ASK_HOLD: _wished_hold,
    EventKind.HOLD: _held,
    EventKind.REFUSE_HOLD: _settled_wish,
    EventKind.RESUME: _resumed,
    EventKind.EXTEND: _extended,
    EventKind.REPLY: _replied,
    EventKind.VISIT: _visited,
    EventKind.CONFIRM: _flag("is_confirmed"),
    EventKind.REJECT: _flag("is_rejected"),
    EventKind.CLOSE: _closed,
    EventKind.REOPEN: _reopened,
    EventKind.RATE: _set("rating", "rating", Rating),
    EventKind.PROPOSE_REFUSAL: _refusal_proposed,
    EventKind.RETRACT: _retracted,
    EventKind.MERGE: _set("merged_into", "into", UUID),
    EventKind.ESCALATE: _escalated,
    EventKind.CHANGE_PRIORITY: _set("priority", "priority", Priority),
    EventKind.REPIN_POLICY: _set("policy", "policy", int),
    EventKind.LINK_MATTER: _set("matter", "matter", UUID),
    EventKind.UNLINK_MATTER: _left_matter,
    EventKind.PLAN: _planned,
    EventKind.ACHIEVE: _achieved,
}


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
