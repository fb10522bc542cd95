"""What the registry knows of a person, for export, for whom a community may help, at closing."""

from datetime import datetime
from uuid import UUID

from coordination.db import execute, rows
from coordination.people.ties import Tie
from coordination.registry.bindings.queries import bindings_of
from coordination.registry.queries import ACTS_FOR, units_of
from coordination.registry.residents.queries import residencies_of


async def export(person: UUID) -> dict[str, object]:
    """Units, bindings and residencies of an account, JSON-ready."""
    return {
        "units": [
            {
                "estate": unit.estate_name,
                "unit": unit.name,
                "kind": unit.kind.value,
                "area_cm2": unit.area_cm2,
                "area_source": unit.area_source,
            }
            for unit in await units_of(person)
        ],
        "bindings": [
            {"estate": each.estate_name, "proof": each.proof, "at": each.at.isoformat()}
            for each in await bindings_of(person)
        ],
        "residencies": [
            {
                "estate": each.estate_name,
                "unit": each.unit_name,
                "kind": each.kind,
                "proof": each.proof,
                "asked_at": each.asked_at.isoformat(),
                "confirmed_at": each.confirmed_at and each.confirmed_at.isoformat(),
                "until": each.until and each.until.isoformat(),
                "refused_reason": each.refused_reason,
            }
            for each in await residencies_of(person)
        ],
    }


async def paths(person: UUID, at: datetime) -> list[str]:
    """Where the person owns, lives, or asked to be known as living."""
    found = await rows(
        f"""select distinct estate.path from place estate join unit on unit.estate = estate.id
            where unit.id in (
              select ownership.unit from ownership
              where ownership.until is null and ownership.owner in ({ACTS_FOR})
              union
              select residency.unit from residency where residency.person = $1
                and residency.refused_at is null
                and (residency.until is null or residency.until > $2))""",
        person, at,
    )  # fmt: skip
    return [each["path"] for each in found]


async def close(person: UUID, at: datetime) -> None:
    """With the account end its bindings and residencies; the titles are the owner's and stay."""
    await execute(
        """update binding set ended_at = $2, ended_by = $1
           where person = $1 and ended_at is null""",
        person, at,
    )  # fmt: skip
    await execute("update guardian set ended_at = $2 where person = $1 and ended_at is null",
                  person, at)  # fmt: skip
    await execute(
        """update residency set until = $2
           where person = $1 and (until is null or until > $2)""",
        person, at,
    )  # fmt: skip


REGISTRY = Tie("registry", export, paths, close)
