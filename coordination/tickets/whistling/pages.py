"""All pages of whistling, for the application."""

from coordination.tickets.whistling.category_pages import CategoryPages
from coordination.tickets.whistling.check_pages import CheckPages, SimilarPages, WhistledPages
from coordination.tickets.whistling.danger_pages import DangerPages
from coordination.tickets.whistling.list_pages import ListPages, OwnPages
from coordination.tickets.whistling.place_pages import PlacePages
from coordination.tickets.whistling.request_pages import RequestPages
from coordination.tickets.whistling.slip_pages import PhotoPages
from coordination.tickets.whistling.ticket_pages import TicketActionPages, TicketPages
from coordination.tickets.whistling.word_pages import WordPages

PAGES = [
    DangerPages,
    WordPages,
    RequestPages,
    PhotoPages,
    PlacePages,
    CategoryPages,
    SimilarPages,
    CheckPages,
    WhistledPages,
    ListPages,
    OwnPages,
    TicketPages,
    TicketActionPages,
]
