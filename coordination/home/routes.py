"""All pages of this slice that are not the deployment's, for the application."""

from coordination.home import demo_pages
from coordination.home.audit_pages import AuditPages, LookUpPages
from coordination.home.check_pages import CheckPages
from coordination.home.help_pages import accessibility, help_page, privacy
from coordination.home.me_pages import me
from coordination.home.overview_pages import OverviewPages
from coordination.home.pages import HomePages
from coordination.home.work_pages import work

PAGES = [
    HomePages,
    me,
    work,
    OverviewPages,
    CheckPages,
    help_page,
    privacy,
    accessibility,
    AuditPages,
    LookUpPages,
    *demo_pages.PAGES,
]
