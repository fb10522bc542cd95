"""/open311/v2: GeoReport v2. Reading is open to all; a report needs a key that may write."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.exceptions import HTTPException
from litestar.params import FromPath

from coordination import clock
from coordination.clock import SHANGHAI
from coordination.errors import Invalid, NotFound, Refusal, TooMany
from coordination.settings import settings
from coordination.tickets.doors.filing_actions import Filed, file_ticket
from coordination.tickets.doors.keys.access import admitted
from coordination.tickets.doors.keys.rules import Caller, Scope
from coordination.tickets.doors.open311 import words
from coordination.tickets.doors.open311.queries import (
    Wanted,
    jurisdiction,
    place_to_report,
    requests,
    service_of,
    services,
)
from coordination.tickets.kinds import Door
from coordination.web.access import anyone
from coordination.web.limits import limited
from coordination.web.problems import status_of

SPAN = timedelta(days=90)
PAGE_SIZE, MOST_PAGES = 1_000, 1_000  # the specification's "first 1000 requests"
LONGEST_TEXT = 4_000  # as the specification says of description
CHANGED = "2026-03-01T00:00:00+08:00"  # when this interface last changed
READING, WITHIN = 300, 60  # requests of one source in so many seconds


class NoSuchFormat(NotFound):
    """Neither .json nor .xml."""


def _said(root: str, what: object, form: str, status: int = 200) -> Response[bytes]:
    return Response(
        words.rendered(root, what, form), status_code=status, media_type=words.FORMATS[form]
    )


def _form_of(request: Request) -> str:
    found = words.split_form(request.url.path.rpartition("/")[2])
    return found[1] if found else "json"


def refused(request: Request, refusal: Refusal) -> Response[bytes]:
    """A refusal as the specification has it: 403 for a key, 404 for what is not there, or 400."""
    status = status_of(refusal)
    status = {401: 403, 409: 400, 422: 400}.get(status, status)
    said = str(refusal)
    if isinstance(refusal, Invalid) and refusal.fields:
        said = " ".join(refusal.fields.values())
    answer = _said("errors", words.error(status, said), _form_of(request), status)
    if isinstance(refusal, TooMany):
        answer.headers["Retry-After"] = str(refusal.retry_after)
    return answer


def refused_by_litestar(request: Request, error: HTTPException) -> Response[bytes]:
    """Likewise what the framework itself says: a body that does not parse, too large …"""
    said = words.error(error.status_code, "请求的格式不对。")
    return _said("errors", said, _form_of(request), error.status_code)


async def _path(asked: Mapping[str, str]) -> str:
    """Of the jurisdiction. NotFound: there is none of that id."""
    if not asked.get("jurisdiction_id"):
        return "/"
    place = await jurisdiction(asked["jurisdiction_id"])
    if place is None:
        raise NotFound("jurisdiction_id was not found")
    return place.path


def _stem(name: str) -> tuple[str, str]:
    found = words.split_form(name)
    if found is None:
        raise NoSuchFormat("格式只有 .json 和 .xml。")
    return found


class Open311(Controller):
    path = "/open311/v2"
    guards = [anyone, limited("open311", READING, WITHIN)]
    opt = {"no_session": True}
    exception_handlers = {Refusal: refused, HTTPException: refused_by_litestar}  # pyright: ignore

    @get(["/discovery.json", "/discovery.xml"])
    async def discover(self, request: Request) -> Response[bytes]:
        said = words.discovery(settings().public_url, CHANGED, "向小区所属社区咨询")
        return _said("discovery", said, _form_of(request))

    @get(["/services.json", "/services.xml"])
    async def list_services(self, request: Request) -> Response[bytes]:
        await _path(request.query_params)
        said = [words.service(one) for one in await services()]
        return _said("services", said, _form_of(request))

    @get("/services/{name:str}")
    async def read_service(self, request: Request, name: FromPath[str]) -> Response[bytes]:
        code, form = _stem(name)
        await _path(request.query_params)
        category = await service_of(code)
        if category is None:
            raise NotFound("service_code was not found")
        return _said("service_definition", words.definition(category), form)

    @get(["/requests.json", "/requests.xml"])
    async def list_requests(self, request: Request) -> Response[bytes]:
        wanted = _wanted(request.query_params, await _path(request.query_params), clock.now())
        said = [words.request(one) for one in await requests(wanted)]
        return _said("service_requests", said, _form_of(request))

    @get("/requests/{name:str}")
    async def read_request(self, request: Request, name: FromPath[str]) -> Response[bytes]:
        stem, form = _stem(name)
        path = await _path(request.query_params)
        found = await requests(Wanted(path, numbers=words.numbers(stem)))
        if not found:
            raise NotFound("service_request_id was not found")
        return _said("service_requests", [words.request(one) for one in found], form)

    @post(["/requests.json", "/requests.xml"], status_code=201)
    async def report(self, request: Request) -> Response[bytes]:
        """As a form, as the specification has it; the key as `api_key`, or as in our own API."""
        sent = {name: str(value) for name, value in (await request.form()).items()}
        shown = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        key = sent.get("api_key") or request.query_params.get("api_key") or shown
        caller = await admitted(request, key, Scope.WRITE)
        filed = await _filed(caller, sent)
        token = request.headers.get("idempotency-key", "")
        body = await request.body()
        ticket = await file_ticket(caller, filed, clock.now(), token=token, body=body)
        said = {
            "service_request_id": str(ticket.number),
            "service_notice": "已受理，责任单位会报到并答复。可凭编号查询进展。",
            "account_id": "",
        }
        return _said("service_requests", [said], _form_of(request), 201)


def _wanted(asked: Mapping[str, str], path: str, at: datetime) -> Wanted:
    """What a list asks for. Invalid: a date, a status or a page that is none."""
    if asked.get("service_request_id"):
        return Wanted(path, words.numbers(asked["service_request_id"]), limit=PAGE_SIZE)
    until = _moment(asked, "end_date")
    since = _moment(asked, "start_date") or (until or at) - SPAN
    if until is None:
        until = since + SPAN
    if until - since > SPAN:
        raise Invalid("start_date 与 end_date 最多相隔 90 天。")
    statuses = {one.strip() for one in asked.get("status", "").split(",") if one.strip()}
    if not statuses <= {words.OPEN, words.CLOSED}:
        raise Invalid("status 只能是 open、closed。")
    codes = [one.strip() for one in asked.get("service_code", "").split(",") if one.strip()]
    size = _whole(asked, "page_size", PAGE_SIZE)
    return Wanted(
        path, None, codes or None, words.CLOSED in statuses if len(statuses) == 1 else None,
        since, until, size, (_whole(asked, "page", 1) - 1) * size,
    )  # fmt: skip


def _moment(asked: Mapping[str, str], name: str) -> datetime | None:
    said = asked.get(name)
    if not said:
        return None
    try:
        # A plus that nobody escaped arrives as a space.
        at = datetime.fromisoformat(said.strip().replace(" ", "+"))
        at = at if at.tzinfo else at.replace(tzinfo=SHANGHAI)
        if not 1990 <= at.year <= 2100:
            raise ValueError(said)
    except ValueError:
        raise Invalid(f"{name} 要写成 2026-03-01T09:00:00+08:00 这样的时间。") from None
    return at


def _whole(asked: Mapping[str, str], name: str, default: int) -> int:
    said = asked.get(name) or str(default)
    is_number = said.isascii() and said.isdecimal() and len(said) < 10
    if not (is_number and 1 <= int(said) <= MOST_PAGES):
        raise Invalid(f"{name} 要在 1 到 {MOST_PAGES} 之间。")
    return int(said)


async def _filed(caller: Caller, sent: Mapping[str, str]) -> Filed:
    """A report as sent. Invalid, naming what is missing."""
    address = sent.get("address_string", "")
    wrong: dict[str, Any] = {}
    code = sent.get("service_code", "")
    if not code or await service_of(code) is None:
        wrong["service_code"] = "service_code was not provided or is not one of services."
    place = await place_to_report(caller.path, sent.get("address_id", ""), address)
    if place is None:
        wrong["address"] = (
            "请用 address_id（小区或楼栋的编号）或 address_string（写明小区名称）说明位置；"
            "仅有 lat、long 不能确定小区。"
        )
    text = sent.get("description", "").strip()
    if not 1 <= len(text) <= LONGEST_TEXT:
        wrong["description"] = f"description 要有 1 到 {LONGEST_TEXT} 个字。"
    if wrong:
        raise Invalid("请检查填写的内容。", **wrong)
    assert place
    name = f"{sent.get('last_name', '')}{sent.get('first_name', '')}".strip()
    return Filed(
        Door.OPEN311, place["estate"], code, text, place["building"],
        (sent.get(f"attribute[{words.SPOT}]") or address)[:100], name[:60],
        sent.get("phone", "")[:40],
    )  # fmt: skip
