"""All pages and interfaces of the doors, for the application."""

from coordination.tickets.doors.imports.pages import TicketImportPages

PAGES = [TicketImportPages]
API: list = []
