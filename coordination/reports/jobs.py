"""What the worker does for the reports: last month's drafts of the 红黑榜."""

from coordination.reports.listings.drafting import draft_due

HOUR = 3_600.0
JOBS = {}
SWEEPS = [(HOUR, draft_due)]
