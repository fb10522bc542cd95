"""Settings in force: `await setting("notice_days", estate)`.

The nearest place that has its own value counts, then the default; within a place the newest
row. A row whose value is null gives the place up to what lies above it again.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination.db import rows
from coordination.places.named_settings import SETTINGS, NamedSetting, Value
from coordination.places.tables import Place

# A null place is the whole deployment and stands above every path.
IN_FORCE = """
select distinct on (setting.name, setting.place)
  setting.name, setting.value::text as value, setting.since, setting.by, setting.reason,
  coalesce(length(place.path), 0) as depth, place.id as place, place.name as place_name
from setting left join place on place.id = setting.place
where setting.name = any($1::text[])
  and (setting.place is null or starts_with($2::text, place.path))
  and ($3::timestamptz is null or setting.since <= $3)
order by setting.name, setting.place, setting.rank desc
"""


@dataclass(frozen=True, slots=True)
class InForce:
    """A setting's value as it holds for a place, and who set it so; nobody set a default."""

    setting: NamedSetting
    value: Value
    place: UUID | None = None
    place_name: str = ""
    since: datetime | None = None
    by: UUID | None = None
    reason: str = ""

    @property
    def words(self) -> str:
        """The value as a page says it."""
        return self.setting.words(self.value)


async def settings_in_force(
    place: Place | None, *names: str, at: datetime | None = None
) -> dict[str, InForce]:
    """What holds for `place` (None: the deployment), of these names or of all."""
    wanted = names or tuple(SETTINGS)
    held = {name: InForce(SETTINGS[name], SETTINGS[name].default) for name in wanted}
    found = await rows(IN_FORCE, list(wanted), place.path if place else "", at)
    for row in sorted(found, key=lambda row: row["depth"]):
        setting, value = SETTINGS[row["name"]], json.loads(row["value"])
        # A value that an earlier version accepted and this one does not is as good as none.
        if value is not None and setting.accepts(value):
            held[setting.name] = InForce(
                setting, value, row["place"], row["place_name"] or "",
                row["since"], row["by"], row["reason"],
            )  # fmt: skip
    return held


async def setting(name: str, place: Place | None, at: datetime | None = None) -> Value:
    """The value of `name` that holds for `place`. KeyError: there is no such setting."""
    return (await settings_in_force(place, name, at=at))[name].value


async def whole_setting(name: str, place: Place | None, at: datetime | None = None) -> int:
    """The value of a setting that is a whole number."""
    value = await setting(name, place, at)
    assert isinstance(value, int)
    return value


async def choice_setting(name: str, place: Place | None, at: datetime | None = None) -> str:
    """The value of a setting that is one of several words."""
    value = await setting(name, place, at)
    assert isinstance(value, str)
    return value


async def yes_no_setting(name: str, place: Place | None, at: datetime | None = None) -> bool:
    """The value of a setting that is yes or no."""
    return bool(await setting(name, place, at))
