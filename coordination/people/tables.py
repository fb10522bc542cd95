"""Persons, bodies and roles; sign-in; messages to a person.

Phones are encrypted at rest (`people.secrecy`): `phone_sealed` to read, `phone_hash` (keyed) to
find, `phone_tail` to show; so are e-mail addresses, second-factor secrets and codes on their way.
ID numbers are never here; the registry keeps a keyed hash.
"""

from enum import StrEnum

from piccolo.columns import UUID, Boolean, Varchar
from piccolo.constraints import Check
from piccolo.table import Table

from coordination.db import (
    DB,
    Bytes,
    MaybeBytes,
    MaybeDay,
    MaybeMoment,
    MaybeProse,
    MaybeRef,
    MaybeWhole,
    MaybeWords,
    Moment,
    Prose,
    Ref,
    Whole,
    Words,
)
from coordination.places.tables import Place


class Person(Table, db=DB):
    """Someone with an account."""

    id = UUID(primary_key=True)
    name = Words(100)
    login = MaybeWords(60, unique=True, help_text="a name to sign in with, mostly staff")
    phone_sealed = MaybeBytes()
    phone_hash = MaybeBytes(unique=True)
    phone_tail = Varchar(length=4)
    email_sealed = MaybeBytes(help_text="confirmed by a code; ordinary messages go there as well")
    wechat_sealed = MaybeBytes(help_text="the openid; ordinary messages go there as well")
    password_hash = MaybeWords(200)
    totp_sealed = MaybeBytes(help_text="second factor; staff and committee must have one")
    totp_last_step = MaybeWhole(help_text="a code is used once")
    joined_at = Moment()
    paused_at = MaybeMoment(help_text="consent withdrawn: only consent, export and closing work")
    closed_at = MaybeMoment()

    person_name_given = Check(name != "")


class BodyKind(StrEnum):
    RESIDENTS_COMMITTEE = "residents_committee"  # 居民委员会
    OWNERS_COMMITTEE = "owners_committee"  # 业主委员会
    PREPARATORY_GROUP = "preparatory_group"  # 筹备组
    PROPERTY_COMPANY = "property_company"  # 物业服务企业
    SUPERVISORY = "supervisory"  # 监督委员会
    ENVIRONMENT_COMMITTEE = "environment_committee"  # 环境和物业管理委员会
    SUBDISTRICT_OFFICE = "subdistrict_office"  # 街道办事处
    DEPARTMENT = "department"  # 部门
    PARTNER = "partner"  # 共建单位
    RESIDENTS_COUNCIL = "residents_council"  # 社区议事会
    OPERATOR = "operator"  # 运营方
    OTHER = "other"


class Body(Table, db=DB):
    """A party, from a day until a day (exclusive). Parties are data: this list grows by rows."""

    id = UUID(primary_key=True)
    kind = Words(30, choices=BodyKind)
    name = Words(100)
    place = MaybeRef(Place)  # the operator's body belongs to the whole deployment
    phone = Varchar(length=40, help_text="a public office number")
    officer = Varchar(length=60, help_text="who answers there, as the body publishes it")
    filing_number = MaybeWords(60)
    since = MaybeDay()
    until = MaybeDay()
    term_told_at = MaybeMoment(help_text="when it was said that the term of office nears its end")


class RoleKind(StrEnum):
    OPERATOR = "operator"  # 运营方
    COMMUNITY_WORKER = "community_worker"  # 居委会/社区工作人员
    COMMITTEE_MEMBER = "committee_member"  # 业委会委员
    PREPARATORY_MEMBER = "preparatory_member"  # 筹备组成员
    PROPERTY_MANAGER = "property_manager"  # 物业项目经理
    PROPERTY_STAFF = "property_staff"  # 物业员工
    BUILDING_LEAD = "building_lead"  # 楼组长
    SUPERVISOR = "supervisor"  # 监督委员
    SUBDISTRICT_OFFICER = "subdistrict_officer"  # 街道
    DEPARTMENT_OFFICER = "department_officer"  # 部门
    THIRD_PARTY = "third_party"  # 第三方


class Role(Table, db=DB):
    """What a person does, for a body, in a place, from a day until a day (exclusive)."""

    id = UUID(primary_key=True)
    person = Ref(Person, index=True)
    body = Ref(Body)
    place = MaybeRef(Place)  # the operator's: everywhere
    kind = Words(30, choices=RoleKind)
    since = Moment()
    until = MaybeMoment()
    granted_by = MaybeRef(Person)  # the first operator was granted by nobody
    ended_by = MaybeRef(Person)  # a role may end by its date

    # A role without a place is everywhere: nobody shall hold one by a forgotten field.
    role_everywhere_is_operators = Check(place.is_not_null() | (kind == "operator"))
    role_operators_are_everywhere = Check(place.is_null() | (kind != "operator"))


class SignIn(Table, db=DB):
    """A session 会话. The cookie holds the token, this row its SHA-256."""

    id = UUID(primary_key=True)
    token_hash = Bytes(unique=True)
    person = Ref(Person, index=True)
    opened_at = Moment()
    expires_at = Moment()
    ended_at = MaybeMoment()
    stepped_up_at = MaybeMoment(help_text="the last fresh proof: code, TOTP or password")
    second_factor_at = MaybeMoment()
    device = Varchar(length=80, help_text="the browser, in words")


class CodePurpose(StrEnum):
    SIGN_IN = "sign_in"
    STEP_UP = "step_up"
    BIND = "bind"
    JOIN = "join"
    EMAIL = "email"
    RECOVER = "recover"  # written down at the counter, not sent


class OneTimeCode(Table, db=DB):
    """A code sent to a phone or e-mail 验证码: six digits, five tries, ten minutes, used once.

    Its id stays with the browser that asked: what others ask for at the same number neither
    replaces this code nor uses up its tries.
    """

    id = UUID(primary_key=True)
    address_hash = Bytes(index=True)
    address_sealed = MaybeBytes(help_text="a recovery code goes to nobody's phone")
    person = MaybeRef(Person)  # nobody has the phone yet when someone joins
    purpose = Words(20, choices=CodePurpose)
    code_hash = Bytes()
    sent_at = Moment()
    expires_at = Moment()
    used_at = MaybeMoment()
    tries = Whole()


class Consent(Table, db=DB):
    """What a person agreed to 同意书, in which words' version."""

    id = UUID(primary_key=True)
    person = Ref(Person, index=True)
    text_version = Words(20)
    given_at = Moment()
    withdrawn_at = MaybeMoment()


class PhoneChange(Table, db=DB):
    """A change of phone 换号: in person, 24 h later, the old number told."""

    id = UUID(primary_key=True)
    person = Ref(Person, index=True)
    phone_sealed = Bytes()
    phone_hash = Bytes()
    phone_tail = Words(4)
    asked_at = Moment()
    takes_effect_at = Moment()
    by = Ref(Person)
    reason = Words(300)
    done_at = MaybeMoment()
    cancelled_at = MaybeMoment()


class Channel(StrEnum):
    IN_APP = "in_app"  # 站内
    SMS = "sms"  # 短信
    EMAIL = "email"  # 邮件
    WECHAT = "wechat"  # 微信
    PAPER = "paper"  # 纸质/上门


class Message(Table, db=DB):
    """One message to one person by one channel: the outbox, and what became of it."""

    id = UUID(primary_key=True)
    person = MaybeRef(Person, index=True)  # a code to a registered phone without an account
    address_sealed = MaybeBytes(help_text="the phone or e-mail it goes to")
    event = Words(40)
    channel = Words(20, choices=Channel)
    title = Words(100)
    text = Prose(help_text="of a secret message: what stands in its place")
    text_sealed = MaybeBytes(help_text="a code on its way; gone once it is sent")
    link = Varchar(length=200)
    secret = Boolean(default=False, help_text="a code: shown to nobody but the addressee")
    urgent = Boolean(default=False, help_text="sent in quiet hours 22–7 as well")
    queued_at = Moment(index=True)
    due_at = Moment(help_text="not before; while it is being sent: when another may try")
    sent_at = MaybeMoment()
    delivered_at = MaybeMoment()
    read_at = MaybeMoment()
    failed_at = MaybeMoment()
    failure = MaybeProse()
    tries = Whole()
    cost_fen = Whole()
    proof = MaybeWords(200, help_text="what the gateway answered")

    message_text_given = Check((title != "") & (text != ""))
