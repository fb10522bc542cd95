"""/api/v1/codes: check the code of a printed notice, or of a receipt."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from litestar import Controller, get
from litestar.params import FromPath
from msgspec import Meta, Struct

from coordination.home.codes import TRIES, WITHIN, look_up_code
from coordination.notices.api import NoticeListed
from coordination.notices.queries import NoticeLine
from coordination.web.access import anyone
from coordination.web.api import answers
from coordination.web.limits import limited


class BallotFound(Struct, frozen=True):
    """A ballot of this poll is on the board 公示票箱 since that day; no more is said of it."""

    poll: UUID
    title: str
    estate_name: str
    cast_on: Annotated[date, Meta(description="Shanghai's day")]


class CodeFound(Struct, frozen=True):
    """Of the two, one is not null."""

    kind: Literal["notice", "ballot"]
    notice: NoticeListed | None
    ballot: BallotFound | None


class CodeApi(Controller):
    path = "/codes"
    guards = [anyone, limited("code", TRIES, WITHIN)]
    tags = ["codes"]

    @get("/{code:str}", responses=answers(404, 429))
    async def check_code(self, code: FromPath[str]) -> CodeFound:
        """What an 8-character code stands for; spaces, dashes and case do not matter."""
        found = await look_up_code(code)
        if isinstance(found, NoticeLine):
            return CodeFound("notice", NoticeListed.of(found), None)
        ballot = BallotFound(found.poll, found.title, found.estate_name, found.cast_on)
        return CodeFound("ballot", None, ballot)
