"""/demo: how much of the made data is loaded. Only where the data is made up."""

from litestar import get
from litestar.response import Template

from coordination.errors import NotFound
from coordination.home.demo.history_actions import progress
from coordination.people.access import staff
from coordination.people.tables import RoleKind
from coordination.settings import settings


@get("/demo", guards=[staff(RoleKind.OPERATOR)])
async def demo() -> Template:
    """NotFound: this is no demo."""
    if not settings().demo:
        raise NotFound("没有这个页面。")
    return Template("home/demo.html", context={"progress": await progress()})


@get("/demo/progress", guards=[staff(RoleKind.OPERATOR)])
async def demo_progress() -> Template:
    """The part that moves, for htmx."""
    if not settings().demo:
        raise NotFound("没有这个页面。")
    return Template("home/_progress.html", context={"progress": await progress()})


PAGES = [demo, demo_progress]
