"""Who keeps rooms, asks people, reports and rates: the whole table, yes and no."""

from uuid import uuid4

import pytest

from coordination.disclosures.consultations.permits import may_consult, may_read_words
from coordination.disclosures.duty_reports.permits import may_rate, reports_for
from coordination.disclosures.rooms.permits import may_answer, may_keep, may_open_room, may_read
from coordination.notices.stamping import may_stamp
from coordination.people.askers import Asker
from tests.disclosures.test_permits import PLACE, WHO

EVERYBODY = set(WHO)
SERVING = EVERYBODY - {"visitor", "resident"}


def body_of(who: str):
    """The body that they serve; another where they serve none."""
    asker = WHO[who]
    return asker.roles[0].body if asker and asker.roles else uuid4()


def allowed(permit) -> set[str]:
    return {who for who in WHO if permit(who)}


@pytest.mark.parametrize(
    ("permit", "yes"),
    [
        (lambda who: may_open_room(WHO[who], PLACE), {"member", "worker"}),
        (
            lambda who: may_keep(WHO[who], body_of(who)),
            {"member", "member elsewhere", "member of one building", "worker", "worker elsewhere"},
        ),
        (lambda who: may_keep(WHO[who], uuid4()), set()),
        (lambda who: may_consult(WHO[who], PLACE), {"manager", "member", "worker"}),
        (lambda who: bool(reports_for(WHO[who], PLACE)), {"manager", "member", "worker"}),
        (lambda who: may_rate(WHO[who], uuid4()), EVERYBODY - {"visitor"}),
        (lambda who: may_rate(WHO[who], body_of(who)), {"resident"}),
        (lambda who: may_read_words(WHO[who], uuid4()), set()),
        (
            lambda who: may_stamp(WHO[who], body_of(who)),
            SERVING
            - {"property staff", "building lead", "supervisor", "clerk", "third party", "operator"},
        ),
        (lambda who: may_stamp(WHO[who], uuid4()), set()),
    ],
    ids=["open", "keep own", "keep another's", "consult", "report", "rate", "rate own",
         "read words", "stamp own", "stamp another's"],
)  # fmt: skip
def test_who_may(permit, yes):
    assert allowed(permit) == yes


def test_nobody_answers_themselves_and_nobody_else_reads():
    worker, resident = WHO["worker"], WHO["resident"]
    assert isinstance(worker, Asker) and isinstance(resident, Asker)
    body = worker.roles[0].body

    assert may_answer(worker, body, resident.id) and not may_answer(worker, body, worker.id)
    assert not may_answer(worker, uuid4(), resident.id) and not may_answer(None, body, uuid4())
    assert may_read(resident, body, resident.id) and may_read(worker, body, resident.id)
    assert not may_read(WHO["member"], body, resident.id) and not may_read(None, body, uuid4())
