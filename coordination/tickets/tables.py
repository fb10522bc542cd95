"""A ticket 工单, what happened to it, and what it is about.

The events are the ticket: each is one row, only ever added. What `Ticket` holds beside its words
is a cache of them, written in the transaction of the event (`events.py`), so that boards, lists
and the sweep need no second look; a recomputation over all events must come to the same.
"""

from typing import Any

from piccolo.columns import JSONB, UUID, Array, BigSerial, Boolean, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from coordination.db import (
    DB,
    Day,
    MaybeBytes,
    MaybeMoment,
    MaybeProse,
    MaybeRef,
    MaybeWords,
    Moment,
    Prose,
    Ref,
    Whole,
    Words,
)
from coordination.law.policies import Priority
from coordination.matters.tables import Matter
from coordination.people.tables import Body, Person, RoleKind
from coordination.places.tables import Place
from coordination.tickets.kinds import Door, EventKind, Outcome, PhotoKind, Rating, State


class Category(Table, db=DB):
    """What a ticket is about, in two levels: a main one has an icon, one below has a parent."""

    id = UUID(primary_key=True)
    code = Words(40, unique=True, help_text="stable, also Open311's service_code")
    parent = MaybeRef("self")
    name = Words(60)
    icon = MaybeWords(20, help_text="of templates/icons.html; main categories")
    priority = Words(2, choices=Priority)
    tags = Varchar(length=200, help_text="other words it is looked for by")
    sort = Whole()
    retired_at = MaybeMoment()


class ResponsePolicy(Table, db=DB):
    """One version of the clocks 时限: a ticket keeps the one it was whistled under."""

    id = UUID(primary_key=True)
    version = Whole(unique=True)
    place = MaybeRef(Place)  # none: the whole deployment
    clocks = JSONB(null=False, default=None, help_text="as law.response writes it")
    since = Moment()
    by = MaybeRef(Person)  # the first came with the service
    reason = Words(300)


class Campaign(Table, db=DB):
    """专项整治: tickets of one kind, handled together from a day to a day."""

    id = UUID(primary_key=True)
    place = Ref(Place, index=True)
    category = Ref(Category)
    title = Words(100)
    text = Prose()
    opened_at = Moment()
    opened_by = Ref(Person)
    ends_at = Moment()
    ended_at = MaybeMoment()
    findings = MaybeProse(help_text="what it came to, in words; the figures are computed")
    matter = MaybeRef(Matter)  # not each has one


class Incident(Table, db=DB):
    """One outage 突发事件, many tickets: they are answered together."""

    id = UUID(primary_key=True)
    estate = Ref(Place, index=True)
    category = Ref(Category)
    title = Words(100)
    text = Prose()
    buildings = JSONB(null=False, default=None, help_text="ids; none: the whole estate")
    opened_at = Moment()
    opened_by = Ref(Person)
    expected_at = MaybeMoment(help_text="when it should be over")
    ended_at = MaybeMoment()
    notice = UUID(null=True, default=None, help_text="the notice to the buildings, once issued")


class Ticket(Table, db=DB):
    """工单. All below the line is computed from its events."""

    id = UUID(primary_key=True)
    number = BigSerial(help_text="what people call it by: #1024")
    estate = Ref(Place)
    building = MaybeRef(Place)  # none: a public part of the estate
    spot = Varchar(length=100, help_text="where, in words: 3单元电梯, 东门岗亭")
    category = Ref(Category)
    text = Prose()
    grams = Array(Varchar(length=2), null=False, default=None, help_text="the text's bigrams")
    door = Words(20, choices=Door)
    whistled_at = Moment()
    whistled_by = MaybeRef(Person)  # a hotline's caller has no account
    filed_by = MaybeRef(Person)  # 代办: who wrote it down
    caller = Varchar(length=60, help_text="代办, hotline: never public")
    caller_phone_sealed = MaybeBytes()
    caller_phone_tail = Varchar(length=4)
    is_public = Boolean(null=False, default=None, help_text="words and photos; the state always is")
    external = MaybeWords(60, help_text="source and number elsewhere: 12345:WH2026…")
    # ------------------------------------------------------------------------------------------
    state = Words(20, choices=State)
    priority = Words(2, choices=Priority)
    policy = Whole(help_text="version of ResponsePolicy, pinned at the whistle")
    events = Whole(help_text="how many; the last one's ordinal")
    changed_at = Moment()
    holder = Ref(Body)  # 责任单位
    handler = MaybeRef(Person)  # the named person who reported in; before that, nobody
    level = Whole(help_text="1–4: who has been called upon 分级响应")
    hops = Whole(help_text="how often it went to another body")
    returns = Whole(help_text="退单")
    reopened = Whole(help_text="重办")
    cosigners = Whole(help_text="同求, without the first")
    reported_at = MaybeMoment(help_text="首次报到")
    replied_at = MaybeMoment(help_text="首次答复")
    visited_at = MaybeMoment(help_text="回访 reached, or the second attempt")
    reached = Boolean(null=True, default=None, help_text="whether the visit reached someone")
    closed_at = MaybeMoment()
    outcome = MaybeWords(20, choices=Outcome)
    rating = MaybeWords(20, choices=Rating)
    paused_since = MaybeMoment()
    hold_until = MaybeMoment(help_text="挂起: the date it is due back")
    blocker = MaybeProse(help_text="难点说明, public")
    hold_asked = Boolean(null=False, default=None, help_text="申请挂起, not answered yet")
    report_due_at = MaybeMoment()
    reply_due_at = MaybeMoment()
    close_due_at = MaybeMoment()
    visit_due_at = MaybeMoment()
    holder_due_at = MaybeMoment()
    due_at = MaybeMoment(help_text="the first of these that is running: boards stand in its order")
    overdue_since = MaybeMoment(help_text="the first clock that is running and past")
    look_at = MaybeMoment(help_text="when the sweep has something to do; none: never")
    provisional = Boolean(null=False, default=None, help_text="暂按: a year without its holidays")
    merged_into = MaybeRef("self")  # else it stands alone
    matter = MaybeRef(Matter, index=True)  # not each becomes one
    campaign = MaybeRef(Campaign, index=True)  # likewise
    incident = MaybeRef(Incident, index=True)  # likewise

    ticket_text_given = Check(text != "")
    ticket_external_once = Unique([external])
    ticket_level_known = Check((level >= 1) & (level <= 4))

    def __init__(self, _data: Any = None, _ignore_missing: bool = True, **given: Any) -> None:
        """Only its words need be given: `events.open_ticket` computes what is below the line."""
        super().__init__(_data, _ignore_missing, **given)


class TicketEvent(Table, db=DB):
    """Something that happened to a ticket: who, for which body, when, why. Never changed."""

    id = UUID(primary_key=True)
    ticket = Ref(Ticket)
    ordinal = Whole(help_text="1, 2, 3 … in a ticket")
    kind = Words(20, choices=EventKind)
    at = Moment()
    person = MaybeRef(Person)  # the clock has none
    role = MaybeWords(30, choices=RoleKind)
    body = MaybeRef(Body)  # residents and the clock act for none
    words = Prose(help_text="reason, reply, note; '' where the kind says it all")
    facts = JSONB(null=False, default=None, help_text="what the kind needs: see events.py")
    is_public = Boolean(null=False, default=None, help_text="on the public page of a public ticket")

    ticket_event_in_order = Unique([ticket, ordinal])


class SubTask(Table, db=DB):
    """A co-handler's part 协办 of a ticket handled jointly 联办; opened and finished by events."""

    id = UUID(primary_key=True)
    ticket = Ref(Ticket, index=True)
    body = Ref(Body, index=True)
    text = Prose()
    mandatory = Boolean(null=False, default=None)
    due_at = Moment()
    opened_at = Moment()
    finished_at = MaybeMoment()
    finished_by = MaybeRef(Person)  # until it is finished, nobody
    result = MaybeProse()


class TicketPhoto(Table, db=DB):
    """A photo or document of a ticket, with the event that brought it."""

    id = UUID(primary_key=True)
    ticket = Ref(Ticket, index=True)
    event = Whole(help_text="its ordinal")
    kind = Words(20, choices=PhotoKind)
    sha256 = Words(64)
    small = MaybeWords(64, help_text="the list's copy, at most 15 KB; documents have none")
    sort = Whole()


class CoSigner(Table, db=DB):
    """我也遇到 同求: who else has it; counted in public, named to nobody outside the holder."""

    id = UUID(primary_key=True)
    ticket = Ref(Ticket)
    person = Ref(Person)
    at = Moment()

    ticket_co_signer_once = Unique([ticket, person])


class VisitLink(Table, db=DB):
    """The link to two big buttons 已解决/未解决, for who whistled; the row holds its hash."""

    id = UUID(primary_key=True)
    ticket = Ref(Ticket, index=True)
    token_hash = MaybeBytes(unique=True)
    reply = Whole(help_text="the ordinal of the reply it asks about")
    expires_at = Moment()
    used_at = MaybeMoment()


class Recomputation(Table, db=DB):
    """One run of `recomputing.py` over all tickets, and how many it found that differed."""

    id = UUID(primary_key=True)
    began_at = Moment(index=True)
    ended_at = MaybeMoment()
    on_day = Day()
    fingerprint = Words(60, help_text="of the calendar by which it computed")
    tickets = Whole()
    differing = Whole()
