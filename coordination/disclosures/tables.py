"""What is to be disclosed 公开事项, each time that falls due, what was published or taken down."""

from enum import StrEnum

from piccolo.columns import JSONB, UUID, Boolean
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from coordination.db import (
    DB,
    Day,
    MaybeDay,
    MaybeMoment,
    MaybeRef,
    MaybeWhole,
    MaybeWords,
    Moment,
    Prose,
    Ref,
    Whole,
    Words,
)
from coordination.notices.tables import Notice
from coordination.people.tables import Body, BodyKind, Person
from coordination.places.tables import Place


class Shelf(StrEnum):
    PARTY = "party"  # 党务
    RESIDENTS = "residents"  # 居务
    FINANCE = "finance"  # 财务
    SERVICE = "service"  # 服务
    COMMITTEE = "committee"  # 业委会
    PROPERTY = "property"  # 物业


class Rhythm(StrEnum):
    QUARTERLY = "quarterly"  # 按季
    HALF_YEARLY = "half_yearly"  # 每半年
    YEARLY = "yearly"  # 每年
    ONCE = "once"  # 一次，长期公开


class DisclosureStepKind(StrEnum):
    PUBLISHED = "published"  # 公开
    TAKEN_DOWN = "taken_down"  # 撤下


class DisclosureItem(Table, db=DB):
    """What every estate discloses over and over: data, so that a local rule is a row."""

    id = UUID(primary_key=True)
    code = Words(40, unique=True)
    sort = Whole()
    shelf = Words(20, choices=Shelf)
    title = Words(60)
    says = Words(300, help_text="what has to stand in it")
    answers = Words(30, choices=BodyKind, help_text="which body of the estate owes it")
    rhythm = Words(20, choices=Rhythm)
    days = Whole(help_text="after the end of the period, until it is due")
    in_working_days = Boolean(null=False, default=None)
    basis = Words(300, help_text="the rule it comes from, with its article")
    columns = JSONB(null=False, default=None, help_text="[{name, money}]; none: a document only")
    balanced = Boolean(
        null=False, default=None, help_text="accounts 收支: brought forward + in - out = balance"
    )
    until = MaybeDay(help_text="not asked for any more")

    disclosure_item_days_counted = Check((days >= 0) & (days <= 366))


class Disclosure(Table, db=DB):
    """One item of one estate for one period: due on a day, published or not."""

    id = UUID(primary_key=True)
    estate = Ref(Place, index=True)
    item = Ref(DisclosureItem)
    first_on = Day()
    last_on = Day()
    period = Words(30, help_text="the period in words, e.g. 2026年第3季度")
    due_on = Day()
    opened_at = Moment()
    published_at = MaybeMoment(help_text="kept with its steps; none: not yet, or taken down")
    warned_at = MaybeMoment(help_text="when its body was told that it falls due")
    overdue_at = MaybeMoment(help_text="when its body was told that it is late")

    disclosure_once_a_period = Unique([estate, item, last_on])
    disclosure_due_after_period = Check(due_on >= last_on)


class DisclosureStep(Table, db=DB):
    """What was published, as it was, or why it was taken down. Only ever added."""

    id = UUID(primary_key=True)
    disclosure = Ref(Disclosure)
    number = Whole()
    kind = Words(20, choices=DisclosureStepKind)
    at = Moment()
    person = Ref(Person)
    body = Ref(Body)
    words = Prose(help_text="a remark; of what was taken down, the reason")
    document = MaybeWords(64, help_text="sha256 of the stored file")
    columns = JSONB(null=False, default=None)
    lines = JSONB(null=False, default=None, help_text="rows of texts; money in fen, as integers")
    opening_fen = MaybeWhole(help_text="of accounts: the balance brought forward 上期结余")
    notice = MaybeRef(Notice)  # taking down announces nothing

    disclosure_step_numbered = Unique([disclosure, number])
