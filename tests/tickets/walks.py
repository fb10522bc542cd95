"""Walks of a ticket through its states: any event that may follow, with what its kind must say."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from coordination.errors import Refusal
from coordination.people.tables import RoleKind
from coordination.tickets.folding import standing
from coordination.tickets.kinds import EventKind, State
from coordination.tickets.rules import require
from coordination.tickets.standings import Happened, Standing
from coordination.tickets.state import may_follow
from coordination.tickets.storing import plain
from tests.tickets.a_ticket import WHISTLED

LONGEST = 25
STEPS = [timedelta(seconds=s) for s in (0, 1, 1_800, 7_000, 40_000, 90_000, 250_000, 800_000)]


def facts_of(kind: EventKind, now: Standing, at: datetime, bodies: list[UUID], dice) -> dict:
    """What an event of this kind might say."""
    later = at + timedelta(days=dice.randint(1, 30), seconds=dice.randint(0, 9))
    hold = {"blocker": "等配件", "unblocker": "厂家", "until": later}
    made: dict[EventKind, dict[str, Any]] = {
        EventKind.ASK_INFO: {"until": later},
        EventKind.REPORT_IN: dice.choice([{}, {"holder": dice.choice(bodies)}]),
        EventKind.DISPATCH: {"dispatch": dice.choice(["direct", "joint"])},
        EventKind.TRANSFER: {"holder": dice.choice(bodies), "basis": "条例"},
        EventKind.RETURN: {"holder": dice.choice(bodies), "proposed": bodies[0], "due": later},
        EventKind.ADJUDICATE: {"holder": dice.choice(bodies)},
        EventKind.OPEN_SUB_TASK: {
            "sub_task": f"part {now.events}", "mandatory": dice.random() < 0.5, "due": later,
        },
        EventKind.FINISH_SUB_TASK: {"sub_task": dice.choice([*now.sub_tasks, "none"])},
        EventKind.ASK_HOLD: hold,
        EventKind.HOLD: hold,
        EventKind.EXTEND: dice.choice(
            [{"until": later}, {"amount": 3, "unit": "working_days"},
             {"amount": 90_000, "unit": "seconds"}]
        ),
        EventKind.REPLY: {"outcome": dice.choice(["solved", "partly"]), "evidence": ["a"]},
        EventKind.VISIT: {"reached": dice.random() < 0.6, "solved": True},
        EventKind.CLOSE: {"outcome": dice.choice(["solved", "partly", "refused"])},
        EventKind.RATE: {"rating": "fairly"},
        EventKind.PROPOSE_REFUSAL: {"reason": "no_facts"},
        EventKind.MERGE: {"into": bodies[0]},
        EventKind.REMIND: {"clock": "closure"},
        EventKind.BREACH: {"clock": "closure"},
        EventKind.ESCALATE: {"level": dice.randint(2, 4), "reason": "closure:100"},
        EventKind.SUPERVISE: {"due": later},
        EventKind.CHANGE_PRIORITY: {"priority": dice.choice(["p0", "p1", "p2", "p3", "p4"])},
        EventKind.REPIN_POLICY: {"policy": dice.choice([1, 2])},
        EventKind.LINK_MATTER: {"matter": bodies[0]},
        EventKind.HAND_OVER: {"holder": dice.choice(bodies)},
        EventKind.PLAN: {"milestone": dice.choice(["公示", "表决"]), "due": later},
        EventKind.ACHIEVE: {"milestone": dice.choice([*now.milestones, "没有"])},
    }  # fmt: skip
    return made.get(kind, {})


# Each ends a walk, or leads it nowhere.
RARE = {
    EventKind.MERGE, EventKind.WITHDRAW, EventKind.LINK_MATTER, EventKind.PROPOSE_REFUSAL,
    EventKind.CO_SIGN, EventKind.REMIND, EventKind.BREACH, EventKind.ESCALATE, EventKind.CORRECT,
    EventKind.HAND_OVER, EventKind.RETRACT,
}  # fmt: skip


def next_event(
    now: Standing, bodies: list[UUID], people: list[UUID], dice: random.Random
) -> Happened | None:
    """Some event that may come now, or None where nothing was found."""
    kinds = [kind for kind in EventKind if may_follow(now.state, kind)]
    for _ in range(20):
        kind = dice.choice(kinds)
        if kind in RARE and dice.random() < 0.9:
            continue
        at = now.changed_at + dice.choice(STEPS)
        event = Happened(
            kind, at, now.events + 1, dice.choice(people), RoleKind.PROPERTY_STAFF,
            dice.choice(bodies), "话", plain(facts_of(kind, now, at, bodies, dice)),
        )  # fmt: skip
        try:
            require(now, event)
        except Refusal:
            continue
        return event
    return None


def a_walk(bodies: list[UUID], people: list[UUID], dice: random.Random) -> Iterator[Happened]:
    """The events of one ticket, from its whistle to wherever it gets."""
    priority = dice.choice(["p0", "p1", "p2", "p3", "p4"])
    told = [
        Happened(
            EventKind.WHISTLE, WHISTLED, 1, people[0], None, None, "",
            {"priority": priority, "policy": 1, "holder": str(bodies[0])},
        )
    ]  # fmt: skip
    for _ in range(dice.randint(0, LONGEST)):
        now = standing(told)
        event = next_event(now, bodies, people, dice)
        if event is None or now.state in (State.MERGED, State.WITHDRAWN):
            break
        told.append(event)
    return iter(told)
