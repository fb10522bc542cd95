"""All pages of watching, for the application."""

from coordination.tickets.watching.policy_pages import PolicyPages
from coordination.tickets.watching.roster_pages import RosterPages

PAGES = [RosterPages, PolicyPages]
