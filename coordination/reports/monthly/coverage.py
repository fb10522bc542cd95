"""Coverage 覆盖面: how many estates and communities have the bodies they should have."""

from dataclasses import dataclass
from datetime import date

from coordination.db import row
from coordination.people.queries import IN_OFFICE
from coordination.places.tables import Place

COUNT = f"""
with body_now as (
  select b.kind, b.place from body b where {IN_OFFICE.format(day="$2")}
), estate as (
  select p.id, p.parent,
    exists (select from body_now b where b.place = p.id and b.kind = 'owners_committee')
      as committee,
    exists (select from body_now b where b.place = p.id and b.kind = 'property_company')
      as company
  from place p where p.kind = 'estate' and starts_with(p.path, $1)
), community as (
  select p.id,
    exists (select from body_now b where b.place = p.id and b.kind = 'residents_committee')
      and exists (select from estate e where e.parent = p.id and e.committee and e.company)
      as three_parties,
    exists (select from body_now b where b.place = p.id and b.kind = 'environment_committee')
      as environment
  from place p where p.kind = 'community' and starts_with(p.path, $1)
)
select (select count(*) from estate) as estates,
       (select count(*) from estate where committee) as committees,
       (select count(*) from estate where company) as companies,
       (select count(*) from community) as communities,
       (select count(*) from community where three_parties) as three_parties,
       (select count(*) from community where environment) as environment
"""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of the estates and the communities of a place, how many have what."""

    estates: int
    committees: int
    companies: int
    communities: int
    three_parties: int
    environment: int

    @property
    def lines(self) -> tuple[tuple[str, int, int, str], ...]:
        """(label, part, whole, definition), as a table shows them."""
        return (
            ("有业主委员会的小区", self.committees, self.estates,
             "有任期内的业主委员会（组建或换届后）登记的小区，占全部小区。"),
            ("有物业服务企业的小区", self.companies, self.estates,
             "有在管物业服务企业登记的小区，占全部小区。"),
            ("建立三方联动的社区", self.three_parties, self.communities,
             "居民委员会已登记，且至少一个小区的业主委员会和物业服务企业都已登记的社区，占全部社区。"),
            ("有环境和物业管理委员会的社区", self.environment, self.communities,
             "居民委员会下设的环境和物业管理委员会已登记的社区，占全部社区。"),
        )  # fmt: skip


async def coverage(place: Place, on: date) -> Coverage:
    """Counted from the bodies in office on that day."""
    found = await row(COUNT, place.path, on)
    assert found
    return Coverage(**found)
