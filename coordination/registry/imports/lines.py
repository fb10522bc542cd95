"""A row of an upload as it is kept until it is written: no ID number, no readable phone."""

from typing import Any

from coordination.law.franchise import AreaSource
from coordination.places.tables import UnitKind
from coordination.registry.imports import columns as of
from coordination.registry.imports.comparing import Compared, Difference
from coordination.registry.imports.reading import ReadOwner, ReadUnit
from coordination.registry.tables import OwnerKind
from coordination.web.sheets import Fault

Json = dict[str, Any]


def cells_of(compared: Compared, spelt: str) -> Json:
    """What must be known of a row to write it later, and to show it now."""
    unit = compared.unit
    if compared.verdict == "same":
        return {"spelt": spelt}
    return {
        "spelt": spelt,
        "room": list(unit.room),
        "building_name": unit.building_name,
        "area_cm2": unit.area_cm2,
        "kind": unit.kind.value if unit.kind else None,
        "source": unit.source.value if unit.source else None,
        "owners": [_owner_cells(owner) for owner in compared.owners],
        "differences": [[d.column, d.before, d.after] for d in compared.differences],
    }


def _owner_cells(owner: ReadOwner) -> Json:
    return {
        "hash": owner.hash.hex(),
        "last4": owner.last4,
        "name": owner.name,
        "kind": owner.kind.value,
        "phone_hash": owner.phone_hash.hex() if owner.phone_hash else None,
        "phone_sealed": owner.phone_sealed.hex() if owner.phone_sealed else None,
        "phone_tail": owner.phone_tail,
    }


def unit_of(number: int, cells: Json) -> ReadUnit:
    """The row again, as it was read."""
    building, entrance, room = cells["room"]
    return ReadUnit(
        number,
        (building, entrance, room),
        cells["building_name"],
        cells["area_cm2"],
        UnitKind(cells["kind"]) if cells["kind"] else None,
        AreaSource(cells["source"]) if cells["source"] else None,
        tuple(_owner_of(owner) for owner in cells["owners"]),
    )


def _owner_of(cells: Json) -> ReadOwner:
    phone_hash, phone_sealed = cells["phone_hash"], cells["phone_sealed"]
    return ReadOwner(
        bytes.fromhex(cells["hash"]),
        cells["last4"],
        cells["name"],
        OwnerKind(cells["kind"]),
        bytes.fromhex(phone_hash) if phone_hash else None,
        bytes.fromhex(phone_sealed) if phone_sealed else None,
        cells["phone_tail"],
    )


def differences_of(cells: Json) -> tuple[Difference, ...]:
    """What the row would change; nothing where the cells were forgotten."""
    return tuple(Difference(*each) for each in cells.get("differences", ()))


def problem_of(fault: Fault) -> Json:
    """A fault as it is kept; what stood in a personal column stays in the sealed file alone."""
    value = "" if fault.column in of.PERSONAL else fault.value[:200]
    return {"column": fault.column, "value": value, "reason": fault.reason}
