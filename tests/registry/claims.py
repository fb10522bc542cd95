"""Who binds what, for tests: an estate of two owners, letters, claims, and what is bound."""

from datetime import timedelta
from uuid import uuid4

from coordination.db import rows, value
from coordination.places.tables import Place
from coordination.registry.bindings.actions import (
    ask_bind_code,
    letter_hash,
)
from coordination.registry.bindings.queries import Claim
from coordination.registry.tables import LetterCode
from tests.builders import DURING, a_person, an_estate
from tests.places.askers import asker_with
from tests.registry.rolls import LI, ZHANG, a_line, imported

CODE = "K7QM2F9MXRTA"
PHONE, OTHER_PHONE = "+8613800138000", "+8613900139000"
HERE = "10.0.0.1"


async def an_estate_of_two() -> Place:
    """Room 101 is 张三's with 李四, 102 is 张三's alone, 201 is 李四's alone."""
    estate = await an_estate()
    both = f"{ZHANG}、{LI}"
    await imported(
        estate,
        a_line("101", name="张三、李四", number=both, phone="13800138000、13900139000"),
        a_line("102"),
        a_line("201", name="李四", number=LI),
    )
    return estate


async def somebody(name: str = "张三的手机"):
    person = await a_person(name)
    return asker_with(person=person.id)


async def a_letter(estate: Place, room: str = "101", code: str = CODE, **given) -> None:
    clerk = await a_person("打印的人")
    unit = await value("select id from unit where estate = $1 and room = $2", estate.id, room)
    facts = {"expires_at": DURING + timedelta(days=90), "made_at": DURING, "printed_at": DURING}
    await LetterCode(
        id=uuid4(), unit=unit, code_hash=letter_hash(code), by=clerk.id, **facts | given
    ).save()


def claim(estate: Place, name: str = "张三", room: str = "101") -> Claim:
    return Claim(estate.id, "1幢", "一单元", room, name)


async def bound_names() -> list[str]:
    found = await rows(
        """select o.name from binding b join owner o on o.id = b.owner
           where b.ended_at is null order by b.at, o.name"""
    )
    return [each["name"] for each in found]


async def asked(asker, claimed: Claim, at=DURING):
    return await ask_bind_code(asker, claimed, at)


async def a_unit_id(estate, room: str):
    return await value("select id from unit where estate = $1 and room = $2", estate.id, room)
