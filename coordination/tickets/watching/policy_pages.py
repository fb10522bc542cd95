"""/desk/policies: how long things may take 时限, version by version, and a new one."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid, NotAllowed
from coordination.law.periods import day_of, start_of
from coordination.law.policies import Priority
from coordination.people.access import staff
from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.tickets.permits import WORKING
from coordination.tickets.watching.policy_actions import write_policy
from coordination.tickets.watching.policy_form import (
    BY,
    CLOCKS,
    COUNTS,
    LADDER,
    PERCENTS,
    PRIORITIES,
    form_names,
    form_values,
    ladder_words,
    lines_of,
    read_policy,
)
from coordination.tickets.watching.policy_queries import places_offered, version_of, versions
from coordination.web.formats import form_time
from coordination.web.forms import Form, Reader, form_again

WRITERS = (RoleKind.OPERATOR, RoleKind.SUBDISTRICT_OFFICER)
NEW = "tickets/watching/new_policy.html"


class PolicyPages(Controller):
    path = "/desk/policies"
    guards = [staff(RoleKind.OPERATOR, *WORKING)]

    @get()
    async def policies(self, asker: NamedDependency[Asker]) -> Template:
        context = {"versions": await versions(), "at": clock.now(), "may_write": _may(asker)}
        return Template("tickets/watching/policies.html", context=context)

    @get("/{number:int}")
    async def policy(self, asker: NamedDependency[Asker], number: FromPath[int]) -> Template:
        found = await version_of(number)
        context = {
            "version": found,
            "at": clock.now(),
            "lines": lines_of(found.policy),
            "clocks": [(words, note) for words, note, _, _ in CLOCKS.values()],
            "ladder": ladder_words(found.policy.ladder),
            "may_write": _may(asker),
        }
        return Template("tickets/watching/policy.html", context=context)

    @get("/new")
    async def new(
        self, asker: NamedDependency[Asker], after: FromQuery[int | None] = None
    ) -> Template:
        """Begins with what another version says."""
        context = await _offered(asker)
        known = await versions()
        start = await version_of(after) if after else next(one for one in known if not one.place)
        place = next((value for value, _ in context["places"]), "")
        tomorrow = start_of(day_of(clock.now()) + timedelta(days=1))
        values = form_values(start.policy) | {"since": form_time(tomorrow), "place": place}
        return Template(NEW, context={**context, "form": Form(values)})

    @post("/new")
    async def write(self, request: Request, asker: NamedDependency[Asker]) -> Response:
        at = clock.now()
        context = await _offered(asker)
        sent = await request.form()
        names = (*form_names(), "place", "since", "reason")
        said = {name: str(sent.get(name) or "") for name in names}
        try:
            version = await _write(asker, said, context, at)
        except Invalid as refusal:
            return form_again(NEW, refusal, said, **context)
        return Redirect(f"/desk/policies/{version}", status_code=303)


async def _write(asker: Asker, said: dict[str, str], context: dict[str, Any], at: datetime) -> int:
    read = Reader(said)
    place = read.one_of("place", "适用范围", [value for value, _ in context["places"]])
    since = read.moment("since", "生效时间")
    reason = read.text("reason", "理由", longest=300)
    policy = read_policy(read, 0)
    read.settle()
    since = at if form_time(since) == form_time(at) else since  # this very minute is now
    return await write_policy(asker, policy, UUID(place) if place != "all" else None, since,
                              reason, at)  # fmt: skip


def _may(asker: Asker) -> bool:
    return asker.is_any(*WRITERS)


async def _offered(asker: Asker) -> dict[str, Any]:
    """NotAllowed: neither the operator nor of a 街道."""
    if not _may(asker):
        raise NotAllowed("时限由运营方制定；街道可以为本街道制定。")
    paths = [None] if asker.is_operator() else [
        role.place_path for role in asker.roles if role.kind is RoleKind.SUBDISTRICT_OFFICER
    ]  # fmt: skip
    whole = [("all", "全部小区")] if asker.is_operator() else []
    return {
        "places": whole + [(str(one.id), one.name) for one in await places_offered(paths)],
        "priorities": [(each.value, *PRIORITIES[each]) for each in Priority],
        "clocks": [
            (each.value, words, note, is_needed)
            for each, (words, note, is_needed, _) in CLOCKS.items()
        ],
        "by": list(BY.items()),
        "ladder": [(name, *LADDER[name], *bounds) for name, bounds in (PERCENTS | COUNTS).items()],
    }
