"""The preparatory group 筹备组: who is in it, for whom, and whether that is lawful.

Source: 业主大会和业主委员会指导规则 art. 10; `law/preparing.py` says what it asks. The 街道 names
it, since it chairs it; members with an account get their role, others take part on paper.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID, uuid4

from coordination import audit
from coordination.ballots.elections.permits import may_form_group
from coordination.ballots.elections.tables import GroupMembership
from coordination.db import execute, row, transaction
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound
from coordination.law.preparing import GroupMember, Side, faults_of_group
from coordination.notices.actions import publish_notice
from coordination.notices.rules import Facts, FactsTable, Section
from coordination.notices.tables import NoticeKind
from coordination.people.askers import Asker
from coordination.people.queries import body_of, person_named
from coordination.people.role_actions import give_role
from coordination.people.tables import Body, BodyKind, Role, RoleKind
from coordination.places.tables import Place, PlaceKind

SIDES = {
    Side.OWNER: "业主代表",
    Side.DEVELOPER: "建设单位代表",
    Side.SUBDISTRICT: "街道（乡镇）代表",
    Side.RESIDENTS_COMMITTEE: "居民委员会代表",
}
MOST_MEMBERS = 15
HOW_TO_OBJECT = "对筹备组成员有异议的，请向街道办事处提出，由街道办事处协调解决。"


class GroupNotForming(Conflict):
    """Not a preparatory group, or not of an estate."""


@dataclass(frozen=True, slots=True)
class NamedMember:
    """A member as entered. `account`: phone or login, "" where there is none."""

    name: str
    side: Side
    chairs: bool = False
    account: str = ""


async def group_of(body_id: UUID) -> tuple[Body, Place]:
    """The group and its estate. NotFound, GroupNotForming."""
    body = await body_of(body_id)
    estate = await Place.objects().get(Place.id == body.place)
    if body.kind != BodyKind.PREPARATORY_GROUP or estate is None:
        raise NotFound("没有找到这个筹备组。")
    if estate.kind != PlaceKind.ESTATE:
        raise GroupNotForming("筹备组应当属于一个小区，请运营人员修改它的所在地。")
    return body, estate


async def all_groups() -> list[tuple[Body, Place]]:
    """Every preparatory group of an estate, by the estate's name."""
    found = await (
        Body.objects(Body.place)
        .where((Body.kind == BodyKind.PREPARATORY_GROUP) & (Body.place.kind == PlaceKind.ESTATE))
        .order_by(Body.place.name)
    )
    return [(body, cast(Place, body.place)) for body in found]


async def members_of(body_id: UUID) -> list[GroupMembership]:
    """The members in office, the chair first."""
    return await (
        GroupMembership.objects()
        .where((GroupMembership.body == body_id) & GroupMembership.ended_at.is_null())
        .order_by(GroupMembership.chairs, ascending=False)
        .order_by(GroupMembership.name)
    )


async def composition(body_id: UUID) -> list[GroupMember]:
    """As the law looks at it."""
    return [GroupMember(Side(one.side), one.chairs) for one in await members_of(body_id)]


async def form_group(
    asker: Asker, body_id: UUID, members: Sequence[NamedMember], at: datetime
) -> None:
    """Enter the whole group and publish its list; whoever is no longer in it leaves.

    NotFound, GroupNotForming, NotAllowed, Invalid.
    """
    async with transaction():
        body, estate = await group_of(body_id)
        if not may_form_group(asker, estate):
            raise NotAllowed(
                "筹备组由街道办事处（乡镇人民政府）组织成立，成员名单由街道工作人员登记。"
            )
        await row("select id from body where id = $1 for update", body_id)
        _require_lawful(members)
        former = await members_of(body_id)
        await _end_former(former, at)
        known = {(one.name, one.side): one.person for one in former}
        roles = {
            await _enter(asker, body, estate, member, known.get((member.name, member.side)), at)
            for member in members
        }
        await _end_roles(asker, former, {role for role in roles if role}, at)
        await _publish(asker, body, estate, members, at)
        await audit.record(asker, "form_group", body, at=at, place=estate, members=len(members))


def _require_lawful(members: Sequence[NamedMember]) -> None:
    if len(members) > MOST_MEMBERS:
        raise Invalid("筹备组人数太多。", members=f"最多 {MOST_MEMBERS} 人。")
    names = [member.name for member in members]
    faults = faults_of_group([GroupMember(one.side, one.chairs) for one in members])
    if len(set(names)) < len(names):
        faults.append("有人写了两次；同名的请在姓名后注明，例如“王伟（2栋）”。")
    if faults:
        raise Invalid("筹备组的组成不符合规定。", members="".join(faults))


async def _end_former(former: Sequence[GroupMembership], at: datetime) -> None:
    for one in former:
        one.ended_at = at
        await one.save([GroupMembership.ended_at])


async def _end_roles(
    asker: Asker, former: Sequence[GroupMembership], kept: set[UUID], at: datetime
) -> None:
    """Whoever is no longer in the group speaks for it no longer."""
    ended = [one.role for one in former if one.role is not None and one.role not in kept]
    await execute(
        """update role set until = greatest($2, since), ended_by = $3
            where id = any($1::uuid[]) and (until is null or until > $2)""",
        ended, at, asker.id,
    )  # fmt: skip


async def _enter(
    asker: Asker, body: Body, estate: Place, member: NamedMember, known: UUID | None, at: datetime
) -> UUID | None:
    """The role that the member holds, if they have an account; `known` is the one they had when
    the list was entered before, which is not asked for again."""
    person = await _account_of(member) if member.account else known
    role = await _role_in(asker, body, estate, person, at) if person else None
    await GroupMembership(
        id=uuid4(), body=body.id, person=person, name=member.name, side=member.side,
        chairs=member.chairs, role=role, entered_by=asker.id, entered_at=at,
    ).save()  # fmt: skip
    return role


async def _account_of(member: NamedMember) -> UUID:
    """Invalid: nobody has it."""
    person = await person_named(member.account)
    if person is None:
        told = f"没有找到{member.name}的账号“{member.account}”，可以空着。"
        raise Invalid("有的账号没有找到。", members=told)
    return person.id


async def _role_in(
    asker: Asker, body: Body, estate: Place, person: UUID, at: datetime
) -> UUID | None:
    """A role they hold goes on; nobody gives one to themselves."""
    held = await Role.objects().get(
        (Role.person == person)
        & (Role.body == body.id)
        & (Role.kind == RoleKind.PREPARATORY_MEMBER)
        & Role.until.is_null()
    )
    if held is not None:
        return held.id
    if person == asker.id:
        return None
    given = await give_role(
        asker, person, body.id, estate, RoleKind.PREPARATORY_MEMBER, at, None, at
    )
    return given.id


async def _publish(
    asker: Asker, body: Body, estate: Place, members: Sequence[NamedMember], at: datetime
) -> None:
    """The list is published; objections are the 街道's to settle (art. 11)."""
    lead = f"{body.name}已经成立，成员 {len(members)} 人，名单如下。"
    rows = tuple((one.name, SIDES[one.side], "组长" if one.chairs else "") for one in members)
    table = FactsTable("筹备组成员", ("姓名", "代表", "职务"), rows)
    await publish_notice(
        estate, NoticeKind.PLAIN, f"{body.name}成员名单公示", lead,
        Facts((Section("", (lead,), tables=(table,)),), {"body": str(body.id)}), at,
        issuer=body.id, person=asker.id, contact=f"{body.officer} {body.phone}".strip(),
        how_to_object=HOW_TO_OBJECT, link=f"/ballots/groups/{body.id}", subject=body.id,
    )  # fmt: skip
