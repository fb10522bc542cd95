"""All pages and interfaces of the doors, for the application."""

from coordination.tickets.doors.api import TicketApi
from coordination.tickets.doors.imports.pages import TicketImportPages
from coordination.tickets.doors.keys.pages import KeyPages
from coordination.tickets.doors.open311.api import Open311
from coordination.tickets.doors.patrols.pages import PatrolPages
from coordination.tickets.doors.webhooks.api import WebhookApi

PAGES = [TicketImportPages, KeyPages, PatrolPages, Open311]
API = [TicketApi, WebhookApi]
