"""An incident with its buildings, its tickets and the draft of its notice."""

import json
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from coordination.db import rows, value
from coordination.errors import NotFound
from coordination.people.tables import Body
from coordination.places.queries import place_of
from coordination.places.tables import Place
from coordination.tickets.tables import Incident
from coordination.web.formats import local_time

LOOKS_BACK = timedelta(hours=24)  # tickets of the same kind from so long before belong to it

# $1 the estate, $2 the category or what is beside it, $3 since, $4 the buildings, none: all.
BELONGS = """
t.estate = $1 and t.incident is null and t.whistled_at >= $3
and t.state not in ('closed', 'merged', 'withdrawn', 'refused_review')
and coalesce(c.parent, c.id) = (select coalesce(parent, id) from category where id = $2)
and (cardinality($4::uuid[]) = 0 or t.building is null or t.building = any($4))
"""
MEMBERS = """
select t.id, t.number, t.state, t.whistled_at, coalesce(b.name, '公共区域') as building, t.spot
from ticket t left join place b on b.id = t.building where t.incident = $1 order by t.number
"""


@dataclass(frozen=True, slots=True)
class IncidentRead:
    incident: Incident
    estate: Place
    category_name: str
    building_names: list[str]
    members: list
    waiting: int  # tickets of the same kind that are not linked yet
    holder: Body | None

    @property
    def where(self) -> str:
        return "、".join(self.building_names) or "全小区"


def buildings_in(incident: Incident) -> list[UUID]:
    return [UUID(one) for one in json.loads(incident.buildings)]


async def read_incident(incident_id: UUID) -> IncidentRead:
    """NotFound."""
    incident = await Incident.objects().get(Incident.id == incident_id)
    if incident is None:
        raise NotFound("没有找到这次突发事件。")
    named = await rows(
        "select name from place where id = any($1) order by sort, id", buildings_in(incident)
    )
    return IncidentRead(
        incident,
        await place_of(incident.estate),
        await value("select name from category where id = $1", incident.category),
        [row["name"] for row in named],
        await rows(MEMBERS, incident.id),
        0 if incident.ended_at else await value(
            f"select count(*) from ticket t join category c on c.id = t.category where {BELONGS}",
            incident.estate, incident.category, incident.opened_at - LOOKS_BACK,
            buildings_in(incident),
        ),
        await Body.objects().where(
            (Body.place == incident.estate) & (Body.kind == "property_company")
        ).first(),
    )  # fmt: skip


def drafted_notice(read: IncidentRead) -> dict[str, str]:
    """The notice to the affected buildings, to be read over before it is issued."""
    incident = read.incident
    expected = (
        f"预计 {local_time(incident.expected_at)} 恢复。" if incident.expected_at
        else "恢复时间确定后另行通知。"
    )  # fmt: skip
    return {
        "title": f"关于{read.where}{read.category_name}的通知",
        "text": "\n".join((
            f"{read.where}的住户：", incident.text,
            f"{local_time(incident.opened_at)}起正在抢修，{expected}",
            "已经吹哨的不用再报，恢复后统一答复；有人被困、受伤等危险情况请直接打电话。",
        )),
        "contact": f"{read.holder.name} {read.holder.phone}" if read.holder else "",
    }  # fmt: skip


async def incidents_of(estate: UUID | None, paths: list[str], limit: int = 60) -> list:
    """Those of an estate, or of all estates under these paths; running ones first."""
    return await rows(
        """select i.id, i.title, i.opened_at, i.ended_at, e.name as estate_name,
             (select count(*) from ticket t where t.incident = i.id) as members
           from incident i join place e on e.id = i.estate
           where ($1::uuid is null or i.estate = $1) and ($1::uuid is not null or exists (
             select from unnest($2::text[]) as p (path) where starts_with(e.path, p.path)))
           order by i.ended_at is not null, i.opened_at desc limit $3""",
        estate, paths, limit,
    )  # fmt: skip
