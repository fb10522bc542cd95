"""Who may do what with a ticket. Pure: page and action ask the same.

Whoever holds a ticket (a role in the body that is responsible now) works on it. Whoever stands
above the holder 社区、街道、区主管部门 agrees to its holds, orders and corrects. Whether a thing
can be done in the state the ticket is in is not asked here but in `rules.py`.
"""

from dataclasses import dataclass
from uuid import UUID

from coordination.law.policies import Level
from coordination.people.askers import Asker, HeldRole
from coordination.people.tables import BodyKind, RoleKind

WORKING = frozenset(
    {
        RoleKind.PROPERTY_MANAGER,
        RoleKind.PROPERTY_STAFF,
        RoleKind.COMMUNITY_WORKER,
        RoleKind.SUBDISTRICT_OFFICER,
        RoleKind.DEPARTMENT_OFFICER,
        RoleKind.COMMITTEE_MEMBER,
        RoleKind.PREPARATORY_MEMBER,
    }
)
# Who stands above whom. A department answers to the 街道, which decides between departments.
RANK = {
    RoleKind.COMMUNITY_WORKER: Level.COMMUNITY,
    RoleKind.SUBDISTRICT_OFFICER: Level.SUBDISTRICT,
    RoleKind.DEPARTMENT_OFFICER: Level.DISTRICT,
}
HELD_AT = {
    BodyKind.RESIDENTS_COMMITTEE: Level.COMMUNITY,
    BodyKind.DEPARTMENT: Level.COMMUNITY,
    BodyKind.SUBDISTRICT_OFFICE: Level.SUBDISTRICT,
}


@dataclass(frozen=True, slots=True)
class Reach:
    """A ticket as far as a permit needs to know it."""

    path: str  # of its building, else of its estate
    holder: UUID
    holder_kind: BodyKind
    parts: frozenset[UUID] = frozenset()  # the bodies that co-handle it 协办

    @property
    def level(self) -> Level:
        """分级: at which level it is held."""
        return HELD_AT.get(self.holder_kind, Level.PROPERTY)


def holding_role(asker: Asker, reach: Reach) -> HeldRole | None:
    """The role in which they work for the body that holds it."""
    return next(
        (
            role
            for role in asker.roles
            if role.kind in WORKING and role.body == reach.holder and role.covers_path(reach.path)
        ),
        None,
    )


def oversees(asker: Asker, reach: Reach, least: Level = Level.COMMUNITY) -> HeldRole | None:
    """The role in which they stand above the holder, at level `least` or higher. Nobody stands
    above themselves: whoever also works for the holder does not."""
    if holding_role(asker, reach):
        return None
    return next(
        (
            role
            for role in asker.roles
            if RANK.get(role.kind, 0) > reach.level
            and RANK[role.kind] >= least
            and role.body != reach.holder
            and role.covers_path(reach.path)
        ),
        None,
    )


def governing_role(asker: Asker, reach: Reach) -> HeldRole | None:
    """The role in which they answer for the place: of the community, or of the 街道."""
    kinds = (RoleKind.COMMUNITY_WORKER, RoleKind.SUBDISTRICT_OFFICER)
    return next(
        (role for role in asker.roles if role.kind in kinds and role.covers_path(reach.path)), None
    )


def may_work_on(asker: Asker, reach: Reach) -> bool:
    """Dispatch, take up, accept, return, reply, ask for a hold, plan: who holds it."""
    return holding_role(asker, reach) is not None


def may_report_in(asker: Asker, reach: Reach) -> bool:
    """Who holds it, and the community, which then holds it."""
    community = asker_of_community(asker, reach)
    return may_work_on(asker, reach) or community is not None


def asker_of_community(asker: Asker, reach: Reach) -> HeldRole | None:
    return next(
        (
            role
            for role in asker.roles
            if role.kind is RoleKind.COMMUNITY_WORKER and role.covers_path(reach.path)
        ),
        None,
    )


def may_transfer(asker: Asker, reach: Reach) -> bool:
    """Who holds it, or stands above the holder."""
    return may_work_on(asker, reach) or oversees(asker, reach) is not None


def may_adjudicate(asker: Asker, reach: Reach) -> bool:
    """The community or the 街道 with whom it lies to be decided."""
    role = holding_role(asker, reach)
    return role is not None and role.kind in (
        RoleKind.COMMUNITY_WORKER,
        RoleKind.SUBDISTRICT_OFFICER,
    )


def may_finish_part(asker: Asker, reach: Reach, body: UUID) -> bool:
    """Whoever works for the co-handler."""
    return any(
        role.kind in WORKING and role.body == body and role.covers_path(reach.path)
        for role in asker.roles
    )


def may_note(asker: Asker, reach: Reach) -> bool:
    """Who holds it, co-handles it, or stands above."""
    if may_work_on(asker, reach) or oversees(asker, reach):
        return True
    return any(may_finish_part(asker, reach, body) for body in reach.parts)


def may_answer_hold(asker: Asker, reach: Reach) -> bool:
    """社区、街道: never the holder itself."""
    return oversees(asker, reach) is not None


def may_extend_hold(asker: Asker, reach: Reach, held_by: RoleKind | None) -> bool:
    """The level above the one that agreed to the hold."""
    agreed = RANK.get(held_by, Level.COMMUNITY) if held_by else Level.COMMUNITY
    return oversees(asker, reach, Level(min(agreed + 1, Level.DISTRICT))) is not None


def may_resume(asker: Asker, reach: Reach) -> bool:
    return may_work_on(asker, reach) or oversees(asker, reach) is not None


def may_extend(asker: Asker, reach: Reach, by: Level | None) -> bool:
    """None: who holds it; else someone above of at least that level."""
    if by is None:
        return may_work_on(asker, reach)
    return oversees(asker, reach, by) is not None


def may_propose_refusal(asker: Asker, reach: Reach) -> bool:
    return may_work_on(asker, reach) or governing_role(asker, reach) is not None


def may_review_refusal(asker: Asker, reach: Reach) -> bool:
    """The community or the 街道, who do not also work for the company that holds it; that it is
    another person is asked of the events."""
    role, own = governing_role(asker, reach), holding_role(asker, reach)
    return role is not None and (own is None or own.body == role.body)


def may_ask_info(asker: Asker, reach: Reach) -> bool:
    return may_work_on(asker, reach) or governing_role(asker, reach) is not None


def may_correct(asker: Asker, reach: Reach) -> bool:
    """Set category, place or visibility right; merge a double one."""
    return may_work_on(asker, reach) or governing_role(asker, reach) is not None


def may_supervise(asker: Asker, reach: Reach) -> bool:
    """督办: an order from above."""
    return oversees(asker, reach) is not None


def may_change_priority(asker: Asker, reach: Reach, *, is_raised: bool) -> bool:
    """To more urgent the holder too; to less, with its longer time, only from above."""
    if oversees(asker, reach) is not None:
        return True
    return is_raised and may_work_on(asker, reach)


def may_repin(asker: Asker, reach: Reach) -> bool:
    """Have a ticket's clocks read by the policy now in force."""
    return oversees(asker, reach) is not None


def may_link_matter(asker: Asker, reach: Reach) -> bool:
    """Put it to a matter that there is, or take it out again."""
    return may_work_on(asker, reach) or governing_role(asker, reach) is not None


def may_hand_over(asker: Asker, estate_path: str) -> bool:
    """Another company took the estate over: the community, the 街道 or the operator enters it."""
    if asker.is_operator():
        return True
    kinds = (RoleKind.COMMUNITY_WORKER, RoleKind.SUBDISTRICT_OFFICER)
    return any(role.kind in kinds and role.covers_path(estate_path) for role in asker.roles)
