"""Who may print, write down and settle: the whole table, yes and no."""

from uuid import uuid4

import pytest

from coordination.ballots.paper.permits import may_settle, may_write_down
from tests.ballots.test_polls_permits import ESTATE, POLL, WHO

WRITERS = {"proposer", "second member", "community"}
TABLE = {
    "write down": (lambda who: may_write_down(who, ESTATE, POLL), WRITERS),
    "settle": (lambda who: may_settle(who, ESTATE, POLL, [uuid4(), uuid4()]), WRITERS),
    "settle what one wrote": (lambda who: may_settle(who, ESTATE, POLL, [uuid4(), who.id]), set()),
}


@pytest.mark.parametrize("name", TABLE)
def test_who_may(name):
    asked, may = TABLE[name]

    assert {who for who, asker in WHO.items() if asked(asker)} == may
