"""Making, printing and delivering letters. Once printed, only a keyed hash of the code remains."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from coordination import audit
from coordination.clock import SHANGHAI
from coordination.db import execute, row, rows, transaction
from coordination.errors import Conflict, Invalid, NotFound
from coordination.people.askers import Asker
from coordination.people.queries import bodies_around
from coordination.people.secrecy import open_sealed, seal
from coordination.people.tables import Body
from coordination.places.queries import lineage
from coordination.places.tables import Place
from coordination.places.values import whole_setting
from coordination.registry.bindings.actions import CODE_PURPOSE, letter_hash
from coordination.registry.letters.queries import WANTS_LETTER, to_print
from coordination.registry.permits import may_deliver_letters, must_keep_registry
from coordination.registry.tables import LetterCode
from coordination.settings import settings
from coordination.web.codes import draw_letter_code, grouped
from coordination.web.formats import local_day
from coordination.web.pdf import render

HOW = ("本人签收", "同住家人签收", "投入信箱", "门缝投递")
MOST = 500  # letters of one print


class NothingToPrint(Conflict):
    """No letter of the building waits to be printed."""


class NotPrinted(Conflict):
    """What was not printed cannot have arrived."""


async def make_letters(
    asker: Asker, estate: Place, building: Place, units: list[UUID], at: datetime
) -> int:
    """A code for each unit that needs one and has none, or for `units`, whose old ones are
    revoked; how many. NotFound; Invalid."""
    _require_keeper(asker, estate, building)
    async with transaction():
        # One at a time per building, or two clerks would give each unit two codes.
        await execute("select id from place where id = $1 for update", building.id)
        wanted = await _wanted(building, units, at)
        days = await whole_setting("letter_code_days", estate, at)
        await execute(
            """update letter_code set revoked_at = $2
               where unit = any($1) and used_at is null and revoked_at is null""",
            wanted, at,
        )  # fmt: skip
        codes = [draw_letter_code() for _ in wanted]
        await execute(
            """insert into letter_code (id, unit, code_hash, code_sealed, made_at, expires_at, by)
               select gen_random_uuid(), unit, hash, sealed, $4, $5, $6
               from unnest($1::uuid[], $2::bytea[], $3::bytea[]) as c (unit, hash, sealed)""",
            wanted, [letter_hash(code) for code in codes],
            [seal(code, CODE_PURPOSE) for code in codes], at, at + timedelta(days=days), asker.id,
        )  # fmt: skip
        await audit.record(asker, "make_letters", building, at=at, place=estate, count=len(wanted))
        return len(wanted)


async def _wanted(building: Place, units: list[UUID], at: datetime) -> list[UUID]:
    if units:
        found = await rows(
            f"select unit.id from unit where {WANTS_LETTER} and unit.id = any($2)",
            building.id, units,
        )  # fmt: skip
        if len(found) != len(set(units)):
            raise Invalid("所选的房屋里有不需要绑定码函的（没有业主，或业主都已绑定）。")
    else:
        found = await rows(
            f"""select unit.id from unit where {WANTS_LETTER} and not exists (
                  select from letter_code l where l.unit = unit.id and l.used_at is null
                    and l.revoked_at is null and l.expires_at > $2)""",
            building.id, at,
        )  # fmt: skip
    return [each["id"] for each in found]


async def print_letters(asker: Asker, estate: Place, building: Place, at: datetime) -> bytes:
    """The PDF of the letters of a building that wait to be printed. Their codes are gone from
    here afterwards: a lost print means new codes. NotFound; NothingToPrint; MissingGlyph."""
    _require_keeper(asker, estate, building)
    waiting = (await to_print(building, at))[:MOST]
    if not waiting:
        raise NothingToPrint("没有待打印的绑定码函。请先制作，或重新制作已打印的。")
    ids = [letter for letter, _, _ in waiting]
    link = f"{settings().public_url}/bind"
    letters = [
        {"room": room, "code": grouped(open_sealed(sealed, CODE_PURPOSE)), "link": link}
        for _, room, sealed in waiting
    ]
    days = await whole_setting("letter_code_days", estate, at)
    office = await _office(estate)
    printed = await render("letters", {
        "estate": estate.name,
        "issuer": office.name if office else "社区居民委员会",
        "contact": office.phone if office and office.phone else "社区办公室",
        "on": local_day(at.astimezone(SHANGHAI)),
        "until": local_day((at + timedelta(days=days)).astimezone(SHANGHAI)),
        "letters": letters,
    }, at)  # fmt: skip
    async with transaction():
        # Only those that nobody revoked or printed meanwhile, or a dead code would be handed out.
        done = await rows(
            """update letter_code set printed_at = $2, code_sealed = null, expires_at = $3
               where id = any($1) and code_sealed is not null and revoked_at is null
               returning id""",
            ids, at, at + timedelta(days=days),
        )  # fmt: skip
        if len(done) != len(ids):
            raise Conflict("其他工作人员刚刚打印或重制了其中的函件。请刷新页面后再打印。")
        await audit.record(asker, "print_letters", building, at=at, place=estate, count=len(ids))
    return printed


async def _office(estate: Place) -> Body | None:
    """The residents' committee in whose name letters go out."""
    around = [place.id for place in await lineage(estate)]
    found = await bodies_around(around)
    bodies = await Body.objects().where(
        Body.id.is_in([each["id"] for each in found] or [uuid4()]),
        Body.kind == "residents_committee",
    )
    return bodies[0] if bodies else None


async def deliver_letter(asker: Asker, letter: UUID, how: str, at: datetime) -> None:
    """Say that a letter arrived 送达. NotFound; Invalid; NotPrinted."""
    async with transaction():
        found = await row(
            """select l.printed_at, l.delivered_at, l.revoked_at, unit.building
               from letter_code l join unit on unit.id = l.unit where l.id = $1 for update of l""",
            letter,
        )
        where = found["building"] if found else None
        building = await Place.objects().get(Place.id == where)
        if found is None or building is None or not may_deliver_letters(asker, building):
            raise NotFound("没有这封函，或者不在您负责的楼栋。")
        if how not in HOW:
            raise Invalid("请选择送达方式。", how="请选择送达方式。")
        if found["printed_at"] is None or found["revoked_at"]:
            raise NotPrinted("这封函还没有打印，或已作废。")
        if found["delivered_at"]:
            return
        await execute(
            """update letter_code set delivered_at = $2, delivered_by = $3, delivered_how = $4
               where id = $1""",
            letter, at, asker.id, how,
        )  # fmt: skip
        row_ = LetterCode(_ignore_missing=True, id=letter)
        await audit.record(asker, "deliver_letter", row_, at=at, place=building, how=how)


def _require_keeper(asker: Asker, estate: Place, building: Place) -> None:
    must_keep_registry(asker, estate)
    if building.parent != estate.id:
        raise NotFound("没有这栋楼。")
