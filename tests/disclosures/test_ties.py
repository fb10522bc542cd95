"""The copy of one's own data has what one asked of rooms, answered and rated; nobody else's."""

from coordination.disclosures.consultations.actions import answer_consultation
from coordination.disclosures.ties import export
from tests.builders import an_owner
from tests.disclosures.a_disclosure import a_town
from tests.disclosures.consultations.a_consultation import DURING, a_consultation, some_homes
from tests.disclosures.rooms.a_room import a_room, an_application
from tests.matters.a_matter import asking


async def test_a_persons_own_part_is_theirs_alone(database):
    town = await a_town()
    one, room, homes = await a_consultation(town), await a_room(town), await some_homes(town, 2)
    mine, other = [
        await an_owner(home, name=name) for home, name in zip(homes, "甲乙", strict=True)
    ]
    for person, words in ((mine, "我写的"), (other, "别人写的")):
        asker = await asking(person)
        await answer_consultation(asker, one, 1, words, DURING)
        await an_application(asker, room, purpose=words)

    found = await export(mine.id)

    assert [line["words"] for line in found["consultations"]] == ["我写的"]  # pyright: ignore
    assert [line["answer"] for line in found["consultations"]] == ["维持现状"]  # pyright: ignore
    assert [line["purpose"] for line in found["rooms"]] == ["我写的"]  # pyright: ignore
    assert "别人写的" not in str(found)
