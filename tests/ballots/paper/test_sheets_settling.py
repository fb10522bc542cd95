"""Between close and count: what waits, who settles, and figures computed by hand."""

import io
import json
from datetime import timedelta
from uuid import uuid4

import openpyxl
import pytest

from coordination import db
from coordination.ballots.board import INVALID
from coordination.ballots.package import as_json
from coordination.ballots.package_tables import as_csv, as_xlsx
from coordination.ballots.paper.evidence import Sent
from coordination.ballots.paper.rules import Answer, NotOpenForSheets, Way
from coordination.ballots.paper.writing import Said, WroteBefore
from coordination.ballots.polls.queries import state_of
from coordination.ballots.polls.stalls import stalled, stalled_count
from coordination.ballots.recount import main as recount
from coordination.ballots.results.clockwork import advance_poll, advance_polls
from coordination.ballots.silence_tables import SilenceRule
from coordination.ballots.tables import Step
from tests.ballots.a_vote import a_vote, a_voter, freeze
from tests.ballots.paper.sheets import (
    STAINED,
    TWO,
    a_clerk,
    a_member,
    cast_of,
    made,
    serial_of,
    wrote,
)
from tests.ballots.test_casting_actions import a_paper, sent
from tests.builders import CLOSING, OPENING

pytestmark = pytest.mark.usefixtures("database")
COUNTED = CLOSING + timedelta(seconds=60)
SETTLING = CLOSING + timedelta(hours=2)
DEADLINE = CLOSING + timedelta(days=3)
WITNESSED = Sent(witness="3栋楼组长 王丽")


async def a_closing_vote(voters=1, **of_the_vote):
    """A vote with sheets, its owners, and two who write down."""
    vote = await a_vote(board=False, **of_the_vote)  # the freeze opens it with what is decided
    owners = [await a_voter(vote, area_cm2=1_000_000 + n) for n in range(voters)]
    await freeze(vote)
    await advance_poll(vote.poll.id, OPENING)
    await made(vote)
    return vote, owners, await a_clerk(vote), await a_member(vote)


async def package_of(vote):
    row = await db.row(
        "select package from result where poll = $1 and kind = 'preliminary'", vote.poll.id
    )
    return row and json.loads(row["package"])


async def by_two(vote, pair, owner, *answers, **how):
    """Written down alike by two."""
    serial = await serial_of(vote, owner)
    return [await wrote(vote, each, serial, *answers, **how) for each in pair][-1]


async def test_the_count_waits_in_public_until_a_third_settles_what_two_wrote_differently():
    vote, [owner], clerk, member = await a_closing_vote()
    serial = await serial_of(vote, owner)
    await wrote(vote, clerk, serial, "approve")
    await wrote(vote, member, serial, "reject")

    await advance_polls(COUNTED)
    waits = await stalled(vote.poll.id)
    early = (await state_of(vote.poll)).current
    with pytest.raises(WroteBefore):
        await wrote(vote, clerk, serial, "approve", at=SETTLING)
    settled = await wrote(vote, await a_clerk(vote, SETTLING), serial, "reject", at=SETTLING)
    await advance_polls(SETTLING)

    assert early is Step.CLOSED
    assert waits and (waits.until, waits.call) == (DEADLINE, vote.poll.contact)
    assert await stalled_count() == 0, "nobody has to help"
    assert settled is Said.SETTLED
    assert await stalled(vote.poll.id) is None
    [question] = (await package_of(vote))["questions"]
    assert {one["label"]: one["persons"] for one in question["choices"]} == {
        "同意": 0, "不同意": 1, "弃权": 0,
    }  # fmt: skip


async def test_nothing_is_settled_before_the_close():
    vote, [owner], clerk, member = await a_closing_vote()
    serial = await serial_of(vote, owner)
    await wrote(vote, clerk, serial, "approve")
    await wrote(vote, member, serial, "reject")

    with pytest.raises(NotOpenForSheets, match="截止以后才复核"):
        await wrote(vote, await a_clerk(vote), serial, "reject")


async def test_a_second_entry_may_come_after_the_close_and_a_first_may_not():
    vote, owners, clerk, member = await a_closing_vote(2)
    serial, late = [await serial_of(vote, owner) for owner in owners]
    await wrote(vote, clerk, serial, "approve")
    await advance_polls(COUNTED)

    second = await wrote(vote, member, serial, "approve", at=SETTLING)
    with pytest.raises(NotOpenForSheets, match="截止前没有登记过"):
        await wrote(vote, member, late, "approve", at=SETTLING)
    await advance_polls(SETTLING)
    with pytest.raises(NotOpenForSheets):
        await wrote(vote, member, late, "approve", at=SETTLING)

    assert second is Said.AGREED
    assert [choice for *_, choice in await cast_of(vote)] == ["approve"]
    assert (await state_of(vote.poll)).current is Step.PRELIMINARY


async def test_at_the_deadline_what_agrees_counts_and_the_rest_is_a_conflict_in_the_result():
    vote, owners, clerk, member = await a_closing_vote(3, classes=TWO)
    serials = [await serial_of(vote, owner) for owner in owners]
    await by_two(vote, (clerk, member), owners[0], "approve", "approve")
    await wrote(vote, clerk, serials[1], "approve", "approve")
    await wrote(vote, member, serials[1], "approve", "reject")
    await wrote(vote, clerk, serials[2], "reject", "abstain")

    await advance_polls(DEADLINE - timedelta(seconds=1))
    before = await package_of(vote)
    await advance_polls(DEADLINE)

    first, second = (await package_of(vote))["questions"]
    assert before is None
    assert [(q["returned"]["persons"], q["conflicts"]) for q in (first, second)] == [(2, 1), (1, 2)]
    assert second["set_aside"]["conflicts"] == {"persons": 2, "area_m2": None}
    assert await db.value("select count(*) from board_leaf where poll = $1", vote.poll.id) == 3
    lapsed = await db.value("select count(*) from sheet_outcome where outcome = 'lapsed'")
    assert lapsed == 2


async def test_sheets_calls_visits_and_ballots_online_end_in_figures_computed_by_hand(tmp_path):
    """Eight owners of 100 m² and a hair: three online, two on paper (one invalid), one by phone,
    one at the door, one silent; one of the three online also sent a sheet."""
    vote, owners, clerk, member = await a_closing_vote(8)
    pair = (clerk, member)
    for owner, choice in zip(owners, ("approve", "approve", "reject"), strict=False):
        await sent(await a_paper(vote, owner, choice), owner)
    said = [
        await by_two(vote, pair[:1], owners[2], "approve"),
        await by_two(vote, pair, owners[3], "approve"),
        await by_two(vote, pair, owners[4], STAINED),
        await by_two(vote, pair, owners[5], "abstain", way=Way.PHONE, sent=WITNESSED),
        await by_two(vote, pair, owners[6], "approve", way=Way.DOOR, sent=WITNESSED),
    ]

    await advance_polls(COUNTED)

    package = await package_of(vote)
    [question] = package["questions"]
    file = tmp_path / "package.json"
    file.write_bytes(as_json(package))
    assert said == [Said.DUPLICATE] + [Said.AGREED] * 4
    assert [(one["channel"], one["persons"], one["area_m2"]) for one in question["channels"]] == [
        ("online", 3, "300.0003"), ("paper", 2, "200.0007"), ("phone", 1, "100.0005"),
        ("door", 1, "100.0006"),
    ]  # fmt: skip
    assert {one["label"]: (one["persons"], one["area_m2"]) for one in question["choices"]} == {
        "同意": (4, "400.0010"), "不同意": (1, "100.0002"), "弃权": (1, "100.0005"),
    }  # fmt: skip
    assert question["invalid"] == {"persons": 1, "area_m2": "100.0004"}
    assert question["set_aside"]["duplicates"] == {"persons": 1, "area_m2": None}
    assert question["participating"] == {"persons": 6, "area_m2": "600.0017"}
    assert (question["duplicates"], question["conflicts"], question["superseded"]) == (1, 0, 0)
    assert question["outcome"] == "carried", "6 of 8 took part, 4 of 6 approve"
    assert recount([str(file)]) == 0
    rows = openpyxl.load_workbook(io.BytesIO(as_xlsx(package))).active
    cells = {(row[1], row[2]) for row in rows.iter_rows(values_only=True)}
    text = as_csv(package).decode("utf-8-sig")
    for line in (("其中纸质", 2), ("其中电话", 1), ("重复票（张，不计）", 1), ("有效票", 6)):
        assert line in cells and ",".join(map(str, line)) in text


async def test_an_invalid_sheet_counts_under_the_reason_of_who_settled_or_of_both():
    vote, owners, clerk, member = await a_closing_vote(3)
    boxes, empty = Answer(INVALID, "two_boxes"), Answer(INVALID, "no_box")
    serials = [await serial_of(vote, owner) for owner in owners]
    for serial, first, second in zip(
        serials, (STAINED, boxes, STAINED), (STAINED, empty, "approve"), strict=True
    ):
        await wrote(vote, clerk, serial, first)
        await wrote(vote, member, serial, second)
    await advance_polls(COUNTED)
    third = await a_clerk(vote, SETTLING)
    await wrote(vote, third, serials[2], empty, at=SETTLING)

    await advance_polls(SETTLING)

    [question] = (await package_of(vote))["questions"]
    told = {one["reason"]: (one["persons"], one["area_m2"]) for one in question["invalid_by"]}
    assert told == {
        "two_boxes": (0, None), "no_box": (1, None), "torn": (1, None), "unclear": (1, None),
    }  # fmt: skip
    assert "其中破损、涂改，看不清,1" in as_csv(await package_of(vote)).decode("utf-8-sig")


async def test_who_sent_a_sheet_back_is_not_counted_as_silent(as_owner):
    vote = await a_vote(board=False)
    owners = [await a_voter(vote, area_cm2=1_000_000 + n) for n in range(3)]
    await join_the_majority(vote, as_owner)
    await freeze(vote)
    await advance_poll(vote.poll.id, OPENING)
    await made(vote)
    await sent(await a_paper(vote, owners[0], "approve"), owners[0])
    await wrote(vote, await a_clerk(vote), await serial_of(vote, owners[1]), "reject")
    await delivered(vote)

    await advance_polls(DEADLINE)

    [question] = (await package_of(vote))["questions"]
    assert question["silence"]["added"] == {"persons": 1, "area_m2": "100.0002"}
    assert question["conflicts"] == 1


async def join_the_majority(vote, as_owner):
    """The estate's own rule lets delivered, unreturned ballots join."""
    rule = SilenceRule(
        id=uuid4(), estate=vote.estate.id, source="议事规则第八条", text="送达未表决的，计入多数。",
        adopted_on=OPENING.date(), document="0" * 64, recorded_by=vote.poll.drafted_by,
        recorded_at=OPENING,
    )  # fmt: skip
    await rule.save()
    await as_owner.execute("alter table poll disable trigger user")
    await as_owner.execute("update poll set silence = $1", rule.id)
    await as_owner.execute("alter table poll enable trigger user")
    vote.poll.silence = rule.id


async def delivered(vote):
    """Handed over at each door."""
    await db.execute(
        """insert into delivery (id, "right", channel, at, manner, by, entered_at, why_withdrawn)
           select gen_random_uuid(), id, 'door', $1, '本人', $2, $1, '' from voting_right""",
        OPENING, vote.poll.drafted_by,
    )  # fmt: skip
