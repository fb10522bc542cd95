"""A resident's way through the screens of a whistle, as a browser without scripts walks it."""

import io
from urllib.parse import parse_qs, urlsplit

from bs4 import BeautifulSoup
from PIL import Image

from coordination import files
from coordination.files import Photo
from coordination.people.askers import Asker
from coordination.people.tables import Person
from coordination.tickets.kinds import PhotoKind
from coordination.tickets.storing import insert_photos
from coordination.tickets.tables import Ticket
from tests.conftest import Browser
from tests.tickets.a_ticket import WHISTLED


def a_photo(colour: str = "red", size: tuple[int, int] = (64, 48)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def photos(*contents: bytes) -> list:
    """As a form sends them."""
    return [("photos", (f"{n}.jpg", content, "image/jpeg")) for n, content in enumerate(contents)]


async def person_of(asker: Asker) -> Person:
    person = await Person.objects().get(Person.id == asker.id)
    assert person
    return person


async def be(browser: Browser, asker: Asker) -> None:
    await browser.sign_in(await person_of(asker))


async def say(browser: Browser, text: str, *contents: bytes, expect: int = 200) -> BeautifulSoup:
    """From the danger question past the words."""
    await browser.open("/tickets/new/words")
    return await browser.send(
        "/tickets/new/words", text=text, files=photos(*contents) or None, expect=expect
    )


async def place(browser: Browser, value: str = "", **fields: str) -> BeautifulSoup:
    """Say where; one's own building, unless another place is named."""
    assert browser.page
    chosen = value or browser.page.select_one("input[name=place][checked]")["value"]  # pyright: ignore
    return await browser.send("/tickets/new/place", place=str(chosen), **fields)


async def to_check(
    browser: Browser, text: str, *contents: bytes, category: str = "lighting", **where: str
) -> BeautifulSoup:
    """To the page where the answers stand; past what is alike, if it is asked."""
    await say(browser, text, *contents)
    kinds = await place(browser, **where)
    await browser.open(kinds.select_one(".icons a")["href"])  # pyright: ignore
    page = await browser.send("/tickets/new/category", category=category)
    if "similar" in address(browser):
        page = await browser.open(page.find("a", string="都不是，继续吹哨")["href"])  # pyright: ignore
    return page


async def whistle(browser: Browser, text: str, *contents: bytes, **how: str) -> Ticket:
    """All the way; the ticket."""
    await to_check(browser, text, *contents, **how)
    await browser.send("/tickets/new/check")
    return await the_ticket(browser)


async def the_ticket(browser: Browser) -> Ticket:
    """The one whose result page is open."""
    assert address(browser).endswith("/whistled"), address(browser)
    ticket = await Ticket.objects().get(Ticket.id == address(browser).split("/")[2])
    assert ticket
    return ticket


def address(browser: Browser) -> str:
    assert browser.response
    return browser.response.url.path


def slip_of(browser: Browser) -> str:
    """The sealed slip in the address."""
    assert browser.response
    return parse_qs(urlsplit(str(browser.response.url)).query)["slip"][0]


async def with_a_photo(
    ticket: Ticket, event: int = 1, kind: PhotoKind = PhotoKind.WHISTLE
) -> Photo:
    """A photo that came with an event of the ticket."""
    photo = await files.store_photo(a_photo(), at=WHISTLED, by=None)
    await insert_photos(ticket.id, event, [(kind, photo.sha256, photo.small)])
    return photo
