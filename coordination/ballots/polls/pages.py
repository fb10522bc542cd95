"""All pages of a poll before it opens, for the application."""

from coordination.ballots.polls.document_pages import AttachingPages, DocumentPages
from coordination.ballots.polls.draft_pages import DraftPages
from coordination.ballots.polls.ending_pages import EndingPages
from coordination.ballots.polls.notice_pages import ExtensionPages, NoticePages
from coordination.ballots.polls.question_pages import QuestionPages
from coordination.ballots.roll.checking_pages import (
    CheckingPages,
    ObjectingPages,
    ObjectionsPages,
)
from coordination.ballots.roll.pages import OwnRightPages, RollPages

PAGES = [
    DraftPages,
    QuestionPages,
    AttachingPages,
    DocumentPages,
    NoticePages,
    ExtensionPages,
    EndingPages,
    RollPages,
    OwnRightPages,
    CheckingPages,
    ObjectionsPages,
    ObjectingPages,
]
