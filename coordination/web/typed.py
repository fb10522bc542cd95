"""What somebody typed into a form, without the signs that nobody types or sees; and which file
they chose.

A zero byte, which no database keeps, or a mark that turns the direction of writing, which makes
a page say something else than what is stored, come from programs and from what was pasted.
Refusing them would ask people to remove what they cannot see.
"""

from typing import Any

from litestar import Request
from litestar.datastructures import UploadFile
from litestar.types import Empty
from litestar.utils.scope.state import ScopeState

from coordination.files import LARGEST

_CONTROLS = {code for code in (*range(0x20), 0x7F) if chr(code) not in "\t\n\r"}
_TURNING = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_UNSEEN = dict.fromkeys(_CONTROLS | _TURNING)


def seen(text: str) -> str:
    """`text` without what is not seen."""
    return text if text.isascii() and text.isprintable() else text.translate(_UNSEEN)


async def read_form(request: Request) -> None:
    """Read the form that was sent, once for all who ask for it later."""
    await request.form()
    state = ScopeState.from_scope(request.scope)
    found: Any = state.form
    if found is not Empty:
        state.form = {name: _each(said) for name, said in found.items()}


async def chosen_file(sent: object) -> bytes | None:
    """What a file field sent, up to a byte more than is kept; None: nothing was chosen. A file
    without a byte was chosen, too: a phone sends one that its cloud did not give back."""
    if not isinstance(sent, UploadFile):
        return None
    content = await sent.read(LARGEST + 1)
    return content if content or sent.filename else None


def _each(said: Any) -> Any:
    if isinstance(said, list):
        return [_each(one) for one in said]
    return seen(said) if isinstance(said, str) else said
