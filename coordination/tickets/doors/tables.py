"""Imports of sheets, API keys and what they did, webhooks and their deliveries, patrols."""

from piccolo.columns import JSONB, UUID, Array, Boolean, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from coordination.db import (
    DB,
    Bytes,
    MaybeBytes,
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
from coordination.people.tables import Body, Person
from coordination.places.tables import Place
from coordination.tickets.tables import Category, Ticket


class TicketImport(Table, db=DB):
    """One uploaded sheet 工单导入: its columns matched, previewed, then confirmed."""

    id = UUID(primary_key=True)
    place = Ref(Place, index=True)
    by = MaybeRef(Person)  # `coordination import-tickets` is run at the machine itself
    file_name = Words(200)
    file_hash = Words(64)
    file_sealed = MaybeBytes(help_text="the file, for another look; erased after days")
    uploaded_at = Moment()
    state = Words(20, help_text="columns, previewed, writing, done, failed, discarded, undone")
    choices = JSONB(null=False, default=None, help_text="what stands for what: see choices.py")
    total = Whole()
    progress = Whole()
    counts = JSONB(null=False, default=None, help_text="{new, changed, same, error, doubtful …}")
    failure = MaybeProse()
    confirmed_at = MaybeMoment()
    undone_at = MaybeMoment(help_text="when somebody asked for it")


class TicketLine(Table, db=DB):
    """One row of an uploaded sheet: what it would do, what is wrong, what is doubtful."""

    id = UUID(primary_key=True)
    batch = Ref(TicketImport, index=True)
    number = Whole(help_text="row in the user's file")
    verdict = Words(20, help_text="new, changed, same, error")
    spelt = Varchar(length=200, help_text="number and first words; forgotten with the file")
    problems = JSONB(null=False, default=None, help_text="[{column, value, reason}]")
    doubts = JSONB(null=False, default=None, help_text="times that cannot be: [{column, …}]")
    differences = JSONB(null=False, default=None, help_text="[[column, before, after]]")
    taken = Boolean(null=False, default=None, help_text="a changed row that somebody agreed to")
    ticket = MaybeRef(Ticket)  # a row in error made none
    before = JSONB(null=True, default=None, help_text="what a taken row replaced, for undoing")

    ticket_line_once = Unique([batch, number])


class ExternalRecord(Table, db=DB):
    """What the source last said of a ticket that came from elsewhere; to compare with."""

    ticket = UUID(primary_key=True, help_text="a Ticket's id")
    said = JSONB(null=False, default=None)
    is_doubtful = Boolean(null=False, default=None, help_text="a time of it cannot be")
    batch = Ref(TicketImport, index=True)
    at = Moment()


class ApiKey(Table, db=DB):
    """A key of a program: a body's, for a place. The row holds its hash; it was shown once."""

    id = UUID(primary_key=True)
    name = Words(60, help_text="what it is for")
    body = Ref(Body, index=True)
    place = Ref(Place)
    scopes = Array(Varchar(length=30), null=False, default=None)
    key_hash = Bytes(unique=True)
    tail = Words(4, help_text="its last characters, to tell keys apart")
    per_minute = Whole(help_text="requests it may make in a minute")
    made_at = Moment()
    made_by = Ref(Person)
    last_used_at = MaybeMoment()
    revoked_at = MaybeMoment()
    revoked_by = MaybeRef(Person)  # keys in force have none

    api_key_name_given = Check(name != "")


class ApiCall(Table, db=DB):
    """One request made with a key."""

    id = UUID(primary_key=True)
    key = Ref(ApiKey)
    at = Moment()
    method = Words(10)
    path = Words(200)
    source = Words(60, help_text="the address it came from")


class ApiAnswer(Table, db=DB):
    """What was answered to an Idempotency-Key: sent again, it is answered so again."""

    id = UUID(primary_key=True)
    key = Ref(ApiKey)
    token = Words(200, help_text="the Idempotency-Key")
    digest = Bytes(help_text="of the request's body")
    ticket = Ref(Ticket)
    at = Moment(index=True)

    api_answer_once = Unique([key, token])


class Webhook(Table, db=DB):
    """An address that hears what happens to the tickets a key may read."""

    id = UUID(primary_key=True)
    key = Ref(ApiKey, index=True)
    url = Words(500)
    secret_sealed = Bytes(help_text="signs what is sent")
    kinds = Array(Varchar(length=20), null=False, default=None, help_text="events; none: all")
    made_at = Moment()
    ended_at = MaybeMoment()


class WebhookDelivery(Table, db=DB):
    """One event on its way to one address 投递, and what became of it."""

    id = UUID(primary_key=True)
    webhook = Ref(Webhook)
    ticket = Ref(Ticket)
    ordinal = Whole(help_text="of the event")
    payload = Prose(help_text="the bytes that are sent and signed")
    made_at = Moment()
    due_at = Moment(help_text="the next try; while it is tried: when another may")
    tries = Whole()
    status = MaybeWhole(help_text="what the receiver answered last")
    failure = MaybeWords(100)
    delivered_at = MaybeMoment()
    failed_at = MaybeMoment(help_text="given up")

    webhook_delivery_once = Unique([webhook, ticket, ordinal])


class PatrolItem(Table, db=DB):
    """One thing to look at on a joint patrol 巡察清单; for all places, or one place's own."""

    id = UUID(primary_key=True)
    place = MaybeRef(Place)  # none: everywhere
    text = Words(100)
    hint = Varchar(length=200)
    category = Ref(Category, help_text="of the ticket that a finding opens")
    sort = Whole()
    retired_at = MaybeMoment()

    patrol_item_text_given = Check(text != "")


class Patrol(Table, db=DB):
    """A joint patrol 三方联动巡察 that took place; never changed."""

    id = UUID(primary_key=True)
    estate = Ref(Place, index=True)
    walked_at = Moment()
    recorded_at = Moment()
    recorded_by = Ref(Person)
    body = Ref(Body)  # whose role they acted in
    route = Varchar(length=200, help_text="where they walked")
    words = Prose(help_text="'' where the findings say it all")


class PatrolParty(Table, db=DB):
    """Who took part: a body, and the people who came for it, as they signed."""

    id = UUID(primary_key=True)
    patrol = Ref(Patrol, index=True)
    body = Ref(Body)
    names = Words(200)


class PatrolFinding(Table, db=DB):
    """One item as it was found: fine, or not, and then the ticket that was opened."""

    id = UUID(primary_key=True)
    patrol = Ref(Patrol, index=True)
    item = Ref(PatrolItem)
    text = Words(100, help_text="the item as it read that day")
    is_fine = Boolean(null=False, default=None)
    words = Varchar(length=500)
    ticket = MaybeRef(Ticket)  # what is fine opens none
    sort = Whole()
