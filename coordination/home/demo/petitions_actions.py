"""Made petitions of one estate: one that too few have signed yet, one reached that waits for its
answer, one answered."""

from datetime import datetime, timedelta
from uuid import UUID

from coordination.db import rows, transaction
from coordination.home.demo.people_actions import asking
from coordination.law.petition import PetitionKind
from coordination.petitions.actions import answer_petition, sign_petition, start_petition
from coordination.petitions.queries import read_petition
from coordination.petitions.tables import Petition
from coordination.places.tables import Place

DAY = timedelta(days=1)
OWNERS = """
select p.id from binding b join owner o on o.id = b.owner join person p on p.id = b.person
 where o.estate = $1 and b.ended_at is null and not exists (
   select from role r where r.person = p.id)
 group by p.id order by min(p.phone_tail), p.id
"""
PETITIONS = (
    ("请召开联席会议商量充电棚选址", "现在的位置离窗户太近，请物业、业委会、社区一起来商量。",
     PetitionKind.MEETING, 120),
    ("请召开业主大会讨论物业费", "服务没有提升，请开会。", PetitionKind.ASSEMBLY, 20),
    ("请公开电梯广告收入的去向", "三年没有公示，请开会说明。", PetitionKind.MEETING, 8),
)  # fmt: skip
FEW = 9  # have signed the last one
ANSWER = "已于次周召开联席会议，三处选址公示七天后按多数意见定在西门车棚旁；业委会逐户告知。"


async def load_petitions(estate: Place, at: datetime) -> None:
    """The three of them, each begun so many days ago."""
    async with transaction():
        people = [one["id"] for one in await rows(OWNERS, estate.id)]
        answered, reached, few = PETITIONS
        first = await _collect(estate, answered, people, at)
        await _collect(estate, reached, list(reversed(people)), at)
        await _collect(estate, few, people[:FEW], at)
        await _answer(first, at - (answered[3] - 5) * DAY)


async def _collect(
    estate: Place, said: tuple[str, str, PetitionKind, int], people: list[UUID], at: datetime
) -> Petition:
    """Signed by one after the other, until it is reached or nobody is left."""
    title, text, kind, days = said
    moment = at - days * DAY
    starter, *others = people
    petition = await start_petition(
        await asking(starter, moment), estate, kind, title, text, moment
    )  # fmt: skip
    for number, person in enumerate(others, 1):
        moment = at - days * DAY + number * timedelta(minutes=20)
        if moment >= at or (await read_petition(petition.id)).petition.reached_at:
            break
        await sign_petition(await asking(person, moment), petition.id, moment)
    return petition


async def _answer(petition: Petition, at: datetime) -> None:
    read = await read_petition(petition.id)
    if read.petition.reached_at is None:
        return
    member = await rows(
        "select person from role where body = $1 order by since, person limit 1",
        read.petition.answerer,
    )
    await answer_petition(await asking(member[0]["person"], at), petition.id, ANSWER, at)
