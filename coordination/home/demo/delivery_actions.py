"""How the made votes were delivered: messages that came, doors that were gone to, two proxies."""

import io
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from PIL import Image, ImageDraw

from coordination import files
from coordination.ballots.delivery.actions import (
    TAKEN_BY,
    Handing,
    assign_carrier,
    record_delivery,
    record_try,
)
from coordination.ballots.delivery.doors import Door, doors_in
from coordination.ballots.delivery.receipts import receipts_of_notice
from coordination.ballots.delivery.tables import DeliveryChannel
from coordination.ballots.proxies.actions import Agent, enter_proxy, grant_proxy
from coordination.ballots.tables import Poll
from coordination.db import execute, row
from coordination.home.demo import people as who
from coordination.home.demo.people_actions import asking, id_of
from coordination.people.askers import Asker
from coordination.people.sessions import look_up, open_session

CAME_SOON = timedelta(minutes=3)
READ_LATER = timedelta(hours=5)

# So many of a hundred, the same each time: by the phone's hash or the person's id.
CAME = """
update message set sent_at = queued_at, proof = 'recorder',
  delivered_at = case when abs(hashtext(coalesce(person::text, text))) % 100 < $2
                      then queued_at + $3::interval end
 where event = 'ballot-notice' and link = $1 and channel <> 'in_app'
"""
READ = """
update message set read_at = queued_at + $3::interval
 where event = 'ballot-notice' and link = $1 and channel = 'in_app'
   and abs(hashtext(person::text)) % 100 >= 100 - $2
"""
# An owner in this building with an account, one home, and no ballot yet.
UNDECIDED = """
select a.person from voting_right r join question q on q.id = r.question and q.poll = $1
  join right_holder h on h."right" = r.id and h.until is null
  join acting a on a.owner = h.owner join right_unit f on f."right" = r.id
  join unit u on u.id = f.unit join person p on p.id = a.person
 where f.building = $2 and r.holders = 1 and p.name <> all($3)
   and not exists (select from ballot b where b."right" = r.id)
 order by u.sort limit 1
"""


async def notice_arrives(poll: UUID, notice: UUID, at: datetime, came: int, read: int) -> None:
    """So many of a hundred SMS came; so many of a hundred messages were read."""
    link = f"/notices/{notice}"
    await execute(CAME, link, came, CAME_SOON)
    await execute(READ, link, read, READ_LATER)
    await receipts_of_notice(poll, notice, at)


async def go_to_the_doors(
    worker: Asker, poll: Poll, buildings: dict[str, UUID], at: datetime
) -> None:
    """The 楼组长 of 1栋 has been to most of the doors there; of the others nobody has yet."""
    lead = await asking(await id_of(who.LEAD), at)
    await assign_carrier(worker, poll.id, buildings["1栋"], "", lead.id, at)
    photo = await files.store(_slip(), at=at, by=lead.id, photo=True)
    doors = [door for door in await doors_in(poll.id, buildings["1栋"], at) if door.is_open]
    for n, door in enumerate(doors[: len(doors) * 3 // 4]):
        await _go(lead, poll, door, photo, n, at + timedelta(minutes=4 * n))


async def _go(lead: Asker, poll: Poll, door: Door, photo: str, n: int, at: datetime) -> None:
    """Two in five are out."""
    if n % 5 in (1, 3):
        reason = ("absent", "moved")[n % 5 // 3]
        await record_try(lead, poll.id, door.id, reason, "邻居说周末在家" if n % 5 == 1 else "", at)
        return
    handing = Handing(DeliveryChannel.DOOR, TAKEN_BY[n % 2], at, photo)
    await record_delivery(lead, poll.id, door.id, handing, at)


async def two_proxies(worker: Asker, poll: Poll, buildings: dict[str, UUID], at: datetime) -> None:
    """Both named the tenant of 3栋: one online, one by a document, who has no account."""
    agent = Agent(who.TENANT.phone, who.TENANT.name)
    found = await row(UNDECIDED, poll.id, buildings["3栋"], [one.name for one in who.NAMED])
    if found:
        token = await open_session(found["person"], at, stepped_up=True, device="演示数据")
        owner = await look_up(token, at)
        assert owner
        await grant_proxy(owner, poll.id, agent, at)
    document = await files.store(_slip("委 托 书"), at=at, by=worker.id)
    room = await row(
        """select b.name, u.entrance, u.room from owner o join ownership w on w.owner = o.id
             join unit u on u.id = w.unit join place b on b.id = u.building
            where o.name = $1 and o.estate = $2 limit 1""",
        who.UNBOUND.name, poll.estate,
    )  # fmt: skip
    assert room, "he owns a home"
    await enter_proxy(worker, poll.id, tuple(islice(room.values(), 3)), agent, document, at)


def _slip(title: str = "送 达 回 证") -> bytes:
    """A photo of a paper with lines on it."""
    image = Image.new("RGB", (480, 360), (226, 222, 212))
    draw = ImageDraw.Draw(image)
    draw.rectangle((90, 30, 390, 330), fill=(252, 252, 250), outline=(120, 118, 112), width=2)
    for n in range(len(title)):
        draw.rectangle((130 + 22 * n, 50, 146 + 22 * n, 66), fill=(60, 62, 66))
    for y in range(100, 270, 28):
        draw.line((120, y, 360, y), fill=(150, 148, 142), width=2)
    draw.line((250, 300, 350, 286), fill=(30, 40, 120), width=4)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()
