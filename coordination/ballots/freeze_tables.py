"""How far the freeze of a roll has come."""

from piccolo.table import Table

from coordination.ballots.tables import Poll
from coordination.db import DB, MaybeProse, Moment, Ref, Whole


class FreezeProgress(Table, db=DB):
    """How far a freeze has come, for those who wait; gone rows mean nothing."""

    poll = Ref(Poll, primary_key=True)
    done = Whole()
    total = Whole()
    moved_at = Moment(help_text="one that has not moved for long was killed: start again")
    failure = MaybeProse()
