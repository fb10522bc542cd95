"""Sheets written down by two: what an owner, a clerk and a watcher are promised."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from coordination import db, files
from coordination.ballots.casting.queries import poll_card
from coordination.ballots.paper.evidence import Sent
from coordination.ballots.paper.queries import OfAnotherPoll, UnknownSerial, counts_of
from coordination.ballots.paper.rules import Answer, NotOpenForSheets, Way
from coordination.ballots.paper.sealing import open_file
from coordination.ballots.paper.writing import (
    AlreadyCounted,
    NotYours,
    Said,
    WroteBefore,
    write_down,
)
from coordination.errors import Invalid
from coordination.people.tables import RoleKind
from tests.ballots.a_vote import a_vote, rights_of
from tests.ballots.paper.sheets import (
    STAINED,
    TWO,
    a_clerk,
    a_photo,
    a_sheet,
    a_writing,
    asker_of,
    cast_of,
    wrote,
)
from tests.builders import CLOSING, DURING, OPENING, a_role, an_estate

pytestmark = pytest.mark.usefixtures("database")


async def test_one_sheet_holds_all_questions_and_counts_once_two_people_wrote_the_same():
    vote, owner, serial, clerk, member = await a_sheet(classes=TWO)

    first = await wrote(vote, clerk, serial, "approve", STAINED)
    before = await cast_of(vote)
    second = await wrote(vote, member, serial, "approve", Answer("invalid", "two_boxes"))

    rights = await rights_of(vote, owner)
    assert (first, before, second) == (Said.FIRST, [], Said.AGREED)
    assert await cast_of(vote) == [
        (rights[0], 1, "paper", "approve"), (rights[1], 1, "paper", "invalid"),
    ]  # fmt: skip
    assert await db.value("select count(*) from board_leaf where poll = $1", vote.poll.id) == 2


async def test_nobody_writes_the_same_sheet_twice_and_a_third_scan_changes_nothing():
    vote, _, serial, clerk, member = await a_sheet()
    await wrote(vote, clerk, serial, "approve")

    with pytest.raises(WroteBefore, match="要由另一个人再登记一次"):
        await wrote(vote, clerk, serial, "approve")
    await wrote(vote, member, serial, "approve")
    with pytest.raises(AlreadyCounted, match="不用再登记"):
        await wrote(vote, await a_clerk(vote), serial, "reject")

    assert [choice for *_, choice in await cast_of(vote)] == ["approve"]


async def test_the_same_submit_sent_again_is_answered_as_before():
    vote, _, serial, clerk, member = await a_sheet()
    writing, second = a_writing(vote, "approve"), a_writing(vote, "approve")

    said = [await write_down(clerk, vote.poll.id, serial, writing, DURING) for _ in range(2)]
    then = [await write_down(member, vote.poll.id, serial, second, DURING) for _ in range(2)]

    assert (said, then) == ([Said.FIRST] * 2, [Said.AGREED] * 2)
    assert len(await cast_of(vote)) == 1


async def test_two_entries_that_disagree_cast_nothing_and_say_only_that_they_differ(as_owner):
    vote, _, serial, clerk, member = await a_sheet()
    await wrote(vote, clerk, serial, "approve")

    assert await wrote(vote, member, serial, "reject") is Said.DIFFERS

    assert await cast_of(vote) == []
    assert (await counts_of(vote.poll.id)).differing == 1
    assert [str(value) for value in await as_owner.fetchrow("select * from sheet_mismatch")][0] == (
        str(await db.value("select id from sheet"))
    )


async def test_no_table_file_audit_row_or_message_tells_what_a_sheet_says(as_owner):
    vote, _, serial, clerk, member = await a_sheet(classes=TWO)
    photo = a_photo("red")
    await wrote(vote, clerk, serial, "reject", STAINED, sent=Sent(photos=[photo]))
    await wrote(vote, member, serial, "approve", STAINED)
    tables = await as_owner.fetch("select tablename from pg_tables where schemaname = 'public'")

    held = {
        table["tablename"]
        for table in tables
        if await as_owner.fetchval(
            f"""select exists(select 1 from "{table["tablename"]}" as t where t::text ~
                '(reject|approve|torn|不同意|{b"reject".hex()}|{b"torn".hex()})')"""
        )
    }
    lengths = await db.rows("select distinct length(sealed) as l from sheet_entry")
    kept = [path.read_bytes() for path in files.folder().rglob("*") if path.is_file()]

    assert held == set()
    assert len(lengths) == 1
    assert kept and not any(content.startswith(b"\xff\xd8") for content in kept)


async def test_the_photo_is_kept_sealed_without_where_it_was_taken():
    vote, _, serial, clerk, _ = await a_sheet()
    await wrote(vote, clerk, serial, "approve", sent=Sent(photos=[a_photo()]))
    row = await db.row(
        """select v.id, v.file, v.media, e.sheet from sheet_evidence v
             join sheet_entry e on e.id = v.entry"""
    )
    card = await poll_card(vote.poll.id)

    opened = open_file(card, row["sheet"], row["id"], await files.content_of(row["file"]))

    assert row["media"] == "image/jpeg" and opened.startswith(b"\xff\xd8")
    assert b"where it was taken" not in opened


async def test_what_is_no_photo_is_named_and_nothing_is_written():
    vote, _, serial, clerk, _ = await a_sheet()

    for sent_, field in (
        (Sent(photos=[b"%PDF-1.7 not a photo"]), "photo"),
        (Sent(photos=[a_photo()[:200]]), "photo"),
        (Sent(), "photo"),
        (Sent(photos=[a_photo()], recording=b"MZ a program"), "recording"),
    ):
        with pytest.raises(Invalid) as refused:
            await wrote(vote, clerk, serial, "approve", sent=sent_)
        assert set(refused.value.fields) == {field}

    assert await db.value("select count(*) from sheet_entry") == 0


async def revoked(vote):
    """The 街道 has entered that a court revoked the poll."""
    await db.execute(
        """insert into poll_step (id, poll, number, step, ordinal, at, person, role, reason)
           select $1, $2, max(number) + 1, 'revoked', 1, $3, $4, 'subdistrict_officer', '判决'
             from poll_step where poll = $2""",
        uuid4(), vote.poll.id, DURING, vote.poll.drafted_by,
    )  # fmt: skip


async def test_a_serial_of_another_poll_is_named_with_that_poll_and_whether_it_was_stopped():
    vote, _, serial, *_ = await a_sheet()
    other = await a_vote(title="维修电梯", estate=await an_estate("桂花苑"))
    person = await a_role(RoleKind.COMMUNITY_WORKER, vote.estate)
    await a_role(RoleKind.COMMUNITY_WORKER, other.estate, person=person)
    clerk = await asker_of(person)

    with pytest.raises(OfAnotherPoll, match="选聘物业服务企业"):
        await wrote(other, clerk, serial, "approve")
    await revoked(vote)
    with pytest.raises(OfAnotherPoll, match="已被撤销，票已经作废"):
        await wrote(other, clerk, serial, "approve")
    with pytest.raises(NotOpenForSheets, match="已被撤销，这些票已经作废.*新一次表决的票"):
        await wrote(vote, clerk, serial, "approve")
    with pytest.raises(UnknownSerial, match="没有编号为 222-222-222"):
        await wrote(vote, clerk, "222 222 222", "approve")
    with pytest.raises(UnknownSerial, match="不是表决票的编号"):
        await wrote(vote, clerk, "https://example.org/1", "approve")
    assert await db.value("select count(*) from sheet_entry") == 0


async def test_two_who_write_the_same_sheet_at_once_come_first_and_second():
    vote, _, serial, clerk, member = await a_sheet()

    said = await asyncio.gather(
        wrote(vote, clerk, serial, "approve"), wrote(vote, member, serial, "approve")
    )

    assert sorted(said) == [Said.AGREED, Said.FIRST]
    assert len(await cast_of(vote)) == 1


async def test_one_person_on_two_phones_at_once_writes_once():
    vote, _, serial, clerk, _ = await a_sheet()

    said = await asyncio.gather(
        *(wrote(vote, clerk, serial, "approve") for _ in range(3)), return_exceptions=True
    )

    assert sum(each is Said.FIRST for each in said) == 1
    assert sum(isinstance(each, WroteBefore) for each in said) == 2
    assert await cast_of(vote) == []


@pytest.mark.parametrize(
    ("opened_at", "at", "taken"),
    [
        pytest.param(OPENING, OPENING - timedelta(seconds=1), False, id="before the opening"),
        pytest.param(OPENING, OPENING, True, id="at the opening"),
        pytest.param(DURING, CLOSING + timedelta(seconds=59), True, id="opened before, a minute"),
        pytest.param(CLOSING, CLOSING + timedelta(seconds=1), False, id="opened at the close"),
        pytest.param(DURING, CLOSING + timedelta(seconds=60), False, id="the minute is over"),
    ],
)
async def test_the_window_of_a_first_entry(opened_at, at, taken):
    vote, _, serial, clerk, _ = await a_sheet()
    writing = a_writing(vote, "approve", opened_at=opened_at)

    try:
        assert await write_down(clerk, vote.poll.id, serial, writing, at) is Said.FIRST
    except NotOpenForSheets:
        assert not taken
    assert await db.value("select count(*) from sheet_entry") == taken


async def test_a_call_needs_its_recording_or_a_witness_and_is_counted_as_a_call():
    vote, _, serial, clerk, member = await a_sheet()

    with pytest.raises(Invalid, match="还缺凭据"):
        await wrote(vote, clerk, serial, "approve", way=Way.PHONE, sent=Sent(photos=[a_photo()]))
    await wrote(
        vote, clerk, serial, "approve", way=Way.PHONE, sent=Sent(recording=b"ID3\x04" + b"x" * 99)
    )
    await wrote(vote, member, serial, "approve", way=Way.PHONE, sent=Sent())

    assert [channel for _, _, channel, _ in await cast_of(vote)] == ["phone"]
    media = await db.value("select media from sheet_evidence")
    assert media == "audio/mpeg"


async def test_a_visit_may_rest_on_a_second_person_by_name():
    vote, _, serial, clerk, member = await a_sheet()

    await wrote(vote, clerk, serial, "abstain", way=Way.DOOR, sent=Sent(witness="3栋楼组长 王丽"))
    await wrote(vote, member, serial, "abstain", way=Way.DOOR, sent=Sent())

    assert [channel for _, _, channel, _ in await cast_of(vote)] == ["door"]
    assert await db.value("select witness from sheet_evidence") == "3栋楼组长 王丽"


async def test_the_property_company_a_stranger_and_who_only_carries_write_down_nothing():
    vote, owner, serial, *_ = await a_sheet()
    manager = await a_role(RoleKind.PROPERTY_MANAGER, vote.estate)
    both = await a_role(RoleKind.COMMITTEE_MEMBER, vote.estate, body=vote.body)
    await a_role(RoleKind.PROPERTY_STAFF, vote.estate, person=both)
    carrier = await a_role(RoleKind.BUILDING_LEAD, vote.building)
    elsewhere = await a_role(RoleKind.COMMUNITY_WORKER, await an_estate("桂花苑"))

    for person in (manager, both, carrier, elsewhere, owner):
        with pytest.raises(NotYours):
            await wrote(vote, await asker_of(person), serial, "approve")


async def test_what_was_written_down_stays(as_owner):
    vote, _, serial, clerk, member = await a_sheet()
    await wrote(vote, clerk, serial, "approve")
    await wrote(vote, member, serial, "reject")

    for table in ("sheet", "sheet_right", "sheet_entry", "sheet_evidence", "sheet_mismatch"):
        with pytest.raises(Exception, match="permission denied"):
            await db.execute(f"delete from {table}")
        with pytest.raises(Exception, match="only ever added"):
            await as_owner.execute(f"delete from {table}")
    with pytest.raises(Exception, match="sheet_entry_by_another"):
        await db.execute(
            """insert into sheet_entry select $1, sheet, 3, channel, sealed, consent, at, by
                 from sheet_entry where number = 1""",
            uuid4(),
        )
