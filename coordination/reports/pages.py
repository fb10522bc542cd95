"""All pages of the reports, for the application."""

from coordination.reports.monthly.pages import PAGES as MONTHLY

PAGES = [*MONTHLY]
