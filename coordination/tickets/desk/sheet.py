"""All that the staff page of a ticket holds, and the forms that its reader may fill in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from coordination.matters.permits import RAISING
from coordination.people.askers import Asker
from coordination.tickets.desk.acts import Act, Case
from coordination.tickets.desk.bars import Bar
from coordination.tickets.desk.cases import bodies_for, case_of, matters_at
from coordination.tickets.desk.contact_actions import Contact, may_see_caller
from coordination.tickets.desk.filters import Filter
from coordination.tickets.desk.holder_acts import OF_HOLDER, REPLIES
from coordination.tickets.desk.overseer_acts import OF_OVERSEER
from coordination.tickets.desk.queries import Line, buildings_of, categories_offered
from coordination.tickets.desk.steering_acts import PUBLIC, STEERING
from coordination.tickets.desk.view import (
    Happening,
    Part,
    Picture,
    Shown,
    happenings,
    parts_of,
    pictures,
    shown,
)
from coordination.tickets.handling.actions import REFUSAL_WORDS
from coordination.tickets.kinds import EventKind, State
from coordination.tickets.permits import may_work_on
from coordination.tickets.routing.permits import SERVING
from coordination.tickets.routing.reading import hints_of
from coordination.tickets.words import OUTCOME_WORDS, PRIORITY_WORDS
from coordination.web.forms import Form

ACTS: dict[str, Act] = {act.name: act for act in (*OF_HOLDER, *OF_OVERSEER, *STEERING)}
# What does not change what another may do next: nobody need be told of it first.
QUIET = frozenset({
    EventKind.CO_SIGN, EventKind.REMIND, EventKind.BREACH, EventKind.ESCALATE, EventKind.NOTE,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """One ticket before one reader."""

    shown: Shown
    happenings: list[Happening]
    pictures: list[Picture]
    parts: list[Part]
    hints: list[str]
    case: Case
    bars: list[Bar]
    options: dict[str, list[tuple]]

    @property
    def acts(self) -> list[Act]:
        """What the reader may do now, and there is something to choose from."""
        return [act for act in ACTS.values() if act.may(self.case) and self._offers(act)]

    def _offers(self, act: Act) -> bool:
        chosen = (one for one in act.fields if one.kind == "select" and not one.optional)
        options = self.options | {"own_parts": list(self.case.own_parts)}
        return all(options[one.options or one.name] for one in chosen)

    @property
    def _gives_hints(self) -> bool:
        path = self.case.reach.path
        return any(one.kind in SERVING and one.covers_path(path) for one in self.case.asker.roles)

    @property
    def _is_ours(self) -> bool:
        """Whether its first step is the reader's own body's, not one to take over from another."""
        holds = may_work_on(self.case.asker, self.case.reach)
        return holds or self.case.now.state not in (State.WHISTLED, State.REPORTED)

    def stirred_since(self, seen: str) -> list[Happening]:
        """What others did since the page was drawn that changes what may be done."""
        if not seen.isdigit():
            return []
        return [one for one in self.happenings if one.ordinal > int(seen) and one.kind not in QUIET]

    def context(
        self,
        *,
        done: str = "",
        contact: Contact | None = None,
        sent: tuple[Act, Form] | None = None,
        meanwhile: list[Happening] | None = None,
        carried: dict[str, Any] | None = None,
        of: Filter | None = None,
        following: Line | None = None,
    ) -> dict[str, Any]:
        """For the template; `sent`: a form that comes back; `of`: the list it was opened from."""
        acts = self.acts
        forms = {act.name: Form(act.preset(self.case), prefix=act.name) for act in acts}
        if sent:
            act, form = sent
            forms[act.name] = form
            acts = acts if act in acts else [act, *acts]
        first = [act.name for act in acts[:1] if act.tone == "primary" and self._is_ours]
        return self._facts() | {
            "acts": acts,
            "forms": forms,
            "open_acts": {sent[0].name} if sent else set(first),
            "wrong": sent[1] if sent and sent[1].is_wrong else None,
            "options": self.options | {"own_parts": list(self.case.own_parts)},
            "carried": carried if carried and carried["count"] else None,
            "meanwhile": meanwhile or [],
            "done": done,
            "contact": contact,
            "of": of.query() if of else "",
            "following": following,
        }

    def _facts(self) -> dict[str, Any]:
        """What the page says whoever sent what."""
        ticket = self.case.ticket
        return {
            "shown": self.shown,
            "happenings": self.happenings,
            "pictures": self.pictures,
            "parts": self.parts,
            "hints": self.hints,
            "bars": self.bars,
            "provisional": ticket.provisional,
            "may_see_contact": may_see_caller(
                self.case.asker, self.shown.estate_path, ticket.holder
            ),
            "may_raise": ticket.matter is None and self.case.asker.is_any(*RAISING),
            "may_give_hints": ticket.building is not None and self._gives_hints,
            "at": self.case.at,
        }


async def sheet_of(asker: Asker, ticket_id: UUID, at: datetime) -> Sheet:
    """The ticket as its page shows it; that it is in reach was asked before. NotFound."""
    found = await shown(ticket_id)
    parts = await parts_of(ticket_id)
    case, bars = await case_of(asker, found, parts, at)
    building = found.ticket.building
    return Sheet(
        found,
        await happenings(ticket_id),
        await pictures(ticket_id),
        parts,
        [one.text for one in await hints_of(building)] if building else [],
        case,
        bars,
        await _options(found, case, at),
    )


async def _options(found: Shown, case: Case, at: datetime) -> dict[str, list[tuple]]:
    category: Any = found.ticket.category
    bodies = await bodies_for(case.reach.path, category, at)
    return {
        "bodies": [(id_, name) for id_, name in bodies if id_ != case.reach.holder],
        "categories": [*await categories_offered()],
        "building": [(PUBLIC, "公共部位"), *await buildings_of(found.ticket.estate)],
        "matter": await matters_at(found.estate_path),
        "milestones": [(name, name) for name in sorted(case.now.milestones)],
        "dispatch": [
            ("direct", "直办", "本单位自己办"),
            ("joint", "联办", "本单位牵头，派任务给协办单位"),
        ],
        "replies": [(one.value, OUTCOME_WORDS[one], "") for one in REPLIES],
        "refusals": [(one.value, words, "") for one, words in REFUSAL_WORDS.items()],
        "priority": list(PRIORITY_WORDS.items()),
    }
