"""What every page for residents promises a person on a phone: read by anyone, light, large enough
to touch, no wider than the screen, and fit to be printed."""

import io
import unicodedata

import httpx
import pypdf
import pytest

from coordination.people.tables import Person
from tests.browser.barriers import barriers
from tests.browser.conftest import be
from tests.browser.screens import Screen, Windows
from tests.browser.services import Service

HEAVIEST = 60 * 1024  # bytes over the wire, cold, with everything
A4_WIDE = 595  # points
OWNER = "李秀英"

VISITORS = (
    "/", "/estates/{estate}", "/sign-in", "/sign-in/code", "/join", "/recover", "/help", "/privacy",
    "/accessibility", "/v", "/v/{code}", "/notices", "/notices/{notice}", "/ballots",
    "/matters", "/estates/{estate}/matters", "/petitions",
    "/meetings", "/meetings/{meeting}", "/meetings/{meeting}/screen", "/meetings/demands",
    "/meetings/actions", "/meetings/actions/{action}",
    "/tickets", "/tickets/new", "/tickets/new/dangers/gas", "/responsible?estate={estate}",
    "{running}", "{running}/roll", "{final}", "{final}/result", "{preliminary}/result",
)  # fmt: skip
OWNERS = (
    "/matters/new", "/petitions/new",
    "/me", "/me/units", "/me/security", "/me/closing", "/messages", "/me/passkeys", "/bind",
    "/bind/letter", "/bind/phone",
    "/tickets/mine", "/tickets/new/words",
    "{running}/vote", "{running}/rights", "{running}/receipts", "/step-up", "/consent",
)  # fmt: skip


@pytest.fixture
async def places(demo: Service) -> dict[str, str]:
    """What stands in braces above, as the demo has it."""
    async with httpx.AsyncClient(base_url=f"{demo.address}/api/v1", trust_env=False) as client:
        estates, polls, notices = [
            (await client.get(f"/{name}")).json()[name] for name in ("estates", "polls", "notices")
        ]
        notice = (await client.get(f"/notices/{notices[0]['id']}")).json()
        meetings = (await client.get("/meetings")).json()["meetings"]
        actions = (await client.get("/meetings/actions")).json()["actions"]
    steps = {poll["step"]: f"/ballots/{poll['id']}" for poll in polls}
    return {
        "estate": next(one["id"] for one in estates if one["name"] == "梧桐苑"),
        "meeting": meetings[-1]["id"], "action": actions[0]["id"],
        "notice": notice["id"], "code": notice["check_code"], "running": steps["opened"],
        "final": steps.get("final") or steps["archived"], "preliminary": steps["preliminary"],
    }  # fmt: skip


async def each_page(windows: Windows, places: dict[str, str], *, elder: bool):
    """Every page for residents, and a phone to open it on: a visitor's, then an owner's."""
    for paths, signed_in in ((VISITORS, False), (OWNERS, True)):
        phone = await windows.phone(elder=elder)
        if signed_in:
            owner = await Person.objects().where(Person.name == OWNER).first()
            assert owner
            await be(phone, owner)
        for path in paths:
            yield phone, path.format(**places)


async def test_every_page_is_touched_and_read_with_ease_by_old_eyes(windows: Windows, rows, places):
    found = {}
    async for phone, path in each_page(windows, places, elder=True):
        await phone.open(path)
        if met := await barriers(phone, elder=True):
            found[path] = met

    assert found == {}


async def test_every_page_is_read_out_touched_and_read_with_ease_and_no_more_than_60_kb_when_cold(
    windows: Windows, rows, places
):
    found, weights = {}, {}
    async for phone, path in each_page(windows, places, elder=False):
        weights[path] = await weight(phone, path)
        if met := await barriers(phone):
            found[path] = met

    assert found == {}
    assert {path: bytes_ for path, bytes_ in weights.items() if bytes_ > HEAVIEST} == {}
    assert min(weights.values()) > 1_000, "it was measured"


async def weight(phone: Screen, path: str) -> int:
    """What came over the wire for this page, headers too, with nothing in the cache. Photos do not
    count: they are small, and come when they are looked at."""
    wire = await phone.context.new_cdp_session(phone.page)
    sizes: list[int] = []
    photos: set[str] = set()

    def answered(told) -> None:
        if "/photos/" in told["response"]["url"]:
            photos.add(told["requestId"])

    def loaded(told) -> None:
        if told["requestId"] not in photos:
            sizes.append(told["encodedDataLength"])

    wire.on("Network.responseReceived", answered)
    wire.on("Network.loadingFinished", loaded)
    await wire.send("Network.enable")
    await wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    await phone.open(path)
    await wire.detach()
    return int(sum(sizes))


@pytest.mark.parametrize("path", ["{running}", "{final}/result", "/notices/{notice}", "/help"])
async def test_a_page_is_printed_without_what_is_only_for_the_screen(
    windows: Windows, places, path: str
):
    desk = await windows.desk()
    await desk.open(path.format(**places))
    heading = await desk.heading()
    pages = pypdf.PdfReader(io.BytesIO(await desk.page.pdf(format="A4"))).pages
    read = "".join(page.extract_text() for page in pages)
    text = "".join(unicodedata.normalize("NFKC", read).split())

    assert unicodedata.normalize("NFKC", "".join(heading.split())) in text
    for words in ("跳到正文", "长辈版", "登录投票"):
        assert words not in text
    assert all(abs(float(page.mediabox.width) - A4_WIDE) < 2 for page in pages)
