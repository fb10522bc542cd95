"""All pages of this slice, for the application."""

from coordination.disclosures.pages import DisclosurePages
from coordination.disclosures.publish_pages import PublishPages

PAGES = [DisclosurePages, PublishPages]
