"""An estate whose bodies owe disclosures, and who speaks for them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from coordination.db import value
from coordination.disclosures.opening import open_disclosures
from coordination.disclosures.sheet import Head, Sheet
from coordination.people.tables import Body, BodyKind, Person, RoleKind
from coordination.places.tables import Place
from tests.builders import a_body, a_role, an_estate

# A Monday in the first weeks of a quarter: what the quarter before owes is not yet late.
EARLY = datetime(2026, 4, 6, 2, 0, tzinfo=UTC)
HEADS = (Head("项目", False), Head("收入", True), Head("支出", True), Head("说明", False))
INCOME = Sheet(
    HEADS, (("电梯广告", 1_200_000, 0, "全年合同"), ("停车场电费", 0, 45_050, "")), 3_000
)


@dataclass
class Town:
    """`manager`, `member`, `worker` speak for company, committee, community."""

    estate: Place
    company: Body
    committee: Body
    community: Body
    manager: Person
    member: Person
    worker: Person

    async def owed(self, code: str = "common-income") -> UUID:
        """The disclosure of that item which is owed here."""
        return await value(
            """select d.id from disclosure d join disclosure_item i on i.id = d.item
                where d.estate = $1 and i.code = $2 order by d.last_on desc limit 1""",
            self.estate.id, code,
        )  # fmt: skip


async def a_town(name: str = "梧桐苑", at: datetime | None = EARLY) -> Town:
    """With what it owes at `at`; None: nothing is opened yet."""
    estate = await an_estate(name)
    community_place = await Place.objects().get(Place.id == estate.parent)
    company = await a_body(BodyKind.PROPERTY_COMPANY, estate, f"{name}物业")
    committee = await a_body(BodyKind.OWNERS_COMMITTEE, estate, f"{name}业主委员会")
    community = await a_body(BodyKind.RESIDENTS_COMMITTEE, community_place, f"{name}居民委员会")
    town = Town(
        estate, company, committee, community,
        await a_role(RoleKind.PROPERTY_MANAGER, estate, body=company),
        await a_role(RoleKind.COMMITTEE_MEMBER, estate, body=committee),
        await a_role(RoleKind.COMMUNITY_WORKER, community_place, body=community),
    )  # fmt: skip
    if at is not None:
        await open_disclosures(at)
    return town
