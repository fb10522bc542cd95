"""/overview 辖区各小区一览: for street, department, supervisors and community staff."""

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Template

from coordination import clock
from coordination.home.overview import RATES, as_csv, as_workbook
from coordination.home.overview_queries import estate_lines
from coordination.people.access import staff
from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.reports.monthly.queries import periods_offered
from coordination.tickets.figures.periods import read_period
from coordination.web.downloads import csv_file, workbook_file

OVERSEEING = (
    RoleKind.SUPERVISOR, RoleKind.SUBDISTRICT_OFFICER, RoleKind.DEPARTMENT_OFFICER,
    RoleKind.COMMUNITY_WORKER,
)  # fmt: skip

NAME = "辖区各小区一览"


def paths_of(asker: Asker) -> list[str]:
    """What the asker's overseeing offices cover."""
    return sorted({role.place_path or "/" for role in asker.roles if role.kind in OVERSEEING})


class OverviewPages(Controller):
    path = "/overview"
    guards = [staff(*OVERSEEING)]

    @get()
    async def overview(
        self, asker: NamedDependency[Asker], period: FromQuery[str] = ""
    ) -> Template:
        at = clock.now()
        chosen = read_period(period, at)
        context = {
            "lines": await estate_lines(paths_of(asker), chosen, at),
            "period": chosen,
            "periods": periods_offered(at),
            "rates": RATES,
            "at": at,
            "today": at.astimezone(clock.SHANGHAI).date(),
        }
        return Template("home/overview.html", context=context)

    @get("/estates.xlsx")
    async def sheet(
        self, asker: NamedDependency[Asker], period: FromQuery[str] = ""
    ) -> Response[bytes]:
        at = clock.now()
        chosen = read_period(period, at)
        lines = await estate_lines(paths_of(asker), chosen, at)
        return workbook_file(as_workbook(lines, chosen, at), NAME)

    @get("/estates.csv")
    async def table(
        self, asker: NamedDependency[Asker], period: FromQuery[str] = ""
    ) -> Response[bytes]:
        at = clock.now()
        chosen = read_period(period, at)
        lines = await estate_lines(paths_of(asker), chosen, at)
        return csv_file(as_csv(lines, chosen, at), NAME)
