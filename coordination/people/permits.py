"""Who may help whom with an account, and who may give which role."""

from collections.abc import Sequence
from uuid import UUID

from coordination.people.askers import Asker
from coordination.people.rules import NEEDS_SECOND_FACTOR
from coordination.people.tables import BodyKind, RoleKind
from coordination.places.tables import Place


def may_help(asker: Asker, person: UUID, kinds: Sequence[RoleKind], paths: Sequence[str]) -> bool:
    """May help this person, who holds roles of `kinds` and is tied to places at `paths`.

    Nobody helps themselves. Accounts that hold an office are the operator's: else a community
    worker could become anyone above them. Owners and residents are their community's, so that the
    operator, who helps offices, cannot reach a ballot by way of an account.
    """
    if person == asker.id:
        return False
    if NEEDS_SECOND_FACTOR & set(kinds):
        return asker.is_operator()
    reach = [role for role in asker.roles if role.kind is RoleKind.COMMUNITY_WORKER]
    if not paths:  # someone without a home here yet has nothing that another could take
        return bool(reach) or asker.is_operator()
    return any(role.covers_path(path) for role in reach for path in paths)


def may_keep_people(asker: Asker) -> bool:
    """May see and change bodies, accounts of offices, and roles."""
    return asker.is_operator()


# Whom a community works with is its own to say; they hold no office here.
OF_THE_COMMUNITY = frozenset({BodyKind.PARTNER, BodyKind.RESIDENTS_COUNCIL})


def may_keep_body(asker: Asker, kind: BodyKind, place: Place | None) -> bool:
    """May enter or change a body of this kind there: the operator any, a community's worker its
    共建单位 and its 议事会."""
    if asker.is_operator():
        return True
    if place is None or kind not in OF_THE_COMMUNITY:
        return False
    return asker.holds(place, RoleKind.COMMUNITY_WORKER)


def may_grant(asker: Asker, person: UUID, kind: RoleKind, place: Place | None) -> bool:
    """May give `person` a role. Nobody gives themselves one; a community names its 楼组长."""
    if person == asker.id:
        return False
    if asker.is_operator():
        return (place is None) == (kind is RoleKind.OPERATOR)
    return (
        kind is RoleKind.BUILDING_LEAD
        and place is not None
        and asker.holds(place, RoleKind.COMMUNITY_WORKER)
    )
