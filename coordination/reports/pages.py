"""All pages of the reports, for the application."""

from coordination.reports.appraisals.pages import PAGES as APPRAISALS
from coordination.reports.books.pages import PAGES as BOOKS
from coordination.reports.listings.pages import PAGES as LISTINGS
from coordination.reports.listings.violation_pages import ViolationPages
from coordination.reports.monthly.pages import PAGES as MONTHLY

PAGES = [*MONTHLY, *LISTINGS, ViolationPages, *APPRAISALS, *BOOKS]
