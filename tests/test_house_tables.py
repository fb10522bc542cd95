"""What holds for every table: links, words, numbers."""

import ast
import re

import pytest
from piccolo.table import Table

from coordination.piccolo_app import APP_CONFIG
from coordination.settings import MIGRATIONS
from tests.house import MODULES, tree_of
from tests.law.test_glossary import NOT_SAID, words

TABLES = APP_CONFIG.table_classes

# A link that may be missing, and why.
MAY_BE_MISSING = {
    "Place.parent": "a district lies in nothing that we know of",
    "Setting.place": "none: the whole deployment",
    "Body.place": "the operator's body belongs to the whole deployment",
    "Role.place": "the operator's role is everywhere",
    "Role.granted_by": "the first operator was granted by nobody",
    "Role.ended_by": "a role may end by its date",
    "OneTimeCode.person": "nobody has the phone yet when someone joins",
    "Message.person": "a code goes to a registered phone without an account",
    "RollImport.by": "an import by the command line is run at the machine itself",
    "ImportLine.unit": "a row in error made none",
    "Ownership.batch": "entered at the counter otherwise",
    "Ownership.by": "staff, when entered at the counter",
    "Binding.by": "staff, when in person",
    "Binding.ended_by": "live bindings have none",
    "LetterCode.delivered_by": "not each letter has left the office",
    "LetterCode.used_by": "not each letter is used",
    "Residency.confirmed_by": "it waits, or was refused",
    "Residency.refused_by": "most are confirmed",
    "Matter.opened_for": "residents speak for themselves",
    "Matter.holder": "nobody has it yet where no committee is known",
    "MatterStep.person": "a clock has no person",
    "MatterStep.body": "nor a body",
    "TimelineLine.person": "a clock has no person",
    "TimelineLine.body": "nor a body",
    "Petition.answered_by": "it waits",
    "Posting.taken_down_by": "it hangs until someone takes it down",
    "DisclosureStep.notice": "taking down announces nothing",
    "PollEnding.dropped_by": "most are confirmed",
    "Delivery.notice": "a posting's alone",
    "Delivery.by": "receipts record themselves",
    "Delivery.withdrawn_by": "almost none is withdrawn",
    "Proxy.ended_by": "most are never ended",
    "SilenceRule.ended_by": "most stay in force",
    "Poll.silence": "most estates have no rule on silence",
    "Question.by_election_of": "most elections fill a whole committee",
    "Candidacy.checked_by": "nobody yet",
    "CandidateList.settled_by": "the publicity still runs",
    "CandidateObjection.answered_by": "no answer yet",
    "Seat.role": "who was elected may have no account yet",
    "Seat.instead_of": "most are elected; a substitute names whose seat it was",
    "GroupMembership.person": "who has no account takes part on paper",
    "GroupMembership.role": "as the person",
    "Poll.reissues": "most polls replace nothing",
    "Poll.second_round_of": "most polls are first rounds",
    "Poll.matter": "a poll may stand alone",
    "PollStep.person": "the clock opens and closes",
    "PollStep.body": "likewise",
    "PollStep.notice": "not each step is announced",
    "RightHolder.by": "the freeze has no person",
    "RollObjection.unit": "one may object that a unit is missing",
    "RollObjection.answered_by": "it waits",
    "ResultObjection.answered_by": "it waits",
    "SheetPrint.building": "none: the whole estate",
    "DuplicateBallot.sheet": "an online one has none",
    "WitnessKey.ended_by": "most are in force",
    "TurnoutFigure.building": "none: the whole electorate",
    "Category.parent": "a main category has none",
    "ResponsePolicy.place": "none: the whole deployment",
    "ResponsePolicy.by": "the first came with the service",
    "Campaign.matter": "not each has one",
    "ScoreFormula.by": "the first came with the service",
    "Violation.settled_by": "while it is open, nobody",
    "Listing.drafted_by": "the clock drafts it",
    "Listing.published_by": "a draft is published by nobody",
    "ListingEntry.company": "an estate may have none",
    "ListingEntry.decided_by": "until then nobody",
    "ListingObjection.answered_by": "until then nobody",
    "Ticket.building": "none: a public part of the estate",
    "Ticket.whistled_by": "a hotline's caller has no account",
    "Ticket.filed_by": "most are not filed by staff",
    "Ticket.handler": "nobody has reported in yet",
    "Ticket.merged_into": "it stands alone",
    "Ticket.matter": "not each becomes one",
    "Ticket.campaign": "not each belongs to one",
    "Ticket.incident": "likewise",
    "Meeting.called_by": "a series plans by itself",
    "Meeting.chair": "named before the notice, or on the day",
    "Meeting.recorder": "likewise",
    "Meeting.series": "most are called one by one",
    "Meeting.recalls": "most follow no meeting without a quorum",
    "MeetingStep.person": "the clock has none",
    "InvitationAnswer.person": "who answers by the link has no account",
    "MeetingStep.body": "likewise",
    "MeetingStep.notice": "not each step is announced",
    "AgendaItem.matter": "not each point is about one",
    "AgendaItem.added_by": "what fills itself has nobody",
    "Presence.party": "a resident who listens speaks for none",
    "Presence.person": "not everyone who comes has an account",
    "Presence.sheet": "most sign on no paper",
    "SessionDemand.meeting": "nobody has called the session yet",
    "RoomMove.item": "before the first point, or a pause",
    "Motion.closed_by": "it is open",
    "Resolution.motion": "what nobody objects to needs none",
    "Resolution.matter": "not each point is about one",
    "Resolution.poll": "a member of the committee drafts it later",
    "PublicationDuty.notice": "it is not published yet",
    "ActionItem.resolution": "not each follows from one",
    "ActionItem.person": "the body names one later",
    "ActionItem.matter": "not each belongs to one",
    "ActionItem.ticket": "likewise",
    "ActionStep.body": "who has left it has none",
    "MinutesPart.item": "the head and the end belong to none",
    "MinutesObjection.answered_by": "it waits",
    "MinutesSignature.party": "chair and recorder sign for none",
    "TicketEvent.person": "the clock has none",
    "TicketEvent.body": "residents and the clock act for none",
    "SubTask.finished_by": "it is not finished",
    "Route.place": "none: everywhere",
    "Route.body": "it names a kind of body",
    "Route.by": "the first lines came with the service",
    "CommitteeDuty.by": "likewise",
    "TicketImport.by": "an import by the command line is run at the machine itself",
    "TicketLine.ticket": "a row in error made none",
    "ApiKey.revoked_by": "keys in force have none",
    "PatrolItem.place": "none: everywhere",
    "RoomStep.body": "who asked acts for none",
    "HandoverLine.given_by": "not given yet",
    "HandoverLine.taken_by": "not taken yet",
    "DutyShift.deputy": "not each shift has one",
    "PatrolFinding.ticket": "what is fine opens none",
}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_a_foreign_key_is_never_nullable_by_accident(table: type[Table]):
    missing = {
        f"{table.__name__}.{key._meta.name}"
        for key in table._meta.foreign_key_columns
        if key._meta.null
    }

    assert missing - set(MAY_BE_MISSING) == set()


def test_the_list_of_links_that_may_be_missing_is_up_to_date():
    nullable = {
        f"{table.__name__}.{key._meta.name}"
        for table in TABLES
        for key in table._meta.foreign_key_columns
        if key._meta.null
    }

    assert set(MAY_BE_MISSING) == nullable


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_no_table_or_column_says_a_synonym(table: type[Table]):
    names = [table.__name__, *(column._meta.name for column in table._meta.columns)]

    said = [(name, word) for name in names for word in NOT_SAID if f"_{word}_" in words(name)]
    assert said == []


def test_every_table_is_known_to_the_migrations():
    declared = {
        node.name
        for path in MODULES
        for node in tree_of(path).body
        if isinstance(node, ast.ClassDef) and any(ast.unparse(b) == "Table" for b in node.bases)
    }

    assert declared == {table.__name__ for table in TABLES}


def test_each_migration_has_a_number_of_its_own():
    numbers = [
        re.search(r'ID = "([^"]+)"', path.read_text("utf-8")) for path in MIGRATIONS.glob("*.py")
    ]
    found = [number.group(1) for number in numbers if number]

    assert len(found) == len(set(found)) > 0
