"""A sale during a vote 表决期间过户: the frozen roll stays; who votes on a right may change.

A ballot that the seller cast stands. Otherwise, when all units of a right have new owners, staff
let these vote on the same right, with the document and in the audit log. A right of several units
of which only some were sold stays with its owner: its area is frozen.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from coordination import audit, db
from coordination.ballots.ballot_tables import Ballot
from coordination.ballots.polls.queries import estate_of
from coordination.ballots.polls.steps import lock_poll
from coordination.ballots.tables import Poll, Representative, Step, VotingRight
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound
from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.places.tables import Place

SOLD = """
with now_owned as (
  select ru."right", u.id as unit,
         array(select w.owner from ownership w where w.unit = u.id and w.until is null
                order by w.owner) as owners
    from voting_right r join question q on q.id = r.question
    join right_unit ru on ru."right" = r.id join unit u on u.id = ru.unit
   where q.poll = $1
), rights as (
  select n."right", min(n.owners) as owners from now_owned n
   group by n."right" having min(n.owners) = max(n.owners) and min(n.owners) <> '{}'
)
select x."right" as id, q.position, q.title, x.owners,
       array(select p.name || u.room from right_unit ru join unit u on u.id = ru.unit
               join place p on p.id = u.building where ru."right" = x."right"
              order by p.sort, u.sort) as rooms
  from rights x join voting_right r on r.id = x."right" join question q on q.id = r.question
 where x.owners <> array(select h.owner from right_holder h
                          where h."right" = x."right" and h.until is null order by h.owner)
 order by q.position, r.number
"""


class SellerVoted(Conflict):
    """The seller's ballot stands; the right does not change hands."""


class NotSold(Conflict):
    """The registry shows no new owner of all units of this right."""


@dataclass(frozen=True, slots=True)
class Sold:
    """A right whose units have other owners now than those who hold it. Whether these have voted
    is said to nobody who only looks."""

    id: UUID
    position: int
    title: str
    owners: list[UUID]
    rooms: list[str]


def may_hand_over(asker: Asker, estate: Place) -> bool:
    """The 居委会, which keeps the registry."""
    return asker.holds(estate, RoleKind.COMMUNITY_WORKER)


async def sold_rights(poll_id: UUID) -> list[Sold]:
    """The rights of a poll that were sold as a whole since the roll froze."""
    return [Sold(**row) for row in await db.rows(SOLD, poll_id)]


async def poll_for_handover(asker: Asker, poll_id: UUID) -> Poll:
    """The poll, for staff of its community. NotFound: others' business; NotAllowed."""
    poll, _ = await lock_poll(poll_id)
    estate = await estate_of(poll)
    if not any(role.covers(estate) for role in asker.roles):
        raise NotFound("没有找到这次表决。")
    if not may_hand_over(asker, estate):
        raise NotAllowed("只有本社区居委会的工作人员可以登记表决期间的过户。")
    return poll


async def hand_over_right(
    asker: Asker, poll_id: UUID, right_id: UUID, document: str, at: datetime
) -> None:
    """Let the buyers vote on the seller's right. Trying is in the audit log, too: it tells whether
    the seller voted. NotFound, NotAllowed, NotSold, SellerVoted, Invalid."""
    async with db.transaction():
        poll, state = await lock_poll(poll_id)
        await poll_for_handover(asker, poll_id)
        if not document.strip():
            raise Invalid("请写明过户凭证。", document="例如：不动产权证书 鄂(2026)第0001号")
        if not state.roll_is_frozen or state.has(Step.CLOSED) or state.has_ended_early:
            raise NotSold("名册锁定之后、投票截止之前才需要登记。")
        await db.row(
            "select id from voting_right where id = $1 for no key update", right_id
        )  # casting takes the same lock: the seller votes before this, or not at all
        sold = next((one for one in await sold_rights(poll_id) if one.id == right_id), None)
        if sold is None:
            raise NotSold("登记簿上这一表决权的房屋没有整体过户。请先在房屋页面登记过户。")
        stands = await Ballot.exists().where(Ballot.right == right_id)
        if not stands:
            await _change_holders(asker, sold, document.strip(), at)
        right = await VotingRight.objects().get(VotingRight.id == right_id)
        assert right, "it was just sold"
        verb = "hand_over_refused" if stands else "hand_over_right"
        await audit.record(asker, verb, right, at=at, place=poll.estate)
    if stands:
        raise SellerVoted("原业主已经投票，他的票有效，这一表决权不再变更。")


async def _change_holders(asker: Asker, sold: Sold, document: str, at: datetime) -> None:
    await Representative.delete().where(Representative.right == sold.id)
    await db.execute(
        'update right_holder set until = $2 where "right" = $1 and until is null', sold.id, at
    )
    for owner in sold.owners:
        await db.execute(
            """insert into right_holder (id, "right", owner, since, reason, by)
               values ($1, $2, $3, $4, $5, $6)
               on conflict on constraint right_holder_once
               do update set since = excluded.since, until = null, reason = excluded.reason""",
            uuid4(), sold.id, owner, at, document, asker.id,
        )  # fmt: skip
