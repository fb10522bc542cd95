"""/elder: the switch of the elder mode 长辈版, remembered in this browser for a year."""

from litestar import get
from litestar.params import FromQuery
from litestar.response import Redirect

from coordination.web.access import anyone
from coordination.web.chrome import ELDER_COOKIE
from coordination.web.security import ONE_YEAR, our_cookie, own_path


@get("/elder", guards=[anyone])
async def elder(on: FromQuery[str] = "1", next: FromQuery[str] = "/") -> Redirect:  # noqa: A002
    """Switch it and go back. A link and no form: it must work on every page, error pages too,
    and changes nothing but how pages look to this browser."""
    remembered = our_cookie(ELDER_COOKIE, "1" if on == "1" else "0", max_age=ONE_YEAR)
    return Redirect(own_path(next), status_code=303, cookies=[remembered])
