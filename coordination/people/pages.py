"""All routes of this slice, for the application."""

from coordination.people.account_pages import AccountPages, LeavingPages
from coordination.people.body_pages import BodyPages
from coordination.people.counter_pages import CounterPages, HelpPages
from coordination.people.join_pages import ConsentPages, JoinPages
from coordination.people.message_pages import MessagePages, OutboxPages
from coordination.people.passkey_pages import PasskeyPages
from coordination.people.people_pages import PeoplePages, PersonPages
from coordination.people.proof_pages import ProofPages
from coordination.people.sign_in_pages import SignInPages
from coordination.people.sms_api import SmsReports
from coordination.people.wechat_pages import WeChatPages
from coordination.web.api import api

PAGES = [
    SignInPages,
    JoinPages,
    ConsentPages,
    ProofPages,
    PasskeyPages,
    AccountPages,
    WeChatPages,
    LeavingPages,
    MessagePages,
    OutboxPages,
    PeoplePages,
    PersonPages,
    CounterPages,
    HelpPages,
    BodyPages,
    api(SmsReports),
]
