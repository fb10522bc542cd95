"""What happens beside the votes: the preparatory group named, objections and their answers, plain
notices."""

from datetime import datetime, timedelta
from uuid import UUID

from coordination.ballots.elections.groups import NamedMember, form_group
from coordination.ballots.results.objections import object_to_result
from coordination.ballots.roll.objections import answer_objection, raise_objection
from coordination.ballots.roll.queries import own_rooms
from coordination.ballots.tables import Poll
from coordination.home.demo import people as who
from coordination.home.demo.chronicle import Tale
from coordination.home.demo.people_actions import asking
from coordination.home.demo.stories import RESULT_DISPUTED, ROLL_ANSWERED, ROLL_DISPUTED
from coordination.law.preparing import Side
from coordination.notices.actions import publish_plain
from coordination.people.askers import Asker
from coordination.places.tables import Place

CONTACT = "梧桐社区居民委员会 027-87000002"


async def group_tale(officer: Asker, group: UUID, at: datetime) -> Tale:
    """The 街道 names the preparatory group, which it chairs."""
    yield (moment := at - timedelta(days=61))
    members = [
        NamedMember(who.SUBDISTRICT.name, Side.SUBDISTRICT, chairs=True),
        NamedMember(who.WORKER.name, Side.RESIDENTS_COMMITTEE),
        NamedMember(who.PREPARING.name, Side.OWNER, account=who.PREPARING.phone),
        NamedMember(who.THREE_UNITS.name, Side.OWNER),
        NamedMember(who.VOTED.name, Side.OWNER),
    ]
    await form_group(await asking(officer.id, moment), group, members, moment)


async def objection_tale(
    polls: dict[str, Poll], estate: Place, owner: Asker, answering: Asker, at: datetime
) -> Tale:
    """One to a roll that has its answer, one that waits, one to a preliminary result."""
    yield (moment := at - timedelta(days=6))
    [room, *_] = await own_rooms(owner.id, estate.id)
    raised = await raise_objection(
        owner, polls[ROLL_ANSWERED].id, room.id,
        f"公示的房号是{room.name}，请核对是否与隔壁写反。", moment,
    )  # fmt: skip
    yield (moment := at - timedelta(days=5))
    await answer_objection(
        answering, raised.id, False, f"请核对{room.name}的房号",
        "已与不动产登记簿核对，房号和面积无误。", moment,
    )  # fmt: skip
    yield (moment := at - timedelta(days=1))
    await raise_objection(
        owner, polls[ROLL_DISPUTED].id, room.id,
        "我家不动产权证上的面积与公示的不一致，请核对登记簿。", moment,
    )  # fmt: skip
    yield (moment := at - timedelta(hours=20))
    await object_to_result(
        owner, polls[RESULT_DISPUTED].id,
        "公示的参与人数比楼栋公告栏抄录的少一人，请核对是否漏计一张票。", moment,
    )  # fmt: skip


async def notice_tale(worker: Asker, estate: Place, at: datetime) -> Tale:
    """Plain notices of the community, besides those of the polls."""
    yield (moment := at - timedelta(days=12))
    await publish_plain(
        worker, estate, "关于绑定房屋的通知",
        "各位业主：绑定码函由楼组长送到户。收到后打开本系统“绑定房屋”，输入函上的 12 位绑定码。\n"
        "没有收到的，请致电居民委员会，或者带身份证到社区窗口办理。", CONTACT, moment,
    )  # fmt: skip
    yield (moment := at - timedelta(days=2, hours=3))
    await publish_plain(
        worker, estate, "消防通道整治通知",
        "本周六上午清理2栋、3栋消防通道堆放物。请有物品的业主提前自行搬离。", CONTACT, moment,
    )  # fmt: skip
