"""Who reports for a body, and who may rate it."""

from uuid import UUID

from coordination.disclosures.duty_reports.rules import REPORTING
from coordination.disclosures.permits import answering_role
from coordination.people.askers import Asker, HeldRole
from coordination.people.tables import BodyKind
from coordination.places.tables import Place


def reporting_role(asker: Asker | None, estate: Place, kind: BodyKind) -> HeldRole | None:
    """The role by which the asker speaks for the estate's body of that kind."""
    return answering_role(asker, estate, kind) if kind in REPORTING else None


def reports_for(asker: Asker | None, estate: Place) -> list[HeldRole]:
    """The roles in which the asker may report there."""
    found = [reporting_role(asker, estate, kind) for kind in REPORTING]
    return [role for role in found if role]


def may_read_words(asker: Asker | None, body: UUID) -> bool:
    """What households wrote, without who: the body that they wrote of."""
    return asker is not None and any(role.body == body for role in asker.roles)


def may_rate(asker: Asker | None, body: UUID) -> bool:
    """Nobody rates a body that they serve."""
    return asker is not None and all(role.body != body for role in asker.roles)
