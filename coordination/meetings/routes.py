"""All pages of meetings, for the application."""

from coordination.meetings.calling.invitation_pages import AnsweringPages, MeetingPages
from coordination.meetings.calling.link_pages import LinkPages, LinkRenewingPages
from coordination.meetings.calling.move_pages import MovePages
from coordination.meetings.calling.pages import CallingPages
from coordination.meetings.calling.party_pages import PartyPages
from coordination.meetings.calling.series_pages import SeriesPages
from coordination.meetings.calling.topic_pages import TopicPages
from coordination.meetings.demanding.pages import DemandingPages, DemandPages
from coordination.meetings.doing.pages import ActionPages, OwnActionPages
from coordination.meetings.minutes.pages import MinutesPages
from coordination.meetings.minutes.part_pages import PartPages
from coordination.meetings.print_pages import MeetingPrintPages, RegisterPrintPages
from coordination.meetings.room.console_pages import ConsolePages
from coordination.meetings.room.pages import CheckInPages, ScreenPages
from coordination.meetings.room.resolution_pages import ResolutionPages
from coordination.meetings.room.sheet_pages import SheetPages

PAGES = [
    CallingPages,
    MovePages,
    LinkPages,
    LinkRenewingPages,
    PartyPages,
    TopicPages,
    MeetingPages,
    AnsweringPages,
    CheckInPages,
    ScreenPages,
    ConsolePages,
    ResolutionPages,
    MinutesPages,
    PartPages,
    ActionPages,
    OwnActionPages,
    SeriesPages,
    SheetPages,
    DemandPages,
    DemandingPages,
    RegisterPrintPages,
    MeetingPrintPages,
]
