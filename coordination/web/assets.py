"""/static/…: style sheets, scripts and pictures, read once, compressed once, kept by browsers.

`static_url("coordination.css")` carries a part of the file's SHA-256, so an address never changes
its content and may be kept for a year; asked without it, a browser checks each time. Only kinds in
`TYPES` are served: the printed fonts that lie beside them never leave the server.
"""

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from litestar import Request, Response, get
from litestar.config.compression import CompressionConfig
from litestar.params import FromPath, FromQuery

from coordination.errors import NotFound
from coordination.settings import STATIC
from coordination.web.access import anyone
from coordination.web.security import ONE_YEAR

TYPES = {
    ".css": "text/css",  # Litestar adds the charset
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
}

# Pages are compressed as they are sent. What an attacker could guess by their length (BREACH) is
# the form token, and that differs on every page; the session's cookie is SameSite=Lax, so no
# other site can have a page with somebody's data measured in the background. A stream must not
# be: the compressor holds its events back (`opt=UNCOMPRESSED`).
COMPRESSION = CompressionConfig(
    backend="gzip",
    gzip_compress_level=4,
    minimum_size=1000,
    exclude=["^/static/"],
    exclude_opt_key="uncompressed",
)
UNCOMPRESSED = {"uncompressed": True}


@dataclass(frozen=True, slots=True)
class Asset:
    kind: str
    body: bytes
    squeezed: bytes
    digest: str


@lru_cache(maxsize=1)
def assets() -> dict[str, Asset]:
    """Every file that is served, by its path below static/."""
    return {
        path.relative_to(STATIC).as_posix(): _read(path)
        for path in sorted(STATIC.rglob("*"))
        if path.suffix in TYPES
    }


def static_url(name: str) -> str:
    """The lasting address of a file. KeyError: there is none, so no page links to nothing."""
    return f"/static/{name}?v={assets()[name].digest}"


@get("/static/{name:path}", guards=[anyone], include_in_schema=False)
async def static(
    request: Request, name: FromPath[str], v: FromQuery[str | None] = None
) -> Response[bytes]:
    asset = assets().get(name.lstrip("/"))
    if asset is None:
        raise NotFound("没有这个文件。")
    headers = {
        "etag": f'"{asset.digest}"',
        "vary": "accept-encoding",
        "cache-control": f"public, max-age={ONE_YEAR}, immutable"
        if v == asset.digest
        else "no-cache",
    }
    if headers["etag"] in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    body = asset.body
    if "gzip" in request.headers.get("accept-encoding", "") and len(asset.squeezed) < len(body):
        body, headers["content-encoding"] = asset.squeezed, "gzip"
    return Response(body, media_type=asset.kind, headers=headers)


def _read(path: Path) -> Asset:
    body = path.read_bytes()
    digest = hashlib.sha256(body).hexdigest()[:16]
    return Asset(TYPES[path.suffix], body, gzip.compress(body, 9, mtime=0), digest)
