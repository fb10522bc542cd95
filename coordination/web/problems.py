"""An answer that is not what was asked for, as the asker can read it: a page, an htmx notice, or
RFC 9457 problem JSON. `HANDLERS` goes into the application.

Refusals say in Chinese what to do next. What Litestar itself raises (no such page, wrong method,
a form that does not parse) is said our way. Anything else is a bug: the asker gets a number to
read out, the log gets the place in the code and no data.
"""

import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

import asyncpg
import structlog
from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.response import Redirect, Template

from coordination.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Refusal,
    TooMany,
    Unavailable,
)
from coordination.web.csrf import SAFE
from coordination.web.kept import page_behind
from coordination.web.security import request_number

STATUS: dict[type[Refusal], int] = {
    NotSignedIn: 401,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    Invalid: 422,
    TooMany: 429,
    Unavailable: 503,
}
TITLES = {
    400: "请求有误",
    401: "请先登录",
    403: "不能这样做",
    404: "没有找到",
    405: "不能这样做",
    409: "现在不能这样做",
    413: "文件太大",
    422: "请检查填写的内容",
    429: "操作太频繁",
    500: "服务出错了",
    503: "服务暂时不可用",
}
FROM_LITESTAR = {
    400: ("bad-request", "请求的格式不对，没有执行。请返回上一页重新操作。"),
    401: ("not-signed-in", "请先登录。"),
    403: ("not-allowed", "您不能进行这项操作。"),
    404: ("not-found", "没有这个页面。请检查网址，或从首页重新进入。"),
    405: ("method-not-allowed", "这个地址不能这样访问。请从首页重新进入。"),
    413: ("too-large", "上传的内容太大，没有保存。请缩小后再上传。"),
    503: ("unavailable", "服务暂时不可用，请稍后再试。"),
}
# The database restarting, a connection cut: not a bug, and worth trying again.
PASSING = (
    ConnectionError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InternalClientError,  # used between the server's last word and its hanging up
)
# So an InterfaceError says that a connection was cut; others are bugs.
HUNG_UP = ("is closed", "is closing", "was closed", "released back to the pool")
PASSES_AFTER = 5  # seconds
# A zero byte, a number or a day beyond those of the database: it was typed, so it is said.
UNWRITABLE = (
    asyncpg.CharacterNotInRepertoireError,
    asyncpg.UntranslatableCharacterError,
    asyncpg.StringDataRightTruncationError,
    asyncpg.NumericValueOutOfRangeError,
    asyncpg.DatetimeFieldOverflowError,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said, before it is known in which form."""

    status: int
    code: str
    message: str
    rule: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return TITLES.get(self.status, "无法完成")


def status_of(refusal: Refusal) -> int:
    return next(status for kind, status in STATUS.items() if isinstance(refusal, kind))


def answer(request: Request, refusal: Refusal) -> Response:
    """A Refusal in the form that the asker reads."""
    found = _answer_of(refusal)
    if isinstance(refusal, NotSignedIn) and not wants_json(request):
        sign_in = f"{refusal.door}?" + urlencode({"next": _return_path(request)})
        if is_htmx(request):  # a redirect would be followed, and the sign-in page swapped in here
            return Response(None, status_code=found.status, headers={"HX-Redirect": sign_in})
        return Redirect(sign_in, status_code=303)
    return say(request, found)


def answer_bad_form(request: Request, error: ValidationException) -> Response:
    """Litestar's own 400 for a form that does not parse, said our way."""
    details = [item for item in error.extra or [] if isinstance(item, dict)]
    names = [str(item["key"]) for item in details if "key" in item]
    return answer(
        request, Invalid("请检查填写的内容。", **dict.fromkeys(names, "没有填，或格式不对。"))
    )


def answer_http(request: Request, error: HTTPException) -> Response:
    """What Litestar raises itself: no such page, wrong method, too large …"""
    if error.status_code == 500:
        return answer_bug(request, error)
    code, message = FROM_LITESTAR.get(error.status_code, FROM_LITESTAR[400])
    # Retry-After and Allow travel in the exception; an answer of our own must pass them on.
    headers = dict(error.headers or {})
    return say(request, Answer(error.status_code, code, message, headers=headers))


def answer_passing(request: Request, error: Exception) -> Response:
    """Something we lean on is away for a moment. Nothing was acknowledged."""
    _log(request, error, "unavailable")
    message = "服务暂时连不上数据库，这次操作没有完成。请过几秒再试，您填写的内容请先不要关闭。"
    again = {"Retry-After": str(PASSES_AFTER)}
    return say(request, Answer(503, "unavailable", message, headers=again))


def answer_driver(request: Request, error: Exception) -> Response:
    """A connection is gone, or an argument of a good type was typed; else it is our bug."""
    if isinstance(error.__cause__, OverflowError | UnicodeError):
        return answer_unwritable(request, error)
    hung_up = any(words in str(error) for words in HUNG_UP)
    return (answer_passing if hung_up else answer_bug)(request, error)


def answer_unwritable(request: Request, _: Exception) -> Response:
    words = "内容里有无法保存的字符，或者超出范围的数字、日期，没有保存。请改正后再提交。"
    return answer(request, Invalid(words))


def answer_deep(request: Request, error: RecursionError) -> Response:
    """JSON that is nested without end is a bad request; our own recursion would be a bug."""
    if traceback.extract_tb(error.__traceback__)[-1].name != "decode_json":
        return answer_bug(request, error)
    return say(request, Answer(400, *FROM_LITESTAR[400]))


def answer_bug(request: Request, error: Exception) -> Response:
    """Our mistake: a number for the asker, the place in the code for the log."""
    _log(request, error, "broken")
    number = request_number(request.scope)
    words = f"服务出错了，这次操作没有完成。请稍后再试；若仍不行，请告诉工作人员编号 {number}。"
    return say(request, Answer(500, "broken", words))


def say(request: Request, found: Answer) -> Response:
    """The same words as problem JSON, as an htmx notice, or as a page."""
    if wants_json(request):
        return Response(
            problem(request, found),
            status_code=found.status,
            media_type="application/problem+json",
            headers=dict(found.headers),
        )
    context: dict[str, object] = {"answer": found, "number": request_number(request.scope)}
    if is_htmx(request):  # the asker stays on the page; the notice goes to the live region
        where = {"HX-Retarget": "#notice", "HX-Reswap": "innerHTML show:window:top"}
        return _page("errors/_notice.html", found, context, where)
    if found.status >= 500:  # drawn without the layout, which may be what is broken
        return _page("errors/broken.html", found, context)
    return _page("errors/refused.html", found, context | {"back": page_behind(request)})


def problem(request: Request, found: Answer) -> dict[str, object]:
    """The body of RFC 9457, without anything about the inside of a bug."""
    body: dict[str, object] = {
        "type": f"/problems/{found.code}",
        "title": found.title,
        "status": found.status,
    }
    if found.status == 500:
        return body | {"request_id": request_number(request.scope)}
    return body | _told(found)


def problem_of(refusal: Refusal) -> dict[str, object]:
    """A refusal's body for those who answer without a Litestar request."""
    found = _answer_of(refusal)
    return {"type": f"/problems/{found.code}", "title": found.title, "status": found.status} | (
        _told(found)
    )


def _told(found: Answer) -> dict[str, object]:
    body: dict[str, object] = {"detail": found.message}
    if found.rule:
        body["rule"] = found.rule
    if found.fields:
        body["fields"] = dict(found.fields)
    return body


def wants_json(request: Request) -> bool:
    """Whether this is the API, or someone who would rather have JSON than a page."""
    if request.url.path.startswith("/api/"):
        return True
    asked = request.accept.best_match(
        ["text/html", "application/json", "application/problem+json"], default="text/html"
    )
    return asked != "text/html"


def is_htmx(request: Request) -> bool:
    return request.headers.get("hx-request") == "true"


def _answer_of(refusal: Refusal) -> Answer:
    fields = refusal.fields if isinstance(refusal, Invalid) else {}
    wait = refusal.retry_after if isinstance(refusal, TooMany) else PASSES_AFTER
    headers = {"Retry-After": str(wait)} if isinstance(refusal, TooMany | Unavailable) else {}
    return Answer(
        status_of(refusal), refusal.code, str(refusal), refusal.rule, fields=fields, headers=headers
    )


def _page(
    name: str, found: Answer, context: dict[str, object], headers: Mapping[str, str] | None = None
) -> Template:
    return Template(
        name,
        context=context,
        status_code=found.status,
        media_type=MediaType.HTML,
        headers={**found.headers, **(headers or {})},
    )


def _return_path(request: Request) -> str:
    """Where to go after signing in: this page; of a form that was sent, the page it stood on."""
    if request.method not in SAFE or is_htmx(request):
        return page_behind(request) or request.url.path
    query = request.scope.get("query_string", b"").decode("latin-1")
    return request.url.path + (f"?{query}" if query else "")


def _log(request: Request, error: Exception, event: str) -> None:
    """Where it broke. No message and no values: both may hold what a person typed."""
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    structlog.get_logger().error(
        event,
        request=request_number(request.scope),
        method=request.method,
        route=request.scope.get("path_template", ""),
        error=f"{type(error).__module__}.{type(error).__qualname__}",
        state=getattr(error, "sqlstate", None),
        constraint=getattr(error, "constraint_name", None),
        at=[f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    )


HANDLERS = {
    Refusal: answer,
    ValidationException: answer_bad_form,
    HTTPException: answer_http,
    **dict.fromkeys(PASSING, answer_passing),
    **dict.fromkeys(UNWRITABLE, answer_unwritable),
    asyncpg.InterfaceError: answer_driver,
    asyncpg.DataError: answer_driver,
    RecursionError: answer_deep,
    Exception: answer_bug,
}
