"""Votes of made owners, cast as everybody casts: with a session, a fresh proof, a sealed paper."""

import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from coordination.ballots.casting.actions import Submission, cast_ballots
from coordination.ballots.casting.news import tell_casts
from coordination.ballots.casting.papers import Paper
from coordination.ballots.casting.representing import represent_co_owners
from coordination.ballots.results.turnout import move_turnout
from coordination.ballots.tables import Poll
from coordination.db import execute, rows, transaction
from coordination.errors import Refusal
from coordination.home.demo import people as who
from coordination.home.demo.sheets_actions import write_down_votes
from coordination.home.demo.stories import Chooser
from coordination.home.demo.witness_actions import Watch
from coordination.people.askers import Asker
from coordination.people.sessions import look_up, open_session, token_hash

VOTERS = """
select a.person, r.id, r.holders, q.position
  from voting_right r join question q on q.id = r.question
  join right_holder h on h."right" = r.id and h.until is null
  join acting a on a.owner = h.owner
 where q.poll = $1 order by a.person, q.position, r.id
"""


@dataclass(frozen=True, slots=True)
class Vote:
    """What one person sends, and when."""

    person: UUID
    choices: dict[UUID, str]
    at: datetime
    is_shared: bool


async def cast_all(
    poll: Poll,
    choose: Chooser,
    phones: dict[UUID, str],
    until: datetime,
    times: int = 8,
    on_paper: int = 0,
    writers: tuple[Asker, Asker] | None = None,
    watch: Watch | None = None,
) -> int:
    """Let those whom `choose` gives a choice vote between the opening and `until`, in so many
    sittings; turnout is shown, and the board witnessed, as it would have been. `on_paper` of them
    do so on a sheet, which the `writers` write down. How many voted."""
    votes = await _votes(poll, choose, phones, until, times)
    sheets = _on_paper(votes, phones, on_paper if writers else 0)
    if writers and sheets:
        votes = [vote for vote in votes if vote not in sheets]
        said = [(vote.choices, vote.at) for vote in sheets]
        await write_down_votes(poll, said, writers, until)
    sittings: dict[datetime, list[Vote]] = defaultdict(list)
    for vote in votes:
        sittings[vote.at].append(vote)
    for at in sorted(sittings):
        if watch:
            await watch.goes_on_to(at)
        await _cast(poll, sittings[at], at)
        await tell_casts(at)
        await move_turnout(at)
    if watch:
        await watch.goes_on_to(until)
    return len(votes) + len(sheets)


def _on_paper(votes: list[Vote], phones: dict[UUID, str], count: int) -> list[Vote]:
    """Those who vote on a sheet: nobody whom a visitor plays, nobody who shares a right."""
    named = {each.phone for each in who.NAMED}
    free = [v for v in votes if not v.is_shared and phones[v.person] not in named]
    return sorted(sorted(free, key=lambda v: phones[v.person])[:count], key=lambda v: v.at)


async def _votes(
    poll: Poll, choose: Chooser, phones: dict[UUID, str], until: datetime, times: int
) -> list[Vote]:
    rights: dict[UUID, dict[UUID, int]] = defaultdict(dict)
    shared: set[UUID] = set()
    for row in await rows(VOTERS, poll.id):
        rights[row["person"]][row["id"]] = row["position"]
        if row["holders"] > 1:
            shared.add(row["person"])
    votes = []
    for person, theirs in rights.items():
        phone = phones.get(person)
        said = {right: choose(phone, n) for right, n in theirs.items()} if phone else {}
        choices = {right: choice for right, choice in said.items() if choice}
        if choices:
            at = _moment(poll, until, times, f"{poll.title} {phone}")
            votes.append(Vote(person, choices, at, person in shared))
    return votes


def _moment(poll: Poll, until: datetime, times: int, name: str) -> datetime:
    """The sitting in which somebody votes: more of them early, and a few in the last hour."""
    sitting = int(random.Random(name).betavariate(1, 1.6) * times)
    length = (until - poll.opens_at) / times
    return poll.opens_at + length * sitting + timedelta(minutes=47)


async def _cast(poll: Poll, votes: list[Vote], at: datetime) -> None:
    submissions, tokens = [], []
    for vote in votes:
        token = await open_session(vote.person, at, stepped_up=True, device="演示数据")
        if vote.is_shared:
            asker = await look_up(token, at)
            assert asker
            await represent_co_owners(asker, poll.id, at)
        tokens.append(token_hash(token))
        paper = Paper(poll.id, uuid4(), at, vote.choices)
        submissions.append(Submission(tokens[-1], paper))
    for answer in await cast_ballots(submissions, at):
        if isinstance(answer, Refusal):
            raise answer
    async with transaction():
        await execute("update sign_in set ended_at = $2 where token_hash = any($1)", tokens, at)
