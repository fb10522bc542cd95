"""The accounts, bodies and roles of the made estate; accounts of its owners, bound to them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from coordination.db import connection, execute, rows
from coordination.home.demo import people as who
from coordination.home.demo.people import PASSWORD, Made
from coordination.people.account_actions import CONSENT_VERSION, give_consent
from coordination.people.askers import Asker
from coordination.people.outbox import WAITING
from coordination.people.passwords import hash_password
from coordination.people.phones import read_phone, tail
from coordination.people.queries import person_named
from coordination.people.role_actions import found_operator, grant_role, save_body
from coordination.people.second_factor import seal_secret
from coordination.people.secrecy import phone_hash, seal_phone
from coordination.people.sessions import look_up, open_session
from coordination.people.tables import Body, BodyKind, Person, RoleKind
from coordination.places.queries import place_of
from coordination.places.tables import Place
from coordination.registry.tables import BindingProof

Bodies = dict[BodyKind, Body]
READ_AFTER = timedelta(days=4)


async def make_operator(at: datetime) -> Asker:
    """The first account, and who grants all others."""
    person = await found_operator(
        who.OPERATOR.name, "", who.OPERATOR.phone, PASSWORD, "平台运营组", at
    )
    await equip([who.OPERATOR])
    operator = await asking(person.id, at)
    await give_consent(operator, at)
    return operator


async def asking(person: UUID, at: datetime) -> Asker:
    """A person with the roles they hold at that moment, every proof given."""
    token = await open_session(person, at, stepped_up=True, second_factor=True, device="演示数据")
    asker = await look_up(token, at)
    assert asker
    await execute("update sign_in set ended_at = $2 where id = $1", asker.session, at)
    return asker


async def make_accounts(people: Iterable[Made], at: datetime) -> dict[str, UUID]:
    """Accounts for these people, with the consent they gave; their ids by phone."""
    ids = {person.phone: uuid4() for person in people}
    records, consents = [], []
    for person in people:
        phone = read_phone(person.phone)
        assert phone
        records.append(
            (ids[person.phone], person.name, seal_phone(phone), phone_hash(phone), tail(phone), at)
        )
        consents.append((uuid4(), ids[person.phone], CONSENT_VERSION, at))
    async with connection() as it:
        await it.copy_records_to_table(
            "person", records=records,
            columns=["id", "name", "phone_sealed", "phone_hash", "phone_tail", "joined_at"],
        )  # fmt: skip
        await it.copy_records_to_table(
            "consent", records=consents, columns=["id", "person", "text_version", "given_at"]
        )
    return ids


async def make_named_accounts(at: datetime) -> None:
    """Those whom a visitor may play: with the password, and the second factor all set up."""
    others = [person for person in who.NAMED if person is not who.OPERATOR]
    await make_accounts(others, at)
    await equip(others)


async def equip(people: Iterable[Made]) -> None:
    """Let these people sign in: the one password, and each their own second factor."""
    hashed = await hash_password(PASSWORD)
    for person in people:
        await execute(
            "update person set password_hash = $2, totp_sealed = $3 where phone_hash = $1",
            phone_hash(person.phone), hashed, seal_secret(person.totp_secret),
        )  # fmt: skip


async def id_of(person: Made) -> UUID:
    """The account of somebody made."""
    found: Person | None = await person_named(person.phone)
    assert found, person.name
    return found.id


async def make_bodies(operator: Asker, community: Place, estate: Place, at: datetime) -> Bodies:
    """The parties of an estate and its community, with the phones they publish."""
    street = await place_of(community.parent)
    name = estate.name
    wanted = (
        (BodyKind.SUBDISTRICT_OFFICE, f"{street.name}办事处", street, "吴科长", "01"),
        (BodyKind.RESIDENTS_COMMITTEE, f"{community.name}居民委员会", community, "陈静", "02"),
        (BodyKind.SUPERVISORY, f"{community.name}居务监督委员会", community, "孙敏", "03"),
        (BodyKind.OWNERS_COMMITTEE, f"{name}业主委员会", estate, "王建国", "04"),
        (BodyKind.PREPARATORY_GROUP, f"{name}换届筹备组", estate, "郑宏", "05"),
        (BodyKind.PROPERTY_COMPANY, "安居物业服务有限公司", estate, "赵鹏", "06"),
        (BodyKind.PARTNER, f"{street.name}社区卫生服务中心", community, "林医生", "07"),
        (BodyKind.RESIDENTS_COUNCIL, f"{community.name}居民议事会", community, "胡德明", "08"),
    )  # fmt: skip
    return {
        kind: await save_body(
            operator, None, kind, title, place, at,
            phone=f"027-870000{end}", officer=officer, since=at.date(),
        )
        for kind, title, place, officer, end in wanted
    }  # fmt: skip


async def grant_roles(
    operator: Asker, bodies: Bodies, places: dict[str, Place], at: datetime
) -> None:
    """Each office of the product's table that lies in one of these places, held by somebody."""
    offices = (
        (who.WORKER, RoleKind.COMMUNITY_WORKER, BodyKind.RESIDENTS_COMMITTEE, "community"),
        (who.CHAIR, RoleKind.COMMITTEE_MEMBER, BodyKind.OWNERS_COMMITTEE, "estate"),
        (who.MEMBER, RoleKind.COMMITTEE_MEMBER, BodyKind.OWNERS_COMMITTEE, "estate"),
        (who.PREPARING, RoleKind.PREPARATORY_MEMBER, BodyKind.PREPARATORY_GROUP, "estate"),
        (who.MANAGER, RoleKind.PROPERTY_MANAGER, BodyKind.PROPERTY_COMPANY, "estate"),
        (who.SUPERVISOR, RoleKind.SUPERVISOR, BodyKind.SUPERVISORY, "community"),
        (who.SUBDISTRICT, RoleKind.SUBDISTRICT_OFFICER, BodyKind.SUBDISTRICT_OFFICE, "street"),
        (who.LEAD, RoleKind.BUILDING_LEAD, BodyKind.RESIDENTS_COMMITTEE, "1栋"),
    )  # fmt: skip
    for person, kind, body, name in offices:
        if place := places.get(name):
            await grant_role(
                operator, await id_of(person), bodies[body].id, place, kind, at, None, at
            )


async def bind_owners(estate: Place, ids: dict[str, UUID], at: datetime) -> int:
    """Bind the accounts to the owners of the same phone, most by their letter."""
    owners = await rows(
        "select id, phone_hash from owner where estate = $1 and phone_hash is not null order by id",
        estate.id,
    )
    by_hash = {phone_hash(phone): person for phone, person in ids.items()}
    bound = [
        (uuid4(), by_hash[bytes(owner["phone_hash"])], owner["id"], _proof(n).value,
         at + timedelta(hours=n), "")
        for n, owner in enumerate(owners) if bytes(owner["phone_hash"]) in by_hash
    ]  # fmt: skip
    async with connection() as it:
        await it.copy_records_to_table(
            "binding", records=bound, columns=["id", "person", "owner", "proof", "at", "document"]
        )
    return len(bound)


def _proof(number: int) -> BindingProof:
    return BindingProof.PHONE if number % 3 == 0 else BindingProof.LETTER


async def as_time_went_by(at: datetime) -> None:
    """What was sent in the past has arrived then, and the older of it has been read."""
    await execute(
        """update message set sent_at = queued_at, delivered_at = queued_at, proof = 'recorder'
            where sent_at is null and queued_at <= $1""",
        at,
    )
    await execute(
        """update message set read_at = queued_at + interval '3 hours'
            where channel = 'in_app' and read_at is null and queued_at < $1
              and event <> 'ballot-notice'""",  # of those the deliveries tell
        at - READ_AFTER,
    )
    # Nothing waits: the worker need not be told of it a thousand times.
    await execute("delete from pgqueuer where entrypoint = $1", WAITING)
