"""What lets lines be opened: the estate's own rule, in public; a signed promise, for an auditor."""

from piccolo.columns import UUID
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from coordination.ballots.tables import Poll
from coordination.db import DB, Moment, Prose, Ref, Words
from coordination.people.tables import Person


class OpenRule(Table, db=DB):
    """The estate's rule 议事规则/管理规约 that publishes choices, quoted for one poll."""

    poll = Ref(Poll, primary_key=True)
    text = Prose(help_text="the operative words, and where they stand")
    chosen_by = Ref(Person)
    chosen_at = Moment()

    open_rule_words = Check(text != "")


class SecrecyPromise(Table, db=DB):
    """An auditor 监票审计人 who promised secrecy in writing, and may have every right opened."""

    id = UUID(primary_key=True)
    poll = Ref(Poll, index=True)
    person = Ref(Person)
    document = Words(64, help_text="sha256 of the signed promise")
    recorded_by = Ref(Person)
    recorded_at = Moment()

    secrecy_promise_once = Unique([poll, person])
