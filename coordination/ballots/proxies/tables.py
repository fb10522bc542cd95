"""Proxies 委托代理人 (业主大会和业主委员会指导规则 art. 26(1)): one row per voting right."""

from piccolo.columns import UUID, Varchar
from piccolo.constraints import Check
from piccolo.table import Table

from coordination.ballots.tables import Question, VotingRight
from coordination.db import DB, MaybeMoment, MaybeRef, MaybeWords, Moment, Ref, Whole
from coordination.people.tables import Person


class Proxy(Table, db=DB):
    """Who may vote on a right in its owner's place; live until it is ended or the right is cast.

    `slot` is which of the person's proxies in this question it is, 1 up to the limit: no two live
    ones have the same, so two granted at once never exceed it.
    """

    id = UUID(primary_key=True)
    right = Ref(VotingRight, index=True)
    question = Ref(Question)
    person = Ref(Person, help_text="who votes: the 代理人")
    slot = Whole()
    granted_at = Moment()
    granted_by = Ref(Person, help_text="the owner themselves, or who entered the document")
    document = MaybeWords(64, help_text="sha256 of the written proxy; none: granted online")
    told_at = MaybeMoment(help_text="when the owner was told that the agent had voted")
    ended_at = MaybeMoment()
    ended_by = MaybeRef(Person)  # most are never ended
    why_ended = Varchar(length=200)

    proxy_has_slot = Check(slot >= 1)
