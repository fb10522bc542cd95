"""All pages of the desk, for the application."""

from coordination.tickets.desk.filing_pages import FilingPages
from coordination.tickets.desk.gathering_pages import GatheringPages
from coordination.tickets.desk.handover_list_pages import HandoverListPages, HandoverSigning
from coordination.tickets.desk.handover_pages import HandoverDeskPages
from coordination.tickets.desk.pages import BoardPages, inbox, lines, workbook
from coordination.tickets.desk.ticket_pages import TicketDeskPages
from coordination.tickets.desk.visit_pages import VisitPages

PAGES = [
    inbox,
    BoardPages,
    workbook,
    lines,
    TicketDeskPages,
    GatheringPages,
    FilingPages,
    VisitPages,
    HandoverDeskPages,
    HandoverListPages,
    HandoverSigning,
]
