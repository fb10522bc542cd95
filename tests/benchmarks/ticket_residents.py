"""What residents do, over a district's tickets: the public list with filters, its search and its
deep pages at 8 clients; whistles with a photo at 16."""

import asyncio
import io
import re
from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID, uuid4

from PIL import Image

from coordination import clock, files
from coordination.db import rows, value
from coordination.files import Photo
from coordination.people.sessions import COOKIE, open_session
from coordination.places.tables import Place
from coordination.tickets.whistling.listing import Asked, statement
from coordination.tickets.whistling.slips import Slip
from coordination.web.csrf import holder, issue_token
from tests.benchmarks import load
from tests.benchmarks.servers import Database, say, serving
from tests.benchmarks.ticket_lists import USED
from tests.benchmarks.ticket_lives import District
from tests.builders import a_unit, an_owner

READERS, COUNT = 8, 400
WHISTLERS, EACH = 160, 5  # so many residents whistle so often each
DEEP = 150 * 20


async def public_lists(base: Database, district: District) -> None:
    """p95 of each kind of page of the public list, and the indexes of its plan."""
    estate, _ = district.estates[7]
    category = await value("select category from ticket limit 1")
    last = await value("select number from ticket order by number desc offset $1 limit 1", DEEP)
    pages = {
        "all": Asked(), "estate": Asked(estate=estate),
        "building": Asked(estate=estate, building=district.buildings[estate][0]),
        "category": Asked(category=category), "open": Asked(show="open"),
        "reopened": Asked(show="reopened"), "overdue": Asked(overdue=True),
        "overdue of an estate": Asked(estate=estate, overdue=True),
        "two characters": Asked(q="电梯"), "four characters": Asked(q="楼道灯不"),
        "nothing like it": Asked(q="飞船"), "of an estate": Asked(estate=estate, q="噪音"),
        "deep": Asked(after=str(last)),
    }  # fmt: skip
    for name, asked in pages.items():
        say(f"plan of public {name}", indexes=await _indexes(asked))
    tickets = await value("select count(*) from ticket")
    for workers in (1, 2):
        with serving("app", base.app, workers) as port:
            for name, asked in pages.items():
                request = load.request(
                    "GET", asked.address(),
                    headers={"Accept": "text/html", "Accept-Encoding": "gzip"},
                )  # fmt: skip
                run = await asyncio.to_thread(load.run, port, READERS, iter([request] * COUNT))
                assert set(run.statuses) == {200}, (name, run.statuses)
                say(f"public {name}", workers=workers, clients=READERS, tickets=tickets,
                    p95_ms=run.quantile_ms(0.95), **run.figures())  # fmt: skip


async def _indexes(asked: Asked) -> list[str]:
    sql, values = statement(asked)
    plan = "\n".join(each[0] for each in await rows(f"explain {sql}", *values))
    return sorted(set(re.findall(USED, plan)))


async def whistling(base: Database, district: District) -> None:
    """Whistles accepted per second: for each, a photo is uploaded and drawn anew, and a whistle
    with one photo is sent."""
    estate, _ = district.estates[3]
    building = await Place.objects().get(Place.id == district.buildings[estate][0])
    assert building
    content, now = a_photo(), clock.now()
    photo = await files.store_photo(content, at=now, by=None)
    pairs = []
    for number in range(WHISTLERS):
        person = await an_owner(await a_unit(building, f"b{number}"), name=f"居民{number}")
        token = await open_session(person.id, now, stepped_up=True, second_factor=True)
        pairs += [_pair(person.id, token, estate, content, photo, turn) for turn in range(EACH)]
    for workers in (1, 2):
        sent = [one for pair in pairs[workers - 1 :: 2] for one in pair]
        with serving("app", base.app, workers) as port:
            run = await asyncio.to_thread(load.run, port, 16, iter(sent))
        assert set(run.statuses) == {303}, run.statuses
        say("whistling", workers=workers, clients=16, photo_kb=len(content) // 1024,
            whistles_per_second=round(run.per_second / 2, 1), **run.figures())  # fmt: skip


def a_photo() -> bytes:
    """As a phone sends it after shrinking: 1,920 pixels wide."""
    out = io.BytesIO()
    Image.radial_gradient("L").resize((1920, 1440)).convert("RGB").save(out, "JPEG", quality=82)
    return out.getvalue()


def _pair(
    person: UUID, token: str, estate: UUID, content: bytes, photo: Photo, turn: int
) -> tuple[bytes, bytes]:
    """The upload of a photo, and a whistle that has one."""
    csrf = issue_token(holder({COOKIE: token}))
    headers = {
        "Accept": "text/html",
        "Cookie": f"{COOKIE}={token}",
        "Sec-Fetch-Site": "same-origin",
    }
    slip = Slip(
        uuid4(), clock.now() - timedelta(minutes=1), "", f"第{turn}次：楼道灯不亮", (photo,),
        estate, None, "", "lighting", True,
    )  # fmt: skip
    words = urlencode({"_csrf_token": csrf, "slip": slip.sealed(person)}).encode()
    form = _multipart({"_csrf_token": csrf, "slip": "", "text": "楼道灯不亮"}, content)
    return (
        load.request("POST", "/tickets/new/words", form,
                     headers | {"Content-Type": "multipart/form-data; boundary=x7x7"}),
        load.request("POST", "/tickets/new/check", words,
                     headers | {"Content-Type": "application/x-www-form-urlencoded"}),
    )  # fmt: skip


def _multipart(fields: dict[str, str], content: bytes) -> bytes:
    parts = [
        f'--x7x7\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{given}\r\n'.encode()
        for name, given in fields.items()
    ]
    head = b'--x7x7\r\nContent-Disposition: form-data; name="photos"; filename="p.jpg"\r\n'
    parts.append(head + b"Content-Type: image/jpeg\r\n\r\n" + content + b"\r\n--x7x7--\r\n")
    return b"".join(parts)
