"""The first run 首次设置: an empty deployment is named once, by whoever runs the machine.

The code that opens it follows from the deployment's key and is printed in the terminal at start;
it is asked for unless the browser runs on this very machine and nothing stands in between. Once
there is an operator it opens nothing any more.
"""

import hmac
import ipaddress
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from coordination.db import transaction
from coordination.errors import Invalid, NotFound
from coordination.people.role_actions import found_operator, is_founded
from coordination.people.secrecy import keyed_hash
from coordination.places.actions import PlaceFacts, make_place
from coordination.places.calendar import seed_calendar
from coordination.places.tables import Place, PlaceKind
from coordination.settings import settings
from coordination.web.codes import ALPHABET, LETTER_LENGTH, grouped, typed
from coordination.web.limits import attempt, forget

# What a proxy adds, whatever it is called: then the neighbour is not the one who asks.
PASSED_ON = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


@dataclass(frozen=True, slots=True)
class Names:
    """What the first run is told."""

    operator: str
    login: str
    phone: str
    password: str
    body: str
    subdistrict: str
    community: str
    estate: str


def setup_code() -> str:
    """The code that opens the first run, as it is printed: XXXX-XXXX-XXXX."""
    number = int.from_bytes(keyed_hash("open", "first run"))
    letters = []
    for _ in range(LETTER_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return grouped("".join(letters))


def needs_code(client: str, host: str, headers: frozenset[str]) -> bool:
    """Whether a request must bring the code: all but those of a browser on this machine, to an
    address of this machine, with no proxy in between or announced."""
    if settings().proxied or headers & set(PASSED_ON):
        return True
    ours = urlsplit(settings().public_url).hostname
    names = {urlsplit(f"//{host}").hostname, ours}
    return not (_is_loopback(client) and all(name and _is_local(name) for name in names))


def _is_local(name: str) -> bool:
    return name == "localhost" or _is_loopback(name)


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


async def must_be_empty() -> None:
    """NotFound: the deployment has an operator, and this page is closed."""
    if await is_founded():
        raise NotFound("没有这个页面。系统已经完成首次设置，请登录。")


async def found_deployment(names: Names, code: str | None, source: str, at: datetime) -> Place:
    """Name operator, community and estate, all or nothing. `code` None: none is needed.

    NotFound, AlreadyFounded: it is done already; Invalid, with the fields; TooMany.
    """
    await must_be_empty()
    if code is not None:
        await attempt("setup", "", source, at)
        if not hmac.compare_digest(typed(code).encode(), typed(setup_code()).encode()):
            raise Invalid("设置码不对。", code="请照启动服务的终端里显示的设置码输入。")
        await forget("setup", "", source)
    async with transaction():
        await found_operator(
            names.operator, names.login, names.phone, names.password, names.body, at
        )
        street = await _named(PlaceKind.SUBDISTRICT, names.subdistrict, None, "subdistrict")
        community = await _named(PlaceKind.COMMUNITY, names.community, street, "community")
        estate = await _named(PlaceKind.ESTATE, names.estate, community, "estate")
        await seed_calendar()
        return estate


async def _named(kind: PlaceKind, name: str, parent: Place | None, field: str) -> Place:
    try:
        return await make_place(kind, PlaceFacts(name), parent)
    except Invalid as refusal:
        raise Invalid(str(refusal), **{field: refusal.fields["name"]}) from refusal
