"""The ways we decline. Nothing here knows HTTP; `web.problems` maps each kind to a response.

A Refusal is an answer: its message is written in Chinese for the person who asked and is shown
to them. Any other exception is a bug: logged, reported, and shown as "something broke here".
"""

import re
from typing import ClassVar


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """Declined. `rule` cites the source that forbids it, when one does."""

    rule: ClassVar[str | None] = None

    @property
    def code(self) -> str:
        """Stable and public, e.g. "already-cast". Renaming a class is an API change."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", type(self).__name__).lower()


class NotSignedIn(Refusal):
    """We do not know who is asking, or not well enough. `door` is the page where one says so."""

    door: ClassVar[str] = "/sign-in"


class NotFound(Refusal):
    """There is nothing here that this person may know of."""


class NotAllowed(Refusal):
    """This person may see it, and may not do that to it."""


class Conflict(Refusal):
    """The person may do this, only not in the state things are now in."""


class Invalid(Refusal):
    """The form is not right. `fields` maps a field's name to what to correct."""

    def __init__(self, message: str, /, **fields: str) -> None:
        super().__init__(message)
        self.fields = fields


class TooMany(Refusal):
    """Too often, from this source. `retry_after` is in seconds."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(Refusal):
    """Something we stand on is gone for a moment; the same request may succeed soon."""


def uncut(text: str, longest: int, field: str) -> str:
    """What somebody wrote, without the space around it. Invalid: it is longer than what is kept;
    nobody's words are cut off unsaid."""
    words = text.strip()
    if len(words) > longest:
        told = f"最多 {longest} 个字，现在有 {len(words)} 个字。"
        raise Invalid("写得太长了，没有保存。", **{field: told})
    return words
