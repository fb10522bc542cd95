"""All pages of a vote, in the order of its road, for the application."""

from coordination.ballots.auditing.pages import AuditorPages
from coordination.ballots.casting.handover_pages import HandoverPages
from coordination.ballots.casting.pages import VotePages
from coordination.ballots.casting.receipt_pages import ReceiptPages
from coordination.ballots.delivery.pages import DeliveryBoardPages, DoorPages
from coordination.ballots.delivery.running_pages import CarrierPages, PostingPages, ReminderPages
from coordination.ballots.elections.office_pages import GroupPages, OfficePages
from coordination.ballots.elections.pages import ElectionPages, StandingPages
from coordination.ballots.elections.running_pages import RunningPages
from coordination.ballots.paper.entry_pages import EntryPages
from coordination.ballots.paper.scan_pages import ScanPages
from coordination.ballots.paper.sheet_pages import PrintPages, SheetPages
from coordination.ballots.polls.answer_pages import AnswerPages
from coordination.ballots.polls.document_pages import AttachingPages, DocumentPages
from coordination.ballots.polls.draft_pages import DraftPages
from coordination.ballots.polls.ending_pages import EndingPages
from coordination.ballots.polls.notice_pages import ExtensionPages, NoticePages
from coordination.ballots.polls.question_pages import QuestionPages
from coordination.ballots.polls.silence_pages import SilencePages, SilenceRulePages
from coordination.ballots.proxies.pages import OwnProxyPages, ProxyDeskPages
from coordination.ballots.results.pages import ObjectionPages, ResultPages
from coordination.ballots.results.poll_pages import PollPages
from coordination.ballots.results.turnout_pages import TurnoutPages
from coordination.ballots.roll.checking_pages import CheckingPages, ObjectingPages, ObjectionsPages
from coordination.ballots.roll.electorate_pages import ElectoratePages
from coordination.ballots.roll.pages import OwnRightPages, RollPages
from coordination.ballots.roll.privacy_pages import PrivacyPages
from coordination.ballots.witnessing.key_pages import WitnessKeyPages
from coordination.ballots.witnessing.pages import BoardPages

PAGES = [
    DraftPages,
    QuestionPages,
    AnswerPages,
    SilencePages,
    SilenceRulePages,
    RunningPages,
    ElectionPages,
    StandingPages,
    OfficePages,
    GroupPages,
    AttachingPages,
    DocumentPages,
    ElectoratePages,
    CheckingPages,
    RollPages,
    OwnRightPages,
    ObjectionsPages,
    ObjectingPages,
    NoticePages,
    ExtensionPages,
    EndingPages,
    VotePages,
    ReceiptPages,
    HandoverPages,
    SheetPages,
    PrintPages,
    ScanPages,
    EntryPages,
    OwnProxyPages,
    ProxyDeskPages,
    DeliveryBoardPages,
    DoorPages,
    CarrierPages,
    PostingPages,
    ReminderPages,
    PollPages,
    ResultPages,
    TurnoutPages,
    ObjectionPages,
    PrivacyPages,
    BoardPages,
    AuditorPages,
    WitnessKeyPages,
]
