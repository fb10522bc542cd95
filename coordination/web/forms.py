"""A form between two tries: what was typed, and what to mend.

How a page with text fields takes a form and gives it back, every word kept:

    @dataclass
    class ObjectionFields:           # all texts, all with a default: parsing never fails
        room: str = ""
        reason: str = ""

    @get()
    async def objection(self) -> Template:
        return Template("registry/objection.html", context={"form": Form()})

    @post()
    async def object_to(self, data: URLEncodedBody[ObjectionFields], …) -> Response:
        try:
            read = Reader(data)
            room, reason = read.text("room", "房号"), read.text("reason", "理由", longest=500)
            read.settle()                                        # Invalid, with every field
            await actions.object_to(person, room, reason, clock.now())    # may be Invalid, too
        except Invalid as refusal:
            return form_again("registry/objection.html", refusal, data)
        return Redirect(…, status_code=303)

The template draws each control from the same `form` (`templates/forms.html`), with
`error_summary(form)` on top and `{{ form.title_prefix }}` in its title.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, is_dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from litestar import MediaType
from litestar.response import Template

from coordination.clock import SHANGHAI
from coordination.errors import Invalid
from coordination.web.kept import shown

LONG_AGO = datetime(1, 1, 2, tzinfo=SHANGHAI)  # stands in for a moment that was not readable
FULL_WIDTH = str.maketrans("０１２３４５６７８９．－：／　", "0123456789.-:/ ")


@dataclass(frozen=True, slots=True)
class Form:
    """Values and errors by field name. `prefix` tells two forms of one page apart."""

    values: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    message: str = ""
    prefix: str = "f"

    def value(self, name: str) -> Any:
        """What stands in the field, "" when nothing does; a list where several are chosen."""
        kept = shown()
        found = (kept.fields if kept and self.is_kept else self.values).get(name, "")
        return "" if found is None else found

    def has(self, name: str, value: str) -> bool:
        """Whether `value` is chosen among the options of this field."""
        found = self.value(name)
        chosen = found if isinstance(found, list | tuple | set) else [found]
        return str(value) in {str(one) for one in chosen}

    def error(self, name: str) -> str | None:
        return self.errors.get(name)

    def id(self, name: str) -> str:
        return f"{self.prefix}-{name}"

    @property
    def is_kept(self) -> bool:
        """Whether it comes back as it was sent, because something had to be done first."""
        kept = shown()
        return kept is not None and kept.form == self.prefix

    @property
    def is_wrong(self) -> bool:
        return bool(self.errors or self.message)

    @property
    def title_prefix(self) -> str:
        """What a screen reader hears first when a form comes back."""
        return "出错：" if self.is_wrong else ""


class FormPerThing(dict[UUID, Form]):
    """A page's forms that ask the same of several things, by the thing's id: what is wrong with
    one stands in that one alone."""

    def __init__(self, prefix: str, things: Iterable[UUID]) -> None:
        super().__init__((id, Form(prefix=f"{prefix}{n}")) for n, id in enumerate(things, 1))

    def again(self, thing: UUID, invalid: Invalid, data: object) -> Form:
        """The form of `thing` as it was sent, from now on among these."""
        self[thing] = form_from(invalid, data, self.get(thing, Form()).prefix)
        return self[thing]


def form_from(invalid: Invalid, data: object, prefix: str = "f") -> Form:
    """The form as it was sent, with what to mend."""
    return Form(_values(data), invalid.fields, str(invalid), prefix)


def form_again(name: str, invalid: Invalid, data: object, **context: object) -> Template:
    """The same page or fragment once more: every word kept, messages at the fields, 422."""
    return Template(
        name,
        context={**context, "form": form_from(invalid, data)},
        status_code=422,
        media_type=MediaType.HTML,
    )


class Reader:
    """Reads the texts of a form as what they mean and collects everything that is wrong, so that
    the asker hears it at once: ask for each field, then `settle()`."""

    def __init__(self, data: object) -> None:
        self.values = _values(data)
        self.errors: dict[str, str] = {}

    def text(self, name: str, label: str, *, longest: int = 200, optional: bool = False) -> str:
        found = str(self.values.get(name) or "").strip()
        if not found and not optional:
            self.wrong(name, f"请填写{label}。")
        if len(found) > longest:
            self.wrong(name, f"{label}最多 {longest} 个字，现在有 {len(found)} 个字。")
        return found

    def whole(self, name: str, label: str, *, least: int = 0, most: int = 10**9) -> int:
        found = self._plain(name, label)
        try:
            number = int(found or least)
        except ValueError:
            self.wrong(name, f"{label}要填整数，例如 {least}。")
            return least
        if not least <= number <= most:
            self.wrong(name, f"{label}要在 {least} 到 {most} 之间。")
        return number

    def day(self, name: str, label: str) -> date:
        found = self._plain(name, label)
        try:
            return date.fromisoformat(found) if found else date.min
        except ValueError:
            self.wrong(name, f"{label}要写成 2026-03-01 这样的日期。")
            return date.min

    def moment(self, name: str, label: str) -> datetime:
        """A time of the community's calendar, as <input type="datetime-local"> sends it."""
        found = self._plain(name, label)
        try:
            return datetime.fromisoformat(found).replace(tzinfo=SHANGHAI) if found else LONG_AGO
        except ValueError:
            self.wrong(name, f"{label}要写成 2026-03-01 09:00 这样的时间。")
            return LONG_AGO

    def one_of(self, name: str, label: str, options: Iterable[str]) -> str:
        found = str(self.values.get(name) or "")
        if found not in set(options):
            self.wrong(name, f"请选择{label}。")
        return found

    def wrong(self, name: str, message: str) -> None:
        """Note what is wrong with a field; the first word about it stays."""
        self.errors.setdefault(name, message)

    def settle(self) -> None:
        """Invalid: any field was wrong; all of them are named."""
        if self.errors:
            count = len(self.errors)
            raise Invalid(f"有 {count} 处需要修改，您填写的内容都还在。", **self.errors)

    def _plain(self, name: str, label: str) -> str:
        return self.text(name, label).translate(FULL_WIDTH)


def _values(data: object) -> Mapping[str, Any]:
    if is_dataclass(data) and not isinstance(data, type):
        return asdict(data)
    assert isinstance(data, Mapping), "a form is a dataclass or a mapping"
    return data
