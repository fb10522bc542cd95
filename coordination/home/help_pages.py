"""/help, /privacy, /accessibility: what people ask, in plain words, and what is not promised."""

from litestar import get
from litestar.response import Template

from coordination.settings import settings
from coordination.web.access import anyone


@get("/help", guards=[anyone])
async def help_page() -> Template:
    """How a vote goes, how secret it is, how to recount it at home."""
    return Template("home/help.html", context={"address": settings().public_url})


@get("/privacy", guards=[anyone])
async def privacy() -> Template:
    return Template("home/privacy.html", context={})


@get("/accessibility", guards=[anyone])
async def accessibility() -> Template:
    return Template("home/accessibility.html", context={})
