"""Who hears of a proxy: the agent and the owner, when it is given, ended and used."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from coordination.ballots.tables import Poll
from coordination.db import rows, transaction
from coordination.people.askers import Asker
from coordination.people.outbox import tell, tell_phones
from coordination.people.phones import is_mobile
from coordination.people.secrecy import open_phone
from coordination.people.tables import Person
from coordination.places.naming import unit_name

AT_A_TIME = 500

HOLDERS = """
select distinct v.person from voicing v
 where v."right" = any($1::uuid[]) and not v.by_proxy
"""
PHONES = """
select distinct on (o.phone_hash) o.phone_sealed from right_holder h
  join owner o on o.id = h.owner and o.phone_sealed is not null
 where h."right" = any($1::uuid[]) and h.until is null
"""
WHOSE = """
select distinct o.name, p.name as building, u.entrance, u.room, p.sort, u.sort as room_sort
  from right_holder h join owner o on o.id = h.owner
  join right_unit f on f."right" = h."right"
  join unit u on u.id = f.unit join place p on p.id = f.building
 where h."right" = any($1::uuid[]) and h.until is null order by p.sort, u.sort, o.name
"""
# Of one agent all that was cast in one poll, so that an owner hears of it once.
USED = """
update proxy set told_at = $1 where id in (
  select x.id from proxy x join ballot b on b."right" = x."right" and b.cast_by = x.person
   where x.told_at is null and x.ended_at is null
   order by x.id limit $2 for update of x skip locked)
returning "right", person, (select poll from question q where q.id = proxy.question) as poll
"""


async def tell_of_grant(
    asker: Asker, poll: Poll, agent: Person, rights: list[UUID], at: datetime
) -> None:
    """Both hear of it; the owner who gave it online needs no message."""
    link = f"/ballots/{poll.id}/vote"
    await tell(
        agent.id, "proxy-granted", "有业主委托您代为投票",
        f"{await whose(rights)}委托您在“{poll.title}”中代为投票。请问清其意见后在截止前投票；"
        "不接受的，请在投票页面辞去委托。",
        at=at, link=link,
    )  # fmt: skip
    text = (
        f"已登记您委托{agent.name}在“{poll.title}”中代您投票。"
        f"如非本人委托，请立即致电{poll.contact}。"
    )
    others = [person for person in await holders(rights) if person != asker.id]
    await tell(
        others, "proxy-noted", "已登记您的委托", text, at=at, link=f"/ballots/{poll.id}/proxy"
    )
    await _tell_phones(
        rights, "proxy-noted", "已登记您的委托",
        "已登记您委托他人在业主大会表决中代您投票。如非本人委托，请立即致电公告上的联系人。", at,
    )  # fmt: skip


async def tell_of_end(
    asker: Asker, poll: Poll, agent: UUID, rights: list[UUID], at: datetime
) -> None:
    """Who ended it knows; the other side hears of it."""
    link = f"/ballots/{poll.id}/proxy"
    if asker.id != agent:
        await tell(
            agent, "proxy-ended", "委托已撤回",
            f"{await whose(rights)}撤回了在“{poll.title}”中对您的委托。", at=at, link=link,
        )  # fmt: skip
    text = f"您在“{poll.title}”中的委托已经终止，没有投出的票请您自己投，或者另行委托。"
    others = [person for person in await holders(rights) if person != asker.id]
    await tell(others, "proxy-ended", "您的委托已终止", text, at=at, link=link)
    if asker.id == agent:
        await _tell_phones(
            rights, "proxy-ended", "您的委托已终止",
            "您在业主大会表决中的受托人辞去了委托，请您自己投票或另行委托。", at,
        )  # fmt: skip


async def tell_used(at: datetime) -> int:
    """Tell owners that their agent has voted, not what; how many rights. For the sweep."""
    async with transaction():
        used = await rows(USED, at, AT_A_TIME)
        by_poll: dict[tuple[UUID, UUID], list[UUID]] = {}
        for each in used:
            by_poll.setdefault((each["poll"], each["person"]), []).append(each["right"])
        for (poll, agent), rights in by_poll.items():
            await _tell_used(poll, agent, rights, at)
    return len(used)


async def _tell_used(poll: UUID, agent: UUID, rights: list[UUID], at: datetime) -> None:
    [facts] = await rows(
        "select title, (select name from person where id = $2) as name from poll where id = $1",
        poll, agent,
    )  # fmt: skip
    await tell(
        await holders(rights), "proxy-cast", "您委托的票已经投出",
        f"{facts['name']}已经在“{facts['title']}”中代您投票，回执在“我的回执”里。"
        "如与您的意见不符，允许更改的，您可以在截止前自己更改。",
        at=at, link=f"/ballots/{poll}/receipts", urgent=True,
    )  # fmt: skip
    await _tell_phones(
        rights, "proxy-cast", "您委托的票已经投出",
        "您委托的业主大会表决票已由受托人投出。如有疑问，请立即致电公告上的联系人。", at,
    )  # fmt: skip


async def holders(rights: Sequence[UUID]) -> list[UUID]:
    """The accounts of the owners of these rights."""
    return [each["person"] for each in await rows(HOLDERS, list(rights))]


async def whose(rights: Sequence[UUID]) -> str:
    """某某（房号、房号）, as the agent is told whom they vote for."""
    found = await rows(WHOSE, list(rights))
    names = dict.fromkeys(each["name"] for each in found)
    rooms = dict.fromkeys(
        unit_name(each["building"], each["entrance"], each["room"]) for each in found
    )
    return f"{'、'.join(names)}（{'、'.join(rooms)}）"


async def _tell_phones(rights: list[UUID], event: str, title: str, text: str, at: datetime) -> None:
    """By the phones in the register: a forged proxy is noticed also by who never looks here."""
    sealed = await rows(PHONES, rights)
    phones = [phone for each in sealed if is_mobile(phone := open_phone(each["phone_sealed"]))]
    if phones:
        await tell_phones(phones, event, title, text, at=at, urgent=True)
