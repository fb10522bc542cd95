"""What is known and decided while a roll is being written."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from coordination.places.tables import Place
from coordination.registry.imports.comparing import Compared, Registry


@dataclass(slots=True)
class Work:
    """What is being written."""

    batch: UUID
    estate: Place
    at: datetime
    registry: Registry
    compared: list[Compared]
    buildings: dict[str, UUID] = field(default_factory=dict)  # by key
    made_buildings: list[UUID] = field(default_factory=list)
    owners: dict[bytes, UUID] = field(default_factory=dict)  # by hash
    made: list[UUID] = field(default_factory=list)
    before: dict[int, dict[str, Any]] = field(default_factory=dict)  # by row
    units: dict[int, UUID] = field(default_factory=dict)  # by row
