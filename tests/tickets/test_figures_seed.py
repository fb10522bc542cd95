"""江夏区 2021: the figures that the district published come out of tickets loaded as events.

6,786 from the mayor's hotline and the message board, 86 petitions, over 132 projects; replied,
visited and closed each 6,872/6,872.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from coordination.files import Photo
from coordination.home.demo.tickets_actions import Pictures, write_lives
from coordination.home.demo.tickets_cast import Cast, Deed, Hand, Life
from coordination.home.demo.tickets_words import SUBJECTS
from coordination.people.tables import BodyKind, RoleKind
from coordination.places.tables import Place, PlaceKind
from coordination.reports.monthly.exporting import figure_rows
from coordination.reports.monthly.queries import monthly_sheet
from coordination.tickets.figures.definitions import FIGURE
from coordination.tickets.figures.periods import Cohort, Period
from coordination.tickets.figures.queries import Asked
from coordination.tickets.kinds import Door, EventKind
from tests.builders import a_body, a_person, a_place

HOTLINE, PETITIONS, PROJECTS = 6_786, 86, 132
BEGAN = datetime(2021, 1, 4, 1, 0, tzinfo=UTC)
COUNTED_AT = datetime(2022, 1, 31, tzinfo=UTC)
HOUR = timedelta(hours=1)
NO_PHOTO = Pictures({}, Photo("0" * 64, "0" * 64))


async def a_district() -> tuple[Place, list[Place]]:
    district = await a_place(PlaceKind.DISTRICT, "江夏区")
    streets = [await a_place(PlaceKind.SUBDISTRICT, f"{n}街道", district) for n in range(6)]
    communities = [
        await a_place(PlaceKind.COMMUNITY, f"{n}社区", streets[n % 6]) for n in range(77)
    ]
    estates = [
        await a_place(PlaceKind.ESTATE, f"{n}号项目", communities[n % 77]) for n in range(PROJECTS)
    ]
    return district, estates


def a_life(number: int, cast: Cast) -> Life:
    """Replied to after a day, visited and closed the day after."""
    at = BEGAN + number * timedelta(minutes=72)
    door = Door.HOTLINE if number < HOTLINE else Door.PETITION
    handler, visitor = cast.staff[0], cast.community[0]
    reply = {"outcome": "explained", "evidence": []}
    told = (
        (0, EventKind.WHISTLE, None, "", {}),
        (1, EventKind.REPORT_IN, handler, "", {}),
        (2, EventKind.DISPATCH, handler, "", {"dispatch": "direct"}),
        (24, EventKind.REPLY, handler, "已向反映人解释合同约定。", reply),
        (30, EventKind.VISIT, visitor, "", {"reached": True, "solved": False}),
        (48, EventKind.CLOSE, visitor, "已解释。", {"outcome": "explained"}),
    )
    deeds = [
        Deed(at + hours * HOUR, kind, by, said, facts) for hours, kind, by, said, facts in told
    ]
    subject = SUBJECTS[number % len(SUBJECTS)]
    return Life(
        uuid5(UUID(int=2021), str(number)), subject, None, "", "物业服务投诉", door, None, None,
        f"江夏:{number}", False, deeds,
    )  # fmt: skip


async def load(estates: list[Place]) -> None:
    """Every project in turn gets the next ticket."""
    company = await a_body(BodyKind.PROPERTY_COMPANY, estates[0])
    community = await a_body(BodyKind.RESIDENTS_COMMITTEE, estates[0])
    handler, visitor = (await a_person("办理人")).id, (await a_person("回访人")).id
    for place, estate in enumerate(estates):
        cast = Cast(
            estate.id, (), (), (Hand(handler, RoleKind.PROPERTY_STAFF, company.id),),
            (Hand(visitor, RoleKind.COMMUNITY_WORKER, community.id),), {}, frozenset(), "",
        )  # fmt: skip
        lives = [a_life(n, cast) for n in range(place, HOTLINE + PETITIONS, PROJECTS)]
        await write_lives(cast, lives, NO_PHOTO, COUNTED_AT)


async def test_the_districts_year_comes_out_as_it_was_published(database):
    district, estates = await a_district()
    await load(estates)

    sheet = await monthly_sheet(Asked(district, Period(2021), Cohort.WHISTLED, COUNTED_AT))

    doors = {part.label: part.counted["accepted"] for part in sheet.doors}
    assert doors == {"热线转入": 6_786, "信访转入": 86}
    assert (sheet.total["accepted"], sheet.total.projects) == (6_872, 132)
    for name in ("reply", "visit", "close"):
        assert sheet.total.fraction(FIGURE[name]) == (6_872, 6_872)
    said = {row[0]: row[1:4] for row in figure_rows(sheet.total)}
    assert said["回复率"] == said["回访率"] == said["办结率"] == ("100.00%", 6_872, 6_872)
    assert said["解决率"] == ("0.00%", 0, 6_872), "closed is not solved"
    assert sum(part.counted["accepted"] for part in sheet.parts) == 6_872
    assert {part.counted["accepted"] for part in sheet.estates} == {52, 53}
