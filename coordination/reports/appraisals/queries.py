"""双评议 as its pages show it: before it is published, only how many have graded."""

from dataclasses import dataclass
from uuid import UUID

from coordination.db import rows, value
from coordination.errors import NotFound
from coordination.places.queries import place_of
from coordination.places.tables import Place
from coordination.reports.tables import Appraisal, Grade, RaterGroup

GROUP_WORDS = {
    RaterGroup.RESIDENTS: "居民和业主",
    RaterGroup.COMMITTEES: "居委会和业委会",
}
GRADE_WORDS = {
    Grade.EXCELLENT: "优秀",
    Grade.GOOD: "合格",
    Grade.FAIR: "基本合格",
    Grade.POOR: "不合格",
}
COUNTS = """
select "group", grade, count(*) as persons from appraisal_grade where appraisal = $1 group by 1, 2
"""


@dataclass(frozen=True, slots=True)
class Group:
    """One group's grades: how many persons gave each; apart from the other's, never mixed."""

    words: str
    persons: int
    grades: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class AppraisalRead:
    appraisal: Appraisal
    estate: Place
    groups: list[Group]
    reasons: list[str]  # why 不合格, without who

    @property
    def is_published(self) -> bool:
        return self.appraisal.published_at is not None


async def read_appraisal(appraisal_id: UUID) -> AppraisalRead:
    """NotFound."""
    appraisal = await Appraisal.objects().get(Appraisal.id == appraisal_id)
    if appraisal is None:
        raise NotFound("没有找到这次评议。")
    found = {
        (row["group"], row["grade"]): row["persons"] for row in await rows(COUNTS, appraisal.id)
    }
    groups = [
        Group(
            words,
            sum(persons for (of, _), persons in found.items() if of == group),
            [(said, found.get((group.value, grade.value), 0)) for grade, said in
             GRADE_WORDS.items()],
        )
        for group, words in GROUP_WORDS.items()
    ]  # fmt: skip
    said = await rows(
        """select words from appraisal_grade where appraisal = $1 and grade = 'poor'
             and words is not null order by md5(id::text)""",
        appraisal.id,
    )
    return AppraisalRead(
        appraisal, await place_of(appraisal.estate), groups, [row["words"] for row in said]
    )


async def own_grade(appraisal: UUID, person: UUID) -> str | None:
    return await value(
        "select grade from appraisal_grade where appraisal = $1 and person = $2", appraisal, person
    )


async def appraisals_of(estate: UUID | None, limit: int = 60) -> list:
    return await rows(
        """select a.id, a.year, a.opens_on, a.closes_on, a.published_at, e.name as estate_name
             from appraisal a join place e on e.id = a.estate
            where $1::uuid is null or a.estate = $1
            order by a.year desc, e.sort, a.id limit $2""",
        estate, limit,
    )  # fmt: skip
