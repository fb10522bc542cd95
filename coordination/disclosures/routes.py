"""All pages of this slice, for the application."""

from coordination.disclosures.consultations.pages import PAGES as CONSULTATIONS
from coordination.disclosures.duty_reports.pages import PAGES as DUTY_REPORTS
from coordination.disclosures.pages import DisclosurePages
from coordination.disclosures.publish_pages import PublishPages
from coordination.disclosures.registers.pages import RegisterPages
from coordination.disclosures.rooms.desk_pages import RoomDeskPages
from coordination.disclosures.rooms.pages import ApplyingPages, RoomPages

PAGES = [
    DisclosurePages,
    PublishPages,
    RoomPages,
    ApplyingPages,
    RoomDeskPages,
    *CONSULTATIONS,
    RegisterPages,
    *DUTY_REPORTS,
]
