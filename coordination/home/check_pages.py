"""/v: whether a printed notice or a receipt is what it seems, by its eight characters."""

from urllib.parse import quote

from litestar import Controller, Response, get
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from coordination.errors import NotFound
from coordination.home.codes import TRIES, WITHIN, look_up_code
from coordination.notices.queries import NoticeLine, now_holds
from coordination.web.access import anyone
from coordination.web.codes import typed
from coordination.web.forms import Form
from coordination.web.limits import limited

LOOK_AGAIN = (
    "编码共 8 位，没有数字 0、1 和字母 I、L、O，请对照原件再输入。"
    "仍查不到的，这张纸可能不是从本系统发出的，请打小区公开的电话核实。"
)


class CheckPages(Controller):
    """Open to everybody: who holds a sheet of paper has no account."""

    path = "/v"
    guards = [anyone]

    @get()
    async def codes(self, code: FromQuery[str] = "") -> Response:
        """The form; what it sends is an address that can be printed as well."""
        if plain := typed(code)[:40]:
            return Redirect(f"/v/{quote(plain, safe='')}", status_code=303)
        return Template(
            "home/code.html", context={"form": Form(), "found": None, "kind": "", "later": None}
        )

    @get("/{code:str}", guards=[limited("code", TRIES, WITHIN)])
    async def code(self, code: FromPath[str]) -> Template:
        """What the code stands for. Of a ballot never the choice, the room, or whether another
        has replaced it."""
        try:
            found = await look_up_code(code)
        except NotFound:
            form = Form({"code": code[:40]}, {"code": LOOK_AGAIN}, "没有查到这个编码")
            context = {"form": form, "found": None, "kind": "", "later": None}
            return Template("home/code.html", context=context, status_code=404)
        kind = "notice" if isinstance(found, NoticeLine) else "ballot"
        later = await now_holds(found.id) if isinstance(found, NoticeLine) else None
        context = {"form": Form(), "found": found, "kind": kind, "later": later}
        return Template("home/code.html", context=context)
