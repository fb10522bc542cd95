"""Every page that stands in the menu of an office, as the people there hold it: on a phone, in
长辈版, and at a desk."""

import pytest

from coordination.people.tables import Person
from tests.browser.barriers import barriers
from tests.browser.conftest import be
from tests.browser.screens import Windows
from tests.browser.services import Service

ROLES = (
    "社区工作人员", "业委会委员（拟稿）", "物业项目经理", "街道工作人员", "监督委员", "楼组长",
    "运营人员",
)  # fmt: skip
MENU = "nav.sections a"


@pytest.fixture
async def holders(demo: Service, rows) -> dict[str, Person]:
    """Who holds each of these offices in the demo."""
    names = {person["role"]: name for name, person in demo.people.items()}
    found = await Person.objects().where(Person.name.is_in([names[role] for role in ROLES]))
    by_name = {person.name: person for person in found}
    return {role: by_name[names[role]] for role in ROLES}


async def test_every_page_of_every_menu_fits_a_phone_a_desk_and_old_eyes(
    windows: Windows, holders: dict[str, Person]
):
    found, seen = {}, set()
    phones = {elder: await windows.phone(elder=elder) for elder in (False, True)}
    for role, person in holders.items():
        for phone in phones.values():
            await be(phone, person)
        work = await phones[False].open("/work")
        for path in [str(link["href"]) for link in work.select(MENU)]:
            if path in seen:
                continue  # the same page, seen in another office
            seen.add(path)
            for elder, phone in phones.items():
                await phone.open(path)
                if met := await barriers(phone, elder=elder):
                    found[role, path, elder] = met
            await phones[False].widen()

    assert found == {}
    assert len(seen) > 30, "the menus were read"
