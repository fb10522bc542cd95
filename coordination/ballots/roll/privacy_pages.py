"""/ballots/{poll}/privacy: the privacy report before the notice, and the form of the result."""

from dataclasses import dataclass
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.ballots.openness.queries import open_rule_of
from coordination.ballots.polls.desk import Desk, the_desk
from coordination.ballots.roll.choosing_form import choose_form, reports_of
from coordination.errors import Invalid
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.web.forms import Form, form_again

BY_SIZE = "by_size"


@dataclass
class FormFields:
    form: str = ""
    rule: str = ""


class PrivacyPages(Controller):
    path = "/ballots/{poll_id:uuid}/privacy"
    guards = [signed_in]

    @get()
    async def privacy_report(
        self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]
    ) -> Template:
        """Whom each form would name, and which is chosen."""
        desk = await the_desk(asker, poll_id, clock.now())
        rule = await open_rule_of(poll_id) or ""
        form = Form({"form": desk.poll.package_form or BY_SIZE, "rule": rule})
        return Template(
            "ballots/privacy_report.html", context=await _context(desk) | {"form": form}
        )

    @post()
    async def choose(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        data: URLEncodedBody[FormFields],
    ) -> Response:
        """Choose the form, knowing what it shows."""
        at = clock.now()
        desk = await the_desk(asker, poll_id, at)
        try:
            wanted = "" if data.form == BY_SIZE else data.form or "?"
            await choose_form(asker, poll_id, wanted, data.rule, at)
        except Invalid as wrong:
            return form_again("ballots/privacy_report.html", wrong, data, **await _context(desk))
        return Redirect(f"/ballots/{poll_id}/convening", status_code=303)


async def _context(desk: Desk) -> dict[str, object]:
    reports = await reports_of(desk.poll)
    return desk.context | {
        "reports": reports,
        "exposes": any(report.said["exposed"] for report in reports),
    }
