"""The single pages of a meeting, as those who run it hold them: on a phone, and in 长辈版."""

from coordination.db import row
from coordination.people.tables import Person
from tests.browser.barriers import barriers
from tests.browser.conftest import be
from tests.browser.screens import Windows
from tests.browser.services import Service

CALLED = ("/desk", "/topics/new", "/console")
CHECKED = ("/minutes",)
ONE = "select id from meeting where state = $1 order by starts_at desc limit 1"
ITEM = """select i.id as item, p.id as part from agenda_item i join minutes_part p on p.item = i.id
           join meeting m on m.id = i.meeting where m.state = 'minutes_check' limit 1"""


async def test_every_page_of_a_meeting_fits_a_phone_and_old_eyes(
    windows: Windows, demo: Service, rows
):
    names = {person["role"]: name for name, person in demo.people.items()}
    worker = await Person.objects().where(Person.name == names["社区工作人员"]).first()
    assert worker
    paths = ["/meetings/new", "/meetings/check-in"]
    for state, pages in (("noticed", CALLED), ("minutes_check", CHECKED)):
        meeting = await row(ONE, state)
        assert meeting
        paths += [f"/meetings/{meeting['id']}{page}" for page in pages]
    point = await row(ITEM)
    assert point
    paths += [
        f"/meetings/items/{point['item']}/resolutions/new",
        f"/meetings/items/{point['item']}/tasks/new", f"/meetings/minutes/parts/{point['part']}",
    ]  # fmt: skip
    found = {}
    for elder in (False, True):
        phone = await windows.phone(elder=elder)
        await be(phone, worker)
        for path in paths:
            await phone.open(path)
            if met := await barriers(phone, elder=elder):
                found[path, elder] = met
    assert found == {}
