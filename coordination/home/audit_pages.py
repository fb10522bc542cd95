"""/audit: the chain and its checks for the operator; who looked at whose data, for them and for
the supervisory committee 监督委员会."""

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect, Template

from coordination import clock
from coordination.home.audit_actions import ask_check
from coordination.home.audit_queries import (
    PAGE,
    is_checking,
    last_check,
    latest_seals,
    look_ups,
    waiting_for_seal,
)
from coordination.people.access import staff
from coordination.people.askers import Asker
from coordination.people.tables import RoleKind

OVERSEERS = (RoleKind.OPERATOR, RoleKind.SUPERVISOR)


class AuditPages(Controller):
    path = "/audit"
    guards = [staff(RoleKind.OPERATOR)]

    @get()
    async def audit(self) -> Template:
        context = {
            "seals": await latest_seals(),
            "waiting": await waiting_for_seal(),
            "checked": await last_check(),
            "checking": await is_checking(clock.now()),
        }
        return Template("home/audit.html", context=context)

    @post("/checks")
    async def check(self, asker: NamedDependency[Asker]) -> Redirect:
        await ask_check(asker, clock.now())
        return Redirect("/audit", status_code=303)


class LookUpPages(Controller):
    path = "/audit/look-ups"
    guards = [staff(*OVERSEERS)]

    @get()
    async def look_ups(
        self, asker: NamedDependency[Asker], before: FromQuery[int | None] = None
    ) -> Template:
        paths = {role.place_path or "/" for role in asker.roles if role.kind in OVERSEERS}
        found = await look_ups(sorted(paths), clock.now(), before)
        context = {
            "found": found[:PAGE],
            "next": f"/audit/look-ups?before={found[PAGE - 1].id}" if len(found) > PAGE else None,
            "first": "/audit/look-ups" if before else None,
        }
        return Template("home/look_ups.html", context=context)
