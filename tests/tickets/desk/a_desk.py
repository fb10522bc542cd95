"""What the tests of the desk share: signing in as an asker, reading its lists."""

from bs4 import BeautifulSoup

from coordination.people.askers import Asker
from coordination.people.tables import Person
from tests.conftest import Browser


async def sign_in(browser: Browser, asker: Asker) -> None:
    """As after a sign-in with the second factor that just happened."""
    person = await Person.objects().get(Person.id == asker.id)
    assert person
    await browser.sign_in(person)


def numbers(page: BeautifulSoup | None) -> list[int]:
    """The numbers of the tickets that a list shows, from top to bottom."""
    assert page is not None
    return [int(one["id"].removeprefix("t")) for one in page.select(".ticket[id]")]
