"""What was typed into a form that was not taken, on its way back to the page the form stands on.

Who has to prove first who they are, or is refused with a page of its own, comes back by an
address; the words travel in it, sealed: no log and no history reads them, and they open only for
the session that typed them. Nothing of a form is stored for it. `Form` shows them again.
"""

import hashlib
import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlencode

from litestar import Request
from litestar.types import Empty
from litestar.utils.scope.state import ScopeState
from nacl.exceptions import CryptoError
from nacl.secret import Aead

from coordination.settings import sealing_key
from coordination.web.csrf import FIELD, SAFE, holder
from coordination.web.security import own_path, split

PARAMETER = "kept"
PAGE = "_page"  # in a form that came back, or whose address is too long to be told as a referrer
WHICH = "_form"  # on a page of several forms: the prefix of the one that was sent
LONGEST = 48_000  # of an address; servers take 64 kB
LARGEST = 400_000  # of what a seal may unfold to
# Typed again: they stand in no page and in no address.
SECRETS = frozenset({"password", "old", "new", "again", "code", "number", "numbers", "proof"})


@dataclass(frozen=True, slots=True)
class Kept:
    """The fields of one form; `again`: some were left out (files, passwords)."""

    fields: Mapping[str, Any]
    again: bool

    @property
    def form(self) -> str:
        return str(self.fields.get(WHICH) or "f")


_shown: ContextVar[Kept | None] = ContextVar("kept", default=None)


def shown() -> Kept | None:
    """What was kept for the page that is being drawn."""
    return _shown.get()


@contextmanager
def showing(request: Request) -> Iterator[None]:
    """While the page of this request is drawn."""
    token = _shown.set(kept_for(request))
    try:
        yield
    finally:
        _shown.reset(token)


def kept_for(request: Request) -> Kept | None:
    """What the address of this page brings back; of a wrong address, nothing."""
    sealed = request.query_params.get(PARAMETER)
    if not sealed or request.method not in SAFE:
        return None
    try:
        raw = urlsafe_b64decode(sealed.encode("ascii"))
        unfolding = zlib.decompressobj()
        told = json.loads(unfolding.decompress(_box(request).decrypt(raw), LARGEST))
    except (ValueError, CryptoError, zlib.error):  # another's, or torn
        return None
    return Kept(told["fields"], told["again"])


def page_behind(request: Request) -> str | None:
    """The page of ours that the request was made from, if the browser says so, with what was
    typed into its form."""
    page = _page_of(request)
    if page is None or request.method in SAFE:
        return page
    fields, again = _typed(request)
    if not fields:
        return page
    said = json.dumps({"fields": fields, "again": again}, ensure_ascii=False).encode()
    if len(said) > LARGEST:
        return page
    sealed = urlsafe_b64encode(bytes(_box(request).encrypt(zlib.compress(said)))).decode()
    whole = f"{page}{'&' if '?' in page else '?'}{urlencode({PARAMETER: sealed})}"
    return whole if len(whole) <= LONGEST else page


def page_input(request: Request) -> str:
    """For a form that is drawn on an address other than its page's own: where that is."""
    page = _page_of(request) if request.method not in SAFE else _without(str(request.url))
    if page is None or (request.method in SAFE and PARAMETER not in request.query_params):
        return ""
    return f'<input type="hidden" name="{PAGE}" value="{escape(page)}">'


def _page_of(request: Request) -> str | None:
    address = request.headers.get("hx-current-url") or request.headers.get("referer") or ""
    if split(address).netloc != request.headers.get("host"):
        return None
    told = _form(request).get(PAGE)
    return _without(told if isinstance(told, str) and own_path(told, "") else address)


def _without(address: str) -> str | None:
    """The path and query of an address, without what it keeps."""
    parts = split(address)
    left = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != PARAMETER]
    return own_path(parts.path + (f"?{urlencode(left)}" if left else ""), default="") or None


def _typed(request: Request) -> tuple[dict[str, Any], bool]:
    """The fields with words, and whether some were left out."""
    fields, again = {}, False
    for name, said in _form(request).items():
        texts = [one for one in (said if isinstance(said, list) else [said])]
        if name in SECRETS or not all(isinstance(one, str) for one in texts):
            again = True
        elif name not in (FIELD, PAGE):
            fields[name] = said
    return (fields if any(fields.values()) else {}), again


def _form(request: Request) -> Mapping[str, Any]:
    """As it was read before; one that nobody read yet is left alone."""
    found = ScopeState.from_scope(request.scope).form
    return {} if found is Empty else found  # pyright: ignore[reportReturnType]


def _box(request: Request) -> Aead:
    """Opens for this session alone."""
    mine = b"coordination/kept/v1" + holder(request.cookies)
    return Aead(hashlib.blake2b(mine, key=sealing_key().encode()[:64], digest_size=32).digest())
