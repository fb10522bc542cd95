"""All pages of meetings, for the application."""

from coordination.meetings.calling.invitation_pages import AnsweringPages, MeetingPages
from coordination.meetings.calling.pages import CallingPages
from coordination.meetings.calling.topic_pages import TopicPages

PAGES = [CallingPages, TopicPages, MeetingPages, AnsweringPages]
